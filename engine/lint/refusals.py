"""The sentences with which lint refuses what the kernel does not run: what it is, what to draw."""

from engine.texts import N_

_EXTERNAL = N_("Make it a service task of type “external” with a topic.")

WARNED = ("initiator",)  # worth a look, but the process runs as drawn

REFUSALS: dict[str, tuple[str, str]] = {
    "eventDefinition": (
        N_("“%(name)s” uses the event definition “%(what)s”, which is not run yet at this place."),
        N_("Use a message, timer or error event, or a gateway."),
    ),
    "event": (
        N_("“%(name)s” is an event of no particular kind, which cannot be run."),
        N_("Draw a start, intermediate or end event."),
    ),
    "choreographyTask": (
        N_("The process contains an element of a choreography (%(what)s), which is not run."),
        N_("Draw the work of each participant as tasks in its own process."),
    ),
    "subChoreography": (
        N_("The process contains an element of a choreography (%(what)s), which is not run."),
        N_("Draw the work of each participant as tasks in its own process."),
    ),
    "callChoreography": (
        N_("The process contains an element of a choreography (%(what)s), which is not run."),
        N_("Draw the work of each participant as tasks in its own process."),
    ),
    "unknown": (
        N_("The process contains an element that is not known here: %(what)s."),
        N_("Delete it, or replace it by an element that is supported."),
    ),
    "executionListener": (
        N_("“%(name)s” calls program code when it is entered or left (execution listener)."),
        N_("Delete the listener; put its work into a service task of type “external”."),
    ),
    "taskListener": (
        N_("“%(name)s” calls program code when the task changes (task listener)."),
        N_("Delete the listener; use the task's own attributes or a service task."),
    ),
    "connector": (
        N_("“%(name)s” uses a connector of another product, which is not run here."),
        _EXTERNAL,
    ),
    "formData": (
        N_("“%(name)s” carries form fields of another product, which would not be shown."),
        N_(
            "Make a form (.form file), upload it with the model and enter its id as form reference."
        ),
    ),
    "preScript": (
        N_("“%(name)s” runs a script before or after its work, which is not run here."),
        N_("Use a FEEL script task before or after it."),
    ),
    "errorMapping": (
        N_("“%(name)s” turns failures into BPMN errors by expressions, which is not run yet."),
        N_("Let the program that does the job report the error code."),
    ),
    "conditionalVariables": (
        N_("“%(name)s” reacts to changes of variables, which is not run yet."),
        N_("Use a message event or a gateway."),
    ),
    "skipExpression": (
        N_("“%(name)s” can be skipped by an expression (skipExpression), which is not run."),
        N_("Draw a gateway before it, with a flow that leads past it."),
    ),
    "variableMappingClass": (
        N_("“%(name)s” maps its variables with program code."),
        N_("Use input and output mappings with FEEL expressions."),
    ),
    "initiator": (
        N_("“%(name)s” asks to store who started the process in a variable; this is not done."),
        N_("Use the variables of the dossier (ho_so, nguoi_nop) instead."),
    ),
    "resource": (
        N_("“%(name)s” reads its script from another file, which is not run here."),
        N_("Write the FEEL expression into the model itself."),
    ),
    "caseRef": (
        N_("“%(name)s” calls a case (CMMN), which is not run here."),
        N_("Draw the case as a process and enter that process as called element."),
    ),
    "calledDecision": (
        N_("“%(name)s” is a call activity that asks a decision, which BPMN does not know."),
        N_("Make it a business rule task."),
    ),
    "calledElementType": (
        N_("“%(name)s” calls a process by the id of one database's definition."),
        N_("Call it by its process id, if need be with a version."),
    ),
    "computedParameter": (
        N_("“%(name)s” computes a parameter with a script, a list or a map."),
        N_("Write the value as one FEEL expression."),
    ),
}

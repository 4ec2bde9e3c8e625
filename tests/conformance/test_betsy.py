"""betsy's benchmark, where its material lies beside the project."""

from datetime import timedelta

from tests.conformance.betsy import NINE, Log, verdicts
from tests.conformance.betsy_models import rewritten
from tests.conformance.betsy_runs import Deployment
from tests.conformance.material import DATA, needs_material

CONTRADICTED = ["AdHocSubProcess_Sequential/1", "AdHocSubProcess_Parallel/1"]


@needs_material
def test_every_case_leaves_its_trace_but_those_whose_model_says_something_else() -> None:
    cases = list(verdicts(DATA / "betsy"))

    assert len(cases) > 100
    assert [one.id for one in cases if not one.ok] == CONTRADICTED


def test_a_script_that_is_interrupted_takes_no_more_time() -> None:
    model = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
      <process id="p" isExecutable="true"><startEvent id="s"/>
      <scriptTask id="t"><script>WAIT_TEN_SECONDS</script></scriptTask>
      <boundaryEvent id="b" attachedToRef="t"><timerEventDefinition>
      <timeDuration>PT3S</timeDuration></timerEventDefinition></boundaryEvent>
      <scriptTask id="c"><script>SCRIPT_cut</script></scriptTask><endEvent id="e"/>
      <sequenceFlow id="f" sourceRef="s" targetRef="t"/>
      <sequenceFlow id="g" sourceRef="t" targetRef="e"/>
      <sequenceFlow id="h" sourceRef="b" targetRef="c"/>
      <sequenceFlow id="i" sourceRef="c" targetRef="e"/></process></definitions>"""
    log = Log()
    deployment = Deployment({"model.bpmn": rewritten(model.encode())}, log, NINE)

    deployment.start("p", {})
    deployment.run(until=NINE + timedelta(seconds=15))

    assert log.lines == ["SCRIPT_cut"]

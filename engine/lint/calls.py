"""Rules about call activities: which process they mean, and whether it is there."""

from collections.abc import Iterator

from engine.bpmn.elements import FlowNode, ProcessCall
from engine.lint.report import Place, at, error, warning
from engine.lint.timers import is_expression
from engine.lint.upload import Upload
from engine.model import Binding, Finding
from engine.texts import N_

VERSIONED = (Binding.VERSION, Binding.VERSION_TAG)


def check_call(file: str, node: FlowNode, upload: Upload) -> Iterator[Finding]:
    """Yield what is wrong with the process that a call activity means."""
    if node.kind != "callActivity" or node.unsupported:
        return
    if not node.called_element:
        yield error(
            at(file, node),
            "call-without-process",
            N_("The call activity “%(name)s” does not say which process it calls."),
            N_("Enter the id of the process to be called."),
        )
        return
    call = node.call or ProcessCall(node.line)
    place = at(file, node)
    wrong = list(unclear_binding(place, call.binding, call.version))
    yield from wrong or _target(place, node.called_element, call, upload)


def unclear_binding(place: Place, binding: str | None, version: str | None) -> Iterator[Finding]:
    """Yield what is wrong with the version that a call or a task asks for."""
    if binding is not None and binding not in frozenset(Binding):
        yield error(
            place,
            "binding-unknown",
            N_("“%(name)s” is bound by “%(binding)s”, which is unknown."),
            N_("Choose one of: %(known)s."),
            binding=binding,
            known=", ".join(Binding),
        )
    elif binding in VERSIONED and not version:
        yield error(
            place,
            "binding-without-version",
            N_("“%(name)s” asks for a certain version (%(binding)s) and does not say which."),
            N_("Enter the number or the tag of the version, or choose another binding."),
            binding=binding,
        )
    elif binding == Binding.VERSION and not _is_number(version or ""):
        yield error(
            place,
            "binding-version-unreadable",
            N_("“%(name)s” asks for the version “%(version)s”, which is no whole number."),
            N_("Enter a number, or an expression that begins with “=”."),
            version=version,
        )


def _is_number(text: str) -> bool:
    return is_expression(text) or (text.isdecimal() and len(text) < 10)


def _target(place: Place, called: str, call: ProcessCall, upload: Upload) -> Iterator[Finding]:
    binding = Binding(call.binding or Binding.LATEST)
    here = called in upload.process_ids
    if is_expression(called) or (here and binding not in VERSIONED):
        return
    if binding is Binding.DEPLOYMENT:
        yield error(
            place,
            "called-process-missing",
            N_(
                "“%(name)s” calls the process “%(process)s”, which is not among the uploaded files."
            ),
            N_("Upload the model of the called process together with this one."),
            process=called,
        )
    elif upload.published is None or binding is Binding.LATEST:
        if upload.published is None or not upload.published.has_process(called, binding, None):
            yield warning(
                place,
                "called-process-elsewhere",
                N_(
                    "“%(name)s” calls the process “%(process)s”, which is not among the uploaded "
                    "files and not known to be published."
                ),
                N_("Publish that process before the first dossier comes to this call."),
                process=called,
            )
    elif not is_expression(call.version or "") and not upload.published.has_process(
        called, binding, call.version
    ):
        yield error(
            place,
            "called-version-missing",
            N_("“%(name)s” calls version “%(version)s” of “%(process)s”, which is not published."),
            N_("Publish that version first, or choose the binding “latest”."),
            process=called,
            version=call.version,
        )

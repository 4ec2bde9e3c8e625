"""Rules about messages that must be told apart: subscriptions, keys and pools of many."""

from collections.abc import Iterator

from engine.bpmn.elements import Definitions, FlowNode, Scope, Subscription
from engine.lint.report import Place, error, warning
from engine.lint.upload import Upload
from engine.model import Finding
from engine.texts import N_


def check(model: Definitions, upload: Upload) -> Iterator[Finding]:
    """Yield what is wrong with the correlation of messages in one file."""
    for process in upload.running(model):
        for one in process.subscriptions:
            yield from _subscription(model.file, process, one)
    for pool_id, name, process_id, line in model.several:
        found = model.processes.get(process_id)
        if found is not None:
            place = Place(model.file, line, pool_id, name, name or pool_id)
            yield from _pool_of_many(place, found)


def _subscription(file: str, process: Scope, one: Subscription) -> Iterator[Finding]:
    label = process.name or process.id
    place = Place(file, one.line, one.id or None, "", label)
    if not one.key:
        yield error(
            place,
            "correlation-without-key",
            N_("The correlation subscription of “%(name)s” names no correlation key of the file."),
            N_("Refer to a correlation key with its properties, or delete the subscription."),
        )
    for unbound in one.unbound:
        yield error(
            place,
            "correlation-not-bound",
            N_("“%(name)s” does not say what the correlation property “%(property)s” must be."),
            N_("Add a correlationPropertyBinding with a dataPath for this property."),
            property=unbound,
        )


def _pool_of_many(place: Place, process: Scope) -> Iterator[Finding]:
    for _, node in process.walk():
        if _waits_unmarked(node):
            yield warning(
                place,
                "participants-not-told-apart",
                N_(
                    "Several instances of “%(name)s” can wait at “%(event)s” at once, and nothing"
                    " tells for which of them a message is."
                ),
                N_("Give the message a correlation key."),
                event=node.name or node.id,
            )


def _waits_unmarked(node: FlowNode) -> bool:
    waits = node.kind in ("receiveTask", "intermediateCatchEvent", "boundaryEvent")
    messages = [one for one in node.events if one.kind == "message"]
    return waits and any(not (one.correlation or one.correlation_key) for one in messages)

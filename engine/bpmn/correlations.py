"""How a process tells messages apart, read from the standard's own elements.

A correlation key of a conversation or collaboration has properties; each says, per message, where
its value stands in that message. A correlation subscription of a process says what the values must
be there. Source: BPMN 2.0.2, 8.3.2.
"""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.catalog import children, local, name_of, text_of
from engine.bpmn.elements import Correlation, Subscription
from engine.bpmn.xml import MODEL, line_of


def correlation_for(event: etree._Element, message: etree._Element | None) -> Correlation | None:
    """Return how the process of an event tells messages of this kind apart, if it is drawn.

    The key that a subscription of the process names goes before the others.
    """
    if message is None:
        return None
    root = event.getroottree().getroot()
    properties = _by_id(root, "correlationProperty")
    if not properties:
        return None
    keys = _by_id(root, "correlationKey")
    bindings = _bindings(event)
    order = [key for key in bindings if key in keys] + [key for key in keys if key not in bindings]
    for key in order:
        wanted = _properties(keys[key])
        paths = [_path(properties.get(one), message) for one in wanted]
        if paths and all(paths):
            bound = bindings.get(key, {})
            expect = tuple(bound.get(one, "") for one in wanted)
            return Correlation(
                key, tuple(path for path in paths if path), expect if all(expect) else ()
            )
    return None


def subscriptions_of(process: etree._Element) -> tuple[Subscription, ...]:
    """Return the correlation subscriptions of a process."""
    keys = _by_id(process.getroottree().getroot(), "correlationKey")
    return tuple(
        _subscription(child, keys)
        for child in children(process)
        if name_of(child) == "correlationSubscription"
    )


def _subscription(child: etree._Element, keys: dict[str, etree._Element]) -> Subscription:
    key = local(child.get("correlationKeyRef", ""))
    bound = _bound(child)
    wanted = _properties(keys[key]) if key in keys else []
    return Subscription(
        child.get("id", ""),
        line_of(child),
        key if key in keys else "",
        tuple(one for one in wanted if not bound.get(one)),
    )


def _bindings(event: etree._Element) -> dict[str, dict[str, str]]:
    """Return, by key, what the process around an event says that each property must be."""
    process = next(event.iterancestors(f"{{{MODEL}}}process"), None)
    if process is None:
        return {}
    return {
        local(child.get("correlationKeyRef", "")): _bound(child)
        for child in children(process)
        if name_of(child) == "correlationSubscription"
    }


def _bound(subscription: etree._Element) -> dict[str, str]:
    return {
        local(one.get("correlationPropertyRef", "")): text_of(one, "dataPath") or ""
        for one in subscription.findall(f"{{{MODEL}}}correlationPropertyBinding")
    }


def _by_id(root: etree._Element, name: str) -> dict[str, etree._Element]:
    return {one.get("id", ""): one for one in root.iter(f"{{{MODEL}}}{name}") if one.get("id")}


def _properties(key: etree._Element) -> list[str]:
    return [
        local((child.text or "").strip())
        for child in key.findall(f"{{{MODEL}}}correlationPropertyRef")
    ]


def _path(found: etree._Element | None, message: etree._Element) -> str | None:
    """Return where a property stands in this kind of message."""
    for retrieval in _retrievals(found):
        if local(retrieval.get("messageRef", "")) == message.get("id"):
            return text_of(retrieval, "messagePath")
    return None


def _retrievals(found: etree._Element | None) -> Iterator[etree._Element]:
    if found is not None:
        yield from found.findall(f"{{{MODEL}}}correlationPropertyRetrievalExpression")

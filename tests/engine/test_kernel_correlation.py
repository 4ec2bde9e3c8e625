"""Messages are told apart by the correlation keys and subscriptions of BPMN itself."""

import pytest

from engine import ANY_KEY, CommandRejectedError, compile_process, start
from engine.feel import parse
from engine.lint import lint
from tests.engine.instances import NINE
from tests.engine.sketches import file, process

HOLDER = '<collaboration id="c"><correlationKey id="K">{}</correlationKey></collaboration>'
PROPERTY = (
    '<correlationProperty id="{0}">'
    '<correlationPropertyRetrievalExpression messageRef="M">'
    "<messagePath>{0}</messagePath></correlationPropertyRetrievalExpression>"
    '<correlationPropertyRetrievalExpression messageRef="N">'
    "<messagePath>= reply.{0}</messagePath></correlationPropertyRetrievalExpression>"
    "</correlationProperty>"
)
SEND = '<sendTask id="a" messageRef="M"><extensionElements>{}</extensionElements></sendTask>'
CODE = (
    '<camunda:inputOutput><camunda:inputParameter name="code">${file}</camunda:inputParameter>'
    "</camunda:inputOutput>"
)


def keyed(*names: str) -> str:
    """A correlation key of these properties, readable in the messages M and N."""
    refs = "".join(f"<correlationPropertyRef>{name}</correlationPropertyRef>" for name in names)
    return "".join(PROPERTY.format(name) for name in names) + HOLDER.format(refs)


def subscription(**paths: str) -> str:
    bound = "".join(
        f'<correlationPropertyBinding correlationPropertyRef="{name}">'
        f"<dataPath>{path}</dataPath></correlationPropertyBinding>"
        for name, path in paths.items()
    )
    return (
        f'<correlationSubscription id="sub" correlationKeyRef="K">{bound}</correlationSubscription>'
    )


def compiled(key: str, elements: str, *paths: str):
    return compile_process({"m.bpmn": file(key + process(elements, *paths))}, "p")


def sent(instance) -> list:
    return [e.data["correlation_key"] for e in instance.events if e.kind == "message.sent"]


def awaited(instance) -> list:
    return [one.correlation_key for one in instance.outcome.messages]


def test_a_sent_message_carries_the_value_of_the_key_s_property(running):
    elements = f'<startEvent id="s"/>{SEND.format(CODE)}<userTask id="z"/>'

    instance = running(compiled(keyed("code"), elements, "s a z"), {"file": "H1"})

    assert sent(instance) == ["H1"]


def test_the_first_message_of_a_conversation_fixes_the_key_of_the_answers(running):
    elements = (
        f'<startEvent id="s"/>{SEND.format(CODE)}<receiveTask id="r" messageRef="N"/>'
        '<userTask id="z"/>'
    )

    instance = running(compiled(keyed("code"), elements, "s a r z"), {"file": "H1"})

    assert awaited(instance) == ["H1"]
    with pytest.raises(CommandRejectedError, match="H2"):
        instance.deliver("r", "answer", reply={"code": "H2"})
    instance.deliver("r", "answer", reply={"code": "H1"})
    assert instance.tasks == ["z"]


def test_a_conversation_that_has_not_begun_takes_any_message_and_keeps_its_key(running):
    elements = (
        '<startEvent id="s"/><receiveTask id="r" messageRef="M"/>'
        '<receiveTask id="q" messageRef="N"/><userTask id="z"/>'
    )
    instance = running(compiled(keyed("code"), elements, "s r q z"))

    assert awaited(instance) == [ANY_KEY]
    instance.deliver("r", "papers", code="H7")

    assert awaited(instance) == ["H7"]


def test_a_key_of_several_properties_tells_by_all_of_them(running):
    elements = (
        '<startEvent id="s"/><receiveTask id="r" messageRef="M"/>'
        '<receiveTask id="q" messageRef="N"/><userTask id="z"/>'
    )
    instance = running(compiled(keyed("code", "year"), elements, "s r q z"))

    instance.deliver("r", "papers", code="H7", year=2026)

    assert awaited(instance) == ['["H7", "2026"]']


def test_a_subscription_follows_the_data_of_the_process(running):
    elements = (
        f'{subscription(code="= dossier.code")}<startEvent id="s"/><parallelGateway id="g"/>'
        '<receiveTask id="r" messageRef="M"/><userTask id="u"/><userTask id="v"/>'
    )
    process_ = compiled(keyed("code"), elements, "s g r", "g u v")
    instance = running(process_, {"dossier": {"code": "H1"}})
    assert awaited(instance) == ["H1"]

    instance.complete("u", dossier={"code": "H2"})

    assert awaited(instance) == ["H2"]
    with pytest.raises(CommandRejectedError):
        instance.deliver("r", "papers", code="H1")
    instance.deliver("r", "papers", code="H2")
    assert awaited(instance) == []


def test_the_message_that_starts_a_process_fixes_the_key(running):
    elements = (
        '<startEvent id="s"><messageEventDefinition messageRef="M"/></startEvent>'
        '<receiveTask id="r" messageRef="N"/>'
    )

    begun = start(
        compiled(keyed("code"), elements, "s r"), {"code": "H9"}, at=NINE, start_element="s"
    )

    assert [one.correlation_key for one in begun.messages] == ["H9"]


def test_a_subscription_without_its_bindings_is_refused():
    elements = f'{subscription()}<startEvent id="s"/><receiveTask id="r" messageRef="M"/>'

    findings = lint({"m.bpmn": file(keyed("code") + process(elements, "s r"))})

    assert [(one.rule, one.element_id) for one in findings if one.severity == "error"] == [
        ("correlation-not-bound", "sub")
    ]


def test_a_pool_of_many_whose_messages_cannot_be_told_apart_is_warned_about():
    pool = (
        '<collaboration id="cc"><participant id="many" name="Districts" processRef="p">'
        '<participantMultiplicity minimum="2" maximum="9"/></participant></collaboration>'
    )
    waiting = process('<startEvent id="s"/><receiveTask id="r" messageRef="M"/>', "s r")

    told = [one.rule for one in lint({"m.bpmn": file(pool + waiting)})]
    apart = [one.rule for one in lint({"m.bpmn": file(keyed("code") + pool + waiting)})]

    assert "participants-not-told-apart" in told
    assert "participants-not-told-apart" not in apart


@pytest.mark.parametrize(("ours", "theirs"), [("5.0", "5"), ("1.50", "1.5"), ("true", "true")])
def test_equal_values_are_one_key_however_they_were_written(running, ours, theirs):
    elements = (
        f'{subscription(code=f"= {ours}")}<startEvent id="s"/><receiveTask id="r" messageRef="M"/>'
        '<userTask id="z"/>'
    )
    instance = running(compiled(keyed("code"), elements, "s r z"))

    assert awaited(instance) == [theirs]
    instance.deliver("r", "papers", code=parse(theirs).evaluate({}))
    assert instance.tasks == ["z"]

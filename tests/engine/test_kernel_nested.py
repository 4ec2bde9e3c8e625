"""The hard elements inside each other."""

from tests.engine.sketches import compiled, flows, process

TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
UNDO = "<compensateEventDefinition/>"
ERROR = '<errorEventDefinition errorRef="E"/>'


def many(count: int) -> str:
    tag = "multiInstanceLoopCharacteristics"
    return f"<{tag}><loopCardinality>{count}</loopCardinality></{tag}>"


def undoable(handler: str, handler_id: str) -> str:
    return (
        f'<userTask id="a"/><boundaryEvent id="b" attachedToRef="a">{UNDO}</boundaryEvent>{handler}'
        f'<association id="as" sourceRef="b" targetRef="{handler_id}"/>'
    )


def throw(activity: str = "") -> str:
    reference = f' activityRef="{activity}"' if activity else ""
    definition = f"<compensateEventDefinition{reference}/>"
    return f'<intermediateThrowEvent id="t">{definition}</intermediateThrowEvent>'


HANDLER = '<userTask id="u" isForCompensation="true"/>'


def test_a_handler_may_be_a_sub_process_with_several_instances_of_a_task(running):
    handler = (
        '<subProcess id="h" isForCompensation="true"><startEvent id="i"/>'
        f'<userTask id="x">{many(2)}</userTask>{flows("i x")}</subProcess>'
    )
    process_ = compiled(
        f'<startEvent id="s"/>{undoable(handler, "h")}{throw()}<userTask id="z"/>', "s a t z"
    )
    instance = running(process_)

    instance.complete("a")
    assert instance.tasks == ["x", "x"]
    instance.complete("x")
    instance.complete("x")

    assert instance.tasks == ["z"]


def test_every_instance_of_a_sub_process_is_undone(running):
    inner = f'<startEvent id="i"/>{undoable(HANDLER, "u")}{flows("i a")}'
    process_ = compiled(
        f'<startEvent id="s"/><subProcess id="q">{many(2)}{inner}</subProcess>{throw("q")}'
        '<userTask id="z"/>',
        "s q t z",
    )
    instance = running(process_)
    instance.complete("a")
    instance.complete("a")

    assert instance.tasks == ["u"]
    instance.complete("u")
    assert instance.tasks == ["u"]
    instance.complete("u")

    assert instance.tasks == ["z"]


def test_an_event_sub_process_can_interrupt_what_is_being_undone(running):
    listening = (
        f'<subProcess id="es" triggeredByEvent="true"><startEvent id="hs">{TIMER}</startEvent>'
        f'<userTask id="h"/>{flows("hs h")}</subProcess>'
    )
    process_ = compiled(
        f'<startEvent id="s"/>{undoable(HANDLER, "u")}{throw()}<userTask id="z"/>{listening}',
        "s a t z",
    )
    instance = running(process_)
    instance.complete("a")
    assert instance.tasks == ["u"]

    instance.fire("hs")

    assert instance.tasks == ["h"]
    instance.complete("h")
    assert instance.status == "completed"


def test_an_event_sub_process_inside_another_one_interrupts_only_that(running):
    inner = (
        f'<subProcess id="es2" triggeredByEvent="true"><startEvent id="hs2">{TIMER}</startEvent>'
        f'<userTask id="h2"/>{flows("hs2 h2")}</subProcess>'
    )
    outer = (
        '<subProcess id="es" triggeredByEvent="true"><startEvent id="hs" isInterrupting="false">'
        f'{TIMER}</startEvent><userTask id="h"/>{flows("hs h")}{inner}</subProcess>'
    )
    instance = running(compiled(f'<startEvent id="s"/><userTask id="a"/>{outer}', "s a"))

    instance.fire("hs")
    assert instance.tasks == ["a", "h"]
    instance.fire("hs2")

    assert instance.tasks == ["a", "h2"]
    instance.complete("a")
    instance.complete("h2")
    assert instance.status == "completed"


def test_an_error_in_one_of_several_called_processes_leaves_them_all(running):
    called = process(
        f'<startEvent id="s1"/><userTask id="a"/><endEvent id="j">{ERROR}</endEvent>',
        "s1 a j",
        key="c1",
    )
    process_ = compiled(
        f'<startEvent id="s"/><callActivity id="q" calledElement="c1">{many(3)}</callActivity>'
        f'<boundaryEvent id="b" attachedToRef="q">{ERROR}</boundaryEvent><userTask id="h"/>'
        '<userTask id="z"/>',
        "s q z",
        "b h",
        more=called,
    )
    instance = running(process_)
    assert instance.tasks == ["a", "a", "a"]

    instance.complete("a")

    assert instance.tasks == ["h"]


def test_a_timer_takes_a_loop_away_in_the_middle_of_a_round(running):
    process_ = compiled(
        '<startEvent id="s"/><subProcess id="q"><standardLoopCharacteristics loopMaximum="3"/>'
        f'<startEvent id="i"/><userTask id="a"/>{flows("i a")}</subProcess>'
        f'<boundaryEvent id="b" attachedToRef="q">{TIMER}</boundaryEvent><userTask id="h"/>'
        '<userTask id="z"/>',
        "s q z",
        "b h",
    )
    instance = running(process_)
    instance.complete("a")
    instance.complete("a")

    instance.fire("b")

    assert instance.tasks == ["h"]


def test_each_instance_of_a_receive_task_waits_for_a_message_of_its_own(running):
    characteristics = (
        '<multiInstanceLoopCharacteristics camunda:collection="people"'
        ' camunda:elementVariable="person"/>'
    )
    process_ = compiled(
        '<startEvent id="s"/><receiveTask id="r" messageRef="M"'
        f' camunda:correlationKey="= person">{characteristics}</receiveTask><userTask id="z"/>',
        "s r z",
    )
    instance = running(process_, {"people": ["An", "Bình"]})

    assert [wait.correlation_key for wait in instance.outcome.messages] == ["An", "Bình"]
    instance.deliver("r", "papers")
    instance.deliver("r", "papers")

    assert instance.tasks == ["z"]


def test_an_inclusive_join_waits_for_all_instances_before_it(running):
    process_ = compiled(
        f'<startEvent id="s"/><inclusiveGateway id="g"/><userTask id="a">{many(2)}</userTask>'
        '<userTask id="b"/><inclusiveGateway id="j"/><userTask id="z"/>',
        "s g",
        "g a ? = true",
        "g b ? = true",
        "a j z",
        "b j",
    )
    instance = running(process_)

    instance.complete("b")
    instance.complete("a")
    assert instance.tasks == ["a"]
    instance.complete("a")

    assert instance.tasks == ["z"]

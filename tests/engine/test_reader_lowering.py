"""Every lowering alone: what the analyst left implicit becomes explicit."""

from engine.bpmn.lower import add_implicit_ends, add_implicit_start, is_helper, join_links, lower
from engine.bpmn.reader import read
from tests.engine.model_files import chain, diagram


def process(body: str):
    return read(diagram(body), "m.bpmn").processes["p"]


def targets(scope, key: str) -> list[str]:
    return [scope.flows[flow].target for flow in scope.nodes[key].outgoing]


def link(kind: str, key: str, name: str) -> str:
    return f'<{kind} id="{key}"><linkEventDefinition name="{name}"/></{kind}>'


def test_links_become_flows_and_their_ends_stay():
    scope = process(
        link("intermediateThrowEvent", "t1", "A")
        + link("intermediateThrowEvent", "t2", "A")
        + link("intermediateCatchEvent", "c", "A")
        + link("intermediateCatchEvent", "other", "B")
    )

    joined = join_links(scope)

    assert list(joined.nodes) == ["t1", "t2", "c", "other"]
    assert targets(joined, "t1") == targets(joined, "t2") == ["c"]
    assert len(joined.nodes["c"].incoming) == 2
    assert all(not node.events for node in joined.nodes.values())


def test_a_scope_without_a_start_event_begins_wherever_nothing_leads():
    scope = process(chain("task a", "task b") + '<task id="c"/>')

    started = add_implicit_start(scope)

    [start] = [key for key in started.nodes if is_helper(key)]
    assert started.nodes[start].kind == "startEvent"
    assert targets(started, start) == ["a", "c"]


def test_a_drawn_start_event_is_enough():
    scope = process(chain("startEvent s", "task a") + '<task id="c"/>')

    assert add_implicit_start(scope) == scope


def test_boundary_events_and_compensation_do_not_begin_anything():
    scope = process(
        '<task id="a"/><boundaryEvent id="b" attachedToRef="a"/>'
        '<task id="undo" isForCompensation="true"/>'
    )

    started = add_implicit_start(scope)

    assert targets(started, "~start_p") == ["a"]


def test_a_circle_gets_no_start():
    scope = process('<task id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="a"/>')

    assert add_implicit_start(scope) == scope


def test_an_end_follows_whatever_nothing_follows():
    scope = process(chain("startEvent s", "task a") + '<endEvent id="e"/>')

    ended = add_implicit_ends(scope)

    assert targets(ended, "a") == ["~end_a"]
    assert ended.nodes["~end_a"].kind == "endEvent"
    assert "~end_e" not in ended.nodes


def test_an_empty_sub_process_ends_at_once():
    scope = lower(process('<subProcess id="sub"/>')).nodes["sub"].scope

    assert [node.kind for node in scope.nodes.values()] == ["startEvent", "endEvent"]


def test_inner_scopes_are_lowered_too():
    scope = lower(process('<subProcess id="sub"><task id="a"/></subProcess>'))

    assert list(scope.nodes["sub"].scope.nodes) == ["~start_sub", "a", "~end_a"]


def test_a_lane_gives_its_group_to_tasks_that_name_nobody():
    lanes = (
        '<laneSet><lane id="k" name="Một cửa" camunda:candidateGroups="mot-cua, van-thu">'
        '<flowNodeRef>a</flowNodeRef><flowNodeRef>b</flowNodeRef></lane><lane id="n"'
        ' name="Lãnh đạo, ký"><flowNodeRef>sub</flowNodeRef></lane></laneSet>'
    )
    body = (
        '<userTask id="a"/><userTask id="b" camunda:assignee="thu"/>'
        '<subProcess id="sub"><manualTask id="c"/></subProcess>'
    )

    nodes = lower(process(lanes + body)).nodes

    assert nodes["a"].assignment.candidate_groups == ("mot-cua", "van-thu")
    assert nodes["b"].assignment.candidate_groups == ()
    assert nodes["sub"].scope.nodes["c"].assignment.candidate_groups == ("Lãnh đạo, ký",)


def test_lowering_changes_nothing_that_was_drawn_completely():
    scope = process(chain("startEvent s", "task a", "endEvent e"))

    assert lower(scope) == scope

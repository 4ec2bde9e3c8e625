"""What the reader makes of a BPMN file."""

import pytest

from engine.bpmn.reader import read
from engine.errors import InvalidModelError
from tests.engine.model_files import collaboration, diagram


def only_process(content: bytes):
    [process] = read(content, "m.bpmn").processes.values()
    return process


def test_nodes_and_flows_keep_document_order_and_lines():
    body = (
        '<startEvent id="s"/>\n'
        '<sequenceFlow id="f2" sourceRef="s" targetRef="e2"/>\n'
        '<endEvent id="e1"/>\n'
        '<sequenceFlow id="f1" sourceRef="s" targetRef="e1"/>\n'
        '<endEvent id="e2"/>'
    )

    process = only_process(diagram(body))

    first = process.nodes["s"].line
    assert list(process.nodes) == ["s", "e1", "e2"]
    assert [node.line - first for node in process.nodes.values()] == [0, 2, 4]
    assert process.nodes["s"].outgoing == ("f2", "f1")
    assert process.nodes["e1"].incoming == ("f1",)


def test_a_flow_without_an_id_is_kept_under_an_invented_one():
    body = '<startEvent id="s"/><endEvent id="e"/><sequenceFlow sourceRef="s" targetRef="e"/>'

    process = only_process(diagram(body))

    [flow] = process.flows.values()
    assert flow.id.startswith("~")
    assert flow.id_was_missing
    assert process.nodes["e"].incoming == (flow.id,)


def test_invented_ids_are_the_same_in_every_reading():
    body = '<startEvent id="s"/><endEvent id="e"/><sequenceFlow sourceRef="s" targetRef="e"/>' * 2

    assert read(diagram(body), "m.bpmn") == read(diagram(body), "m.bpmn")


def test_references_are_resolved_through_their_prefix_to_names_and_codes():
    body = (
        '<intermediateCatchEvent id="m"><messageEventDefinition messageRef="own:Msg"/>'
        '</intermediateCatchEvent><endEvent id="x"><errorEventDefinition errorRef="er"/></endEvent>'
        '<intermediateCatchEvent id="g"><signalEventDefinition signalRef="sg"/>'
        '</intermediateCatchEvent><receiveTask id="r" messageRef="Msg"/>'
    )
    roots = (
        '<message id="Msg" name="Trả lời"/><error id="er" name="E" errorCode="het-han"/>'
        '<signal id="sg" name="Bão"/>'
    )

    nodes = only_process(diagram(body, roots=roots)).nodes

    assert nodes["m"].events[0].ref == "Trả lời"
    assert nodes["x"].events[0].ref == "het-han"
    assert nodes["g"].events[0].ref == "Bão"
    assert nodes["r"].message_ref == "Trả lời"


def test_a_reference_to_nothing_is_noted_with_its_element_and_line():
    event = '<messageEventDefinition messageRef="M"/>'
    body = f'\n<intermediateCatchEvent id="c">{event}</intermediateCatchEvent>'

    definitions = read(diagram(body), "m.bpmn")

    line = definitions.processes["p"].nodes["c"].line
    assert definitions.unresolved == (("c", "messageRef", "M", line),)


def test_a_referenced_event_definition_counts_like_an_own_one():
    body = (
        '<intermediateCatchEvent id="c"><eventDefinitionRef>own:t</eventDefinitionRef>'
        "</intermediateCatchEvent>"
    )
    roots = (
        '<timerEventDefinition id="t" motcua:calendar="working"><timeDuration> P2D </timeDuration>'
        "</timerEventDefinition>"
    )

    [event] = only_process(diagram(body, roots=roots)).nodes["c"].events

    assert (event.kind, event.timer_kind, event.expression) == ("timer", "duration", "P2D")
    assert event.working_time


def test_a_node_lies_in_the_innermost_named_lane():
    body = (
        '<laneSet><lane id="outer" name="Ủy ban"><flowNodeRef>t</flowNodeRef>'
        '<flowNodeRef>u</flowNodeRef><childLaneSet><lane id="inner" name="Một cửa">'
        "<flowNodeRef>t</flowNodeRef></lane>"
        '<lane id="blank"><flowNodeRef>u</flowNodeRef></lane></childLaneSet></lane></laneSet>'
        '<userTask id="t"/><userTask id="u"/>'
    )

    nodes = only_process(diagram(body)).nodes

    assert nodes["t"].lane == "inner"
    assert nodes["u"].lane == "outer"


def test_nodes_of_a_sub_process_lie_in_its_lane():
    body = (
        '<laneSet><lane id="l" name="Một cửa"><flowNodeRef>sub</flowNodeRef></lane></laneSet>'
        '<subProcess id="sub"><userTask id="t"/></subProcess>'
    )

    assert only_process(diagram(body)).nodes["sub"].scope.nodes["t"].lane == "l"


def test_all_processes_and_participants_are_read():
    definitions = read(
        collaboration(
            '<collaboration id="c"><participant id="a" processRef="own:p"/><participant id="b"/>'
            '</collaboration><process id="p" isExecutable="true"/>'
            '<process id="q" isExecutable="false"/><process id="r"/>'
        ),
        "m.bpmn",
    )

    assert definitions.participants == {"a": "p", "b": None}
    executable = {key: one.executable for key, one in definitions.processes.items()}
    assert executable == {"p": True, "q": False, "r": None}


def test_a_repeated_id_is_noted_and_the_first_element_stays():
    definitions = read(diagram('<task id="t" name="first"/>\n<userTask id="t"/>'), "m.bpmn")

    node = definitions.processes["p"].nodes["t"]
    assert node.name == "first"
    assert definitions.duplicate_ids == (("t", node.line + 1),)


def test_a_script_stands_on_the_line_of_its_first_word():
    body = '<scriptTask id="t" scriptFormat="feel">\n<script>\n\n  { a: 1 }\n</script></scriptTask>'

    node = only_process(diagram(body)).nodes["t"]

    assert node.script.text == "{ a: 1 }"
    assert node.script.line == node.line + 3


def test_comments_and_processing_instructions_leave_no_trace():
    body = "<scriptTask id='t'><script>1 <!-- one -->+ 1<?x y?></script></scriptTask>"

    assert only_process(diagram(body)).nodes["t"].script.text == "1 + 1"


def test_quantities_flags_and_loops_are_read():
    body = (
        '<task id="a" startQuantity="2" completionQuantity="3" isForCompensation="true"/>'
        '<task id="b"><multiInstanceLoopCharacteristics isSequential="true"/></task>'
        '<task id="c"><multiInstanceLoopCharacteristics/></task>'
        '<task id="d"><standardLoopCharacteristics/></task>'
        '<boundaryEvent id="e" attachedToRef="a" cancelActivity="false"/>'
    )

    nodes = only_process(diagram(body)).nodes

    assert (nodes["a"].start_quantity, nodes["a"].completion_quantity) == (2, 3)
    assert nodes["a"].is_for_compensation
    assert [nodes[key].loop for key in "bcd"] == ["sequential", "parallel", "standard"]
    assert not nodes["e"].interrupting


def test_an_element_stands_where_its_tag_begins_however_long_it_is():
    body = (
        "<!-- <task id='no'/> -->\n<task\n id='a'\n name='x &gt; y > z'\n/>"
        "<documentation><![CDATA[<task id='no'>]]></documentation>\n<task id='b'\n></task>"
    )

    nodes = only_process(diagram(body)).nodes

    assert [nodes["a"].name, nodes["b"].line - nodes["a"].line] == ["x > y > z", 4]
    assert nodes["a"].line == diagram(body).split(b"<task\n")[0].count(b"\n") + 1


def test_a_process_without_a_name_takes_the_name_of_its_pool():
    content = collaboration(
        '<collaboration id="c"><participant id="a" name="Cấp phép" processRef="p"/></collaboration>'
        '<process id="p"/><process id="q"/>'
    )

    processes = read(content, "m.bpmn").processes

    assert [process.name for process in processes.values()] == ["Cấp phép", ""]


def test_a_namespace_that_is_no_uri_is_read_as_other_tools_wrote_it():
    content = diagram('<task id="t"/>').replace(
        b"<definitions ", b'<definitions xmlns:x="a b://c" '
    )

    assert list(read(content, "m.bpmn").processes["p"].nodes) == ["t"]
    with pytest.raises(InvalidModelError):
        read(content.replace(b"</process>", b""), "m.bpmn")

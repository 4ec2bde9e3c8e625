"""Data: mappings at any activity, data objects of sub-processes, data associations."""

from engine import variables_of
from tests.engine.sketches import compiled, flows


def io(inputs: str = "", outputs: str = "") -> str:
    """Input and output mappings like ``name = expression``, separated by semicolons."""
    written = [("inputParameter", one) for one in inputs.split(";") if one]
    written += [("outputParameter", one) for one in outputs.split(";") if one]
    parts = []
    for tag, one in written:
        name, _, value = one.partition(" = ")
        parts.append(f'<camunda:{tag} name="{name.strip()}">= {value}</camunda:{tag}>')
    mappings = f"<camunda:inputOutput>{''.join(parts)}</camunda:inputOutput>"
    return f"<extensionElements>{mappings}</extensionElements>"


def test_a_task_sees_its_inputs_and_the_process_only_its_outputs(running):
    process = compiled(
        f'<startEvent id="s"/><userTask id="a">{io("fee = base + 1", "total = fee + extra")}'
        '</userTask><userTask id="z"/>',
        "s a z",
    )
    instance = running(process, {"base": 7})

    assert instance.seen_by(instance.token_at("a")) == {"base": 7, "fee": 8}
    instance.complete("a", extra=2)

    assert instance.variables == {"base": 7, "total": 10}


def test_a_sub_process_works_on_its_inputs_and_writes_the_rest_outside(running):
    inner = '<startEvent id="i"/><userTask id="x"/><endEvent id="j"/>' + flows("i x j")
    process = compiled(
        f'<startEvent id="s"/><subProcess id="q">{io("fee = base + 1")}{inner}</subProcess>'
        '<userTask id="z"/>',
        "s q z",
    )
    instance = running(process, {"base": 7})

    instance.complete("x", fee=99, found=True)

    assert instance.variables == {"base": 7, "found": True}


def test_a_data_object_of_a_sub_process_goes_with_it(running):
    inner = (
        '<dataObject id="d" name="draft"/><startEvent id="i"/><userTask id="x"/>'
        '<userTask id="y"/><endEvent id="j"/>' + flows("i x y j")
    )
    process = compiled(
        f'<startEvent id="s"/><subProcess id="q">{inner}</subProcess><userTask id="z"/>', "s q z"
    )
    instance = running(process, {"draft": "outside"})

    instance.complete("x", draft="inside", other=1)
    assert instance.seen_by(instance.token_at("y")) == {"draft": "inside", "other": 1}
    instance.complete("y")

    assert instance.variables == {"draft": "outside", "other": 1}


def test_data_associations_carry_values_in_and_out(running):
    elements = (
        '<dataObject id="d1" name="form"/><dataObject id="d2" name="decision"/>'
        '<startEvent id="s"/><userTask id="a"><ioSpecification><dataInput id="i1" name="papers"/>'
        '<dataOutput id="o1" name="answer"/><inputSet/><outputSet/></ioSpecification>'
        "<dataInputAssociation><sourceRef>d1</sourceRef><targetRef>i1</targetRef>"
        "</dataInputAssociation><dataOutputAssociation><sourceRef>o1</sourceRef>"
        '<targetRef>d2</targetRef></dataOutputAssociation></userTask><userTask id="z"/>'
    )
    instance = running(compiled(elements, "s a z"), {"form": "F-1"})

    assert instance.seen_by(instance.token_at("a"))["papers"] == "F-1"
    instance.complete("a", answer="yes")

    assert instance.variables["decision"] == "yes"
    assert "papers" not in instance.variables


def test_a_data_association_computes_what_it_assigns(running):
    association = (
        "<dataOutputAssociation><targetRef>d</targetRef><assignment><from>= n * 2</from>"
        "<to>double</to></assignment></dataOutputAssociation>"
    )
    process = compiled(
        f'<startEvent id="s"/><task id="a">{association}</task><userTask id="z"/>', "s a z"
    )

    instance = running(process, {"n": 4})

    assert instance.variables["double"] == 8


def test_a_message_sent_from_an_instance_reads_its_layer(running):
    many = (
        '<multiInstanceLoopCharacteristics camunda:collection="people"'
        ' camunda:elementVariable="person"/>'
    )
    process = compiled(
        '<startEvent id="s"/><sendTask id="a" messageRef="M" camunda:correlationKey="= person">'
        f'{many}</sendTask><userTask id="z"/>',
        "s a z",
    )

    instance = running(process, {"people": ["An", "Bình"]})

    keys = [e.data["correlation_key"] for e in instance.events if e.kind == "message.sent"]
    assert keys == ["An", "Bình"]


def test_the_variables_of_a_token_are_read_from_the_stored_form_alone(running):
    many = (
        '<multiInstanceLoopCharacteristics camunda:collection="people"'
        ' camunda:elementVariable="person"/>'
    )
    inner = f'<startEvent id="i"/><userTask id="x">{many}</userTask><endEvent id="j"/>'
    process = compiled(
        '<startEvent id="s"/><subProcess id="q"><property id="secret"/>'
        f'{inner}{flows("i x j")}</subProcess><userTask id="z"/>',
        "s q z",
    )
    instance = running(process, {"people": ["An"]})

    seen = variables_of(process, instance.outcome.snapshot, instance.token_at("x"))

    assert seen == {"people": ["An"], "secret": None, "loopCounter": 0, "person": "An"}

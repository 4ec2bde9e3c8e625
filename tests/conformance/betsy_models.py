"""A betsy model as we can deploy it: scripts as external service tasks, Java calls as FEEL."""

import re

from lxml import etree

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
NOTHING = "nothing"  # the topic of a script without a text
_EXPRESSIONS = (
    "conditionExpression",
    "condition",
    "loopCondition",
    "loopCardinality",
    "completionCondition",
    "activationCondition",
)
_CONTAINS = re.compile(r'(!?)\s*(\w+)\.contains\(("[^"]*")\)>?')


def rewritten(content: bytes) -> bytes:
    """Return the model with each script as a job and each condition in FEEL."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(content, parser)
    for script in root.iter(f"{MODEL}scriptTask"):
        _as_job(script)
    for script in list(root.iter(f"{MODEL}globalScriptTask")):
        _as_process(script)
    for name in _EXPRESSIONS:
        for found in root.iter(f"{MODEL}{name}"):
            if found.text:
                found.text = _as_feel(found.text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _as_job(task: etree._Element) -> None:
    script = task.find(f"{MODEL}script")
    text = "" if script is None else (script.text or "").strip()
    if script is not None:
        task.remove(script)
    task.tag = f"{MODEL}serviceTask"
    task.attrib.pop("scriptFormat", "")
    task.set(f"{CAMUNDA}type", "external")
    task.set(f"{CAMUNDA}topic", text or NOTHING)


def _as_process(task: etree._Element) -> None:
    """Put a process with one job in the place of a global script task: BPMN has no global job."""
    key = task.get("id", "")
    outer = task.getparent()
    task.attrib.clear()
    task.set("id", f"{key}_job")
    process = etree.Element(f"{MODEL}process", id=key, isExecutable="false")
    etree.SubElement(process, f"{MODEL}startEvent", id=f"{key}_start")
    etree.SubElement(
        process,
        f"{MODEL}sequenceFlow",
        id=f"{key}_flow",
        sourceRef=f"{key}_start",
        targetRef=f"{key}_job",
    )
    if outer is not None:
        outer.replace(task, process)
    process.append(task)
    _as_job(task)


def _as_feel(text: str) -> str:
    written = re.sub(r"^\s*[$#]\{(.*)\}\s*$", r"\1", text, flags=re.DOTALL)
    return _CONTAINS.sub(_contains, written)


def _contains(found: re.Match[str]) -> str:
    negated, name, part = found.groups()
    call = f"contains({name}, {part})"
    return f"not({call})" if negated else call

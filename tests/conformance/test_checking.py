"""What lint says of models that nobody here wrote, and that reading them loses nothing."""

import json
import time
import zipfile

from lxml import etree

from engine.bpmn.reader import NODES, read
from engine.bpmn.xml import MODEL, parse
from engine.errors import InvalidModelError
from engine.lint import lint
from tests.conformance import betsy_constraints, bpmnspector, corpus
from tests.conformance.material import DATA, needs_material

pytestmark = needs_material
NOT_XML = ["miwg/d53d701cacd9.bpmn"]  # it claims to be UTF-8 and holds bytes that are not
SLOWEST_SECONDS = 0.5  # of processor time for one model


def test_every_labelled_model_is_judged_rightly():
    wrong = [one for one in bpmnspector.verdicts(DATA / "bpmnspector") if not one.ok]

    assert wrong == []


def test_every_model_that_breaks_a_constraint_is_refused():
    found = list(betsy_constraints.verdicts(DATA / "betsy"))

    assert [one.id for one in found if not one.ok] == []
    assert sum(one.note == "by its own rule" for one in found) >= 147


def test_real_models_run_or_are_refused_for_a_reason_at_a_place():
    found = list(corpus.verdicts(DATA))

    ran = [one for one in found if not one.got.startswith(("read", "refused"))]
    assert all(one.ok for one in found if one not in ran)
    assert sum(one.ok for one in ran) >= 0.9 * len(ran)
    assert sum(one.ok for one in found) >= 0.98 * len(found)


def test_all_files_of_the_interchange_tests_are_read_and_written_without_loss():
    lost = []
    for name, content in _files("miwg/"):
        try:
            root = parse(content, name)
        except InvalidModelError:
            lost.append(name)
            continue
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_pis=True, recover=True
        )
        if _canonical(root) != _canonical(etree.fromstring(content, parser)):
            lost.append(name)
        if _nodes(root) != _read_nodes(content, name):
            lost.append(f"{name}: nodes")

    assert lost == NOT_XML


def test_checking_a_real_model_is_quick():
    slow = []
    for name, content in _files("miwg/"):
        begun = time.process_time()
        lint({"model.bpmn": content})
        seconds = time.process_time() - begun
        if seconds > SLOWEST_SECONDS:
            slow.append((name, seconds))

    assert slow == []


def _files(prefix: str) -> list[tuple[str, bytes]]:
    listed = json.loads((DATA / "corpus.json").read_text(encoding="utf-8"))
    with zipfile.ZipFile(DATA / "corpus.zip") as archive:
        return [
            (one["file"], archive.read(one["file"]))
            for one in listed
            if one["file"].startswith(prefix)
        ]


def _canonical(root: etree._Element) -> str:
    """Return the canonical form of the tree as it is written, without comments."""
    return etree.canonicalize(etree.tostring(root, encoding="unicode"), with_comments=False)


def _nodes(root: etree._Element) -> set[str]:
    """Return the ids of all flow nodes that stand in a process."""
    return {
        element.get("id", "")
        for process in root.iter(f"{{{MODEL}}}process")
        for element in process.iter(*(f"{{{MODEL}}}{kind}" for kind in NODES))
        if element.get("id")
    }


def _read_nodes(content: bytes, name: str) -> set[str]:
    found = read(content, name).processes.values()
    processes = [one for one in found if one.kind == "process"]
    return {node.id for one in processes for _, node in one.walk() if not node.id.startswith("~")}

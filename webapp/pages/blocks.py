"""Ready blocks of BPMN: what each adds, how it looks, its files to take into a model."""

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from flask import Blueprint, render_template, send_file
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp.errors import NotFoundError

bp = Blueprint("blocks", __name__, url_prefix="/procedures/blocks")
SHIPPED = Path(__file__).parents[2] / "procedures_bpmn" / "blocks"


@dataclass(frozen=True, slots=True)
class Block:
    """A folder of ``procedures_bpmn/blocks`` in words: what it adds, and where it is fixed."""

    name: str
    adds: str
    fixed: str


BLOCKS = {
    "yeu-cau-bo-sung": Block(
        N_("Request a supplement"),
        N_("Asks for papers with the clock stopped; stops when nothing comes in time."),
        N_("Interrupting border event on the task that appraises"),
    ),
    "tu-choi": Block(
        N_("Refuse"),
        N_("Proposes a refusal; the leader signs it or sends it back."),
        N_("Interrupting border event on the task that appraises"),
    ),
    "dung-giai-quyet": Block(
        N_("Stop the work"),
        N_("The agency stops working on the dossier."),
        N_("Interrupting event sub-process"),
    ),
    "rut-ho-so": Block(
        N_("Withdraw for the applicant"),
        N_("The applicant takes the dossier back."),
        N_("Interrupting event sub-process"),
    ),
    "cho-nop-tien": Block(
        N_("Wait for a payment"),
        N_("Waits for tax or fee with the clock stopped; stops when nothing is paid in time."),
        N_("User task with state 6 and its border events"),
    ),
    "gia-han": Block(
        N_("Apologise and extend"),
        N_("Apology and a new date; the work goes on."),
        N_("Event sub-process that interrupts nothing"),
    ),
    "dinh-chinh-ket-qua": Block(
        N_("Correct the result"),
        N_("A wrong result goes back, before or after it was handed over."),
        N_("Interrupting event sub-process"),
    ),
}


@bp.get("")
def index() -> str:
    """List the blocks."""
    return render_template("blocks/index.html", blocks=BLOCKS)


@bp.get("/<key>")
def block(key: str) -> str:
    """Show one block: its diagram and its files."""
    found, files = _block(key)
    model = next(one for one in files if one.suffix == ".bpmn")
    return render_template(
        "blocks/block.html",
        key=key,
        block=found,
        files=[one.name for one in files],
        xml=model.read_text(encoding="utf-8"),
    )


@bp.get("/<key>.zip")
def take(key: str) -> Response:
    """Give out the model and the forms of a block."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in _block(key)[1]:
            archive.write(one, one.name)
    packed.seek(0)
    return send_file(
        packed, mimetype="application/zip", as_attachment=True, download_name=f"{key}.zip"
    )


def _block(key: str) -> tuple[Block, list[Path]]:
    """Return a block and its files, the model first."""
    found = BLOCKS.get(key)
    if found is None:
        raise NotFoundError(N_("There is no such block."))
    files = [one for one in (SHIPPED / key).iterdir() if one.suffix in {".bpmn", ".form"}]
    return found, sorted(files, key=lambda one: (one.suffix != ".bpmn", one.name))

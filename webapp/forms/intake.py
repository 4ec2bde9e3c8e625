"""What the counter takes in beside the start form: the applicant and the papers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from engine.texts import N_
from webapp.forms import kinds
from webapp.forms.messages import Message
from webapp.forms.reading import Posted

CHANNELS = {"counter": N_("At the counter"), "online": N_("Online"), "post": N_("By post")}
PAPER_FORMS = {
    "original": N_("Original"),
    "copy": N_("Copy"),
    "electronic": N_("Electronic"),
    "data": N_("In a database"),
}
COMPLETE, MISSING, NOT_APPLICABLE = "complete", "missing", "not_applicable"
PAPER_STATES = {
    COMPLETE: N_("Complete"),
    MISSING: N_("Missing"),
    NOT_APPLICABLE: N_("Not applicable"),
}
MAX_COPIES = 99
_GROUPING = re.compile(r"[\s.\u00a0-]")
FEES = {
    "owed": N_("Fee not paid yet"),
    "paid": N_("Fee paid"),
    "waived": N_("Fee waived"),
    "none": N_("No fee"),
}


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """One line of the checklist as ticked; ``state`` is "" while nobody has ticked it."""

    id: str
    name: str
    note: str
    required: bool
    state: str
    form: str
    copies: str

    @property
    def stored(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "form": self.form,
            "copies": int(self.copies) if self.copies.isdigit() else 0,
        }


def _rings(text: str) -> None:
    try:
        kinds.phone(text)
    except kinds.KindError as error:
        raise ValidationError(error.message) from error


class _Applicant(Schema):
    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=200),
        error_messages={"required": "", "null": ""},
    )
    phone = fields.String(required=True, validate=_rings)
    identity = fields.String(validate=validate.Regexp(r"(\d{9,14})?$"))
    address = fields.String(validate=validate.Length(max=300))
    email = fields.String(validate=validate.Regexp(r"([^@\s]+@[^@\s]+\.[^@\s]+)?$"))
    channel = fields.String(required=True, validate=validate.OneOf(list(CHANNELS)))
    subject = fields.String(validate=validate.Length(max=300))
    helped = fields.UUID(allow_none=True)
    deciding = fields.UUID(allow_none=True)
    assisted_by = fields.String(validate=validate.Length(max=200))
    fee = fields.String(validate=validate.OneOf(["", *FEES]))
    fee_amount = fields.String(validate=validate.Regexp(r"(\d[\d. ]{0,15})?$"))
    fee_note = fields.String(validate=validate.Length(max=200))


PLACES = ("helped", "deciding")
APPLICANT_KEYS = tuple(_Applicant().fields)
_COMPLAINTS = {
    "helped": Message(N_("Choose where the person was helped")),
    "deciding": Message(N_("Choose which agency decides")),
    "assisted_by": Message(N_("The name of the helper may have at most 200 characters")),
    "name": Message(N_("Enter the applicant's name")),
    "phone": Message(
        N_("Enter a phone number such as 0905 123 478; the applicant needs it for tracking")
    ),
    "identity": Message(N_("Enter the identity number as 12 digits")),
    "address": Message(N_("The address may have at most 300 characters")),
    "email": Message(N_("Enter an e-mail address such as lan@example.vn")),
    "channel": Message(N_("Choose how the dossier came")),
    "fee": Message(N_("Choose how the fee stands")),
    "fee_amount": Message(N_("Enter how much was paid, in đồng, such as 50.000")),
    "fee_note": Message(N_("Say in at most 200 characters why no fee is taken")),
    "subject": Message(N_("The request may have at most 300 characters")),
}


def read_applicant(posted: Posted) -> dict[str, str]:
    """Return the applicant as typed, by key; the identity number without what groups its digits."""
    typed = {key: (posted.get(f"applicant-{key}", "") or "").strip() for key in APPLICANT_KEYS}
    return {**typed, "identity": _GROUPING.sub("", typed["identity"])}


def check_applicant(typed: Mapping[str, str]) -> dict[str, Message]:
    """Return what is wrong with the applicant's data, by key, in the order of the page."""
    try:
        _Applicant(unknown=EXCLUDE).load(
            {key: value or (None if key in PLACES else value) for key, value in typed.items()}
        )
    except ValidationError as error:
        wrong = {*error.messages, *_half_said(typed)}
        return {key: _COMPLAINTS[key] for key in APPLICANT_KEYS if key in wrong}
    return {key: _COMPLAINTS[key] for key in _half_said(typed)}


def amount_of(text: str) -> int | None:
    """Return an amount of money typed as 50.000 or 50 000, in đồng; None where none was."""
    digits = "".join(one for one in text if one.isdecimal())
    return int(digits) if digits else None


def _half_said(typed: Mapping[str, str]) -> tuple[str, ...]:
    """What else a fee needs: how much was paid, why none is taken."""
    state = typed.get("fee", "")
    if state == "paid" and amount_of(typed.get("fee_amount", "")) is None:
        return ("fee_amount",)
    return ("fee_note",) if state == "waived" and not typed.get("fee_note") else ()


def read_papers(
    listed: Sequence[Mapping[str, Any]], posted: Posted, language: str
) -> tuple[PaperEntry, ...]:
    """Return the checklist of a facts sheet as it was ticked."""
    return tuple(_paper(one, posted, language) for one in listed)


def check_papers(papers: Sequence[PaperEntry]) -> dict[str, Message]:
    """Return what keeps the papers from being accepted, by paper id."""
    wrong: dict[str, Message] = {}
    for paper in papers:
        name = {"paper": paper.name}
        if not paper.state:
            wrong[paper.id] = Message(N_("Say whether this paper came: %(paper)s"), name)
        elif paper.required and paper.state != COMPLETE:
            wrong[paper.id] = Message(N_("A required paper is missing: %(paper)s"), name)
        elif paper.state == COMPLETE and not _is_count(paper.copies):
            wrong[paper.id] = Message(N_("Enter the number of copies: %(paper)s"), name)
    return wrong


def _paper(one: Mapping[str, Any], posted: Posted, language: str) -> PaperEntry:
    paper_id = str(one.get("id", ""))
    state = posted.get(f"paper-{paper_id}", "") or ""
    form = posted.get(f"paper-form-{paper_id}", "") or str(one.get("form", "original"))
    copies = posted.get(f"paper-copies-{paper_id}", "") or str(one.get("copies", 1))
    return PaperEntry(
        id=paper_id,
        name=_words(one.get("name"), language),
        note=_words(one.get("note"), language),
        required=bool(one.get("required")),
        state=state if state in PAPER_STATES else "",
        form=form if form in PAPER_FORMS else "original",
        copies=copies.strip(),
    )


def _is_count(text: str) -> bool:
    return text.isdigit() and int(text) <= MAX_COPIES


def _words(entry: Any, language: str) -> str:
    if isinstance(entry, Mapping):
        return str(entry.get(language) or entry.get("vi") or "")
    return str(entry or "")

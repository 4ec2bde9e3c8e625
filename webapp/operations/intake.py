"""What the counter took in: checked, and laid out for the engine and for the table."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor
from webapp.errors import RejectedError
from webapp.folding import fold
from webapp.models import AgencyPeriod, Dossier, ProcessDefinition, ProcessInstance
from webapp.operations import noting
from webapp.storable import storable

RECEIVED = 2  # published state
CHANNELS = ("counter", "online", "post")
MAX_SUBJECT_LENGTH = 300  # characters


@dataclass(frozen=True, slots=True)
class Fee:
    """How the fee stands when a dossier is received; ``amount`` in đồng."""

    state: str  # owed, paid, waived, none
    amount: int | None = None
    note: str = ""  # number of the receipt, or why none is taken


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierRequest:
    """What the counter took in. ``answers`` are the start form's typed values by key.

    What an event begins has no applicant: an empty name, and the channel "event".

    ``papers`` say what came: id, state, form, copies. ``attachment_ids`` are files that the
    same person uploaded before the dossier existed.
    """

    applicant_name: str
    subject: str = ""
    applicant_identity: str = ""
    applicant_phone: str = ""
    applicant_email: str = ""
    applicant_address: str = ""
    channel: str = "counter"
    helped_agency_id: UUID | None = None  # where the person was helped; where it was received
    deciding_agency_id: UUID | None = None  # which agency decides; where it was received
    assisted_by: str = ""  # who helped; not who applies
    papers: tuple[Mapping[str, Any], ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    attachment_ids: tuple[UUID, ...] = ()
    fee: Fee | None = None  # None: as the facts sheet says

    @property
    def case(self) -> tuple[str, Mapping[str, Any]]:
        """What the limit may depend on: the channel and the start form's answers."""
        return self.channel, self.answers

    @property
    def places(self) -> tuple[UUID, ...]:
        """The agencies that were named: where the person was helped, which agency decides."""
        return tuple(one for one in (self.helped_agency_id, self.deciding_agency_id) if one)


def check(request: DossierRequest) -> None:
    """Raise RejectedError when a request cannot become a dossier."""
    if not request.applicant_name.strip():
        raise RejectedError(N_("Enter the applicant's name."))
    if request.channel not in CHANNELS:
        raise RejectedError(N_("There is no channel %(channel)s."), channel=request.channel)
    if len(request.subject) > MAX_SUBJECT_LENGTH:
        raise RejectedError(
            N_("The subject has at most %(length)s characters."), length=MAX_SUBJECT_LENGTH
        )


def variables(
    request: DossierRequest,
    code: str,
    at: datetime,
    promised_at: datetime | None,
    agencies: tuple[str, str],
) -> dict[str, Any]:
    """Return what every process can read: ``ho_so``, ``nguoi_nop`` and the start form's answers.

    ``agencies``: the codes of the one that received and of the one that decides.
    """
    return {
        **request.answers,
        "ho_so": {
            "ma": code,
            "tiep_nhan_luc": at,
            "hen_tra_luc": promised_at,
            "co_quan_nhan": agencies[0],
            "co_quan_giai_quyet": agencies[1],
        },
        "nguoi_nop": {
            "ten": request.applicant_name,
            "dien_thoai": request.applicant_phone,
            "dia_chi": request.applicant_address,
            "so_dinh_danh": request.applicant_identity,
            "email": request.applicant_email,
        },
    }


def dossier_row(
    definition: ProcessDefinition,
    instance: ProcessInstance,
    request: DossierRequest,
    code: str,
    promised_at: datetime | None,
    actor: Actor,
    at: datetime,
) -> Dossier:
    """Return the dossier of an instance, not yet in the session."""
    searched = (code, request.applicant_name, request.subject, definition.name)
    return Dossier(
        id=uuid4(),
        instance_id=instance.id,
        definition_id=definition.id,
        code=code,
        tracking_token=secrets.token_urlsafe(18),
        state=RECEIVED,
        channel=request.channel,
        subject=request.subject.strip() or definition.name,
        applicant_name=request.applicant_name.strip(),
        applicant_identity=request.applicant_identity.strip(),
        applicant_phone=request.applicant_phone.strip(),
        applicant_email=request.applicant_email.strip(),
        applicant_address=request.applicant_address.strip(),
        search_text=fold(" ".join(searched)),
        papers=storable(request.papers),
        answers=storable(request.answers),
        received_at=at,
        received_by=actor.user_id,
        first_promised_at=promised_at,
        promised_at=promised_at,
        outcome="",
        assisted_by=request.assisted_by.strip() or None,
        money_state="owed" if (definition.facts.get("fee") or {}).get("amount") else "none",
        delivery_state="none",
    )


def take_fee(
    session: Session, dossier: Dossier, request: DossierRequest, *, actor: Actor, at: datetime
) -> None:
    """Keep how the fee of a dossier just received stands, where the counter said it."""
    fee = request.fee
    if fee is not None:
        noting.set_money(
            session, dossier.id, fee.state, fee.note, actor=actor, at=at, amount=fee.amount
        )


def set_places(dossier: Dossier, request: DossierRequest, received: AgencyPeriod | None) -> None:
    """Keep the three places of a dossier; those that nobody named are where it was received."""
    if received is None:
        return
    dossier.received_agency_id = received.agency_id
    dossier.helped_agency_id = request.helped_agency_id or received.agency_id
    dossier.deciding_agency_id = request.deciding_agency_id or received.agency_id

"""What applicants ask for at the demo counter."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.forms import Form
from webapp.actors import Actor
from webapp.demo import rhythm
from webapp.demo.answers import Clerk, fill
from webapp.demo.applicants import invent
from webapp.demo.scans import scan
from webapp.filestore import FileStore
from webapp.models import Dossier, ProcessDefinition, UserTask, UserTaskStatus
from webapp.operations import attachments, definitions, deployments, dossiers
from webapp.operations.dossiers import DossierRequest

ONLINE, COMPLETE = "online", "complete"  # a channel, and the state of a paper that came
_COPIES = {
    "khai_sinh": "bản sao giấy khai sinh",
    "trich_luc_khai_sinh": "trích lục khai sinh",
    "trich_luc_ket_hon": "trích lục kết hôn",
    "trich_luc_khai_tu": "trích lục khai tử",
}


def receive(
    session: Session,
    key: str,
    random: Random,
    *,
    actor: Actor,
    at: datetime,
    agency_code: str,
    files: FileStore,
    agencies: Mapping[str, UUID],
) -> UUID | None:
    """Start a dossier of the newest version for an invented applicant; return its instance's id.

    What comes online has its papers as files. None where nothing is published under ``key``.
    ``agencies``: who decides, by process
    key, where it is not the one that receives.
    """
    definition = deployments.find_latest(session, key)
    if definition is None:
        return None
    form = definitions.form(session, definition.id, definition.start_form_ref)
    request = _request(definition, form, Clerk(random, rhythm.day_of(at)))
    request = replace(request, deciding_agency_id=agencies.get(key))
    if request.channel == ONLINE:
        scans = _scans(session, request, files, actor, at)
        request = replace(request, attachment_ids=scans)
    dossier_id = dossiers.start(session, key, request, actor=actor, at=at, agency_code=agency_code)
    return session.get_one(Dossier, dossier_id).instance_id


def answer(session: Session, task: UserTask, random: Random, at: datetime) -> dict[str, Any]:
    """Return what somebody writes into the form of a task; nothing where it has none."""
    form = definitions.form(session, task.definition_id, task.form_ref)
    if form is None:
        return {}
    known = session.scalars(
        select(Dossier.answers).where(Dossier.instance_id == task.instance_id)
    ).one()
    before = session.scalars(
        select(UserTask.id).where(
            UserTask.instance_id == task.instance_id,
            UserTask.element_id == task.element_id,
            UserTask.status == UserTaskStatus.COMPLETED,
        )
    ).first()
    clerk = Clerk(random, rhythm.day_of(at), known, is_second_time=before is not None)
    return fill(form, clerk)


def _request(definition: ProcessDefinition, form: Form | None, clerk: Clerk) -> DossierRequest:
    applicant = invent(clerk.random)
    answers = fill(form, clerk) if form else {}
    channel = clerk.random.choices(list(rhythm.CHANNELS), list(rhythm.CHANNELS.values()))[0]
    return DossierRequest(
        applicant_name=applicant.name,
        applicant_phone=applicant.phone,
        applicant_identity=applicant.identity,
        applicant_address=applicant.address,
        applicant_email=applicant.email,
        channel=channel,
        subject=_subject(answers) or definition.name,
        papers=tuple(_paper(one, channel) for one in definition.facts.get("papers", [])),
        answers=answers,
    )


def _scans(
    session: Session, request: DossierRequest, files: FileStore, actor: Actor, at: datetime
) -> tuple[UUID, ...]:
    came = [paper for paper in request.papers if paper["state"] == COMPLETE]
    return tuple(
        attachments.store(
            session,
            files,
            f"{paper['id']}.pdf",
            [scan(f"{request.applicant_name}: {paper['name']}")],
            field=f"paper-{paper['id']}",
            actor=actor,
            at=at,
        )
        for paper in came
    )


def _subject(answers: Mapping[str, Any]) -> str:
    if "ten_ho_kinh_doanh" in answers:
        return f"Thành lập hộ kinh doanh {answers['ten_ho_kinh_doanh']}"
    if "dia_diem_xay_dung" in answers:
        return f"Xây nhà ở {answers['so_tang']} tầng tại {answers['dia_diem_xay_dung']}"
    if "loai_ban_sao" in answers:
        kind = _COPIES.get(answers["loai_ban_sao"], "trích lục hộ tịch")
        return f"Cấp {kind} của {answers['ho_ten_nguoi_dang_ky']}"
    return ""


def _paper(one: Mapping[str, Any], channel: str) -> dict[str, Any]:
    required = bool(one.get("required"))
    name = one.get("name")
    return {
        "id": one.get("id", ""),
        "name": name.get("vi", "") if isinstance(name, Mapping) else str(name or ""),
        "state": COMPLETE if required else "not_applicable",
        "form": "electronic" if channel == ONLINE else one.get("form", "original"),
        "copies": one.get("copies", 1) if required else 0,
    }

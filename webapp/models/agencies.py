"""Agencies as a tree that changes by date: renamed, moved, merged, ended."""

from datetime import date
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base

DEFAULT_PATTERN = "{agency}-{yymmdd}-{seq:4}"


class AgencyKind(StrEnum):
    """What an agency is; Decree 118/2025 and 309/2026 name the one-stop units."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    COMMUNE = "commune"
    CENTRE = "centre"  # public administration service centre
    BRANCH = "branch"  # of a centre: a receiving point
    DEPARTMENT = "department"
    VERTICAL = "vertical"  # police, tax, social insurance, customs, land registry
    POST = "post"  # a post office that receives


class Agency(Base):
    """An agency through all its names; ``key`` never changes."""

    __tablename__ = "agency"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(unique=True)


class AgencyPeriod(Base):
    """How an agency is called and where it stands from a day on, until the next period."""

    __tablename__ = "agency_period"
    __table_args__ = (UniqueConstraint("agency_id", "valid_from"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # the last day; None: open
    code: Mapped[str] = mapped_column(index=True)  # H15.50.05.13
    name: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[str]  # AgencyKind
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"))
    dossier_pattern: Mapped[str]  # of dossier codes, see operations.numbers
    address: Mapped[str]
    phone: Mapped[str]
    place: Mapped[str]  # where its papers are dated: "An Hòa"
    note: Mapped[str]  # the decision behind the change
    # of an agency that ended: which one took over its dossiers
    successor_id: Mapped[UUID | None] = mapped_column(default=None)

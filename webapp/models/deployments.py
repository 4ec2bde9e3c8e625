"""What analysts upload and publish, and what starts it by itself."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base


class Deployment(Base):
    """One upload: a draft until it is published, then never changed again."""

    __tablename__ = "deployment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]  # of the file or zip as uploaded
    checksum: Mapped[str]  # sha256 hex over the names and contents of all files
    uploaded_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    uploaded_at: Mapped[datetime]
    published_at: Mapped[datetime | None]  # None: a draft
    # every expression with the dialect decided at upload, see operations.dialects
    expressions: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON, default=None)
    # the published deployment whose form was edited; nothing newer is published over
    based_on: Mapped[UUID | None] = mapped_column(default=None)


class DeploymentFile(Base):
    """One file of a deployment, byte for byte as uploaded."""

    __tablename__ = "deployment_file"
    __table_args__ = (UniqueConstraint("deployment_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployment.id"), index=True)
    name: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size_bytes: Mapped[int]
    sha256: Mapped[str]


class ProcessDefinition(Base):
    """One published version of a procedure. Never updated, never deleted while instances live."""

    __tablename__ = "process_definition"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployment.id"), index=True)
    key: Mapped[str]  # the BPMN process id
    version: Mapped[int]
    name: Mapped[str]
    file_name: Mapped[str]  # the .bpmn file that holds the process
    checksum: Mapped[str]  # of the whole deployment
    start_form_ref: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # facts.json, {} where there is none
    note: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    default_group: Mapped[str | None] = mapped_column(default=None)  # gets tasks that name nobody
    version_tag: Mapped[str | None]  # by which calls of other deployments can name it


class DecisionDefinition(Base):
    """One published version of a decision, for business rule tasks of other deployments."""

    __tablename__ = "decision_definition"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployment.id"), index=True)
    key: Mapped[str]  # the id of the decision
    version: Mapped[int]
    name: Mapped[str]
    file_name: Mapped[str]  # the .dmn file that holds it
    checksum: Mapped[str]  # sha256 hex over the .dmn files of the deployment
    version_tag: Mapped[str | None]
    note: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))


class StartTrigger(Base):
    """A start event that listens. Rows of earlier versions go when a newer one is published."""

    __tablename__ = "start_trigger"
    __table_args__ = (Index("ix_start_trigger_kind_name", "kind", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"))
    process_key: Mapped[str] = mapped_column(index=True)
    element_id: Mapped[str]
    kind: Mapped[str]  # engine.starting.StartKind
    name: Mapped[str]  # of the message or signal, else empty
    due_at: Mapped[datetime | None] = mapped_column(index=True)  # timers only
    firings_left: Mapped[int]  # below 0: without end
    period: Mapped[str | None]
    working_time: Mapped[bool]
    leased_until: Mapped[datetime | None]
    retries_left: Mapped[int]

"""Sending e-mail. The job is the outbox: it leaves when the mail server has taken the message."""

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.texts import N_
from webapp import clock
from webapp.config import Outside
from webapp.db import Database
from webapp.filestore import FileStore
from webapp.models import Attachment
from webapp.operations.jobs import ClaimedJob
from webapp.operations.outbox import Due
from webapp.worker import inputs
from webapp.worker.doing import HopelessError

TIMEOUT_SECONDS = 15  # of each answer of the mail server
MAX_RECIPIENTS = 50
MAX_ATTACHED_BYTES = 15 * 1024 * 1024  # what most mail servers take


@dataclass(frozen=True)
class Mailer:
    """The handler of the topic ``send-email``."""

    settings: Outside
    database: Database
    files: FileStore

    def send(self, job: ClaimedJob) -> Mapping[str, Any]:
        """Send the message that the inputs describe; return its Message-ID.

        Inputs: ``to``, ``cc``, ``bcc`` (texts with commas, or lists), ``subject``, ``body``,
        ``html`` (beside the body), ``reply_to``, ``attachments`` (ids or form fields of files of
        the same dossier). The Message-ID is the job's id: a message sent twice looks like one.
        """
        if not self.settings.smtp_host:
            raise HopelessError(N_("E-mail is sent only where MOTCUA_SMTP_HOST is set."))
        message = self._message(job)
        recipients = [name for field in ("to", "cc", "bcc") for name in inputs.names(job, field)]
        self._hand_over(message, recipients)
        return {"message_id": message["Message-ID"], "sent_at": message["Date"]}

    def post(self, mail: Due) -> None:
        """Send one message of the outbox. Its Message-ID is its id, so that twice looks like once.

        Raises HopelessError where the mail server never takes it, anything else for a while.
        """
        message = EmailMessage()
        message["From"], message["To"] = self.settings.mail_from, mail.address
        message["Subject"] = mail.subject
        domain = parseaddr(self.settings.mail_from)[1].rpartition("@")[2] or "localhost"
        message["Message-ID"] = f"<{mail.id}@{domain}>"
        message["Date"] = format_datetime(clock.now())
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.body)
        self._hand_over(message, [mail.address])

    def _message(self, job: ClaimedJob) -> EmailMessage:
        sender = self.settings.mail_from
        message = EmailMessage()
        message["From"] = sender
        message["To"] = ", ".join(_addresses(job, "to"))
        if not message["To"] or len(message["To"].addresses) > MAX_RECIPIENTS:
            raise HopelessError(
                N_("An e-mail goes to 1 to %(most)s addresses."), most=MAX_RECIPIENTS
            )
        copies = _addresses(job, "cc")
        _addresses(job, "bcc")  # checked, but never shown
        for header, addresses in (("Cc", copies), ("Reply-To", _addresses(job, "reply_to"))):
            if addresses:
                message[header] = ", ".join(addresses)
        message["Subject"] = inputs.required(job, "subject")
        domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
        message["Message-ID"] = f"<{job.id}@{domain}>"
        message["Date"] = format_datetime(clock.now())
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(inputs.text(job, "body"))
        html = inputs.text(job, "html")
        if html:
            message.add_alternative(html, subtype="html")
        self._attach(message, job)
        return message

    def _attach(self, message: EmailMessage, job: ClaimedJob) -> None:
        total = 0
        for row in self._attachments(job):
            total += row.size_bytes
            if total > MAX_ATTACHED_BYTES:
                raise HopelessError(
                    N_("The files of an e-mail have %(size)s MB together at most."),
                    size=MAX_ATTACHED_BYTES // 1024**2,
                )
            kind, _, subtype = row.media_type.partition("/")
            with self.files.open(row.sha256) as stream:
                content = stream.read()
            message.add_attachment(
                content,
                maintype=kind or "application",
                subtype=subtype or "octet-stream",
                filename=row.name,
            )

    def _attachments(self, job: ClaimedJob) -> Sequence[Attachment]:
        """Return the files named, of the job's own dossier only."""
        asked = inputs.names(job, "attachments")
        if not asked:
            return ()
        with self.database.reading() as session:
            rows = session.scalars(
                select(Attachment)
                .where(Attachment.instance_id == job.instance_id)
                .order_by(Attachment.uploaded_at)
            ).all()
        for name in asked:
            if not any(name in (row.field, str(row.id)) for row in rows):
                raise HopelessError(N_("The dossier has no file “%(name)s”."), name=name)
        return [row for row in rows if row.field in asked or _is_id(row.id, asked)]

    def _hand_over(self, message: EmailMessage, recipients: Sequence[str]) -> None:
        settings = self.settings
        try:
            with smtplib.SMTP(
                settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS
            ) as server:
                if settings.smtp_starttls:
                    server.starttls(context=_tls(settings))
                if settings.smtp_user:
                    server.login(settings.smtp_user, settings.smtp_password)
                addresses = [parseaddr(name)[1] for name in recipients]
                sender = parseaddr(settings.mail_from)[1]
                refused = server.send_message(message, sender, addresses)
        except smtplib.SMTPRecipientsRefused as error:
            _refuse(error.recipients)
        except smtplib.SMTPResponseException as error:
            said = f"{error.smtp_code} {_decoded(error.smtp_error)}"
            if 500 <= error.smtp_code < 600:
                raise HopelessError(N_("The mail server refused: %(said)s"), said=said) from error
            raise
        else:
            if refused:
                _refuse(refused)


def _refuse(refused: Mapping[str, tuple[int, bytes | str]]) -> None:
    said = "; ".join(f"{name}: {code} {_decoded(why)}" for name, (code, why) in refused.items())
    if all(500 <= code < 600 for code, _ in refused.values()):
        raise HopelessError(N_("The mail server refused: %(said)s"), said=said)
    raise OSError(said)


def _addresses(job: ClaimedJob, field: str) -> list[str]:
    found = inputs.names(job, field)
    for name in found:
        address = parseaddr(name)[1]
        local, _, domain = address.rpartition("@")
        if not local or not domain or not address.isascii() or " " in address:
            raise HopelessError(N_("“%(name)s” is not an e-mail address."), name=name)
    return found


def _is_id(attachment_id: UUID, asked: Sequence[str]) -> bool:
    return str(attachment_id) in asked


def _tls(settings: Outside) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.smtp_ca_file or None)


def _decoded(text: bytes | str) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else text

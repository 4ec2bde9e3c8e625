"""What the worker tells people: new and overdue tasks, digests, and e-mails of the outbox."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from webapp.db import Database
from webapp.errors import ConflictError
from webapp.operations import notifying, outbox
from webapp.operations.outbox import Due
from webapp.worker.doing import HopelessError

log = logging.getLogger(__name__)
EVERY = timedelta(seconds=15)
MAILS_AT_ONCE = 20
Post = Callable[[Due], None]
"""Hands one e-mail to the mail server, or raises."""

_PARTS: tuple[Callable[..., int], ...] = (
    notifying.tell_new,
    notifying.tell_overdue,
    outbox.make_digests,
)


class Teller:
    """Tells what is new a few times a minute; without ``post`` e-mails stay in the outbox."""

    def __init__(self, database: Database, post: Post | None = None) -> None:
        self._database = database
        self._post = post
        self._looked_at: datetime | None = None

    def work(self, at: datetime) -> int:
        """Do what is due; return how many e-mails went out."""
        if self._looked_at is not None and timedelta() <= at - self._looked_at < EVERY:
            return 0
        for part in _PARTS:
            try:
                with self._database.transaction() as session:
                    part(session, at=at)
            except ConflictError:
                log.info("notices met another writer")  # told at the next turn
        self._looked_at = at
        return self._send(at) if self._post is not None else 0

    def _send(self, at: datetime) -> int:
        with self._database.transaction() as session:
            due = outbox.claim_due(session, at=at, limit=MAILS_AT_ONCE)
        return sum(self._send_one(one, at) for one in due)

    def _send_one(self, mail: Due, at: datetime) -> bool:
        try:
            if self._post is not None:
                self._post(mail)
        except Exception as error:
            hopeless = isinstance(error, HopelessError)
            log.warning("e-mail failed", extra={"mail_id": str(mail.id)}, exc_info=not hopeless)
            with self._database.transaction() as session:
                outbox.failed(session, mail.id, str(error), hopeless=hopeless, at=at)
            return False
        with self._database.transaction() as session:
            outbox.sent(session, mail.id, at=at)
        return True

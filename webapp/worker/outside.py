"""The handlers whose effects leave the building, by topic, made from the settings."""

from collections.abc import Callable, Mapping

from webapp.config import Config
from webapp.db import Database
from webapp.operations.outbox import Due
from webapp.stores import file_store
from webapp.worker.calling import Caller
from webapp.worker.doing import OutsideHandler
from webapp.worker.mailing import Mailer
from webapp.worker.writing import Writer

TOPICS = ("send-email", "call-http", "write-file")


def post_of(config: Config, database: Database) -> Callable[[Due], None] | None:
    """Return what hands e-mails to the staff to the mail server, None where there is none."""
    if not config.outside.smtp_host:
        return None
    return Mailer(config.outside, database, file_store(config)).post


def outside_handlers(config: Config, database: Database) -> Mapping[str, OutsideHandler]:
    """Return the handlers of TOPICS; what is not set up says so in an incident."""
    mailer = Mailer(config.outside, database, file_store(config))
    handlers = (mailer.send, Caller(config.outside).call, Writer(config.outside).write)
    return dict(zip(TOPICS, handlers, strict=True))

"""The handlers whose effects leave the building, by topic, made from the settings."""

from collections.abc import Mapping

from webapp.config import Config
from webapp.db import Database
from webapp.stores import file_store
from webapp.worker.calling import Caller
from webapp.worker.doing import OutsideHandler
from webapp.worker.mailing import Mailer
from webapp.worker.writing import Writer

TOPICS = ("send-email", "call-http", "write-file")


def outside_handlers(config: Config, database: Database) -> Mapping[str, OutsideHandler]:
    """Return the handlers of TOPICS; what is not set up says so in an incident."""
    mailer = Mailer(config.outside, database, file_store(config))
    handlers = (mailer.send, Caller(config.outside).call, Writer(config.outside).write)
    return dict(zip(TOPICS, handlers, strict=True))

"""A construction permit that is really late: its applicant came weeks ago, and it still waits."""

from datetime import timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select

from webapp import clock
from webapp.config import DEFAULT_AGENCY_CODE
from webapp.db import Database
from webapp.demo import requests
from webapp.filestore import FileStore
from webapp.models import Dossier, UserAccount
from webapp.operations import people

PERMIT = "giay_phep_xay_dung"
LONG_AGO = timedelta(weeks=4)  # the law gives 7 working days


def receive_permit(folder: Path) -> str:
    """Let the demonstration in ``folder`` have received a permit long ago; return its code."""
    database = Database(f"sqlite:///{folder / 'motcua.db'}")
    with database.transaction() as session:
        clerk = session.scalars(select(UserAccount).where(UserAccount.username == "thu")).one()
        instance_id = requests.receive(
            session,
            PERMIT,
            Random(1),  # noqa: S311  (an invented applicant)
            actor=people.actor_of(clerk),
            at=clock.now() - LONG_AGO,
            agency_code=DEFAULT_AGENCY_CODE,
            files=FileStore(folder / "files"),
            agencies={},
        )
        return session.scalars(select(Dossier.code).where(Dossier.instance_id == instance_id)).one()

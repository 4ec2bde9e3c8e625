"""A year of random dossiers: every month adds up, leads to its dossiers, hands on what is open."""

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp.conftest import NINE
from tests.webapp.office import receive
from webapp import report_definitions, report_figures
from webapp.actors import Actor
from webapp.agency_calendars import current
from webapp.db import Database
from webapp.models import Dossier, DossierExtension, DossierPause, ProcessInstance
from webapp.queries import reports as queries
from webapp.report_facts import Period, period
from webapp.report_figures import TOTAL, Cell

_SHIPPED = tuple(report_figures.definition_from(body) for body in report_definitions.shipped())
DEFINITIONS = tuple({one.key: one for one in _SHIPPED}.values())  # the newest of each
YEAR = 2025
AFTER = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def office(database: Database, review: str, people: dict[str, Actor]) -> Database:
    receive(database, review, people["thu"], NINE)  # its instance lends the definition
    return database


@pytest.mark.parametrize("seed", [1])
def test_a_year_of_dossiers_adds_up_month_by_month(office: Database, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  (makes dossiers, not secrets)
    with office.transaction() as session:
        for number in range(80):
            _dossier(session, chance, number)
    with office.reading() as session:
        left: set[UUID] | None = None
        for month in range(1, 13):
            span = _month(session, month)
            cells = report_figures.live_cells(session, span, None)
            names = report_figures.names_of(session, cells, date(YEAR, month, 1))
            for definition in DEFINITIONS:
                _adds_up(definition, cells, names, is_deep=month in (1, 12))
            facts = _facts(session, span, cells)
            carried = {one for one, known in facts.items() if known["carried"]}
            assert left in (
                None,
                carried,
            )  # what was open at the end of a month is carried into the next
            left = {one for one, known in facts.items() if known["open"]}
            assert all(known["received"] != known["carried"] for known in facts.values())
            assert all(known["decided"] != known["open"] for known in facts.values())


def _adds_up(
    definition: report_definitions.Definition,
    cells: tuple[Cell, ...],
    names: report_figures.Names,
    *,
    is_deep: bool,
) -> None:
    """Every line adds up, the lines add up to the total, each number has that many dossiers."""
    grouping = definition.grouping
    found = report_figures.figures(definition, cells, names, grouping)
    assert found.unequal() is None
    total, *lines = found.lines
    for place, column in enumerate(definition.columns):
        assert total.numbers[place] == sum(line.numbers[place] for line in lines)
        if not is_deep:
            continue
        behind = report_figures.cells_behind(
            definition, cells, names, grouping, line=TOTAL, column=column.id
        )
        assert sum(one.count for one in behind) == total.numbers[place]


def _facts(session: Session, span: Period, cells: tuple[Cell, ...]) -> dict[UUID, dict[str, bool]]:
    rows = queries.counted(session, (span, None), cells, 1, 10_000)
    assert len(rows) == sum(one.count for one in cells)
    return {row.id: dict(row.facts) for row in rows if not row.facts["submitted"]}


def _month(session: Session, month: int) -> Period:
    first = date(YEAR, month, 1)
    last = date(YEAR + month // 12, month % 12 + 1, 1) - DAY
    return period(first, last, current(session), at=AFTER)


def _dossier(session: Session, chance: random.Random, number: int) -> None:
    """Add one dossier as the clock would have left it: whatever happened, in an order that can."""
    instance = ProcessInstance(
        definition_id=session.scalars(select(ProcessInstance.definition_id).limit(1)).one(),
        status="active",
        snapshot=b"",
        started_at=AFTER,
    )
    session.add(instance)
    session.flush()
    received = datetime(YEAR, 1, 1, tzinfo=UTC) - 20 * DAY + chance.random() * 400 * DAY
    promised = received + chance.choice([1, 3, 10, 40]) * DAY
    decided = received + chance.random() * 60 * DAY if chance.random() < 0.8 else None
    verdict = "" if decided is None else "late" if decided > promised else "early"
    if verdict == "early" and chance.random() < 0.3:
        verdict = "on_time"
    states = [2, 4, 5, 6, 1] if decided is None else [3, 7, 8, 9, 10]
    dossier = Dossier(
        id=uuid4(), instance_id=instance.id, definition_id=instance.definition_id,
        code=f"Y-{number}", tracking_token=f"t{number}", state=chance.choice(states),
        channel=chance.choice(["online", "counter", "post"]), subject="", applicant_name="",
        applicant_identity="", applicant_phone="", applicant_email="", applicant_address="",
        search_text="", papers=[], answers={}, received_at=received,
        first_promised_at=promised, promised_at=promised, decided_at=decided, verdict=verdict,
        outcome="", money_state=chance.choice(["none", "owed", "paid", "waived"]),
        paid_how=chance.choice(["", "counter", "online"]),
        rating=chance.choice([None, 1, 2, 3]), rated_at=decided,
    )  # fmt: skip
    session.add(dossier)
    session.flush()
    for _ in range(chance.choice([0, 0, 1, 2])):
        started = received + chance.random() * 20 * DAY
        ended = started + chance.random() * 20 * DAY
        session.add(
            DossierPause(
                dossier_id=dossier.id,
                state=chance.choice([5, 6]),
                element_id="x",
                started_at=started,
                ended_at=decided and max(started, min(ended, decided)),
                reason=chance.choice(["supplement", "outage", ""]),
            )
        )
    if chance.random() < 0.2:
        moved = {"extended_at": promised - DAY, "old_due": promised, "new_due": promised + DAY}
        about = {"amount": "P1D", "reason": "r", "signer": "s", "legal_basis": "b"}
        session.add(DossierExtension(dossier_id=dossier.id, **moved, **about))

"""One dossier as administrators change it by hand, each time with a reason."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

import engine
from engine.texts import N_
from webapp import clock
from webapp.errors import ConflictError, ProductError, RejectedError
from webapp.operations import definitions, modifying
from webapp.operations.modifying import value_words, written_value
from webapp.pages.errors import refusal_text, status_of
from webapp.pages.guard import current_actor
from webapp.pages.moments import read_moment
from webapp.pages.product import acting, database
from webapp.pages.wording import language
from webapp.queries.diagrams import Position, position
from webapp.queries.modifications import InstanceView, get_instance

bp = Blueprint("instances", __name__, url_prefix="/instances")
_Act = Callable[[Session, UUID], None]
_TYPES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, N_("yes or no")),
    (str, N_("text")),
    ((int, float, Decimal), N_("number")),
    (datetime, N_("date and time")),
    (date, N_("date")),
    (Mapping, N_("context")),
    ((list, tuple), N_("list")),
    ((time, timedelta), N_("time")),
)


@bp.get("/<uuid:instance_id>")
def instance(instance_id: UUID) -> str:
    """Show where the tokens are, the variables, and what can be done."""
    return _page(instance_id)


@bp.post("/<uuid:instance_id>/<action>")
def change(instance_id: UUID, action: str) -> Response | tuple[str, int]:
    """Carry out one change, or say beside the forms why not."""
    try:
        act = _ACTIONS.get(action)
        if act is None:
            raise RejectedError(N_("There is no such change."))
        with acting() as session:
            act(session, instance_id)
    except (ProductError, engine.EngineError) as error:
        return _page(instance_id, refusal_text(error), action), status_of(error)
    flash(gettext("Done. The history of the dossier says what, who and why."))
    return redirect(f"/instances/{instance_id}", code=303)


def _page(instance_id: UUID, problem: str = "", tried: str = "") -> str:
    """Show an instance; ``tried`` is the change that was refused, whose form is open as typed."""
    now = clock.now()
    with database().reading() as session:
        found = get_instance(session, instance_id)
        process = definitions.compiled(session, found.definition_id)
        tokens = modifying.live_tokens(session, instance_id, at=now)
        variables = modifying.variables(session, instance_id)
        drawn = position(session, found.definition_id, instance_id)
    names = {
        node.id: found.procedure.element(node.id, node.name, language())
        for node in process.elements.values()
    }
    waits: dict[str, list[object]] = {}
    for wait in found.waits:
        waits.setdefault(wait.token_id, []).append(wait)
    return render_template(
        "instances/instance.html",
        instance=found,
        procedure=found.procedure.title(language()),
        tokens=tokens,
        waits=waits,
        names=names,
        targets=[("", gettext("Choose an element")), *_targets(names)],
        inside=[("", gettext("where it is clear")), *_hosts(tokens, names)],
        timers=[one for one in found.waits if one.timer_id],
        variables=_rows(variables, tokens),
        kept=engine.OWNED_VARIABLES,
        chosen=_chosen(variables, tokens),
        diagram=drawn,
        overlays=_overlays(found, drawn, tokens),
        problem=problem,
        tried=_form_of(tried) if problem else "",
        typed=request.form,
    )


def _overlays(
    found: InstanceView, drawn: Position, tokens: Sequence[engine.LiveToken]
) -> dict[str, dict[str, str]]:
    """Return the marks on the drawing: what is done, where tokens are, what failed."""
    marks = {key: {"state": state} for key, state in drawn.states.items()}
    marks |= {token.element_id: {"state": "now"} for token in tokens}
    failed = [one.element_id for one in found.incidents if one.element_id]
    return marks | {key: {"state": "now", "mark": "error", "n": "!"} for key in failed}


def _rows(
    variables: Mapping[str, object], tokens: Sequence[engine.LiveToken]
) -> list[tuple[str, str, str, engine.LiveToken | None]]:
    """Return name, type and value of each variable; the token where only that one sees it."""
    scopes = [(variables, None), *((one.variables, one) for one in tokens)]
    return [
        (name, type_words(value), value_words(value), token)
        for seen, token in scopes
        for name, value in sorted(seen.items())
    ]


def _chosen(
    variables: Mapping[str, object], tokens: Sequence[engine.LiveToken]
) -> tuple[str, str, str] | None:
    """Return name, value and token of the variable that the address asks to change."""
    name, token_id = request.args.get("variable", ""), request.args.get("token", "")
    seen = next((one.variables for one in tokens if one.token_id == token_id), variables)
    return (name, value_words(seen[name]), token_id) if name in seen else None


def _form_of(action: str) -> str:
    """Return the id that the form of a change has on the page."""
    about = {"move": "token", "take": "token", "timer": "timer"}.get(action)
    return f"{action}-{request.form.get(about, '')}" if about else action


def type_words(value: object) -> str:
    """Return what kind of value a variable holds, in the reader's language."""
    for kind, words in _TYPES:
        if isinstance(value, kind):
            return gettext(words)
    return gettext("nothing") if value is None else type(value).__name__


def _targets(names: Mapping[str, str]) -> list[tuple[str, str]]:
    listed = [(key, f"{name} ({key})" if name != key else key) for key, name in names.items()]
    return sorted(listed, key=lambda one: one[1].casefold())


def _hosts(tokens: tuple[engine.LiveToken, ...], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the tokens that others lie inside of."""
    hosts = {token.inside for token in tokens} - {None}
    return [
        (token.token_id, f"{names.get(token.element_id, token.element_id)} #{token.token_id}")
        for token in tokens
        if token.token_id in hosts
    ]


def _target() -> engine.Target:
    element_id = request.form.get("element", "")
    if not element_id:
        raise RejectedError(N_("Choose an element."))
    after = request.form.get("after") == "1"
    return engine.Target(element_id, after=after, inside=request.form.get("inside") or None)


def _token() -> str:
    return request.form.get("token", "")


def _modify(session: Session, instance_id: UUID, *changes: engine.Change) -> None:
    modifying.modify(
        session,
        instance_id,
        changes,
        reason=_reason(),
        actor=current_actor(),
        at=clock.now(),
        revision=_revision(),
    )


def _move(session: Session, instance_id: UUID) -> None:
    _modify(session, instance_id, engine.MoveToken(_token(), (_target(),)))


def _start(session: Session, instance_id: UUID) -> None:
    _modify(session, instance_id, engine.StartToken(_target()))


def _take(session: Session, instance_id: UUID) -> None:
    _modify(session, instance_id, engine.CancelToken(_token()))


def _set(session: Session, instance_id: UUID) -> None:
    name = request.form.get("name", "").strip()
    if not name:
        raise RejectedError(N_("Name the variable."))
    if request.form.get("remove") == "1":
        change = engine.SetVariables(remove=(name,), token_id=_token() or None)
    else:
        written = request.form.get("value", "").strip()
        change = engine.SetVariables({name: written_value(written)}, token_id=_token() or None)
    _modify(session, instance_id, change)


def _timer(session: Session, instance_id: UUID) -> None:
    due_at = read_moment(request.form.get("due", ""))
    _modify(session, instance_id, engine.SetTimer(request.form.get("timer", ""), due_at))


def _restart(session: Session, instance_id: UUID) -> None:
    modifying.restart(
        session,
        instance_id,
        [_target()],
        reason=_reason(),
        actor=current_actor(),
        at=clock.now(),
        revision=_revision(),
    )


def _suspend(session: Session, instance_id: UUID) -> None:
    modifying.suspend(session, instance_id, reason=_reason(), actor=current_actor(), at=clock.now())


def _resume(session: Session, instance_id: UUID) -> None:
    modifying.resume(session, instance_id, reason=_reason(), actor=current_actor(), at=clock.now())


def _cancel(session: Session, instance_id: UUID) -> None:
    modifying.cancel(
        session,
        instance_id,
        reason=_reason(),
        actor=current_actor(),
        at=clock.now(),
        revision=_revision(),
    )


def _reason() -> str:
    return request.form.get("reason", "")


def _revision() -> int:
    """Return the revision that the page showed; a form without one is an old page."""
    revision = request.form.get("revision", type=int)
    if revision is None:
        raise ConflictError(N_("The dossier has moved since you looked. Look again."))
    return revision


_ACTIONS: Mapping[str, _Act] = {
    "move": _move,
    "start": _start,
    "take": _take,
    "set": _set,
    "timer": _timer,
    "restart": _restart,
    "suspend": _suspend,
    "resume": _resume,
    "cancel": _cancel,
}

"""What happened in a dossier, in sentences, newest first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext

from engine.bpmn.elements import FlowNode
from engine.events import EventKind
from engine.texts import N_
from webapp.legal_rules import find_rule
from webapp.operations import events
from webapp.operations.reasons import ActionKind
from webapp.pages import changed, decisions, wording
from webapp.pages.called import CalledElements, called_in
from webapp.queries.dossiers import DossierView, TimelineEvent
from webapp.queries.states import words_of
from webapp.slips.purposes import KINDS, Purpose

ONLINE = "online"
ACTED = {
    ActionKind.SUPPLEMENT: N_("Asked for a supplement"),
    ActionKind.REFUSAL: N_("Proposed to refuse"),
    ActionKind.STOP: N_("Stopped the work"),
    ActionKind.WITHDRAWAL: N_("Took the dossier back for the applicant"),
    ActionKind.EXTENSION: N_("Apologised and set a new date"),
    ActionKind.CORRECTION: N_("Sent the result back to be corrected"),
}
SYSTEM_TASKS = {"serviceTask", "sendTask", "scriptTask"}

__all__ = ["CalledElements", "Entry", "called_in", "entries", "outcome_words"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. ``kind`` is staff, citizen or system."""

    kind: str
    title: str
    who: str
    at: datetime
    quote: str = ""


def entries(
    happened: Sequence[TimelineEvent],
    dossier: DossierView,
    elements: Mapping[str, FlowNode],
    called: Mapping[UUID, CalledElements] | None = None,
) -> tuple[Entry, ...]:
    """Return the events that mean something to people; moves of tokens are left out.

    ``called`` are the instances that call activities of the dossier started, by id.
    """
    teller = _Teller(dossier, elements, wording.language(), called or {})
    told = (teller.tell(event) for event in happened)
    return tuple(entry for entry in told if entry is not None)


def outcome_words(dossier: DossierView, elements: Mapping[str, FlowNode]) -> str:
    """Return how a dossier ended, in the reader's language; "" while it runs."""
    name = dossier.outcome
    ends = (
        one for one in elements.values() if one.kind == "endEvent" and name in (one.name, one.id)
    )
    end = next(ends, None)
    return dossier.procedure.element(end.id, name, wording.language()) if name and end else name


@dataclass(frozen=True, slots=True)
class _Teller:
    dossier: DossierView
    elements: Mapping[str, FlowNode]
    language: str
    called: Mapping[UUID, CalledElements]

    def tell(self, event: TimelineEvent) -> Entry | None:
        tell = _TELLERS.get(event.kind)
        told = changed.unless_deleted(lambda: tell(self, event), event.data) if tell else None
        if told is None:
            return None
        title, quote = told
        kind = "staff" if event.actor_id and event.kind not in _BY_PROGRAM else "system"
        online = event.kind == events.DOSSIER_RECEIVED and self.dossier.channel == ONLINE
        if online or event.kind in (events.DOSSIER_SUPPLIED, events.DOSSIER_RATED):
            kind = "citizen"
        who = event.actor_name if kind == "staff" else gettext("Program")
        if kind == "citizen":
            who = self.dossier.applicant_name
        return Entry(kind, title, who, event.occurred_at, quote)

    def name(self, event: TimelineEvent) -> str:
        node = self._node(event)
        drawn = (node.name if node else "") or str(event.data.get("name", ""))
        found = self.called.get(event.instance_id)
        procedure = found.names if found else self.dossier.procedure
        return procedure.element(event.element_id, drawn, self.language)

    def element(self, element_id: str) -> str:
        node = self.elements.get(element_id)
        drawn = node.name if node else ""
        return self.dossier.procedure.element(element_id, drawn, self.language)

    def kind_of(self, event: TimelineEvent) -> str:
        node = self._node(event)
        return node.kind if node else ""

    def _node(self, event: TimelineEvent) -> FlowNode | None:
        found = self.called.get(event.instance_id)
        return (found.elements if found else self.elements).get(event.element_id or "")


_Told = tuple[str, str] | None


def _received(teller: _Teller, event: TimelineEvent) -> _Told:
    promised = changed.instant_if_any(event.data.get("promised_at"))
    quote = gettext("Promised for %(at)s.", at=promised) if promised else ""
    if teller.dossier.is_begun_by_program:
        return gettext("The program began the dossier: nobody handed it in"), quote
    return gettext("Dossier received, receipt issued"), quote


def _changed_hands(teller: _Teller, event: TimelineEvent) -> _Told:
    return changed.hands(event.kind, teller.name(event), event.data)


def _claimed(teller: _Teller, event: TimelineEvent) -> _Told:
    return gettext("Took the task “%(task)s”", task=teller.name(event)), ""


def _released(teller: _Teller, event: TimelineEvent) -> _Told:
    return gettext("Gave the task “%(task)s” back", task=teller.name(event)), ""


def _completed(teller: _Teller, event: TimelineEvent) -> _Told:
    return gettext("Completed “%(task)s”", task=teller.name(event)), ""


def _paused(_: _Teller, event: TimelineEvent) -> _Told:
    state = gettext(words_of(int(event.data.get("state", 0))).name)
    rule = find_rule(f"pause.{event.data.get('reason', '')}", event.occurred_at.date())
    if rule is not None and event.element_id is None:  # not by the model, whose states have names
        state = wording.in_language(rule.name)
    told = [str(event.data.get(key) or "") for key in ("note", "legal_basis")]
    return gettext("The clock stopped: %(state)s", state=state), "; ".join(filter(None, told))


def _resumed(_: _Teller, event: TimelineEvent) -> _Told:
    promised = changed.instant_if_any(event.data.get("promised_at"))
    quote = gettext("Promised for %(at)s.", at=promised) if promised else ""
    return gettext("The clock runs again"), quote


def _timer(teller: _Teller, event: TimelineEvent) -> _Told:
    return gettext("Time ran out: %(name)s", name=teller.name(event)), ""


def _message_sent(teller: _Teller, event: TimelineEvent) -> _Told:
    return gettext("Message sent: %(name)s", name=teller.name(event)), ""


def _message_received(teller: _Teller, event: TimelineEvent) -> _Told:
    return gettext("Message received: %(name)s", name=teller.name(event)), ""


def _program_done(teller: _Teller, event: TimelineEvent) -> _Told:
    if teller.kind_of(event) not in SYSTEM_TASKS:
        return None
    return gettext("Done by the program: %(name)s", name=teller.name(event)), ""


def _decided(teller: _Teller, event: TimelineEvent) -> _Told:
    """Tell what came out and which rules counted, with the article they rest on."""
    output = decisions.output_words(event.data.get("output"))
    reasons = "; ".join(decisions.rules_told(event.data.get("explanation")))
    title = gettext("Decided: %(name)s", name=teller.name(event))
    return title, f"{output} · {reasons}" if reasons else output


def _null(teller: _Teller, event: TimelineEvent) -> _Told:
    quote = gettext(
        "“%(expression)s” gave null and counted as not true. A value it reads may be missing.",
        expression=event.data.get("expression", ""),
    )
    return gettext(
        "Warning: a condition at “%(name)s” had no answer", name=teller.name(event)
    ), quote


def _data_awaited(_: _Teller, event: TimelineEvent) -> _Told:
    return gettext("Waits for its data: %(needed)s", needed=event.data["needed"]), ""


def _state_changed(_: _Teller, event: TimelineEvent) -> _Told:
    data = event.data
    told = gettext("“%(object)s” is now “%(state)s”", object=data["object"], state=data["after"])
    before = data.get("before")
    return told, gettext("Before: “%(state)s”", state=before) if before else ""


def _store_written(_: _Teller, event: TimelineEvent) -> _Told:
    data = event.data
    words = N_("Taken out of “%(store)s”") if data.get("removed") else N_("Kept in “%(store)s”")
    return gettext(words, store=data["name"]), str(data.get("key") or "")


def _failed(_: _Teller, event: TimelineEvent) -> _Told:
    return gettext("Needs a look by an administrator"), changed.trouble(event.data)


def _resolved(_: _Teller, __: TimelineEvent) -> _Told:
    return gettext("The trouble was removed"), ""


def _by_hand(title: str) -> Callable[[_Teller, TimelineEvent], _Told]:
    """Return the teller of what was done with a whole instance: a reason stands beside it."""
    return lambda teller, event: (gettext(title), _reasons(teller, event))


def _reasons(teller: _Teller, event: TimelineEvent) -> str:
    done = "; ".join(_change(teller, one) for one in event.data.get("changes", ()))
    reason = str(event.data.get("reason", ""))
    return f"{reason} ({done})" if done else reason


def _change(teller: _Teller, change: Mapping[str, Any]) -> str:
    """Return one change of a modification in words."""
    if change["do"] == "set":
        names = [*change.get("after", {}), *change.get("removed", [])]
        return gettext("variables set: %(names)s", names=", ".join(names))
    here = teller.element(change["element_id"])
    if change["do"] == "timer":
        return changed.timer(change, here)
    if change["do"] == "move":
        there = ", ".join(teller.element(one["element_id"]) for one in change["to"])
        return gettext("moved from “%(here)s” to “%(there)s”", here=here, there=there)
    if change["do"] == "cancel":
        return gettext("“%(here)s” taken away", here=here)
    return gettext("started at “%(here)s”", here=here)


def _migrated(_: _Teller, event: TimelineEvent) -> _Told:
    title = gettext(
        "Moved from version %(before)s to version %(after)s",
        before=event.data.get("before"),
        after=event.data.get("after"),
    )
    return title, str(event.data.get("reason", ""))


def _begun(teller: _Teller, event: TimelineEvent) -> _Told:
    """Tell where another process is called; the dossier's own beginning is told otherwise."""
    found = teller.called.get(event.instance_id)
    if found is None:
        return None
    version = gettext("version %(number)s", number=found.names.version)
    return gettext("Process begun: %(name)s", name=found.names.title(teller.language)), version


def _ended(teller: _Teller, event: TimelineEvent) -> _Told:
    found = teller.called.get(event.instance_id)
    if found is None and event.kind == EventKind.INSTANCE_FAILED:
        return gettext("An error that nothing caught ended the process"), ""
    if found is None:
        return gettext("The dossier is finished"), outcome_words(teller.dossier, teller.elements)
    name = found.names.title(teller.language)
    if event.kind == EventKind.INSTANCE_COMPLETED:
        return gettext("Process ended: %(name)s", name=name), ""
    return gettext("Process broken off: %(name)s", name=name), ""


def _acted(_: _Teller, event: TimelineEvent) -> _Told:
    name = gettext(ACTED[ActionKind(event.data.get("action", ""))])
    reason = " – ".join(str(event.data.get(key, "")) for key in ("reason_code", "reason"))
    return name, f"{reason}. {event.data.get('explanation', '')}"


def _extended(_: _Teller, event: TimelineEvent) -> _Told:
    return gettext(
        "The date was moved to %(at)s", at=changed.instant_if_any(event.data.get("new_due_at"))
    ), str(event.data.get("reason", ""))


def _restarted(_: _Teller, event: TimelineEvent) -> _Told:
    return gettext("The whole time begins anew"), str(event.data.get("reason", ""))


def _recounted(teller: _Teller, event: TimelineEvent) -> _Told:
    return changed.calendar(event.data, teller.element)


def _due_soon(_: _Teller, event: TimelineEvent) -> _Told:
    promised = changed.instant_if_any(event.data.get("promised_at"))
    return gettext("Warning: the dossier is due soon"), gettext("Due %(at)s.", at=promised or "–")


def _slip(_: _Teller, event: TimelineEvent) -> _Told:
    name = gettext(KINDS[Purpose(event.data.get("purpose", ""))].name)
    words = N_("Paper made: %(name)s") if event.kind == events.SLIP_MADE else N_("Void: %(name)s")
    told = gettext(words, name=f"{name} {event.data.get('symbol', '')}".strip())
    return told, str(event.data.get("reason", ""))


def _supplied(_: _Teller, event: TimelineEvent) -> _Told:
    told = [str(event.data.get("text", "")), *map(str, event.data.get("files", ()))]
    return gettext("Sent a supplement"), "; ".join(filter(None, told))


def _reused(_: _Teller, event: TimelineEvent) -> _Told:
    data = event.data
    told = gettext("From dossier %(code)s: %(file)s", code=data["from_code"], file=data["file"])
    return gettext("A paper of an earlier dossier was used again"), told


def _noted(_: _Teller, event: TimelineEvent) -> _Told:
    if event.data.get("is_instruction"):
        return gettext("Gave an instruction"), ""
    return gettext("Wrote a note"), ""


def _handed(_: _Teller, event: TimelineEvent) -> _Told:
    number = str(event.data.get("number", ""))
    if event.data.get("accepted"):
        return gettext("Its papers came with list %(number)s", number=number), ""
    return gettext("Its papers went with list %(number)s", number=number), ""


_ENDS = (EventKind.INSTANCE_COMPLETED, EventKind.INSTANCE_CANCELLED, EventKind.INSTANCE_FAILED)
_TELLERS: Mapping[str, Callable[[_Teller, TimelineEvent], _Told]] = {
    events.DOSSIER_RECEIVED: _received,
    events.USER_TASK_CLAIMED: _claimed,
    events.USER_TASK_RELEASED: _released,
    events.USER_TASK_COMPLETED: _completed,
    events.DOSSIER_ACTED: _acted,
    events.DOSSIER_EXTENDED: _extended,
    events.DOSSIER_SUPPLIED: _supplied,
    events.DOSSIER_RATED: lambda _, event: changed.rated(event.data),
    events.DOSSIER_PAPER_REUSED: _reused,
    events.DOSSIER_NOTED: _noted,
    events.DOSSIER_HANDED_OVER: _handed,
    events.DOSSIER_MONEY_CHANGED: lambda _, event: changed.fee(event.data),
    events.DOSSIER_DELIVERY_CHANGED: lambda _, event: changed.delivery(event.data),
    events.DOSSIER_ANONYMISED: lambda _, event: changed.anonymised(event.data),
    events.SLIP_MADE: _slip,
    events.SLIP_VOIDED: _slip,
    events.DOSSIER_PAUSED: _paused,
    events.DOSSIER_RESUMED: _resumed,
    events.DOSSIER_CLOCK_RESTARTED: _restarted,
    events.DOSSIER_CALENDAR_CHANGED: _recounted,
    events.INSTANCE_CALENDAR_CHANGED: _recounted,
    events.DOSSIER_DUE_SOON: _due_soon,
    events.USER_TASK_ASSIGNED: _changed_hands,
    events.USER_TASK_DELEGATED: _changed_hands,
    events.USER_TASK_RETURNED: _changed_hands,
    events.INCIDENT_OPENED: _failed,
    events.INCIDENT_RESOLVED: _resolved,
    EventKind.INSTANCE_MODIFIED: _by_hand(N_("Changed by hand")),
    EventKind.INSTANCE_RESTARTED: _by_hand(N_("Let go on after its end")),
    EventKind.INSTANCE_REOPENED: _by_hand(N_("Opened again to correct the result")),
    EventKind.INSTANCE_BROUGHT_BACK: _by_hand(N_("Brought back to before the error")),
    EventKind.INSTANCE_UNDONE: _by_hand(N_("What it had done is undone")),
    events.INSTANCE_SUSPENDED: _by_hand(N_("Suspended")),
    events.INSTANCE_RESUMED: _by_hand(N_("Resumed")),
    events.INSTANCE_MIGRATED: _migrated,
    EventKind.TIMER_FIRED: _timer,
    EventKind.MESSAGE_SENT: _message_sent,
    EventKind.MESSAGE_RECEIVED: _message_received,
    EventKind.ELEMENT_COMPLETED: _program_done,
    EventKind.DECISION_MADE: _decided,
    EventKind.CONDITION_NULL: _null,
    EventKind.DATA_AWAITED: _data_awaited,
    EventKind.DATA_STATE_CHANGED: _state_changed,
    EventKind.DATA_STORE_WRITTEN: _store_written,
    EventKind.INSTANCE_STARTED: _begun,
    **dict.fromkeys(_ENDS, _ended),
}
_BY_PROGRAM = frozenset(
    {
        EventKind.INSTANCE_STARTED,
        events.DOSSIER_PAUSED,
        events.DOSSIER_RESUMED,
        EventKind.TIMER_FIRED,
        EventKind.MESSAGE_SENT,
        EventKind.MESSAGE_RECEIVED,
        EventKind.DECISION_MADE,
        EventKind.CONDITION_NULL,
        EventKind.ELEMENT_COMPLETED,
        *_ENDS,
    }
)

"""Activities: work for people and programs, and scripts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import feel
from engine.errors import ExecutionError
from engine.kernel import instants
from engine.kernel.base import Token
from engine.kernel.specs import ElementSpec, Waits
from engine.kernel.variables import Formula, flat, mapped
from engine.model import Job, UserTask, Variables
from engine.texts import N_

PRIORITY = 50  # of a user task that names none, on a scale of 0 to 100


class UserTaskSpec(ElementSpec):
    """Rests until a person has done it; who and until when is decided on arrival and kept."""

    rests = True
    staffing: "Staffing"
    settled: dict[str, list[str]] | None = None  # what staffing says of every token, if it does

    def activate(self, token: Token) -> bool:
        token.workflow.machine.rest(token)
        if self.settled is None:
            token.wait.update(self.staffing.decide(token))
        else:
            for name, names in self.settled.items():
                token.wait[name] = names.copy()
        return False

    def report(self, token: Token, waits: Waits) -> None:
        known, element = token.wait.get, self.element
        due, follow_up = known("due"), known("follow_up")
        waits.user_tasks.append(
            UserTask(
                token.id,
                self.element_id,
                element.name or self.element_id,
                tuple(known("groups", ())),
                tuple(known("users", ())),
                known("assignee"),
                element.form_ref,
                datetime.fromisoformat(due) if due else None,
                datetime.fromisoformat(follow_up) if follow_up else None,
                known("priority", PRIORITY),
            )
        )


_OPEN: tuple[Any, ...] = (None, [], ())


@dataclass(frozen=True, slots=True)
class Staffing:
    """Compiled assignment of a user task: a formula per question, ``None`` where it is open."""

    assignee: Formula | None
    users: tuple[Formula, ...]
    groups: tuple[Formula, ...]
    due: Formula | None
    follow_up: Formula | None
    work_limit: Formula | None
    priority: Formula | None

    def settled(self) -> dict[str, list[str]] | None:
        """Return the groups and users, where nothing else is given and nothing is computed."""
        formulas = (*self.groups, *self.users)
        others = (self.assignee, self.due, self.follow_up, self.work_limit, self.priority)
        if any(others) or any(one.expression is not None for one in formulas):
            return None
        found = {"groups": _listed(self.groups), "users": _listed(self.users)}
        return {name: names for name, names in found.items() if names}

    def decide(self, token: Token) -> dict[str, Any]:
        """Return what is known of a new task, by short names, without what is open."""
        found: dict[str, Any] = {
            "groups": self.groups and _names(self.groups, token),
            "users": self.users and _names(self.users, token),
            "assignee": self.assignee and _text(self.assignee, token),
            "due": (self.due or self.work_limit) and self._due(token),
            "follow_up": self.follow_up and _due(self.follow_up, token),
            "priority": self.priority and _priority(self.priority, token),
        }
        return {name: value for name, value in found.items() if value not in _OPEN}

    def _due(self, token: Token) -> str | None:
        limit = _value(self.work_limit, token)
        if self.due is not None or limit is None:
            return _due(self.due, token)
        moment, place = token.workflow.machine.moment, token.task_spec.element_id
        return instants.after(limit, moment, place, working_time=True).isoformat()


class JobSpec(ElementSpec):
    """Rests until a program has done it, known by its topic."""

    rests = True
    topic = ""
    reads: tuple[tuple[str, Formula], ...] = ()

    def activate(self, token: Token) -> bool:
        token.workflow.machine.rest(token)
        if self.reads:
            token.wait["inputs"] = mapped(self.reads, token.context(), self.element_id)
        return False

    def report(self, token: Token, waits: Waits) -> None:
        element = self.element
        variables = token.wait.get("inputs") or flat(token.variables)
        name = element.name or self.element_id
        waits.jobs.append(
            Job(
                token.id,
                self.element_id,
                name,
                self.topic,
                variables,
                element.retries,
                element.retry_cycle,
                element.job_priority,
            )
        )


class AskingSpec(ElementSpec):
    """Rests while something of another deployment is not to be found, or works for it."""

    rests = True

    def ask(self, token: Token) -> None:
        """Ask for it, perhaps once more."""
        raise NotImplementedError


class CallingSpec(AskingSpec):
    """Rests until an instance of another process has ended."""

    def called_ended(self, token: Token, variables: Variables, *, can_be_undone: bool) -> None:
        """Go on behind the call after its instance has completed with these variables."""
        raise NotImplementedError


class ScriptSpec(ElementSpec):
    """Evaluates its expression and writes the result, or each entry of a resulting context."""

    script: Formula
    result_variable: str | None = None

    def _run_hook(self, token: Token) -> bool | None:
        result = self.script.value(token.context(), self.element_id)
        if self.result_variable:
            token.write({self.result_variable: result})
        elif isinstance(result, dict):
            token.write(result)
        else:
            raise ExecutionError(
                N_("The script “%(element)s” names no result variable and gives no context."),
                params={"element": self.element.name or self.element_id},
                element_id=self.element_id,
                line=self.element.line,
            )
        return True


def _value(formula: Formula | None, token: Token) -> Any:
    if formula is None or formula.expression is None:
        return formula and formula.source
    return formula.value(token.context(), token.task_spec.element_id)


def _text(formula: Formula | None, token: Token) -> str | None:
    value = _value(formula, token)
    return None if value is None else str(value)


def _listed(formulas: tuple[Formula, ...]) -> list[str]:
    return _unique(formula.source for formula in formulas)


def _names(formulas: tuple[Formula, ...], token: Token) -> list[str]:
    return _unique(_value(formula, token) for formula in formulas)


def _unique(values: Iterable[Any]) -> list[str]:
    """Return the names in some values, each a list or a text with commas, each name once."""
    found: list[str] = []
    for value in values:
        names = value if isinstance(value, list) else str(value or "").split(",")
        found += [name for one in names if (name := str(one).strip())]
    return list(dict.fromkeys(found))


def _due(formula: Formula | None, token: Token) -> str | None:
    value = _value(formula, token)
    if value is None:
        return None
    return instants.due(
        value, token.workflow.machine.moment, token.task_spec.element_id
    ).isoformat()


def _priority(formula: Formula | None, token: Token) -> int | None:
    value = _value(formula, token)
    try:
        return None if value is None else int(value)
    except (TypeError, ValueError) as error:
        raise ExecutionError(
            N_("The priority “%(value)s” is no whole number."),
            params={"value": feel.to_text(value)},
            element_id=token.task_spec.element_id,
        ) from error

"""Which of our rules stand for a constraint of the catalogue that bpmnspector and betsy use."""

import pkgutil
from importlib import import_module

from engine.lint import standard
from engine.lint.standard.fault import Rule

_PRACTICAL = {  # constraints that the everyday rules check, too
    "EXT.002": {"duplicate-id"},
    "EXT.026": {"default-not-outgoing"},
    "EXT.028": {"flow-leaves-scope"},
    "EXT.101": {"start-with-incoming"},
    "EXT.104": {"end-with-outgoing"},
    "EXT.112": {"boundary-with-incoming"},
    "EXT.133": {"timer-not-iso"},
    "EXT.152": {"flow-leaves-scope", "dead-end"},
    "REF": {"unknown-reference", "flow-to-unknown"},
}


def families() -> dict[str, set[str]]:
    """Return the ids of the rules for each constraint; ``EXT.017`` is the form of a name."""
    found = {constraint: set(rules) for constraint, rules in _PRACTICAL.items()}
    for module in pkgutil.iter_modules(standard.__path__, f"{standard.__name__}."):
        for value in vars(import_module(module.name)).values():
            if isinstance(value, Rule):
                for constraint in value.constraints:
                    found.setdefault(constraint, set()).add(value.id)
    return found


def strict_rules() -> set[str]:
    """Return the ids of all strict rules."""
    practical = {rule for rules in _PRACTICAL.values() for rule in rules}
    return {rule for rules in families().values() for rule in rules} - practical

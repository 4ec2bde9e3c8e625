"""Sentences that are kept for later: in which language they will be read is not known yet."""

from collections.abc import Mapping
from typing import Any

_PLAIN = (str, bool, int, float, type(None))


class Told(str):
    """A filled English sentence with its template and params, as plain ``data`` for JSON."""

    data: Mapping[str, Any]


def told(error: Exception) -> str:
    """Return what an error says; a refusal of ours keeps what is needed to translate it."""
    data = data_of(error)
    if data is None:
        return str(error) or type(error).__name__
    sentence = Told(str(error))
    sentence.data = data
    return sentence


def kept(sentence: str) -> Mapping[str, Any] | None:
    """Return template and params of a sentence that has them, as JSON holds them."""
    return sentence.data if isinstance(sentence, Told) else None


def data_of(error: object) -> dict[str, Any] | None:
    """Return template and params of a refusal, those of refusals inside it too; else ``None``."""
    message, params = getattr(error, "message", None), getattr(error, "params", None)
    if not isinstance(message, str) or not isinstance(params, Mapping):
        return None
    return {"message": message, "params": {name: _plain(one) for name, one in params.items()}}


def _plain(value: object) -> Any:
    if isinstance(value, Exception):
        return data_of(value) or str(value)
    return value if isinstance(value, _PLAIN) else str(value)

"""Translating what forms, operations and the engine say."""

from datetime import datetime

from flask_babel import gettext

from engine.errors import EngineError
from webapp.errors import ProductError
from webapp.forms.messages import Message, message_of
from webapp.pages import wording


def said(message: object) -> str:
    """Return a Message in the reader's language; any other value as text."""
    if isinstance(message, Message):
        inner = message.params.items()
        params = {name: said(one) if isinstance(one, Message) else one for name, one in inner}
        return gettext(message.template, **params)
    return "" if message is None else str(message)


def refusal(error: ProductError | EngineError) -> str:
    """Return what a refusal says, with its instants on the agency's clock."""
    params = {
        name: wording.instant_words(value) if isinstance(value, datetime) else value
        for name, value in error.params.items()
    }
    return said(message_of(error.message, params))

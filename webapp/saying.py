"""The few words that pages and the API share: dates and durations in the reader's language."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import get_locale, gettext, ngettext

from webapp.calendars import TIMEZONE, english_names
from webapp.queries.names import words

HOUR = timedelta(hours=1)
_ZONE = ZoneInfo(TIMEZONE)


def language() -> str:
    """Return ``vi`` or ``en``."""
    locale = get_locale()
    return locale.language if locale is not None else "vi"


def office_words(amount: timedelta) -> str:
    """Return "1 day 6 h" for 14 office hours; the two largest units, a day being 8 hours."""
    minutes = int(amount.total_seconds() // 60)
    days, minutes = divmod(minutes, 8 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = []
    if days:
        parts.append(ngettext("%(num)s day", "%(num)s days", days))
    if hours:
        parts.append(gettext("%(num)s h", num=hours))
    if minutes and not days:
        parts.append(gettext("%(num)s min", num=minutes))
    return " ".join(parts[:2]) or gettext("under a minute")


def local(instant: datetime) -> datetime:
    """Return ``instant`` on the agency's clock; without a zone it is UTC."""
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(_ZONE)


def holiday(name: str) -> str:
    """Return the name of a day in the reader's language where the product knows it."""
    return english_names().get(name, name) if language() == "en" else name


def in_language(text: object) -> str:
    """Return the reader's side of a {"vi": ..., "en": ...} text of a facts sheet."""
    return words(text, language())

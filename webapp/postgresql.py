"""Connections to PostgreSQL that also ask by the short way: texts put together once.

The driver takes each text apart for names, looks at the types of its values to know whether it has
prepared it, and waits for the answer in Python. For the few statements of every completion that
took more than twice the time. Here a text stands as the server reads it, every value has its type
in it, and the client library of PostgreSQL waits.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection, adapt
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

MOST = 100  # texts that a connection has prepared, and as many whose uses it counts
MANY = 1_000  # uses; more than any threshold
_GOOD = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK})
_BINARY = frozenset({bytes, UUID})  # sent as they are; of other values the server reads the text


class Link(Connection[Any]):
    """A connection of the driver, and the short way beside it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._texts = _Texts()

    def ask(self, text: str, values: Sequence[Any]) -> tuple[Sequence[tuple[Any, ...]], int]:
        """Execute a text with values for $1, $2, …; return its rows, and how many it met or gave.

        Begins a transaction where there is none, as a cursor does. Raises psycopg.Error.
        """
        with self.lock:
            if not self.autocommit and self._status == TransactionStatus.IDLE:
                self._checked(self.pgconn.exec_(b"BEGIN"))
            written: Any = adapt.Transformer(self)
            result = self._asked(text, written, values)
            written.set_pgresult(result)
            return written.load_rows(0, result.ntuples, tuple), result.command_tuples or 0

    def commit(self) -> None:
        """Commit what was written. Raises psycopg.Error."""
        with self.lock:
            if self._status != TransactionStatus.IDLE:
                self._checked(self.pgconn.exec_(b"COMMIT"))

    def _deallocate(self, name: bytes | None) -> Any:
        """Forget our texts, too, where the driver lets the server forget everything prepared.

        It does so at every ROLLBACK, also to a savepoint: what was prepared may mean tables that
        are gone with it.
        """
        if name is None:
            self._texts.forget()
        return super()._deallocate(name)

    @property
    def _status(self) -> int:
        return self.pgconn.transaction_status

    def _asked(self, text: str, written: Any, values: Sequence[Any]) -> PGresult:
        wanted = adapt.PyFormat.BINARY, adapt.PyFormat.TEXT
        formats = [wanted[type(one) not in _BINARY] for one in values]
        dumped = written.dump_sequence(values, formats)
        name = self._name(text)
        if name is None:
            result = self.pgconn.exec_params(
                text.encode(), dumped, None, written.formats, result_format=Format.BINARY
            )
        else:
            result = self.pgconn.exec_prepared(
                name, dumped, written.formats, result_format=Format.BINARY
            )
        return self._checked(result)

    def _name(self, text: str) -> bytes | None:
        """Return under which name the server has a text prepared; None where it has not."""
        name = self._texts.name(text)
        if name is not None or not self._texts.is_due(text, self.prepare_threshold):
            return name
        name = self._texts.next_name()
        self._checked(self.pgconn.prepare(name, text.encode()))
        oldest = self._texts.keep(text, name)
        if oldest is not None:
            self._checked(self.pgconn.exec_(b"DEALLOCATE " + oldest))
        return name

    def _checked(self, result: PGresult) -> PGresult:
        if result.status not in _GOOD:
            raise error_from_result(result, encoding=self.info.encoding)
        return result


class _Texts:
    """Which texts a connection has prepared, the one used longest ago first."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, bytes] = OrderedDict()
        self._uses: OrderedDict[str, int] = OrderedDict()  # of texts that are not prepared
        self._number = 0

    def forget(self) -> None:
        """Note that nothing is prepared any more; what was, is again at its next use."""
        self._uses |= dict.fromkeys(self._names, MANY)
        self._names.clear()

    def name(self, text: str) -> bytes | None:
        name = self._names.get(text)
        if name is not None:
            self._names.move_to_end(text)
        return name

    def is_due(self, text: str, threshold: int | None) -> bool:
        """Count a use; tell whether a text is used often enough to be prepared.

        ``threshold`` is None where whoever stands between forgets what was prepared.
        """
        if threshold is None:
            return False
        uses = self._uses[text] = self._uses.pop(text, 0) + 1
        if len(self._uses) > MOST:
            self._uses.popitem(last=False)
        return uses > threshold

    def next_name(self) -> bytes:
        self._number += 1
        return b"motcua_%d" % self._number

    def keep(self, text: str, name: bytes) -> bytes | None:
        """Note under which name a text is prepared; return a name to give up for it, if any."""
        self._uses.pop(text, None)
        self._names[text] = name
        return self._names.popitem(last=False)[1] if len(self._names) > MOST else None

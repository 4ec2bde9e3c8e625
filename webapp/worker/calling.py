"""Calling other machines over HTTP: only those that are listed, never by accident our own."""

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from socket import socket
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from engine.texts import N_
from webapp.config import Outside
from webapp.operations.jobs import ClaimedJob
from webapp.worker import inputs
from webapp.worker.doing import HopelessError, LaterError, ModelledError

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 20.0  # of the whole answer; a lease is longer
MAX_ANSWER_BYTES = 1024 * 1024
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
LATER = frozenset({408, 425, 429, *range(500, 600)})  # the same request may go through later
LONGEST_REST = timedelta(hours=1)  # however long a server asks us to wait
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "idempotency-key"})


class PrivateAddressError(HopelessError):
    """The name leads to a machine of our own network. Allow it in the settings, or name another."""

    code = "private_address"


@dataclass(frozen=True)
class Caller:
    """The handler of the topic ``call-http``."""

    settings: Outside

    def call(self, job: ClaimedJob) -> Mapping[str, Any]:
        """Send the request that the inputs describe; return what was answered.

        Inputs: ``url``, ``method`` (else GET, or POST where there is a body), ``query`` and
        ``headers`` (contexts), ``body`` (text as it is, anything else as JSON), ``throw`` (statuses
        that end the job with the BPMN error ``http-<status>``), ``result_variable``.

        Returns ``http_status`` and ``http_body`` (JSON or text); under ``result_variable`` the
        context {status, body, headers} instead. The header Idempotency-Key is the job's id.
        """
        url = self._allowed(inputs.required(job, "url"))
        status, headers, body = self._exchange(job, url)
        if str(status) in inputs.names(job, "throw"):
            variables = _result(job, status, headers, body)
            raise ModelledError(f"http-{status}", f"{url} answered {status}", variables)
        if status in LATER:
            rest = _retry_after(headers)
            said = f"{urlsplit(url).netloc} answered {status}"
            raise LaterError(said, rest) if rest else ConnectionError(said)
        if not 200 <= status < 300:
            raise HopelessError(
                N_("%(url)s answered %(status)s: %(said)s"),
                url=_without_query(url),
                status=status,
                said=str(body)[:200],
            )
        return _result(job, status, headers, body)

    def _allowed(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise HopelessError(N_("“%(url)s” is not an address to call."), url=_without_query(url))
        named = {parts.hostname, parts.netloc.lower()}
        if not named & set(self.settings.http_hosts):
            raise HopelessError(
                N_("%(host)s is not among the hosts in MOTCUA_HTTP_HOSTS."), host=parts.netloc
            )
        return url

    def _exchange(self, job: ClaimedJob, url: str) -> tuple[int, Mapping[str, str], Any]:
        body = job.variables.get("body")
        method = inputs.line(job, "method", "GET" if body is None else "POST").upper()
        if method not in METHODS:
            raise HopelessError(N_("%(method)s is not a method to call with."), method=method)
        headers = {
            name: value
            for name, value in inputs.pairs(job, "headers").items()
            if name.lower() not in _OURS
        }
        content = None if body is None else _content(body, headers)
        with requests.Session() as session:
            session.trust_env = False  # no proxy and no password file of the machine
            for scheme in ("http://", "https://"):
                session.mount(scheme, _Adapter(private=self.settings.http_private))
            with session.request(
                method,
                url,
                params=inputs.pairs(job, "query"),
                headers={**headers, "Idempotency-Key": str(job.id)},
                data=content,
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as answer:
                return answer.status_code, answer.headers, _body(answer)


class _Adapter(HTTPAdapter):
    """Looks at the address that was really connected to, before a byte is sent."""

    def __init__(self, *, private: bool) -> None:
        self._private = private
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use connections that refuse addresses of our own network, unless that is allowed."""
        super().init_poolmanager(*args, **kwargs)
        if not self._private:
            manager: PoolManager = self.poolmanager
            manager.pool_classes_by_scheme = {"http": _PublicPool, "https": _PublicTlsPool}


class _PublicConnection(HTTPConnection):
    def _new_conn(self) -> socket:
        return _public(super()._new_conn())


class _PublicTlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket:
        return _public(super()._new_conn())


class _PublicPool(HTTPConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicTlsPool(HTTPSConnectionPool):
    ConnectionCls = _PublicTlsConnection


def _public(connected: socket) -> socket:
    address = ipaddress.ip_address(str(connected.getpeername()[0]).partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None) or address
    if mapped.is_global and not mapped.is_multicast:
        return connected
    connected.close()
    raise PrivateAddressError(
        N_("%(address)s is an address of the own network (MOTCUA_HTTP_PRIVATE)."), address=address
    )


def _content(body: Any, headers: dict[str, str]) -> bytes:
    written = {name.lower() for name in headers}
    kind = "text/plain; charset=utf-8" if isinstance(body, str) else "application/json"
    if "content-type" not in written:
        headers["Content-Type"] = kind
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return text.encode()


def _body(answer: requests.Response) -> Any:
    """Return the answer's JSON or text, bounded in size and time."""
    until, content = monotonic() + ANSWER_SECONDS, b""
    for chunk in answer.iter_content(16 * 1024):
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            raise HopelessError(
                N_("The answer is larger than %(size)s KB."), size=MAX_ANSWER_BYTES // 1024
            )
        if monotonic() > until:
            raise TimeoutError("the answer took too long")
    if not content:
        return None
    text = content.decode(answer.encoding or "utf-8", errors="replace")
    if "json" not in answer.headers.get("Content-Type", ""):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise ConnectionError("the answer says it is JSON, but is not") from error


def _result(
    job: ClaimedJob, status: int, headers: Mapping[str, str], body: Any
) -> Mapping[str, Any]:
    name = inputs.line(job, "result_variable")
    if not name:
        return {"http_status": status, "http_body": body}
    told = {key.lower(): value for key, value in headers.items()}
    return {name: {"status": status, "body": body, "headers": told}}


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    text = headers.get("Retry-After", "")
    return min(timedelta(seconds=int(text[:9])), LONGEST_REST) if text.isdecimal() else None


def _without_query(url: str) -> str:
    """Return an address fit for a log: no query, no user and password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

"""The only way out: one HTTP client with time-outs, a size limit, a guard for private addresses and one error type.

Logs hold method, host, status and duration; never a path, a query or a body, which may carry keys or patients.
"""

import logging
import ssl
import time
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, lru_cache
from tempfile import NamedTemporaryFile
from typing import Any

import httpx
from django.utils import timezone

from praxis.core.exceptions import OutsideError
from praxis.core.http_answers import Answer, Flow, reason_of, wait_asked_for
from praxis.core.outside_addresses import public_addresses
from praxis.core.transactions import in_own_transaction

logger = logging.getLogger(__name__)
# httpx logs whole URLs at INFO.
logging.getLogger("httpx").setLevel(logging.WARNING)

MAX_BYTES = 5_000_000
CONNECT_SECONDS = 5.0
SUCCESS = range(200, 300)
_AGAIN_LATER = {408, 425, 429}


@dataclass(frozen=True)
class TlsProfile:
    """An own certificate authority and/or a client certificate with its key, as PEM text."""

    ca_pem: str = ""
    client_cert_pem: str = ""
    client_key_pem: str = field(default="", repr=False)


def request(
    method: str,
    url: str,
    *,
    timeout: float,
    idempotent: bool,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    json: Any = None,
    content: bytes | None = None,
    tls: TlsProfile | None = None,
    allow_private: bool = False,
    accept: Container[int] = SUCCESS,
    max_bytes: int = MAX_BYTES,
) -> Answer:
    """One call without redirects, over after about `timeout` seconds. Raises OutsideError for all not in `accept`.

    `idempotent` says whether a repeat is harmless. If not, an end in the middle or a 5xx has `outcome_unknown`.
    `allow_private` is for systems inside the practice and for simulators.
    """
    if in_own_transaction():
        raise RuntimeError("No call to the outside inside a transaction: commit first.")
    call = _Call(method=method, url=_checked_url(url), idempotent=idempotent, started=time.monotonic())
    targets = [call.url] if allow_private else [call.url.copy_with(host=ip) for ip in public_addresses(call.url.host)]
    limits = httpx.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout))
    body: dict[str, Any] = {"params": params, "json": json, "content": content}
    try:
        # No connection is kept: one that the other side closed meanwhile would look like a call of unknown outcome.
        with httpx.Client(verify=_tls_context(tls), timeout=limits, trust_env=False) as client:
            answer = _first_reachable(client, call, targets, headers or {}, body, deadline=timeout, max_bytes=max_bytes)
    except httpx.HTTPError as error:
        raise call.broken_off(error) from error
    logger.info("%s %s: %s in %d ms", method, call.url.host, answer.status, call.milliseconds())
    if answer.status not in accept:
        raise call.refused(answer)
    return answer


@contextmanager
def stream(
    url: str, *, timeout: float, headers: Mapping[str, str], allow_private: bool = False,
    accept: Container[int] = SUCCESS,
) -> Iterator[Flow]:  # fmt: skip
    """GET without redirects, for what is too large for the memory. Raises OutsideError, also while `chunks` arrive.

    `timeout` bounds each silence; how much and how long is for the caller to bound.
    """
    if in_own_transaction():
        raise RuntimeError("No call to the outside inside a transaction: commit first.")
    call = _Call(method="GET", url=_checked_url(url), idempotent=True, started=time.monotonic())
    targets = [call.url] if allow_private else [call.url.copy_with(host=ip) for ip in public_addresses(call.url.host)]
    limits = httpx.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout))
    named = {**headers, "Host": call.url.netloc.decode("ascii"), "Accept-Encoding": "identity"}
    try:
        with httpx.Client(verify=_tls_context(None), timeout=limits, trust_env=False) as client:
            response = _first_to_answer(client, call, targets, named)
            try:
                if response.status_code not in accept:
                    raise call.refused(Answer(response.status_code, response.headers, b"", idempotent=True))
                yield Flow(response.status_code, response.headers, response.iter_raw())
            finally:
                response.close()
    except httpx.HTTPError as error:
        raise call.broken_off(error) from error
    logger.info("GET %s: stream of %d ms", call.url.host, call.milliseconds())


def _first_to_answer(
    client: httpx.Client, call: "_Call", targets: list[httpx.URL], headers: Mapping[str, str]
) -> httpx.Response:
    """As `_first_reachable`, without reading what comes."""
    asked = [
        client.build_request(call.method, target, headers=headers, extensions={"sni_hostname": call.url.host})
        for target in targets
    ]
    for one in asked[:-1]:
        with suppress(httpx.ConnectError, httpx.ConnectTimeout):
            return client.send(one, stream=True)
    return client.send(asked[-1], stream=True)


def _first_reachable(
    client: httpx.Client,
    call: "_Call",
    targets: list[httpx.URL],
    headers: Mapping[str, str],
    body: dict[str, Any],
    *,
    deadline: float,
    max_bytes: int,
) -> Answer:
    """Connects to the very address that was checked, so that a second DNS answer cannot lead elsewhere."""
    for target in targets[:-1]:
        try:
            return _exchange(client, call, target, headers, body, deadline=deadline, max_bytes=max_bytes)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue
    return _exchange(client, call, targets[-1], headers, body, deadline=deadline, max_bytes=max_bytes)


def _exchange(
    client: httpx.Client,
    call: "_Call",
    target: httpx.URL,
    headers: Mapping[str, str],
    body: dict[str, Any],
    *,
    deadline: float,
    max_bytes: int,
) -> Answer:
    named = {**headers, "Host": call.url.netloc.decode("ascii")}
    asked = client.build_request(call.method, target, headers=named, extensions={"sni_hostname": call.url.host}, **body)
    response = client.send(asked, stream=True)
    try:
        received = bytearray()
        for chunk in response.iter_bytes():
            received += chunk
            if len(received) > max_bytes:
                raise call.too_much()
            if time.monotonic() - call.started > deadline:
                raise httpx.ReadTimeout("whole answer", request=asked)
        return Answer(response.status_code, response.headers, bytes(received), call.idempotent)
    finally:
        response.close()


@dataclass(frozen=True, kw_only=True)
class _Call:
    method: str
    url: httpx.URL
    idempotent: bool
    started: float

    def milliseconds(self) -> int:
        return int((time.monotonic() - self.started) * 1000)

    def broken_off(self, error: httpx.HTTPError) -> OutsideError:
        logger.warning("%s %s: %s after %d ms", self.method, self.url.host, type(error).__name__, self.milliseconds())
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
            return OutsideError(_unreachable(self.url.host, error))
        if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
            return OutsideError(f"Die Anfrage an {self.url.host} ist nicht möglich.", permanent=True)
        kind = (
            "antwortet nicht rechtzeitig" if isinstance(error, httpx.TimeoutException) else "hat die Verbindung beendet"
        )
        return OutsideError(f"{self.url.host} {kind}.", outcome_unknown=not self.idempotent)

    def refused(self, answer: Answer) -> OutsideError:
        later = answer.status in _AGAIN_LATER
        on_their_side = answer.status >= 500
        return OutsideError(
            f"{self.url.host} {reason_of(answer.status)} (HTTP {answer.status}).",
            permanent=not later and not on_their_side,
            outcome_unknown=on_their_side and not self.idempotent,
            retry_after=wait_asked_for(answer.headers.get("retry-after", ""), now=timezone.now()),
            status=answer.status,
        )

    def too_much(self) -> OutsideError:
        message = f"{self.url.host} sendet mehr Daten als erlaubt."
        return OutsideError(message, permanent=self.idempotent, outcome_unknown=not self.idempotent)


def _checked_url(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise OutsideError("Die Adresse der Gegenstelle ist ungültig.", permanent=True) from error
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise OutsideError("Die Adresse der Gegenstelle muss mit https:// oder http:// beginnen.", permanent=True)
    return parsed


def _unreachable(host: str, error: httpx.HTTPError) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return f"Das Zertifikat von {host} wird nicht anerkannt."
        cause = cause.__cause__ or cause.__context__
    return f"{host} ist nicht erreichbar."


@cache
def _default_context() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def check_tls(tls: TlsProfile) -> None:
    """Raises OutsideError when a certificate or key cannot be read."""
    _context_of(tls)


def _tls_context(tls: TlsProfile | None) -> ssl.SSLContext:
    return _default_context() if tls is None else _context_of(tls)


@lru_cache(maxsize=128)
def _context_of(tls: TlsProfile) -> ssl.SSLContext:
    """Raises OutsideError when a certificate is none."""
    try:
        context = (
            ssl.create_default_context(cadata=tls.ca_pem) if tls.ca_pem else httpx.create_ssl_context(trust_env=False)
        )
        if tls.client_cert_pem:
            _load_client_certificate(context, tls)
    except (OSError, ValueError) as error:
        raise OutsideError("Das Zertifikat der Verbindung ist nicht lesbar.", permanent=True) from error
    return context


def _load_client_certificate(context: ssl.SSLContext, tls: TlsProfile) -> None:
    """OpenSSL's loader takes files only: one that nobody else can read, for as long as that takes."""
    with NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(f"{tls.client_cert_pem.strip()}\n{tls.client_key_pem.strip()}\n")
        file.flush()
        # A key with a passphrase would ask at the terminal.
        context.load_cert_chain(file.name, password="")

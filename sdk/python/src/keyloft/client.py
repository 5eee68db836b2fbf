"""A server, to be asked for secrets. Most programs need none: what the command `keyloft` uses is used."""

from __future__ import annotations

import json
import logging
import pickle
import random
import time
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NoReturn, cast

from . import _offline, _settings
from ._flow import Answer, Call, Flow, Pause, Request, Transport
from ._names import check_environment
from ._transport import HttpTransport
from ._values import Hidden, Values
from .errors import (
    AuthError,
    InvalidError,
    KeyloftError,
    ProblemError,
    ProtocolError,
    ServerUnavailableError,
    of_problem,
)

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from ._token import Token

_log = logging.getLogger("keyloft")


class Client:
    """One server and one token. Threads, tasks and forked children may share it.

    What is not given comes from where the command takes it: `KEYLOFT_URL`, `KEYLOFT_TOKEN`, `KEYLOFT_TOKEN_FILE` and
    `KEYLOFT_ENVIRONMENT`, else the profile of `keyloft login`. `offline` says whether encrypted copies of answers are
    kept and stand in while the server is away; unless told, they are if the extra `offline` is installed.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        environment: str | None = None,
        timeout: float | None = None,
        verify: str | ssl.SSLContext | None = None,
        proxy: str | None = None,
        offline: bool | None = None,
        max_age: timedelta = timedelta(days=1),
        transport: Transport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url or ""
        given = cast("object", token)
        self._given = Hidden(given.encode("utf-8", "replace")) if isinstance(given, str) and given else None
        wrong = given is not None and not isinstance(given, str)
        del token, given
        if wrong:
            raise InvalidError("token has to be a str")
        self._environment = check_environment(environment) if environment is not None else None
        self._cache: dict[tuple[str, str, bytes], tuple[str, Answer]] = {}
        self._max_age = max_age
        self._sleep = sleep
        self._copies: _offline.Copies | None = None
        self._keeps = False
        if transport is not None:
            self._transport: Transport = transport
            self.url = url or "memory:"
            return
        self.url = _settings.address(url)
        if offline and not _offline.is_installed():
            raise _offline.missing()
        self._keeps = _offline.is_installed() if offline is None else offline
        self._wants_copies = offline is not False
        patience = _settings.timeout() if timeout is None else _settings.check_timeout(timeout)
        self._transport = HttpTransport(self.url, self._token(), timeout=patience, verify=verify, proxy=proxy)

    def close(self) -> None:
        """Closes the connections; the next request opens others."""
        if isinstance(self._transport, HttpTransport):
            self._transport.close()

    async def aclose(self) -> None:
        """Closes the connections of this event loop."""
        if isinstance(self._transport, HttpTransport):
            await self._transport.aclose()

    def __repr__(self) -> str:
        return f"keyloft.Client({self.url!r})"

    def __reduce__(self) -> NoReturn:
        raise pickle.PicklingError("a Client holds a token and is not pickled: make one where it is needed")

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
        values: tuple[str, Values] | None = None,
        again: bool = True,
        headers: dict[str, str] | None = None,
    ) -> Flow[Answer]:
        """Asks for something. `values` go into the body under that name."""
        sent = None
        if body is not None or values is not None:
            sent = _body(body or {}, values)
        # A hash, since this frame is in tracebacks, and a body may hold values.
        key = (
            method,
            f"{path}?{query}" if query else path,
            sha256(sent.dangerously_expose() if sent else b"").digest(),
        )
        known = self._cache.get(key) if again else None
        extra = {**(headers or {}), **({"if-none-match": known[0]} if known else {})}
        request = Request(method, path, query=query, headers=extra, body=sent, again=again)
        answer = yield from self._patiently(request)
        if answer.status == 304 and known:
            return known[1]
        if answer.status >= 400:
            raise self._problem(answer)
        if answer.status >= 300:
            raise ProtocolError(f"{self.url} does not answer as a Keyloft server does (status {answer.status})")
        tag = answer.headers.get("etag")
        if tag and path == "/resolve":
            if len(self._cache) >= _REMEMBERED:
                self._cache.pop(next(iter(self._cache)), None)
            self._cache[key] = (tag, answer)
        return answer

    def resolve(self, question: dict[str, Any]) -> Flow[Hidden]:
        """Asks for values; a copy stands in while the server is away."""
        copies = self._kept_copies()
        try:
            answer = yield from self.ask("POST", "/resolve", body=question)
        except ServerUnavailableError as error:
            fault = error
        except ProblemError as error:
            if error.status != 503:
                raise
            fault = ServerUnavailableError(str(error))
        else:
            if copies is not None and not question.get("names_only"):
                copies.keep(question, answer.body)
                yield from self._report_reads(copies)
            return answer.body
        return self._stored(copies, question, fault)

    def environment(self, given: str | None) -> Flow[str]:
        """The environment to work in."""
        chosen = given or self._environment or _settings.environment()
        if chosen:
            return check_environment(chosen)
        answer = yield from self.ask("GET", "/environments")
        names = [str(row["name"]) for row in self.read(answer.body)["environments"]]
        if len(names) == 1:
            return names[0]
        there = f"There are: {', '.join(names)}" if names else "This token reaches none"
        raise InvalidError(f"no environment is chosen: give environment=, or set KEYLOFT_ENVIRONMENT. {there}")

    def read(self, body: Hidden) -> dict[str, Any]:
        """An answer without values."""
        try:
            answer: Any = json.loads(body.dangerously_expose())
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise ProtocolError(f"{self.url} does not answer as a Keyloft server does: what came is no JSON object")
        return cast("dict[str, Any]", answer)

    def _patiently(self, request: Request) -> Flow[Answer]:
        """Sends a request, and once or twice more if that can do no harm and may help."""
        renewed = False
        tries = 0
        while True:
            tries += 1
            carried = self._carried()
            outcome = yield Call(self._transport, request)
            if isinstance(outcome, Answer):
                if outcome.status == 401 and not renewed and self._renew(carried):
                    renewed = True
                    continue
                pause = _retry_after(outcome) if request.again else None
                if pause is None or tries >= _TRIES or pause > _PATIENCE:
                    return outcome
            elif isinstance(outcome, ServerUnavailableError) and tries < _TRIES and (request.again or outcome.unsent):
                pause = 0.05 * 2**tries
            elif isinstance(outcome, KeyloftError):
                raise outcome
            else:
                raise ProtocolError("the transport gave no answer")
            # Full jitter: of many that were turned away together, few come back together.
            yield Pause(pause + random.uniform(0, 0.1 * 2**tries), self._sleep)  # noqa: S311

    def _carried(self) -> Token | None:
        return self._transport.token if isinstance(self._transport, HttpTransport) else None

    def _renew(self, refused: Token | None) -> bool:
        """Whether there is another token now: what renews the file or the profile may have been there."""
        if not isinstance(self._transport, HttpTransport) or self._given is not None:
            return False
        if self._transport.token != refused:
            # Another thread was faster.
            return True
        try:
            token = self._token()
        except AuthError:
            return False
        if token == self._transport.token:
            return False
        self._transport.token = token
        self._copies = None
        self._cache.clear()
        return True

    def _token(self) -> Any:
        given = self._given.dangerously_expose().decode() if self._given else None
        try:
            return _settings.token(given, self.url)
        finally:
            del given

    def _problem(self, answer: Answer) -> KeyloftError:
        try:
            problem: Any = json.loads(answer.body.dangerously_expose())
        except ValueError:
            problem = None
        if isinstance(problem, dict) and "code" in problem:
            return of_problem(answer.status, cast("dict[str, Any]", problem))
        message = f"{self.url} does not answer as a Keyloft server does (status {answer.status})"
        return ServerUnavailableError(message) if answer.status in (502, 503, 504) else ProtocolError(message)

    def _kept_copies(self) -> _offline.Copies | None:
        if self._keeps and self._copies is None and isinstance(self._transport, HttpTransport):
            try:
                self._copies = _offline.Copies(self.url, self._transport.token)
            except KeyloftError:
                # No folder to keep them in.
                self._keeps = False
        return self._copies

    def _stored(
        self, copies: _offline.Copies | None, question: dict[str, Any], fault: ServerUnavailableError
    ) -> Hidden:
        if copies is None or question.get("names_only"):
            if isinstance(self._transport, HttpTransport) and self._wants_copies and not self._keeps:
                raise ServerUnavailableError(f"{fault}; {_offline.missing()}")
            raise fault
        found = copies.load(question)
        if found is None:
            raise ServerUnavailableError(f"{fault}; there is no stored copy of these secrets for this token")
        age, answer = found
        if age > self._max_age:
            raise ServerUnavailableError(
                f"{fault}; the stored copy is {_offline.ago(age)} old, and at most {_offline.ago(self._max_age)} are "
                "allowed (max_age)"
            )
        _log.warning("%s; using the stored copy, which is %s old", fault, _offline.ago(age))
        copies.remember([{"secret": row["id"], "version": row["version"]} for row in _secrets_of(answer)])
        return answer

    def _report_reads(self, copies: _offline.Copies) -> Flow[None]:
        reads = copies.take_reads()
        while reads:
            some, rest = reads[:500], reads[500:]
            try:
                yield from self.ask("POST", "/reads", body={"reads": some})
            except ServerUnavailableError:
                copies.give_back(reads)
                return
            except KeyloftError as error:
                if isinstance(error, ProblemError) and (error.status in (401, 429) or error.status >= 500):
                    copies.give_back(reads)
                    return
                # A server that refuses them refuses them the next time too.
                _log.debug("the server did not take the reads of stored copies")
            reads = rest


def default() -> Client:
    """The client that is used where none is given: made from the environment, and anew when that changes."""
    if _STAND_INS:
        return _STAND_INS[-1]
    now = tuple(_settings.variable(name) for name in _VARIABLES)
    found = _DEFAULT.get("client")
    if found is None or found[0] != hash(now):
        found = _DEFAULT["client"] = (hash(now), Client())
    return found[1]


def stand_in(client: Client) -> None:
    """From now on that client is the default one."""
    _STAND_INS.append(client)


def stand_out(client: Client) -> None:
    """Ends what `stand_in` began."""
    _STAND_INS.remove(client)


def _body(body: dict[str, Any], values: tuple[str, Values] | None) -> Hidden:
    whole = {**body, values[0]: values[1].dangerously_expose()} if values else body
    return Hidden(json.dumps(whole).encode())


def _secrets_of(answer: Hidden) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", json.loads(answer.dangerously_expose())["secrets"])


def _retry_after(answer: Answer) -> float | None:
    if answer.status not in (429, 502, 503, 504):
        return None
    text = answer.headers.get("retry-after", "0")
    return float(text) if text.isdecimal() else 0.0


_STAND_INS: list[Client] = []
_DEFAULT: dict[str, tuple[int, Client]] = {}
_VARIABLES = [
    "KEYLOFT_URL",
    "KEYLOFT_TOKEN",
    "KEYLOFT_TOKEN_FILE",
    "KEYLOFT_PROFILE",
    "KEYLOFT_TIMEOUT",
    "KEYLOFT_INSECURE_HTTP",
    "HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_CACHE_HOME",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    *(name for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY") for name in (proxy, proxy.lower())),
]
_TRIES = 3
_PATIENCE = 5.0
_REMEMBERED = 64

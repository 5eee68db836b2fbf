"""HTTP, by httpx, which is imported when the first request is made: that takes longer than the rest of the package."""

from __future__ import annotations

import os
import weakref
from typing import TYPE_CHECKING, Any, TypeVar

from . import _settings
from ._flow import Answer, Request
from .errors import CertificateError, InvalidError, KeyloftError, ServerUnavailableError

if TYPE_CHECKING:
    import ssl
    from asyncio import AbstractEventLoop
    from collections.abc import Callable

    import httpx

    from ._token import Token


T = TypeVar("T")


class HttpTransport:
    """One server, and the token that it is asked with. Threads, tasks and forked children may share it."""

    def __init__(
        self,
        url: str,
        token: Token,
        *,
        timeout: float,
        verify: str | ssl.SSLContext | None,
        proxy: str | None,
    ) -> None:
        self.url = url
        self.token = token
        self._timeout = timeout
        self._verify = verify
        self._proxy = proxy
        self._client: httpx.Client | None = None
        self._clients: weakref.WeakKeyDictionary[AbstractEventLoop, httpx.AsyncClient] = weakref.WeakKeyDictionary()
        self._left: list[object] = []
        _TRANSPORTS.add(self)

    def __repr__(self) -> str:
        return f"HttpTransport({self.url})"

    def send(self, request: Request) -> Answer | KeyloftError:
        """Sends, and waits."""
        import httpx

        client = self._client
        if client is None:
            client = self._client = self._made(httpx.Client)
        try:
            response = client.send(self._build(client, request))
            return Answer(response.status_code, dict(response.headers), response.content)
        except (httpx.TransportError, httpx.DecodingError) as error:
            return self._told(error)
        except BaseException as error:  # noqa: BLE001 - it is raised again
            raise _stripped(error) from None

    async def asend(self, request: Request) -> Answer | KeyloftError:
        """Sends, and awaits."""
        import asyncio

        import httpx

        # Connections belong to the loop that opened them.
        loop = asyncio.get_running_loop()
        # A client keeps its loop alive, so that no closed one would go by itself.
        for other in [other for other in self._clients if other.is_closed()]:
            del self._clients[other]
        client = self._clients.get(loop)
        if client is None:
            client = self._clients[loop] = self._made(httpx.AsyncClient)
        try:
            response = await client.send(self._build(client, request))
            return Answer(response.status_code, dict(response.headers), response.content)
        except (httpx.TransportError, httpx.DecodingError) as error:
            return self._told(error)
        except BaseException as error:  # noqa: BLE001 - it is raised again
            raise _stripped(error) from None

    def close(self) -> None:
        """Closes what is open in this thread."""
        if self._client is not None:
            self._client.close()
            self._client = None

    async def aclose(self) -> None:
        """Closes what is open in this loop."""
        import asyncio

        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.aclose()

    def __del__(self) -> None:
        client = getattr(self, "_client", None)
        if client is not None:
            client.close()

    def forget_connections(self) -> None:
        """In a forked child: the connections are the parent's. They are neither used nor closed."""
        self._left.append((self._client, self._clients))
        self._client = None
        self._clients = weakref.WeakKeyDictionary()

    def _made(self, kind: Callable[..., T]) -> T:
        import httpx

        options = self._options()
        try:
            return kind(**options)
        except (ValueError, httpx.InvalidURL):
            # Its text may hold the proxy's password.
            fault = InvalidError("the proxy is no address that can be used: write it as http://proxy.example.org:3128")
        raise fault

    def _options(self) -> dict[str, Any]:
        import httpx

        # What goes to this machine does not leave it, also where a proxy is set for everything else.
        local = _settings.is_local(self.url)
        return {
            "base_url": f"{self.url}/api/v1",
            "headers": {"accept": "application/json", "user-agent": "keyloft-python/0.1.0"},
            "timeout": httpx.Timeout(self._timeout, connect=min(10.0, self._timeout)),
            "verify": _context(self._verify),
            "proxy": self._proxy,
            "trust_env": not local,
            "follow_redirects": False,
        }

    def _build(self, client: httpx.Client | httpx.AsyncClient, request: Request) -> httpx.Request:
        headers = {**request.headers, "authorization": f"Bearer {self.token.dangerously_expose()}"}
        content = None
        if request.body is not None:
            headers["content-type"] = "application/json"
            content = request.body.dangerously_expose()
        return client.build_request(
            request.method, request.path, params=request.query, headers=headers, content=content
        )

    def _told(self, error: httpx.TransportError | httpx.DecodingError) -> KeyloftError:
        import httpx

        if isinstance(error, httpx.TimeoutException):
            return ServerUnavailableError(f"{self.url} did not answer in time")
        why = str(error) or type(error).__name__
        if "CERTIFICATE" in why.upper() or "SSL:" in why:
            return CertificateError(
                f"the certificate of {self.url} is not trusted: {why}. A certificate authority of your own: "
                "SSL_CERT_FILE=/path/to/ca.pem, or verify="
            )
        unsent = isinstance(error, httpx.ConnectError)
        fault = ServerUnavailableError(f"cannot reach {self.url}: {why}")
        fault.unsent = unsent
        return fault


def _context(verify: str | ssl.SSLContext | None) -> ssl.SSLContext | bool:
    # httpx looks for it too, but not where it shall not look for proxies.
    verify = verify or _settings.variable("SSL_CERT_FILE")
    if not isinstance(verify, str):
        return True if verify is None else verify
    import ssl

    try:
        return ssl.create_default_context(cafile=verify)
    except OSError as error:
        raise InvalidError(f"verify: {verify} holds no certificates that can be read: {error.strerror}") from None


def _stripped(error: BaseException) -> BaseException:
    """An error, such as a KeyboardInterrupt, without the network's frames, which hold the token and bodies."""
    error.__context__ = None
    return error.with_traceback(None)


def _after_fork() -> None:
    for transport in tuple(_TRANSPORTS):
        transport.forget_connections()


_TRANSPORTS: weakref.WeakSet[HttpTransport] = weakref.WeakSet()
os.register_at_fork(after_in_child=_after_fork)

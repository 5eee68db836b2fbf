"""Logic that is written once and runs in threads and in tasks.

What talks to a server is a generator that yields what it wants done and gets the outcome back. One driver does it and
waits, the other awaits it. A `Twin` offers both, as Modal does: `secret.keys()`, and `await secret.keys.aio()`.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Generator
from types import MethodType
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, overload

from ._values import Hidden
from .errors import KeyloftError

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")


class Answer:
    """What a server said."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = Hidden(body)


class Request:
    """What a server is asked. `again`: whether it may be sent twice."""

    __slots__ = ("again", "body", "headers", "method", "path", "query")

    def __init__(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        body: Hidden | None = None,
        again: bool = True,
    ) -> None:
        self.method = method
        self.path = path
        self.query = query or {}
        self.headers = headers or {}
        self.body = body
        self.again = again

    def __repr__(self) -> str:
        return f"Request({self.method} {self.path})"


class Transport(Protocol):
    """What carries requests. A failure is an answer too: it is returned, and no frame of the network's code is left."""

    def send(self, request: Request) -> Answer | KeyloftError:
        """Sends, and waits."""
        ...

    async def asend(self, request: Request) -> Answer | KeyloftError:
        """Sends, and awaits."""
        ...


class Call:
    """A step: a request by this transport."""

    __slots__ = ("request", "transport")

    def __init__(self, transport: Transport, request: Request) -> None:
        self.transport = transport
        self.request = request


class Pause:
    """A step: nothing, for so many seconds."""

    __slots__ = ("seconds", "sleep")

    def __init__(self, seconds: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self.seconds = seconds
        self.sleep = sleep


Flow = Generator["Call | Pause", "Answer | KeyloftError | None", T]


def run(flow: Flow[T]) -> T:
    """Does what a flow wants, here and now."""
    outcome: Answer | KeyloftError | None = None
    while True:
        try:
            step = flow.send(outcome)
        except StopIteration as end:
            return end.value
        if isinstance(step, Call):
            outcome = step.transport.send(step.request)
        else:
            outcome = None
            step.sleep(step.seconds)


async def arun(flow: Flow[T]) -> T:
    """Does what a flow wants, in a task."""
    import asyncio

    outcome: Answer | KeyloftError | None = None
    while True:
        try:
            step = flow.send(outcome)
        except StopIteration as end:
            return end.value
        if isinstance(step, Call):
            outcome = await step.transport.asend(step.request)
        else:
            outcome = None
            await asyncio.sleep(step.seconds)


class Twin(Generic[P, T]):
    """A function, and under `aio` the same for `await`."""

    def __init__(self, make: Callable[P, Flow[T]]) -> None:
        self._make = make
        functools.update_wrapper(self, make)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Does it, and waits."""
        try:
            flow = self._make(*args, **kwargs)
        finally:
            # They may hold values, and this frame will be in every traceback.
            del args, kwargs
        return run(flow)

    async def aio(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Does it, to be awaited."""
        try:
            flow = self._make(*args, **kwargs)
        finally:
            del args, kwargs
        return await arun(flow)

    def __repr__(self) -> str:
        return f"<keyloft function {getattr(self._make, '__qualname__', '?')}>"


class twin(Generic[S, P, T]):  # noqa: N801 - used as a decorator
    """Makes a `Twin` of a method that is a flow."""

    def __init__(self, make: Callable[Concatenate[S, P], Flow[T]]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> twin[S, P, T]: ...
    @overload
    def __get__(self, instance: S, owner: type[Any]) -> Twin[P, T]: ...
    def __get__(self, instance: S | None, owner: type[Any]) -> twin[S, P, T] | Twin[P, T]:
        if instance is None:
            return self
        bound: Callable[P, Flow[T]] = MethodType(self._make, instance)
        return Twin(bound)

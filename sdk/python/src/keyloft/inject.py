"""Secrets in the environment for a while."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from ._flow import Flow, arun, run
from ._inject import ENVIRONMENT, refuse_what_runs_code
from ._names import check_keys
from .errors import InvalidError
from .resolve import listed, resolve_flow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ._resolved import Resolved
    from ._values import Values
    from .secret import Secret

P = ParamSpec("P")
T = TypeVar("T")


class inject:  # noqa: N801 - used as a decorator and in with
    """Puts secrets into `os.environ`: `with inject([...]):`, `async with inject([...]):`, or as a decorator.

    Afterwards these variables are as they were before. The environment belongs to the process: meanwhile other threads
    and tasks see it too.
    """

    def __init__(self, secrets: Sequence[Secret | str], *, allow_env: Iterable[str] = ()) -> None:
        self._secrets = listed(secrets)
        self._allowed = check_keys(allow_env, "allow_env")
        self._entered: list[Values] = []

    def __enter__(self) -> Resolved:
        return self._push(run(self.flow()))

    def __exit__(self, *_: object) -> None:
        ENVIRONMENT.pop(self._entered.pop())

    async def __aenter__(self) -> Resolved:
        return self._push(await arun(self.flow()))

    async def __aexit__(self, *_: object) -> None:
        self.__exit__()

    def __call__(self, function: Callable[P, T]) -> Callable[P, T]:
        """A function that has the secrets while it runs. They are asked for at each call."""
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise InvalidError("inject does not decorate generators: write `with keyloft.inject(...)` inside of it")
        if inspect.iscoroutinefunction(function):
            awaited = cast("Callable[P, Any]", function)

            @functools.wraps(function)
            async def later(*args: P.args, **kwargs: P.kwargs) -> Any:
                async with inject(self._secrets, allow_env=self._allowed):
                    return await awaited(*args, **kwargs)

            return cast("Callable[P, T]", later)

        @functools.wraps(function)
        def now(*args: P.args, **kwargs: P.kwargs) -> T:
            with inject(self._secrets, allow_env=self._allowed):
                return function(*args, **kwargs)

        return now

    def __repr__(self) -> str:
        return f"keyloft.inject({self._secrets!r})"

    def flow(self) -> Flow[Resolved]:
        """Gets what would be injected."""
        resolved = yield from resolve_flow(self._secrets)
        refuse_what_runs_code(resolved, self._allowed)
        return resolved

    def _push(self, resolved: Resolved) -> Resolved:
        layer = resolved.sealed()
        ENVIRONMENT.push(layer)
        self._entered.append(layer)
        return resolved

"""Functions and classes that get secrets, here or in processes of their own."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from ._flow import run
from ._names import check_keys
from .cls import Cls
from .errors import InvalidError
from .inject import inject
from .resolve import listed
from .secret import Secret, literal
from .workers import Job, Remote, Target

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

    from ._values import Values
    from .workers import FunctionCall

P = ParamSpec("P")
T = TypeVar("T")


class App:
    """Functions and classes with what they share.

    Secrets are merged in this order, and later ones win: those of the app, those of the function, `env`.
    """

    def __init__(self, name: str | None = None, *, secrets: Sequence[Secret | str] = ()) -> None:
        self.name = name
        self._secrets = listed(secrets)

    def function(
        self,
        *forgotten: object,
        secrets: Sequence[Secret | str] = (),
        env: dict[str, str | None] | None = None,
        allow_env: Iterable[str] = (),
        max_workers: int | None = None,
    ) -> Callable[[Callable[P, T]], Function[P, T]]:
        """Makes a function that gets these secrets. `max_workers`: processes for `spawn` and `map`."""
        if forgotten:
            raise InvalidError("write @app.function(), with parentheses")
        own = literal({} if env is None else env, "env argument")
        del env
        needs = self._needs(secrets, own, allow_env)

        def decorate(function: Callable[P, T]) -> Function[P, T]:
            return Function(function, needs, max_workers)

        return decorate

    def cls(
        self,
        *forgotten: object,
        secrets: Sequence[Secret | str] = (),
        env: dict[str, str | None] | None = None,
        allow_env: Iterable[str] = (),
        max_workers: int | None = None,
    ) -> Callable[[type[T]], Cls[T]]:
        """Makes a class whose methods get these secrets: see `enter`, `exit` and `method`."""
        if forgotten:
            raise InvalidError("write @app.cls(), with parentheses")
        own = literal({} if env is None else env, "env argument")
        del env
        needs = self._needs(secrets, own, allow_env)

        def decorate(user_class: type[T]) -> Cls[T]:
            return Cls(user_class, needs, max_workers)

        return decorate

    def __repr__(self) -> str:
        return f"keyloft.App({self.name!r})"

    def _needs(self, secrets: Sequence[Secret | str], own: Secret | InvalidError, allow_env: Iterable[str]) -> Needs:
        if isinstance(own, InvalidError):
            raise own
        return Needs([*self._secrets, *listed(secrets), own], check_keys(allow_env, "allow_env"))


class Needs:
    """What a function needs in its environment."""

    def __init__(self, secrets: list[Secret], allowed: tuple[str, ...]) -> None:
        self._secrets = secrets
        self._allowed = allowed

    def get(self) -> Values:
        """Gets it, here and now."""
        return run(self.here().flow()).sealed()

    def here(self) -> inject:
        """Puts it into the environment of this process, for a while."""
        return inject(self._secrets, allow_env=self._allowed)


class Function(Generic[P, T]):
    """A function of an app. `f.local(…)` runs it here, `f.remote(…)` in a process of its own."""

    def __init__(self, function: Callable[P, T], needs: Needs, max_workers: int | None) -> None:
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise InvalidError("a function of an app is no generator: return a list, or use map")
        if not callable(function) or isinstance(function, type):
            raise InvalidError("@app.function() decorates functions; for a class it is @app.cls()")
        self._function = function
        self._needs = needs
        self._remote = Remote(needs.get, max_workers)
        functools.update_wrapper(self, function)

    def local(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs here, with the secrets in this process's environment while it runs."""
        if inspect.iscoroutinefunction(self._function):
            return cast("T", self._later(*args, **kwargs))
        with self._needs.here():
            return self._function(*args, **kwargs)

    __call__ = local

    def remote(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs in a fresh process, which alone has the values in its environment, and returns the result."""
        return cast("T", self._remote.once(self._job(args, kwargs)))

    def spawn(self, *args: P.args, **kwargs: P.kwargs) -> FunctionCall:
        """Starts in a process of the pool; `get()` of what is returned waits for the result."""
        return self._remote.spawn(self._job(args, kwargs))

    def map(self, *inputs: Iterable[Any], order_outputs: bool = True, return_exceptions: bool = False) -> Iterator[T]:
        """Runs for each input in the processes of the pool; results come in order unless told otherwise."""
        jobs = (self._job(args, {}) for args in zip(*inputs))  # noqa: B905 - as Modal, and as map itself
        return cast("Iterator[T]", self._remote.map(jobs, order_outputs, return_exceptions))

    def starmap(
        self, inputs: Iterable[Sequence[Any]], *, order_outputs: bool = True, return_exceptions: bool = False
    ) -> Iterator[T]:
        """As `map`, with all arguments of a call together."""
        jobs = (self._job(tuple(args), {}) for args in inputs)
        return cast("Iterator[T]", self._remote.map(jobs, order_outputs, return_exceptions))

    def close(self) -> None:
        """Ends the processes of the pool."""
        self._remote.close()

    def raw(self) -> Callable[P, T]:
        """The function itself, without secrets."""
        return self._function

    def __repr__(self) -> str:
        return f"<keyloft.Function {getattr(self._function, '__qualname__', '?')}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _find, (self._function.__module__, getattr(self._function, "__qualname__", ""))

    def _job(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Job:
        return Job(Target(self._function.__module__, getattr(self._function, "__qualname__", "")), None, args, kwargs)

    async def _later(self, *args: Any, **kwargs: Any) -> Any:
        async with self._needs.here():
            return await cast("Awaitable[Any]", self._function(*args, **kwargs))


def _find(module: str, name: str) -> Any:
    return Target(module, name).find()

"""Classes of an app: what `enter` prepares, `method` uses, and `exit` ends."""

from __future__ import annotations

import atexit
import functools
import inspect
import threading
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from ._inject import ENVIRONMENT
from ._values import Values
from .errors import InvalidError
from .workers import Job, Remote, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .app import Needs
    from .workers import FunctionCall

T = TypeVar("T")
F = TypeVar("F", bound="Callable[..., Any]")


def enter(*forgotten: object) -> Callable[[F], F]:
    """Marks a method that runs once, before the first call."""
    return _marked("enter", forgotten)


def exit(*forgotten: object) -> Callable[[F], F]:  # noqa: A001 - Modal's name
    """Marks a method that runs once, when the object is closed, or its process ends."""
    return _marked("exit", forgotten)


def method(*forgotten: object) -> Callable[[F], F]:
    """Marks a method that is called with `.local`, `.remote`, `.spawn` or `.map`."""
    return _marked("method", forgotten)


def _marked(mark: str, forgotten: tuple[object, ...]) -> Callable[[F], F]:
    if forgotten:
        raise InvalidError(f"write @keyloft.{mark}(), with parentheses")

    def decorate(function: F) -> F:
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise InvalidError(f"@keyloft.{mark}() decorates no generators: return a list, or use map")
        if mark != "method" and inspect.iscoroutinefunction(function):
            raise InvalidError(f"@keyloft.{mark}() decorates plain functions, no coroutines")
        function.__keyloft__ = mark  # pyright: ignore[reportFunctionMemberAccess]
        return function

    return decorate


class Cls(Generic[T]):
    """A class of an app. Calling it makes an object, as the class itself would."""

    def __init__(self, user_class: type[T], needs: Needs, max_workers: int | None) -> None:
        if not isinstance(cast("Any", user_class), type):
            raise InvalidError("@app.cls() decorates classes; for a function it is @app.function()")
        for name in ("close", "_owner"):
            if _mark(user_class, name) == "method":
                raise InvalidError(
                    f"{user_class.__qualname__}.{name}: an object of a class of an app has a {name} of its own; give "
                    "the method another name"
                )
        self.user_class = user_class
        self.needs = needs
        self.max_workers = max_workers
        functools.update_wrapper(cast("Any", self), user_class, updated=())

    def __call__(self, *args: Any, **kwargs: Any) -> Obj:
        """An object, which is made when it is first used."""
        return Obj(self, args, kwargs)

    def __repr__(self) -> str:
        return f"<keyloft.Cls {self.user_class.__qualname__}>"


class Obj:
    """An object of such a class. It is made when it is first used; `with` closes it."""

    def __init__(self, cls: Cls[Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._owner = Owner(cls, args, kwargs)

    def __getattr__(self, name: str) -> Method:
        if name.startswith("__") or "_owner" not in self.__dict__:
            # What copies or unpickles looks before there is anything.
            raise AttributeError(name)
        return self._owner.method(name)

    def close(self) -> None:
        """Runs what `exit` marks, with the secrets, and ends the processes of the pool."""
        self._owner.close()

    def __enter__(self) -> Obj:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return repr(self._owner)


class Owner:
    """What is behind an object: apart, so that the names of its parts are free for methods."""

    def __init__(self, cls: Cls[Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._user_class = cls.user_class
        self._needs = cls.needs
        self._arguments = (args, kwargs)
        self._life: Life | None = None
        self._values = Values({})
        self._lock = threading.Lock()
        self.remote = Remote(cls.needs.get, cls.max_workers)

    def method(self, name: str) -> Method:
        """The method of that name."""
        if _mark(self._user_class, name) != "method":
            raise AttributeError(f"{self._user_class.__qualname__} has no method {name!r} with @keyloft.method()")
        return Method(self, name)

    def call_here(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Runs a method in this process; one that is a coroutine is to be awaited."""
        if inspect.iscoroutinefunction(getattr(self._user_class, name)):
            return self._call_later(name, args, kwargs)
        with self._needs.here() as resolved:
            return self._living(resolved.sealed()).call(name, args, kwargs)

    async def _call_later(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        async with self._needs.here() as resolved:
            return await self._living(resolved.sealed()).call(name, args, kwargs)

    def _living(self, values: Values) -> Life:
        with self._lock:
            self._values = values
            if self._life is None:
                args, kwargs = self._arguments
                self._life = Life(self._user_class, args, kwargs)
                # Whoever forgets to close it has it closed when this process ends.
                atexit.register(self.close)
            return self._life

    def job(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Job:
        """A call, to be run in another process."""
        target = Target(self._user_class.__module__, self._user_class.__qualname__)
        return Job(target, (name, *self._arguments), args, kwargs)

    def close(self) -> None:
        """Ends the object, and the processes of the pool."""
        self.remote.close()
        if self._life is not None:
            # With what the last call had: the server may be out of reach by now.
            ENVIRONMENT.push(self._values)
            try:
                self._life.end()
            finally:
                ENVIRONMENT.pop(self._values)
            self._life = None
            atexit.unregister(self.close)

    def __repr__(self) -> str:
        return f"<keyloft object of {self._user_class.__qualname__}>"


class Method:
    """A method of an object."""

    def __init__(self, owner: Owner, name: str) -> None:
        self._owner = owner
        self._name = name

    def local(self, *args: Any, **kwargs: Any) -> Any:
        """Runs here, with the secrets in this process's environment while it runs."""
        return self._owner.call_here(self._name, args, kwargs)

    __call__ = local

    def remote(self, *args: Any, **kwargs: Any) -> Any:
        """Runs in a fresh process, with an object that is made, entered and closed there."""
        return self._owner.remote.once(self._owner.job(self._name, args, kwargs))

    def spawn(self, *args: Any, **kwargs: Any) -> FunctionCall:
        """Starts in a process of the pool, whose object stays until the pool is closed."""
        return self._owner.remote.spawn(self._owner.job(self._name, args, kwargs))

    def map(self, *inputs: Iterable[Any], order_outputs: bool = True, return_exceptions: bool = False) -> Iterator[Any]:
        """Runs for each input in the processes of the pool."""
        jobs = (self._owner.job(self._name, args, {}) for args in zip(*inputs))  # noqa: B905 - as map itself
        return self._owner.remote.map(jobs, order_outputs, return_exceptions)

    def __repr__(self) -> str:
        return f"<keyloft method {self._name} of {self._owner!r}>"


class Life:
    """A real object, from `enter` to `exit`."""

    def __init__(self, user_class: type[Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._object = user_class(*args, **kwargs)
        self._run("enter")

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Calls a method."""
        return getattr(self._object, name)(*args, **kwargs)

    def end(self) -> None:
        """Runs what `exit` marks."""
        self._run("exit")

    def _run(self, mark: str) -> None:
        # As they are defined, those of base classes first.
        made_of = cast("type[object]", type(self._object))
        names = dict.fromkeys(name for base in reversed(made_of.__mro__) for name in vars(base))
        for name in names:
            if _mark(made_of, name) == mark:
                getattr(self._object, name)()


def _mark(user_class: type[Any], name: str) -> str | None:
    return getattr(getattr(user_class, name, None), "__keyloft__", None)

"""Processes for functions: each gets the values with its environment, before its Python starts.

A process is asked by one pipe and answers by another, so that what the function prints goes where it always goes.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
import subprocess
import sys
import threading
import weakref
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from ._inject import ENVIRONMENT
from .errors import InvalidError, KeyloftError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future, ThreadPoolExecutor

    from ._values import Values


class Target(NamedTuple):
    """A function or class, by the name under which a process finds it again."""

    module: str
    name: str

    def find(self) -> Any:
        """What stands under that name."""
        found: Any = import_module(self.module)
        for part in self.name.split("."):
            found = getattr(found, part)
        return found

    def check(self) -> None:
        """Refuses what another process would not find."""
        if "<locals>" in self.name or "<lambda>" in self.name:
            raise InvalidError(
                f"{self.name} is made inside of a function, where no other process finds it: put it at the top of its "
                "module, or call it with .local()"
            )
        main = sys.modules.get("__main__")
        if self.module == "__main__" and not (getattr(main, "__file__", None) or getattr(main, "__spec__", None)):
            raise InvalidError(
                f"{self.name} is made in a notebook, in `python -c` or at a prompt, where no other process finds it: "
                "put it into a file and import it from there, or call it with .local()"
            )


class Job(NamedTuple):
    """A call. `method`: the method's name, and the arguments that the object is made with."""

    target: Target
    method: tuple[str, tuple[Any, ...], dict[str, Any]] | None
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class WorkerDiedError(KeyloftError):
    """A process ended before it answered."""


class RemoteTraceback(Exception):  # noqa: N818 - it is the cause of an error, and none itself
    """Where in the other process an error was raised."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return f"\n{self.text}"


class Remote:
    """The other processes of one function."""

    def __init__(self, values: Callable[[], Values], max_workers: int | None) -> None:
        if max_workers is not None and max_workers < 1:
            raise InvalidError("max_workers is at least 1")
        self._values = values
        self._max = max_workers or min(os.cpu_count() or 1, 8)
        self._pool: Pool | None = None
        self._pid = os.getpid()
        self._lock = threading.Lock()

    def once(self, job: Job) -> Any:
        """Runs in a fresh process."""
        job.target.check()
        worker = Worker(self._values(), prepared())
        try:
            return worker.ask(job)
        finally:
            worker.close()

    def spawn(self, job: Job) -> FunctionCall:
        """Runs in a process of the pool."""
        job.target.check()
        if self._pid != os.getpid():
            # The lock may have been another thread's, which this child does not have.
            self._pool, self._pid, self._lock = None, os.getpid(), threading.Lock()
        with self._lock:
            if self._pool is None:
                self._pool = Pool(self._values(), self._max)
            return FunctionCall(self._pool.submit(job))

    def map(self, jobs: Iterable[Job], ordered: bool, return_exceptions: bool) -> Iterator[Any]:
        """Runs all of them, not too many ahead of whoever takes the results."""
        from collections import deque
        from concurrent.futures import FIRST_COMPLETED, wait

        waiting: deque[Future[Any]] = deque()
        ahead = self._max * 4
        source = iter(jobs)
        more = True
        try:
            while more or waiting:
                while more and len(waiting) < ahead:
                    job = next(source, None)
                    if job is None:
                        more = False
                    else:
                        waiting.append(self.spawn(job).future)
                if not waiting:
                    return
                if ordered:
                    done = waiting.popleft()
                else:
                    done = next(iter(wait(waiting, return_when=FIRST_COMPLETED).done))
                    waiting.remove(done)
                error = done.exception()
                if error is None:
                    yield done.result()
                elif return_exceptions:
                    yield error
                else:
                    raise error
        finally:
            # Nobody waits for these: an error, an interrupt, or whoever took the results stopped.
            for future in waiting:
                future.cancel()

    def close(self) -> None:
        """Ends the processes of the pool."""
        if self._pool is not None and self._pid == os.getpid():
            self._pool.close()
        self._pool = None


class FunctionCall:
    """A call that was started with `spawn`."""

    def __init__(self, future: Future[Any]) -> None:
        self.future = future

    def get(self, timeout: float | None = None) -> Any:
        """Waits for the result; TimeoutError after so many seconds."""
        from concurrent.futures import TimeoutError as OldTimeoutError

        try:
            return self.future.result(timeout)
        except OldTimeoutError:
            if self.future.done():
                raise
            raise TimeoutError(f"there is no result after {timeout} s") from None

    def cancel(self) -> bool:
        """Takes the call back, if it has not begun."""
        return self.future.cancel()

    def __repr__(self) -> str:
        return f"<keyloft.FunctionCall {'done' if self.future.done() else 'under way'}>"


class Pool:
    """So many processes, each started when it is needed, each asked by one thread."""

    def __init__(self, values: Values, size: int) -> None:
        from concurrent.futures import ThreadPoolExecutor

        self._threads: ThreadPoolExecutor = ThreadPoolExecutor(size, thread_name_prefix="keyloft")
        self._values = values
        # Now: at its end a script no longer knows the file that it is.
        self._prepared = prepared()
        self._mine = threading.local()
        self._all: list[Worker] = []
        # When nobody has the pool any more, and at the end of the program, after what was spawned is done.
        self._end = weakref.finalize(self, _close, self._threads, self._all)

    def submit(self, job: Job) -> Future[Any]:
        """Runs it when a process is free."""
        return self._threads.submit(self._run, job)

    def close(self) -> None:
        """Waits for what runs, and ends the processes."""
        self._threads.shutdown(wait=True)
        self._end()

    def _run(self, job: Job) -> Any:
        worker: Worker | None = getattr(self._mine, "worker", None)
        if worker is not None and worker.is_gone():
            self._all.remove(worker)
            worker.close()
            worker = None
        if worker is None:
            worker = self._mine.worker = Worker(self._values, self._prepared)
            self._all.append(worker)
        return worker.ask(job)


def _close(threads: ThreadPoolExecutor, workers: list[Worker]) -> None:
    # The last one to have the pool may be a thread of its own, which cannot wait for itself.
    threads.shutdown(wait=False)
    for worker in workers:
        worker.close()
    workers.clear()


class Worker:
    """One process."""

    def __init__(self, values: Values, prepared: bytes) -> None:
        if _IMPORTING:
            raise InvalidError(
                "a script that calls .remote(), .spawn() or .map() does so under `if __name__ == '__main__':`, since "
                "the other process imports it too"
            )
        self._pid = os.getpid()
        asks, self._ask = os.pipe()
        self._answer, answers = os.pipe()
        command = [sys.executable, "-c", _START, str(asks), str(answers)]
        try:
            self._process = subprocess.Popen(  # noqa: S603
                command, pass_fds=(asks, answers), env=_environment(values), stdin=subprocess.DEVNULL
            )
        finally:
            os.close(asks)
            os.close(answers)
        _write(self._ask, prepared)

    def ask(self, job: Job) -> Any:
        """Has it run a call."""
        try:
            _write(self._ask, pickle.dumps(job))
            answer = _read(self._answer)
        except BaseException:
            # An interrupt: nobody will read what it answers, and it would wait for that.
            self._process.kill()
            raise
        if answer is None:
            code = self._process.wait()
            how = f"signal {-code}" if code < 0 else f"code {code}"
            raise WorkerDiedError(f"the process of {job.target.name} ended with {how} before it answered")
        good, result, told = pickle.loads(answer)  # noqa: S301 - from the process that was started above
        if good:
            return result
        result.__cause__ = RemoteTraceback(told)
        raise result

    def is_gone(self) -> bool:
        """Whether it ended."""
        return self._process.poll() is not None

    def close(self) -> None:
        """Tells it to end, and waits until it has."""
        if self._pid == os.getpid():
            # Not only by closing: a forked child may hold the pipe too.
            _write(self._ask, _END)
        os.close(self._ask)
        if self._pid == os.getpid():
            self._process.wait()
        os.close(self._answer)


def prepared() -> bytes:
    """What another process has to know to find the functions of this one."""
    from multiprocessing import spawn

    return pickle.dumps({**spawn.get_preparation_data("keyloft"), "authkey": b""})


def _environment(values: Values) -> dict[str, str]:
    # A program gets its secrets: neither those of others, nor the means to get more.
    below = ENVIRONMENT.below()
    kept = {name: value for name, value in below.items() if name not in ("KEYLOFT_TOKEN", "KEYLOFT_TOKEN_FILE")}
    return {**kept, **values.dangerously_expose()}


def _write(pipe: int, message: bytes) -> None:
    view = memoryview(struct.pack("!Q", len(message)) + message)
    while view:
        try:
            view = view[os.write(pipe, view) :]
        except BrokenPipeError:
            # Whoever waits for an answer will notice.
            return


def _read(pipe: int) -> bytes | None:
    head = _exactly(pipe, 8)
    return None if head is None else _exactly(pipe, struct.unpack("!Q", head)[0])


def _exactly(pipe: int, length: int) -> bytes | None:
    message = bytearray()
    while len(message) < length:
        piece = os.read(pipe, min(length - len(message), 1 << 20))
        if not piece:
            return None
        message += piece
    return bytes(message)


def serve(asks: int, answers: int) -> None:
    """The other side: answers calls until nobody asks any more."""
    from multiprocessing import spawn

    # What the functions start is not to hold the pipes.
    os.set_inheritable(asks, False)
    os.set_inheritable(answers, False)
    first = _read(asks)
    if first is None:
        return
    _IMPORTING.append(True)
    fault: BaseException | None = None
    try:
        spawn.prepare(pickle.loads(first))  # noqa: S301 - from the process that started this one
    except Exception as error:  # noqa: BLE001 - told to whoever asks
        fault = error
    _IMPORTING.clear()
    lives: dict[bytes, Any] = {}
    # An interrupt is for whoever asks, and ends this process too.
    with contextlib.suppress(KeyboardInterrupt):
        while message := _read(asks):
            _write(answers, _answered(message, lives, fault))
    for life in lives.values():
        life.end()


def _answered(message: bytes, lives: dict[bytes, Any], fault: BaseException | None) -> bytes:
    import traceback

    try:
        if fault is not None:
            raise fault
        return pickle.dumps((True, _run(pickle.loads(message), lives), ""))  # noqa: S301
    except SystemExit as error:
        ended = WorkerDiedError(f"the function ended its process: SystemExit({error.code!r})")
        return pickle.dumps((False, ended, traceback.format_exc()))
    except BaseException as error:  # noqa: BLE001 - told to whoever asks
        told = traceback.format_exc()
        try:
            answer = pickle.dumps((False, error, told))
            pickle.loads(answer)  # noqa: S301
        except Exception:  # noqa: BLE001 - some errors cannot be pickled, and some not be read again
            return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}"), told))
        return answer


def _run(job: Job, lives: dict[bytes, Any]) -> Any:
    found = job.target.find()
    if job.method is None:
        return _finished(found.raw()(*job.args, **job.kwargs))
    from .cls import Life

    name, args, kwargs = job.method
    made_with = pickle.dumps((job.target, args, kwargs))
    if made_with not in lives:
        lives[made_with] = Life(found.user_class, args, kwargs)
    return _finished(lives[made_with].call(name, job.args, job.kwargs))


def _finished(result: Any) -> Any:
    if not hasattr(result, "__await__"):
        return result
    import asyncio

    return asyncio.run(_awaited(result))


async def _awaited(result: Any) -> Any:
    return await result


_IMPORTING: list[bool] = []
_END = b""
_START = "import sys, keyloft.workers; keyloft.workers.serve(int(sys.argv[1]), int(sys.argv[2]))"

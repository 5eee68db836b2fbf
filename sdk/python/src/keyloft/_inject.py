"""The environment of this process, and what is laid over it for a while."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from ._names import runs_code
from ._values import Values
from .errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._resolved import Resolved


class Environment:
    """Layers over `os.environ`, of which the latest wins. They may end in any order; what was below is there again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._base: dict[str, Values | None] = {}
        self._layers: list[Values] = []

    def push(self, layer: Values) -> None:
        """Lays values over what is there."""
        with self._lock:
            for key in layer.keys:
                if key not in self._base:
                    self._base[key] = Values({key: os.environ[key]}) if key in os.environ else None
            self._layers.append(layer)
            try:
                os.environ.update(layer.dangerously_expose())
            except BaseException:
                self._take_away(layer)
                raise

    def pop(self, layer: Values) -> None:
        """Takes them away again."""
        with self._lock:
            self._take_away(layer)

    def keep(self, values: Values) -> None:
        """Puts values below all layers, to stay."""
        with self._lock:
            for key in values.keys:
                if key in self._base:
                    self._base[key] = Values({key: values.dangerously_expose()[key]})
                    self._restore(key)
                else:
                    os.environ[key] = values.dangerously_expose()[key]

    def after_fork(self) -> None:
        """In a forked child, whose other threads are gone: the lock may have been theirs."""
        self._lock = threading.Lock()

    def below(self) -> dict[str, str]:
        """The environment as it is without the layers."""
        with self._lock:
            below = os.environ.copy()
            for key, value in self._base.items():
                below.pop(key, None)
                if value is not None:
                    below.update(value.dangerously_expose())
            return below

    def _take_away(self, layer: Values) -> None:
        self._layers = [other for other in self._layers if other is not layer]
        for key in layer.keys:
            self._restore(key)

    def _restore(self, key: str) -> None:
        above = next((layer for layer in reversed(self._layers) if key in layer.keys), None)
        below = above or self._base[key]
        if above is None:
            del self._base[key]
        if below is None:
            os.environ.pop(key, None)
        else:
            os.environ[key] = below.dangerously_expose()[key]


def refuse_what_runs_code(resolved: Resolved, allowed: Iterable[str]) -> None:
    """Refuses keys that make programs run other code, if they come from elsewhere than this program."""
    allowed = tuple(allowed)
    here = ("from_dict", "from_local_environ")
    refused = [
        row.key
        for row in resolved.explain.values()
        if runs_code(row.key)
        and row.key not in allowed
        and not (row.origin.version is None and row.origin.name in here)
    ]
    if refused:
        raise InvalidError(
            "keys that can make programs run other code are not set unless allowed by name: "
            f"{', '.join(refused)}. To allow: allow_env={refused!r}"
        )


ENVIRONMENT = Environment()
os.register_at_fork(after_in_child=ENVIRONMENT.after_fork)

"""Values, in a type that shows none of them."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping


class Values:
    """Keys with their values. Neither shown nor pickled."""

    __slots__ = ("_pairs",)

    def __init__(self, pairs: Mapping[str, str]) -> None:
        self._pairs = dict(pairs)

    @property
    def keys(self) -> tuple[str, ...]:
        """The names, in order."""
        return tuple(self._pairs)

    def dangerously_expose(self) -> dict[str, str]:
        """The values: keep them in no variable of a frame that may raise."""
        return self._pairs

    def __repr__(self) -> str:
        return f"Values({', '.join(self._pairs)})"

    def __reduce__(self) -> NoReturn:
        raise pickle.PicklingError("values are not pickled: name the secret with from_name, which is")


class Hidden:
    """A text or some bytes that are not shown: a token, or a body with values."""

    __slots__ = ("_inner",)

    def __init__(self, inner: bytes) -> None:
        self._inner = inner

    def dangerously_expose(self) -> bytes:
        """What is inside."""
        return self._inner

    def __repr__(self) -> str:
        return "Hidden(…)"

    def __reduce__(self) -> NoReturn:
        raise pickle.PicklingError("what is hidden is not pickled")

"""What secrets come to: one mapping, which can tell where each key came from."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, NoReturn

if TYPE_CHECKING:
    from ._values import Values


class Origin(NamedTuple):
    """Where a value is from: a named secret and its version, or `from_dict`, `from_dotenv`, `from_local_environ`."""

    name: str
    version: int | None = None

    def __str__(self) -> str:
        return self.name if self.version is None else f"{self.name} (version {self.version})"


class Explanation(NamedTuple):
    """Where one key came from, and which earlier ones it shadows."""

    key: str
    origin: Origin
    shadowed: tuple[Origin, ...] = ()

    def __str__(self) -> str:
        shadowed = f", shadows {', '.join(map(str, self.shadowed))}" if self.shadowed else ""
        return f"{self.key}: {self.origin}{shadowed}"


class Resolved(Mapping[str, str]):
    """Environment variables. `dict(resolved)` gives the values; showing or pickling this does not."""

    __slots__ = ("_explain", "_values", "withheld")

    def __init__(self, values: Values, explain: dict[str, Explanation], withheld: tuple[str, ...] = ()) -> None:
        self._values = values
        self._explain = explain
        self.withheld = withheld

    @property
    def explain(self) -> Mapping[str, Explanation]:
        """Where each key came from."""
        return dict(self._explain)

    def sealed(self) -> Values:
        """The values, still hidden."""
        return self._values

    def __getitem__(self, key: str) -> str:
        return self._values.dangerously_expose()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values.keys)

    def __len__(self) -> int:
        return len(self._values.keys)

    def __repr__(self) -> str:
        return f"<keyloft.Resolved {', '.join(self) or 'nothing'}>"

    def __reduce__(self) -> NoReturn:
        raise pickle.PicklingError("resolved secrets are not pickled: pickle the Secret, and resolve it over there")

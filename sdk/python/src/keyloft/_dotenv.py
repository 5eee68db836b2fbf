"""`.env` files, read by python-dotenv, with two differences: what cannot be read is an error, and `${…}` is text."""

from __future__ import annotations

from pathlib import Path

from ._names import key_fault
from ._values import Values
from .errors import InvalidError


def find(start: str | Path | None, filename: str) -> Path | None:
    """The nearest file of that name, from here upwards."""
    here = Path(start) if start is not None else Path.cwd()
    if not here.exists():
        raise InvalidError(f"Starting path not found: {here}")
    here = here.resolve()
    for folder in (here.parent if here.is_file() else here, *here.parents):
        if (folder / filename).is_file():
            return folder / filename
    return None


def read(path: Path) -> Values | InvalidError:
    """The pairs of a file. What is wrong is returned: the caller's frames hold no value."""
    from dotenv.parser import parse_stream

    values: dict[str, str] = {}
    faults: list[str] = []
    with path.open(encoding="utf-8-sig", newline=None) as file:
        for binding in parse_stream(file):
            line = binding.original.line
            if binding.error:
                faults.append(f"line {line} cannot be read")
            elif binding.key is None:
                continue
            elif fault := key_fault(binding.key):
                faults.append(f"line {line}: {fault}")
            elif binding.value is None:
                faults.append(f"line {line}: {binding.key} has no value: write {binding.key}= for an empty one")
            elif "\0" in binding.value:
                faults.append(f"line {line}: the value of {binding.key} has a NUL")
            else:
                values[binding.key] = binding.value
    return InvalidError(f"{path}: {'; '.join(faults)}") if faults else Values(values)

"""`.env` files, read by python-dotenv, with two differences: what cannot be read is an error, and `${…}` is text."""

from __future__ import annotations

import io
from pathlib import Path

from ._names import key_fault
from ._values import Values
from .errors import InvalidError


def find(start: str | Path | None, filename: str) -> Path | None:
    """The nearest file of that name, from here upwards."""
    here = Path(start) if start is not None else Path.cwd()
    if not here.exists():
        raise InvalidError(f"Starting path not found: {here}")
    if here.is_file() and here.name != filename and ".env" in here.name:
        raise InvalidError(
            f"{here.name} would not be read: path is where the search for {filename!r} begins. To read it: "
            f"filename={here.name!r}"
        )
    here = here.resolve()
    for folder in (here.parent if here.is_file() else here, *here.parents):
        if (folder / filename).is_file():
            return folder / filename
    return None


def read(path: Path) -> Values | InvalidError:
    """The pairs of a file. What is wrong is returned: the caller's frames hold no value.

    Nothing of a line that is wrong is shown: it may be part of a value, as the second line of a key without quotes is.
    """
    from dotenv.parser import parse_stream

    text = _text(path)
    if isinstance(text, InvalidError):
        return text
    values: dict[str, str] = {}
    faults: list[str] = []
    for binding in parse_stream(text):
        line = binding.original.line
        if binding.error:
            faults.append(f"line {line} cannot be read")
        elif binding.key is None:
            continue
        elif binding.value is None:
            faults.append(f"line {line} has no =, so no value: write KEY= for an empty one")
        elif key_fault(binding.key):
            faults.append(f"line {line}: what is left of the = is no key: letters, digits and _, and no digit first")
        elif "\0" in binding.value:
            faults.append(f"line {line}: the value of {binding.key} has a NUL")
        else:
            values[binding.key] = binding.value
    return InvalidError(f"{path}: {'; '.join(faults)}") if faults else Values(values)


def _text(path: Path) -> io.StringIO | InvalidError:
    try:
        return io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=None)
    except UnicodeDecodeError as error:
        return InvalidError(f"{path} is not UTF-8: see byte {error.start + 1}")
    except OSError as error:
        return InvalidError(f"{path} cannot be read: {error.strerror}")

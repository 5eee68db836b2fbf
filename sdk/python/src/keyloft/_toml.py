"""TOML, of which Python 3.10 reads as much as the command writes."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from .errors import InvalidError

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path) -> dict[str, Any]:
    """The tables of a file."""
    text = path.read_text("utf-8")
    if sys.version_info < (3, 11):
        return plain(text)
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidError(f"{path} is not as it should be: {error}") from None


def plain(text: str) -> dict[str, Any]:
    """Tables with texts; whatever else stands there is left out."""
    tables: dict[str, Any] = {}
    table = tables
    for line in text.splitlines():
        if header := re.fullmatch(r"\s*\[([^\[\]]+)\]\s*(#.*)?", line):
            table = tables
            for quoted, bare in re.findall(r'"([^"]*)"|([A-Za-z0-9_-]+)', header[1]):
                table = table.setdefault(quoted or bare, {})
        elif pair := re.fullmatch(r"""\s*([A-Za-z0-9_-]+)\s*=\s*("(?:[^"\\]|\\.)*"|'[^']*')\s*(#.*)?""", line):
            value = pair[2]
            table[pair[1]] = json.loads(value) if value[0] == '"' else value[1:-1]
    return tables

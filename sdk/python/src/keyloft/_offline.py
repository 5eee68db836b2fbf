"""Copies of answers, for when the server is away: the same files, keys and format as those of the command `keyloft`.

A file is `KLC1`, 32 random bytes, and the answer under AES-256-GCM. Key and nonce are HKDF-SHA256 (RFC 5869) of the
token's secret half, salted with the random bytes. The name of a file is a hash of the server and the question under the
same secret, and is sealed in, so that a copy does not open as the answer to another question.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import importlib.util
import json
import os
import secrets
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, cast

from . import _settings
from ._values import Hidden
from .errors import ExtraMissingError

if TYPE_CHECKING:
    from pathlib import Path

    from ._token import Token


def is_installed() -> bool:
    """Whether the extra `offline` is there."""
    return importlib.util.find_spec("cryptography") is not None


def missing() -> ExtraMissingError:
    """What to say when it is not."""
    return ExtraMissingError(
        "stored copies, for when the server is away, are encrypted by the package cryptography, which is missing: "
        "pip install 'keyloft[offline]'"
    )


class Copies:
    """The copies of one token."""

    def __init__(self, url: str, token: Token) -> None:
        self._url = url
        self._token = token
        self.folder = _settings.folder("XDG_CACHE_HOME", ".cache") / token.id

    def keep(self, question: dict[str, Any], answer: Hidden) -> None:
        """Keeps an answer in place of an earlier one. A copy that cannot be kept is missed when it is needed."""
        fetched = json.dumps(_now())
        plain = b'{"fetched_at":' + fetched.encode() + b',"answer":' + answer.dangerously_expose() + b"}"
        salt = secrets.token_bytes(_SALT)
        with contextlib.suppress(OSError):
            name = self._name(question)
            _write_private(self.folder / name.hex(), _MAGIC + salt + self._seal(name, salt, plain))

    def load(self, question: dict[str, Any]) -> tuple[timedelta, Hidden] | None:
        """The answer and its age, if there is a copy that this token opens."""
        name = self._name(question)
        try:
            file = (self.folder / name.hex()).read_bytes()
        except OSError:
            return None
        plain = self._open(name, file)
        if plain is None:
            return None
        stored = json.loads(plain)
        age = datetime.now(timezone.utc) - parse_time(stored["fetched_at"])
        return max(age, timedelta()), Hidden(json.dumps(stored["answer"]).encode())

    def remember(self, read: list[dict[str, Any]]) -> None:
        """Notes reads that a copy answered, until the server's audit log has them."""
        text = "".join(json.dumps({**row, "at": _now()}) + "\n" for row in read)
        self._append(text)

    def take_reads(self) -> list[dict[str, Any]]:
        """Reads to tell the server of. They are taken under a name of its own, so that nobody else tells the same."""
        mine = self.folder / f"reads.{secrets.token_hex(8)}"
        try:
            (self.folder / "reads").rename(mine)
            lines = mine.read_bytes().splitlines()
            mine.unlink()
        except OSError:
            return []
        return [read for line in lines if (read := _noted(line)) is not None]

    def give_back(self, reads: list[dict[str, Any]]) -> None:
        """Keeps reads that the server could not be told of."""
        self._append("".join(json.dumps(row) + "\n" for row in reads))

    def _append(self, text: str) -> None:
        with contextlib.suppress(OSError):
            file = os.open(self.folder / "reads", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(file, "w", encoding="utf-8") as out:
                out.write(text)

    def _name(self, question: dict[str, Any]) -> bytes:
        asked = {name: question[name] for name in ("environment", "secrets", "keys") if question.get(name)}
        text = json.dumps([self._url, asked], separators=(",", ":"), ensure_ascii=False)
        info = b"keyloft cache name 1" + text.encode()
        return _hkdf(self._token.dangerously_expose_secret(), b"", info, 16)

    def _seal(self, name: bytes, salt: bytes, plain: bytes) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        material = self._material(salt)
        return AESGCM(material[:32]).encrypt(material[32:], plain, _MAGIC + name)

    def _open(self, name: bytes, file: bytes) -> bytes | None:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if file[:4] != _MAGIC or len(file) < 4 + _SALT + 16:
            return None
        material = self._material(file[4 : 4 + _SALT])
        try:
            return AESGCM(material[:32]).decrypt(material[32:], file[4 + _SALT :], _MAGIC + name)
        except InvalidTag:
            return None

    def _material(self, salt: bytes) -> bytes:
        return _hkdf(self._token.dangerously_expose_secret(), salt, b"keyloft cache record 1", 44)


def _noted(line: bytes) -> dict[str, Any] | None:
    """A line of noted reads; nothing if it was cut off, as a full disk does."""
    try:
        read: Any = json.loads(line)
    except ValueError:
        return None
    return cast("dict[str, Any]", read) if isinstance(read, dict) else None


def parse_time(text: str) -> datetime:
    """A time of RFC 3339, of whose fraction Python 3.10 takes six digits."""
    begin, _, fraction = text.rstrip("Zz").partition(".")
    return datetime.fromisoformat(f"{begin}.{fraction[:6]:0<6}+00:00")


def ago(age: timedelta) -> str:
    """`12 minutes`, as a person says it."""
    seconds = int(age.total_seconds())
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        if seconds >= length or length == 1:
            count = seconds // length
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "0 seconds"


def _now() -> str:
    return datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")


def _hkdf(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    key = hmac.digest(salt or bytes(32), secret, hashlib.sha256)
    block, material = b"", b""
    for number in range(1, length // 32 + 2):
        block = hmac.digest(key, block + info + bytes([number]), hashlib.sha256)
        material += block
    return material[:length]


def _write_private(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(file, "wb") as out:
            out.write(content)
        new.rename(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise


_MAGIC = b"KLC1"
_SALT = 32

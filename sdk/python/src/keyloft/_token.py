"""A token: `kl_st_`, its id, 256 random bits, and a checksum that finds typing errors."""

from __future__ import annotations

import pickle
import zlib
from typing import NoReturn

from .errors import AuthError


class Token:
    """A token with its secret half, which is not shown."""

    __slots__ = ("_secret", "_text", "id")

    def __init__(self, token_id: str, secret: bytes, text: str) -> None:
        self.id = token_id
        self._secret = secret
        self._text = text

    def dangerously_expose(self) -> str:
        """The text, for a header."""
        return self._text

    def dangerously_expose_secret(self) -> bytes:
        """The secret half, from which keys are derived."""
        return self._secret

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"Token({self.id}_…)"

    def __reduce__(self) -> NoReturn:
        raise pickle.PicklingError("a token is not pickled")


def parse(text: str, place: str) -> Token | AuthError:
    """Reads a token; what is wrong is returned, so that the text is in no traceback."""
    text = text.strip()
    prefix = next((prefix for prefix in _PREFIXES if text.startswith(prefix)), None)
    if prefix is None:
        return _fault(f"{place}: this is not a Keyloft token: they begin with kl_st_ or kl_cli_")
    rest = text[len(prefix) :]
    mistyped = _fault(f"{place}: this token is mistyped or cut off: its checksum does not match. Copy it again")
    if not text.isascii() or len(rest) != 11 + 1 + 43 + 6 or rest[11] != "_":
        return mistyped
    if _encode(zlib.crc32(text[:-6].encode()), 6) != text[-6:]:
        return mistyped
    number = _decode(rest[12:-6])
    if number is None or number >> 256:
        return mistyped
    return Token(rest[:11], number.to_bytes(32, "big"), text)


def _fault(message: str) -> AuthError:
    return AuthError(message, code="unauthorized")


def _encode(number: int, digits: int) -> str:
    text = ""
    for _ in range(digits):
        number, digit = divmod(number, 62)
        text = _DIGITS[digit] + text
    return text


def _decode(text: str) -> int | None:
    number = 0
    for letter in text:
        digit = _DIGITS.find(letter)
        if digit < 0:
            return None
        number = number * 62 + digit
    return number


_PREFIXES = ("kl_st_", "kl_cli_")
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

"""Where settings come from, as the command `keyloft` reads them: environment variables, then the profile."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from . import _token, _toml
from .errors import AuthError, InvalidError


def variable(name: str) -> str | None:
    """An environment variable that is set to something."""
    return os.environ.get(name) or None


def folder(name: str, below_home: str) -> Path:
    """Where the command keeps what it keeps (XDG Base Directory Specification)."""
    for base in (variable(name), str(Path(variable("HOME") or "") / below_home)):
        if base and Path(base).is_absolute():
            return Path(base) / "keyloft"
    raise InvalidError(f"neither {name} nor HOME names a folder: set HOME")


def profile() -> tuple[str, dict[str, str]] | None:
    """The profile in use, if there is one."""
    try:
        path = folder("XDG_CONFIG_HOME", ".config") / "profiles.toml"
        file = _toml.read(path)
    except (FileNotFoundError, InvalidError):
        file = {}
    wanted = variable("KEYLOFT_PROFILE")
    name = wanted or file.get("current")
    profiles = cast("dict[str, dict[str, str]]", file.get("profile", {}))
    if isinstance(name, str) and name in profiles:
        return name, profiles[name]
    if wanted:
        there = f"there are: {', '.join(profiles)}" if profiles else "there are none: keyloft login URL"
        raise InvalidError(f"there is no profile {wanted!r}; {there}")
    return None


def address(given: str | None) -> str:
    """The server's address."""
    if given:
        return check_address(given)
    if url := variable("KEYLOFT_URL"):
        return check_address(url)
    if found := profile():
        return check_address(found[1]["url"])
    raise InvalidError(
        "no server is chosen. Sign in with: keyloft login https://keyloft.example.org (or set KEYLOFT_URL and "
        "KEYLOFT_TOKEN)"
    )


def check_address(text: str) -> str:
    """An address that a token may be sent to."""
    text = text.strip().rstrip("/")
    if text.startswith("kl_"):
        raise InvalidError("this is a token, not an address: give it as token")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidError("that is no address of a server: write it as https://keyloft.example.org")
    if "@" in parts.netloc:
        raise InvalidError(
            "an address with a user name or a password in it is not taken: leave out what is before the @"
        )
    if "?" in text or "#" in text:
        raise InvalidError("an address ends with its path: leave out what follows the ? or #")
    if parts.scheme == "http" and not is_local(text) and variable("KEYLOFT_INSECURE_HTTP") != "1":
        raise InvalidError(
            "http:// would send the token over the network in the clear: write https://, or set "
            "KEYLOFT_INSECURE_HTTP=1 if the network is yours alone"
        )
    return text


def is_local(url: str) -> bool:
    """Whether an address names this machine."""
    host = (urlsplit(url).hostname or "").lower()
    numbers = host.split(".")
    loopback = len(numbers) == 4 and numbers[0] == "127" and all(number.isdecimal() for number in numbers)
    return loopback or host in ("localhost", "::1")


def token(given: str | None, url: str) -> _token.Token:
    """The token for that server, read anew each time: what renews it may have been there."""
    found = _find_token(given, url)
    del given
    if isinstance(found, AuthError):
        raise found
    return found


def _find_token(given: str | None, url: str) -> _token.Token | AuthError:
    if given:
        return _token.parse(given, "token")
    if text := variable("KEYLOFT_TOKEN"):
        return _token.parse(text, "KEYLOFT_TOKEN")
    if file := variable("KEYLOFT_TOKEN_FILE"):
        try:
            return _token.parse(Path(file).read_bytes().decode("utf-8", "replace"), "KEYLOFT_TOKEN_FILE")
        except OSError as error:
            return AuthError(f"KEYLOFT_TOKEN_FILE: cannot read {file}: {error.strerror}", code="unauthorized")
    found = profile()
    text = None
    if found and found[1].get("url", "").rstrip("/") == url:
        name, settings = found
        text = _from_keyring(name, url) if settings.get("credential") == "keyring" else _from_file(name, url)
    if isinstance(text, AuthError):
        return text
    if text is None:
        return AuthError(f"not signed in to {url}. Sign in with: keyloft login {url}", code="unauthorized")
    return _token.parse(text, f"the token of profile {found[0] if found else ''!r}")


def _from_file(name: str, url: str) -> str | AuthError | None:
    path = folder("XDG_DATA_HOME", ".local/share") / "credentials" / name
    try:
        mode = path.stat().st_mode & 0o777
        text = path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        return AuthError(f"cannot read {path}: {error.strerror}", code="unauthorized")
    if mode & 0o077:
        return AuthError(
            f"others can read the token in {path} (mode {mode:o}). Rotate it if others use this machine, then: chmod "
            f"600 {path}",
            code="unauthorized",
        )
    kept_for, _, kept = text.partition("\n")
    return kept if kept_for == url else None


def _from_keyring(name: str, url: str) -> str | AuthError | None:
    if sys.platform == "darwin":
        command = ["/usr/bin/security", "find-generic-password", "-a", name, "-s", f"keyloft {url}", "-w"]
    else:
        command = ["secret-tool", "lookup", "service", "keyloft", "profile", name, "url", url]
    try:
        answer = subprocess.run(  # noqa: S603
            command, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=_KEYRING_PATIENCE
        )
    except subprocess.TimeoutExpired:
        return AuthError(
            f"the keyring did not answer within {_KEYRING_PATIENCE} s: unlock it, or sign in with: keyloft login {url} "
            "--store file",
            code="unauthorized",
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.decode("utf-8", "replace").strip() or None


def environment() -> str | None:
    """The environment to work in, if one is chosen: KEYLOFT_ENVIRONMENT, then keyloft.toml, then the profile."""
    if name := variable("KEYLOFT_ENVIRONMENT"):
        return name
    project = _project()
    if project and isinstance(name := project.get("environment"), str):
        return name
    found = profile()
    return found[1].get("environment") if found else None


def _project() -> dict[str, Any] | None:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "keyloft.toml").is_file():
            return cast("dict[str, Any]", _toml.read(folder / "keyloft.toml").get("project", {}))
        if (folder / ".git").exists():
            return None
    return None


def timeout() -> float:
    """How long an answer may take."""
    text = variable("KEYLOFT_TIMEOUT") or "30"
    if not text.isdecimal() or not 1 <= int(text) <= 600:
        raise InvalidError("KEYLOFT_TIMEOUT is a number of seconds, from 1 to 600")
    return float(text)


def check_timeout(given: object) -> float:
    """How long an answer may take, as a program says it."""
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not 0 < given < float("inf"):
        raise InvalidError("timeout is a number of seconds above 0")
    return float(given)


_KEYRING_PATIENCE = 30

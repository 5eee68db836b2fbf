"""Names that people choose, and keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from ._values import Values
from .errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable


def check_name(name: object) -> str:
    """A secret's name. The message is Modal's, but for the limit, which it states exactly."""
    if not isinstance(name, str):
        raise InvalidError(f"the name of a Secret has to be a str, got {type(name).__name__}")
    if not _NAME.fullmatch(name) or not name.strip("."):
        shown = repr(name) if len(name) <= 64 else f"it has {len(name)} characters"
        raise InvalidError(
            f"Invalid Secret name: {shown}.\n\nNames may contain only alphanumeric characters, dashes, periods, and "
            "underscores, at most 64 of them, and not only periods."
        )
    return name


def check_environment(name: object) -> str:
    """An environment's name."""
    if not isinstance(name, str):
        raise InvalidError(f"the name of an environment has to be a str, got {type(name).__name__}")
    if not _ENVIRONMENT.fullmatch(name):
        raise InvalidError(
            f"{name!r} is no name of an environment: they have letters, digits, dots, dashes and underscores, at most "
            "64, and begin with a letter or digit"
        )
    return name


def check_keys(keys: Iterable[str], place: str) -> tuple[str, ...]:
    """Names of keys."""
    if isinstance(keys, str):
        raise InvalidError(f"{place} takes a list of keys, not one text: [{keys!r}]")
    keys = tuple(keys)
    for key in keys:
        if fault := key_fault(key):
            raise InvalidError(f"{place}: {fault}")
    return keys


def key_fault(key: object) -> str | None:
    """Why this is no key, if it is none."""
    if not isinstance(key, str):
        return f"a key has type {type(key).__name__}, not str"
    if not key:
        return "Secret key name cannot be empty"
    if len(key) > 256:
        return f"a key has {len(key)} characters, and 256 are the limit"
    if not _KEY.fullmatch(key):
        return (
            f"Secret key name {key!r} is invalid for environment variables. Only letters, numbers, and underscores are "
            "allowed, and the name cannot start with a number"
        )
    return None


def check_values(given: object, place: str, *, drop_none: bool) -> Values | InvalidError:
    """Keys with texts.

    What is wrong is returned, not raised: the caller lets go of what it was given before it raises, so that no frame of
    a traceback holds a value.
    """
    if not isinstance(given, dict):
        wanted = "dict[str, Union[str, None]]" if drop_none else "dict[str, str]"
        return InvalidError(f"the {place} has to be a {wanted}, got {type(given).__name__}")
    values: dict[str, str] = {}
    for key, value in cast("dict[object, object]", given).items():
        if not isinstance(key, str):
            return InvalidError(f"the {place} has to have keys that are str, key has type {type(key).__name__}")
        if fault := key_fault(key):
            return InvalidError(f"the {place}: {fault}")
        if value is None and drop_none:
            continue
        if not isinstance(value, str):
            return InvalidError(
                f"the {place} has to have values that are str, value for key {key!r} has type {type(value).__name__}"
            )
        if "\0" in value:
            return InvalidError(f"the {place}: the value for key {key!r} has a NUL, which no environment variable can")
        if not _is_text(value):
            return InvalidError(f"the {place}: the value for key {key!r} has half a character (a lone surrogate)")
        values[key] = value
    return Values(values)


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def runs_code(key: str) -> bool:
    """Whether whoever sets this variable can make programs run other code."""
    return key in _RUNS_CODE or key.startswith(("DYLD_", "GIT_CONFIG_", "KEYLOFT_"))


_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ENVIRONMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RUNS_CODE = frozenset(
    [
        "BASHOPTS",
        "BASH_ENV",
        "BROWSER",
        "CLASSPATH",
        "DOTNET_STARTUP_HOOKS",
        "EDITOR",
        "ENV",
        "GCONV_PATH",
        "GIT_ASKPASS",
        "GIT_EDITOR",
        "GIT_EXEC_PATH",
        "GIT_EXTERNAL_DIFF",
        "GIT_PAGER",
        "GIT_PROXY_COMMAND",
        "GIT_SEQUENCE_EDITOR",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_TEMPLATE_DIR",
        "IFS",
        "JAVA_TOOL_OPTIONS",
        "JDK_JAVA_OPTIONS",
        "LD_AUDIT",
        "LD_LIBRARY_PATH",
        "LD_PRELOAD",
        "LESSCLOSE",
        "LESSOPEN",
        "LUA_INIT",
        "NODE_OPTIONS",
        "NODE_PATH",
        "OPENSSL_CONF",
        "OPENSSL_ENGINES",
        "PAGER",
        "PATH",
        "PERL5DB",
        "PERL5LIB",
        "PERL5OPT",
        "PERLLIB",
        "PHPRC",
        "PHP_INI_SCAN_DIR",
        "PROMPT_COMMAND",
        "PS4",
        "PYTHONBREAKPOINT",
        "PYTHONHOME",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "RUBYLIB",
        "RUBYOPT",
        "RUSTC_WRAPPER",
        "SHELLOPTS",
        "SSH_ASKPASS",
        "VISUAL",
        "ZDOTDIR",
        "_JAVA_OPTIONS",
    ]
)

"""`%load_ext keyloft`, then `%secrets huggingface`: secrets in a notebook's environment, and in none of its cells."""

from __future__ import annotations

from typing import Any

from ._flow import run
from ._inject import ENVIRONMENT
from .errors import KeyloftError
from .inject import inject
from .secret import Secret

_USAGE = "%secrets NAME … [-e ENVIRONMENT]"


def secrets(line: str) -> None:
    """Puts the secrets of these names into the environment of the kernel, to stay; later ones win."""
    words = line.split()
    environment = None
    if "-e" in words:
        at = words.index("-e")
        if at + 1 == len(words):
            print(f"-e takes the name of an environment: {_USAGE}")  # noqa: T201 - a cell's output
            return
        environment = words[at + 1]
        del words[at : at + 2]
    if not words:
        print(f"no secret was named: {_USAGE}")  # noqa: T201
        return
    try:
        named = [Secret.from_name(name, environment=environment) for name in words]
        # All of them are there, and allowed, before any of them is put into the environment.
        resolved = run(inject(named).flow())
        ENVIRONMENT.keep(resolved.sealed())
    except KeyloftError as error:
        print(error)  # noqa: T201
        return
    print(f"in the environment: {', '.join(resolved)}")  # noqa: T201


def load(ipython: Any) -> None:
    """What `%load_ext keyloft` does."""
    ipython.register_magic_function(secrets, "line", "secrets")

"""Secrets of Keyloft for functions that are deployed on Modal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import ExtraMissingError
from .resolve import resolve
from .secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .client import Client


def secret(
    name: str, *, environment: str | None = None, required_keys: Iterable[str] = (), client: Client | None = None
) -> Any:
    """A `modal.Secret` with the values that this secret has now.

    They are read when this is called: on the machine that deploys, and not in Modal's containers.
    """
    try:
        import modal  # pyright: ignore[reportMissingTypeStubs]
    except ImportError:
        modal = None
    if modal is None:
        raise ExtraMissingError(
            "keyloft.modal makes secrets for the package modal, which is missing: pip install modal"
        )
    ours = Secret.from_name(name, environment=environment, required_keys=required_keys, client=client)
    return modal.Secret.from_dict({**resolve([ours])})

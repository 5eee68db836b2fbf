"""Secrets from a Keyloft server, as environment variables.

with keyloft.inject(["huggingface"]):
    ...
"""

from typing import TYPE_CHECKING, Any

from ._resolved import Explanation, Origin, Resolved
from .app import App, Function
from .client import Client
from .cls import Cls, enter, exit, method
from .errors import (
    AlreadyExistsError,
    AuthError,
    CertificateError,
    ConflictError,
    ExtraMissingError,
    InvalidError,
    KeyloftError,
    MissingKeysError,
    NotFoundError,
    PermissionDeniedError,
    ProblemError,
    ProtocolError,
    RefusedError,
    ServerError,
    ServerUnavailableError,
    TooManyRequestsError,
)
from .inject import inject
from .resolve import resolve
from .secret import Secret, SecretInfo
from .workers import FunctionCall, WorkerDiedError

if TYPE_CHECKING:
    from . import modal, testing

__version__ = "0.1.0"

__all__ = [
    "Secret",
    "SecretInfo",
    "resolve",
    "Resolved",
    "Explanation",
    "Origin",
    "inject",
    "App",
    "Function",
    "FunctionCall",
    "Cls",
    "enter",
    "exit",
    "method",
    "Client",
    "KeyloftError",
    "InvalidError",
    "ExtraMissingError",
    "ProtocolError",
    "ServerUnavailableError",
    "CertificateError",
    "ProblemError",
    "AuthError",
    "PermissionDeniedError",
    "NotFoundError",
    "MissingKeysError",
    "AlreadyExistsError",
    "ConflictError",
    "RefusedError",
    "TooManyRequestsError",
    "ServerError",
    "WorkerDiedError",
    "modal",
    "testing",
    "__version__",
]


def __getattr__(name: str) -> Any:
    """The parts that few programs use are imported when they are."""
    if name in ("modal", "testing", "pydantic", "jupyter"):
        from importlib import import_module

        return import_module(f"keyloft.{name}")
    raise AttributeError(f"module 'keyloft' has no attribute {name!r}")


def load_ipython_extension(ipython: Any) -> None:
    """`%load_ext keyloft`."""
    from .jupyter import load

    load(ipython)

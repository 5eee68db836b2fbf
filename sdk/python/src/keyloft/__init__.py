"""Secrets from a Keyloft server, as environment variables.

with keyloft.inject(["huggingface"]):
    ...
"""

from ._resolved import Explanation, Origin, Resolved
from .client import Client
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

__version__ = "0.1.0"

__all__ = [
    "Secret",
    "SecretInfo",
    "resolve",
    "Resolved",
    "Explanation",
    "Origin",
    "inject",
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
    "__version__",
]

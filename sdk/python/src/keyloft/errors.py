"""What can go wrong. No message, and nothing else in an error, holds a value."""

from __future__ import annotations

from typing import Any


class KeyloftError(Exception):
    """All errors of this package."""


class InvalidError(KeyloftError, ValueError):
    """Something was given that makes no sense: a name, a key, a value that is no text."""


class ExtraMissingError(KeyloftError, ImportError):
    """A part of the package was asked for whose extra is not installed."""


class ProtocolError(KeyloftError):
    """What answers is not a Keyloft server, or not one that this package understands."""


class ServerUnavailableError(KeyloftError, ConnectionError):
    """The server cannot be reached, does not answer in time, or says that it is not ready."""

    unsent: bool = False


class CertificateError(KeyloftError, ConnectionError):
    """The server's certificate is not trusted. No stored copy is used: this may be somebody else."""


class ProblemError(KeyloftError):
    """The server says no.

    `code` is stable and for programs, `request` is the id under which the server's logs know the request, and `fields`
    tells what is wrong in what was sent.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "other",
        status: int = 0,
        request: str = "",
        fields: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.request = request
        self.fields = fields or {}

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, self.__dict__)


class AuthError(ProblemError):
    """No token, or one that is mistyped, expired, revoked, used up, or from another address."""


class PermissionDeniedError(ProblemError):
    """The token is good, but its scopes, role or reach do not allow this."""


class NotFoundError(ProblemError):
    """There is no such thing. `near` has names that look alike, if the token may list them."""

    near: tuple[str, ...] = ()


class MissingKeysError(ProblemError):
    """Secrets lack keys that are required. `missing` has all of them."""

    missing: tuple[str, ...] = ()


class AlreadyExistsError(ProblemError):
    """The name is taken."""


class ConflictError(ProblemError):
    """Somebody else was faster, or the thing is in a state that does not allow this."""

    current: int | None = None
    changed_by: str | None = None


class RefusedError(ProblemError):
    """The server finds what was sent wrong: `fields` says where."""


class TooManyRequestsError(ProblemError):
    """The server takes no more for now."""


class ServerError(ProblemError):
    """The server has a fault of its own; its log says more under `request`."""


def of_problem(status: int, problem: dict[str, Any]) -> ProblemError:
    """The error for problem details (RFC 9457)."""
    code = str(problem.get("code", "other"))
    detail = str(problem.get("detail") or problem.get("title") or f"the server answered with status {status}")
    fields = {str(field["field"]): str(field["detail"]) for field in problem.get("fields", [])}
    kind = _KINDS.get(code) or (ServerError if status >= 500 else RefusedError)
    error = kind(detail, code=code, status=status, request=str(problem.get("request", "")), fields=fields)
    if isinstance(error, MissingKeysError):
        error.missing = tuple(str(key) for key in problem.get("missing", []))
    if isinstance(error, ConflictError):
        error.current = problem.get("current")
        error.changed_by = problem.get("changed_by")
    return error


def _restore(kind: type[ProblemError], args: tuple[str, ...], state: dict[str, Any]) -> ProblemError:
    error = kind(*args)
    error.__dict__.update(state)
    return error


_KINDS: dict[str, type[ProblemError]] = {
    "already_exists": AlreadyExistsError,
    "conflict": ConflictError,
    "forbidden": PermissionDeniedError,
    "full": ServerError,
    "idempotency_mismatch": ConflictError,
    "integrity": ServerError,
    "internal": ServerError,
    "missing_keys": MissingKeysError,
    "not_found": NotFoundError,
    "second_factor_needed": PermissionDeniedError,
    "sudo_needed": PermissionDeniedError,
    "too_many": TooManyRequestsError,
    "unauthorized": AuthError,
    "unavailable": ServerError,
}

"""A secret: a named bundle of keys with values on a server, or some that this program brings itself."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from . import _dotenv, _inject
from . import client as clients
from ._flow import Flow, twin
from ._names import check_environment, check_keys, check_name, check_values
from ._offline import parse_time
from ._values import Values
from .errors import AlreadyExistsError, InvalidError, KeyloftError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .client import Client


class SecretInfo(NamedTuple):
    """What is known of a secret without its values."""

    name: str
    environment: str
    created_at: datetime
    created_by: str
    last_used: datetime | None
    keys: tuple[str, ...]
    version: int


class Named:
    """A secret on a server."""

    __slots__ = ("client", "environment", "name", "required")

    def __init__(self, name: str, environment: str | None, required: tuple[str, ...], client: Client | None) -> None:
        self.name = name
        self.environment = environment
        self.required = required
        self.client = client

    def use(self) -> Client:
        """The client to ask with."""
        return self.client or clients.default()


class Local:
    """Values of this program."""

    __slots__ = ("origin", "values")

    def __init__(self, origin: str, values: Values) -> None:
        self.origin = origin
        self.values = values


class Dotenv:
    """A file, read when it is needed."""

    __slots__ = ("filename", "path")

    def __init__(self, path: str | Path | None, filename: str) -> None:
        self.path = path
        self.filename = filename


class Secret:
    """Keys with values, to be given to functions, `keyloft.inject` or `keyloft.resolve`.

    Making one asks nobody. Each method exists twice: `secret.keys()`, and `await secret.keys.aio()`.
    """

    __slots__ = ("source",)
    source: Named | Local | Dotenv
    objects: SecretObjects

    def __init__(self) -> None:
        raise InvalidError("a Secret is made by from_name, from_dict, from_dotenv or from_local_environ")

    @classmethod
    def from_name(
        cls,
        name: str,
        *,
        environment: str | None = None,
        environment_name: str | None = None,
        required_keys: Iterable[str] = (),
        client: Client | None = None,
    ) -> Secret:
        """The secret of that name on the server. `environment_name` is Modal's word for `environment`."""
        chosen = environment or environment_name
        if chosen is not None:
            check_environment(chosen)
        return _of(Named(check_name(name), chosen, check_keys(required_keys, "required_keys"), client))

    @classmethod
    def from_dict(cls, env_dict: dict[str, str | None] | dict[str, str] | None = None) -> Secret:
        """These values. A key whose value is None is left out."""
        secret = literal({} if env_dict is None else env_dict, "env_dict argument to Secret")
        del env_dict
        if isinstance(secret, InvalidError):
            raise secret
        return secret

    @classmethod
    def from_dotenv(cls, path: str | Path | None = None, *, filename: str = ".env") -> Secret:
        """The `.env` file that is nearest, from the working directory or `path` upwards; nothing if there is none."""
        return _of(Dotenv(path, filename))

    @classmethod
    def from_local_environ(cls, env_keys: Iterable[str]) -> Secret:
        """These variables of this program's environment, as they are now."""
        keys = check_keys(env_keys, "Secret.from_local_environ")
        missing = [key for key in keys if key not in os.environ]
        if missing:
            named = ", ".join(repr(key) for key in missing)
            s = "s" if len(missing) > 1 else ""
            raise InvalidError(f"Could not find local environment variable{s} {named} for Secret.from_local_environ")
        return _of(Local("from_local_environ", Values({key: os.environ[key] for key in keys})))

    @twin
    def keys(self) -> Flow[list[str]]:
        """The names of its keys. No value is read."""
        source = self.source
        if not isinstance(source, Named):
            return list(local_values(source).keys)
        client = source.use()
        environment = yield from client.environment(source.environment)
        question = {"environment": environment, "secrets": [source.name], "names_only": True}
        try:
            body = yield from client.resolve(question)
        except NotFoundError as error:
            fault = error
        else:
            return [str(row["key"]) for row in client.read(body)["explain"]]
        raise (yield from with_near_names(client, environment, [source.name], fault))

    @twin
    def info(self) -> Flow[SecretInfo]:
        """What is known of it without its values."""
        client, environment, name = yield from self._place("info")
        try:
            answer = yield from client.ask("GET", f"/secrets/{environment}/{name}")
        except NotFoundError as error:
            fault = error
        else:
            return info_of(client.read(answer.body))
        raise (yield from with_near_names(client, environment, [name], fault))

    @twin
    def update(self, env_dict: dict[str, str]) -> Flow[None]:
        """Other values for these keys; the rest stays. Programs that run keep what they have."""
        values = check_values(env_dict, "`env_dict` argument to `Secret.update`", drop_none=False)
        del env_dict
        if isinstance(values, InvalidError):
            raise values
        client, environment, name = yield from self._place("update")
        if not values.keys:
            return
        try:
            yield from client.ask("PATCH", f"/secrets/{environment}/{name}", values=("set", values), again=False)
        except NotFoundError as error:
            fault = error
        else:
            return
        raise (yield from with_near_names(client, environment, [name], fault))

    @twin
    def load(self, *, allow_env: Iterable[str] = ()) -> Flow[list[str]]:
        """Puts it into this process's environment, to stay there, and returns the names of the keys."""
        from .resolve import resolve_flow

        allowed = check_keys(allow_env, "allow_env")
        resolved = yield from resolve_flow([self])
        _inject.refuse_what_runs_code(resolved, allowed)
        _inject.ENVIRONMENT.keep(resolved.sealed())
        return list(resolved)

    def __repr__(self) -> str:
        source = self.source
        if isinstance(source, Named):
            environment = f", environment={source.environment!r}" if source.environment else ""
            return f"keyloft.Secret.from_name({source.name!r}{environment})"
        if isinstance(source, Dotenv):
            path = [] if source.path is None else [repr(str(source.path))]
            filename = [] if source.filename == ".env" else [f"filename={source.filename!r}"]
            return f"keyloft.Secret.from_dotenv({', '.join(path + filename)})"
        return f"<keyloft.Secret.{source.origin}: {', '.join(source.values.keys) or 'nothing'}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _of, (self.source,)

    def _place(self, verb: str) -> Flow[tuple[Client, str, str]]:
        source = self.source
        if not isinstance(source, Named):
            raise InvalidError(f"{verb} is for secrets on a server: make it with Secret.from_name")
        client = source.use()
        environment = yield from client.environment(source.environment)
        return client, environment, source.name


class SecretObjects:
    """What can be done with the secrets of an environment: `Secret.objects`."""

    @twin
    def create(
        self,
        name: str,
        env_dict: dict[str, str | None] | dict[str, str],
        *,
        allow_existing: bool = False,
        environment: str | None = None,
        environment_name: str | None = None,
        client: Client | None = None,
    ) -> Flow[None]:
        """Makes a secret. With `allow_existing` one that is there stays as it is, also if its values differ."""
        values = check_values(env_dict, "env_dict argument to Secret", drop_none=True)
        del env_dict
        if isinstance(values, InvalidError):
            raise values
        if not values.keys:
            raise InvalidError("You need to specify at least one key for your secret")
        check_name(name)
        client = client or clients.default()
        chosen = yield from client.environment(environment or environment_name)
        import uuid

        try:
            yield from client.ask(
                "POST",
                "/secrets",
                body={"environment": chosen, "name": name},
                values=("values", values),
                headers={"idempotency-key": str(uuid.uuid4())},
            )
        except AlreadyExistsError as error:
            if not allow_existing:
                error.args = (f"Secret '{name}' already exists in environment '{chosen}'",)
                raise

    @twin
    def list(
        self,
        *,
        max_objects: int | None = None,
        created_before: datetime | None = None,
        environment: str | None = None,
        environment_name: str | None = None,
        client: Client | None = None,
    ) -> Flow[list[SecretInfo]]:
        """The secrets of an environment, the newest first."""
        if max_objects is not None and max_objects < 0:
            raise InvalidError("max_objects cannot be negative")
        if created_before is not None and created_before.tzinfo is None:
            created_before = created_before.astimezone()
        client = client or clients.default()
        chosen = yield from client.environment(environment or environment_name)
        query = {"environment": chosen, "sort": "created", "limit": "200"}
        found: list[SecretInfo] = []
        while max_objects is None or len(found) < max_objects:
            answer = yield from client.ask("GET", "/secrets", query=query)
            page = client.read(answer.body)
            infos = [info_of(row) for row in page["secrets"]]
            found += [info for info in infos if created_before is None or info.created_at < created_before]
            if not page.get("next"):
                break
            query["after"] = str(page["next"])
        return found[:max_objects]

    @twin
    def delete(
        self,
        name: str,
        *,
        allow_missing: bool = False,
        environment: str | None = None,
        environment_name: str | None = None,
        client: Client | None = None,
    ) -> Flow[None]:
        """Moves a secret to the trash, where it stays for 30 days. Programs that start from now on lack it."""
        check_name(name)
        client = client or clients.default()
        chosen = yield from client.environment(environment or environment_name)
        try:
            yield from client.ask("DELETE", f"/secrets/{chosen}/{name}", again=False)
        except NotFoundError as error:
            fault = error
        else:
            return
        if not allow_missing:
            raise (yield from with_near_names(client, chosen, [name], fault))

    def __repr__(self) -> str:
        return "keyloft.Secret.objects"


Secret.objects = SecretObjects()


def literal(given: object, place: str) -> Secret | InvalidError:
    """A secret of these values. What is wrong is returned, so that the caller can let go of them."""
    values = check_values(given, place, drop_none=True)
    return values if isinstance(values, InvalidError) else _of(Local("from_dict", values))


def local_values(source: Local | Dotenv) -> Values:
    """The values that need no server."""
    if isinstance(source, Local):
        return source.values
    path = _dotenv.find(source.path, source.filename)
    values = Values({}) if path is None else _dotenv.read(path)
    if isinstance(values, InvalidError):
        raise values
    return values


def with_near_names(client: Client, environment: str, wanted: list[str], fault: NotFoundError) -> Flow[NotFoundError]:
    """The error, with names that look alike, if the token may list them."""
    import difflib

    fault.__traceback__ = None
    names: list[str] = []
    try:
        query = {"environment": environment, "limit": "200"}
        for _ in range(_PAGES):
            answer = yield from client.ask("GET", "/secrets", query=query)
            page = client.read(answer.body)
            names += [str(row["name"]) for row in page["secrets"]]
            if not page.get("next"):
                break
            query = {**query, "after": str(page["next"])}
        else:
            # So many that it takes too long to say which of them look alike.
            return fault
    except KeyloftError:
        # Whoever may not list gets no names.
        return fault
    gone = [name for name in wanted if name not in names]
    lower = {name.lower(): name for name in names}
    near = {
        lower[match]: None for name in gone for match in difflib.get_close_matches(name.lower(), lower, n=3, cutoff=0.6)
    }
    fault.near = tuple(near)
    quoted = ", ".join(f"'{name}'" for name in gone)
    s = "s" if len(gone) > 1 else ""
    hint = f". Did you mean {' or '.join(repr(name) for name in near)}?" if near else ""
    if gone:
        fault.args = (f"Secret{s} {quoted} not found in environment '{environment}'{hint}",)
    return fault


def info_of(row: dict[str, Any]) -> SecretInfo:
    """A row of the API."""
    keys = cast("list[dict[str, Any]]", row["keys"])
    used = row.get("last_read_at")
    return SecretInfo(
        name=str(row["name"]),
        environment=str(row["environment"]),
        created_at=parse_time(str(row["created_at"])),
        created_by=str(row["created_by"]),
        last_used=parse_time(str(used)) if used else None,
        keys=tuple(str(key["name"]) for key in keys),
        version=int(row["version"]),
    )


def _of(source: Named | Local | Dotenv) -> Secret:
    secret = object.__new__(Secret)
    secret.source = source
    return secret


_PAGES = 25

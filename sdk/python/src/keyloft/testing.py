"""A store in memory, for tests of programs that use this package. No server is asked, and no file is read.

with keyloft.testing.store({"postgres": {"PGHOST": "localhost"}}):
    assert keyloft.resolve(["postgres"])["PGHOST"] == "localhost"
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any, cast

from . import client as clients
from ._flow import Answer, Request
from ._names import check_name, check_values
from ._values import Values
from .client import Client
from .errors import InvalidError, KeyloftError


@contextmanager
def store(
    secrets: Mapping[str, Mapping[str, str]] | None = None, *, environment: str = "dev"
) -> Generator[Client, None, None]:
    """Everything in this process asks a store in memory, which begins with these secrets of that environment."""
    memory = MemoryTransport(environment)
    for name, values in (secrets or {}).items():
        memory.put(name, dict(values))
    client = Client(environment=environment, transport=memory)
    clients.stand_in(client)
    try:
        yield client
    finally:
        clients.stand_out(client)


class MemoryTransport:
    """Answers as a server does, from memory."""

    def __init__(self, environment: str) -> None:
        self._environment = environment
        self._secrets: dict[tuple[str, str], _Stored] = {}

    def put(self, name: str, values: object) -> None:
        """One more secret."""
        checked = check_values(values, f"values of {name!r}", drop_none=False)
        del values
        if isinstance(checked, InvalidError):
            raise checked
        self._secrets[self._environment, check_name(name)] = _Stored(checked)

    def send(self, request: Request) -> Answer | KeyloftError:
        """Answers."""
        status, body = self._answer(request)
        return Answer(status, {}, json.dumps(body).encode())

    async def asend(self, request: Request) -> Answer | KeyloftError:
        """Answers."""
        return self.send(request)

    def __repr__(self) -> str:
        return f"MemoryTransport({len(self._secrets)} secrets)"

    def _answer(self, request: Request) -> tuple[int, dict[str, Any]]:
        sent: dict[str, Any] = json.loads(request.body.dangerously_expose()) if request.body else {}
        match request.method, request.path.split("/")[1:]:
            case "GET", ["environments"]:
                return 200, {"environments": [{"name": self._environment}]}
            case "GET", ["secrets"]:
                rows = [
                    stored.row(place)
                    for place, stored in self._secrets.items()
                    if place[0] == request.query["environment"]
                ]
                return 200, {"secrets": rows[::-1], "next": None}
            case "POST", ["secrets"]:
                return self._create((str(sent["environment"]), str(sent["name"])), sent["values"])
            case "POST", ["resolve"]:
                return self._resolve(sent)
            case method, ["secrets", environment, name]:
                return self._one(method, (environment, name), sent)
            case _:
                return _problem(404, "not_found", "the store in memory has no such thing")

    def _create(self, place: tuple[str, str], values: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if place in self._secrets:
            return _problem(409, "already_exists", "name: Another secret of this environment has this name.")
        self._secrets[place] = _Stored(Values(values))
        return 201, self._secrets[place].row(place)

    def _one(self, method: str, place: tuple[str, str], sent: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        stored = self._secrets.get(place)
        if stored is None:
            return _problem(404, "not_found", f"There is no secret {place[1]}.")
        if method == "DELETE":
            del self._secrets[place]
        elif method == "PATCH":
            stored.values = Values({**stored.values.dangerously_expose(), **sent["set"]})
            stored.version += 1
        return 200, stored.row(place)

    def _resolve(self, sent: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        places = [(str(sent["environment"]), str(name)) for name in cast("list[str]", sent["secrets"])]
        if gone := [name for place, name in places if (place, name) not in self._secrets]:
            return _problem(404, "not_found", f"These secrets are not in this environment: {', '.join(gone)}.")
        values: dict[str, str] = {}
        explain: dict[str, dict[str, Any]] = {}
        for place in places:
            stored = self._secrets[place]
            stored.used = datetime.now(timezone.utc)
            for key, value in stored.values.dangerously_expose().items():
                source = {"secret": place[1], "version": stored.version}
                earlier = explain.get(key)
                shadowed = [*earlier["shadowed"], earlier["source"]] if earlier else []
                explain[key] = {"key": key, "source": source, "shadowed": shadowed}
                values[key] = value
        if missing := [key for key in sent.get("required", []) if key not in values]:
            return _problem(409, "missing_keys", f"Required keys are missing: {', '.join(missing)}.", missing=missing)
        kept = {} if sent.get("names_only") else values
        return 200, {"values": kept, "explain": list(explain.values()), "secrets": [], "withheld": []}


class _Stored:
    def __init__(self, values: Values) -> None:
        self.values = values
        self.version = 1
        self.made = datetime.now(timezone.utc)
        self.used: datetime | None = None

    def row(self, place: tuple[str, str]) -> dict[str, Any]:
        return {
            "name": place[1],
            "environment": place[0],
            "keys": [{"name": key} for key in sorted(self.values.keys)],
            "created_at": _time(self.made),
            "created_by": "test",
            "last_read_at": _time(self.used) if self.used else None,
            "version": self.version,
        }


def _time(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")


def _problem(status: int, code: str, detail: str, **more: Any) -> tuple[int, dict[str, Any]]:
    return status, {"status": status, "code": code, "detail": detail, "title": code, **more}

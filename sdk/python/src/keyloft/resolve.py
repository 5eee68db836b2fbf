"""Several secrets to one mapping; later ones win."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from ._flow import Flow, Twin
from ._resolved import Explanation, Origin, Resolved
from ._values import Hidden, Values
from .errors import InvalidError, MissingKeysError, NotFoundError, ProtocolError
from .secret import Dotenv, Local, Named, Secret, local_values, with_near_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .client import Client


def resolve_flow(secrets: Sequence[Secret | str]) -> Flow[Resolved]:
    """Gets the values of these secrets, as one mapping in which later ones win.

    A text is the name of a secret: `keyloft.resolve(["base", "postgres"])`. All that is missing is named at once, and
    then nothing is given.
    """
    sources = [secret.source for secret in listed(secrets)]
    merged = Merged()
    asked: list[Named] = []
    place: tuple[Client, str] | None = None
    for source in sources:
        here = None
        if isinstance(source, Named):
            client = source.use()
            here = (client, (yield from client.environment(source.environment)))
        if asked and place is not None and (here != place or len(asked) == _AT_ONCE):
            yield from _ask(place, asked, merged)
            asked = []
        place = here
        if isinstance(source, Named):
            asked.append(source)
        else:
            merged.add_local(source)
    if asked and place is not None:
        yield from _ask(place, asked, merged)
    if merged.missing:
        raise _missing(merged.missing)
    return merged.resolved()


resolve = Twin(resolve_flow)


def listed(secrets: object) -> list[Secret]:
    """The secrets that were given as a list, each by itself or by its name."""
    if isinstance(secrets, (str, Secret)):
        raise InvalidError(f"secrets are given as a list: [{secrets!r}]")
    if not isinstance(secrets, Iterable):
        raise InvalidError(f"secrets are given as a list, got {type(secrets).__name__}")
    return [_secret(secret) for secret in cast("Iterable[object]", secrets)]


class Merged:
    """What there is so far."""

    def __init__(self) -> None:
        self.values = Values({})
        self.explain: dict[str, Explanation] = {}
        self.withheld: list[str] = []
        self.missing: dict[str, list[str]] = {}

    def add_local(self, source: Local | Dotenv) -> None:
        """Values of this program."""
        origin = Origin(source.origin if isinstance(source, Local) else "from_dotenv")
        values = local_values(source)
        self._add(values, {key: Explanation(key, origin) for key in values.keys})

    def add_answer(self, client: Client, asked: list[Named], body: Hidden) -> None:
        """An answer of a server."""
        values, answer = _read(body)
        if values is None:
            raise ProtocolError(f"{client.url} does not answer as a Keyloft server does: what came has no values")
        rows = {str(row["key"]): _explained(row) for row in answer["explain"]}
        self.withheld += [str(row["key"]) for row in answer.get("withheld", [])]
        self.check_required(asked, rows)
        self._add(values, {key: rows[key] for key in values.keys if key in rows})

    def check_required(self, asked: list[Named], rows: dict[str, Explanation]) -> None:
        """Notes which secret lacks which of its required keys."""
        for source in asked:
            holds = {
                key
                for key, row in rows.items()
                if source.name in {origin.name for origin in (row.origin, *row.shadowed)}
            }
            if lacks := [key for key in source.required if key not in holds]:
                self.missing.setdefault(source.name, []).extend(lacks)

    def resolved(self) -> Resolved:
        """All of it."""
        return Resolved(self.values, self.explain, tuple(self.withheld))

    def _add(self, values: Values, explain: dict[str, Explanation]) -> None:
        for key, row in explain.items():
            earlier = self.explain.get(key)
            if earlier is not None:
                row = row._replace(shadowed=(*earlier.shadowed, earlier.origin, *row.shadowed))
            self.explain[key] = row
        self.values = Values({**self.values.dangerously_expose(), **values.dangerously_expose()})


def _ask(place: tuple[Client, str], asked: list[Named], merged: Merged) -> Flow[None]:
    client, environment = place
    names = [source.name for source in asked]
    question: dict[str, Any] = {"environment": environment, "secrets": names}
    if required := sorted({key for source in asked for key in source.required}):
        question["required"] = required
    try:
        body = yield from client.resolve(question)
    except NotFoundError as error:
        gone = error
    except MissingKeysError:
        # It says which keys none of them has. Which secret lacks which, their names alone tell.
        named = yield from client.resolve({"environment": environment, "secrets": names, "names_only": True})
        rows = {str(row["key"]): _explained(row) for row in client.read(named)["explain"]}
        merged.check_required(asked, rows)
        return
    else:
        merged.add_answer(client, asked, body)
        return
    raise (yield from with_near_names(client, environment, names, gone))


def _read(body: Hidden) -> tuple[Values | None, dict[str, Any]]:
    try:
        answer: Any = json.loads(body.dangerously_expose())
        values = Values(cast("dict[str, str]", answer.pop("values")))
    except (ValueError, AttributeError, KeyError, TypeError):
        return None, {}
    return values, answer


def _explained(row: dict[str, Any]) -> Explanation:
    def origin(of: dict[str, Any]) -> Origin:
        return Origin(str(of["secret"]), int(of["version"]))

    return Explanation(str(row["key"]), origin(row["source"]), tuple(origin(of) for of in row["shadowed"]))


def _missing(missing: dict[str, list[str]]) -> MissingKeysError:
    told = "; ".join(f"Secret {name} is missing key(s): {', '.join(keys)}" for name, keys in missing.items())
    error = MissingKeysError(told, code="missing_keys", status=409)
    error.missing = tuple(dict.fromkeys(key for keys in missing.values() for key in keys))
    return error


def _secret(given: object) -> Secret:
    if isinstance(given, str):
        return Secret.from_name(given)
    if isinstance(given, Secret):
        return given
    raise InvalidError(f"secrets are Secrets or names, got {type(given).__name__}")


_AT_ONCE = 32

"""Nothing that people see of our objects holds a value: repr, str, pickles, tracebacks with locals, logs."""

import copy
import io
import json
import logging
import pickle
import traceback

import pytest
import rich.console
import rich.traceback
from pydantic_settings import BaseSettings

import keyloft
from keyloft import Secret
from keyloft.pydantic import KeyloftSettingsSource
from tests.programs import apps

VALUE = "hunter2-canary"


def public_objects(server):
    named = Secret.from_name("postgres", required_keys=["PGHOST"])
    literal = Secret.from_dict({"A": VALUE})
    resolved = keyloft.resolve([named, literal])
    inject = keyloft.inject([literal])
    app = keyloft.App("x", secrets=[literal])
    cls = app.cls(env={"B": VALUE})(apps.Service.user_class)
    service = cls()
    client = server.client()
    return [
        named,
        literal,
        Secret.from_local_environ(["CANARY"]),
        Secret.objects,
        Secret.objects.create,
        named.info(),
        named.update,
        resolved,
        resolved.explain["A"],
        resolved.explain["A"].origin,
        resolved.keys(),
        resolved.sealed(),
        inject,
        app,
        app.function(env={"B": VALUE})(apps.connect.raw()),
        cls,
        service,
        service.predict,
        client,
        keyloft.client.default(),
        client._transport,
        apps.connect,
        keyloft.resolve,
        keyloft.resolve.aio,
        Secret.objects.create.aio,
        named.update.aio,
        apps.connect.spawn(),
        service.predict.spawn("x"),
        KeyloftSettingsSource(Settings, [literal]),
        server.client(offline=True)._kept_copies(),
    ]


class Settings(BaseSettings):
    A: str = ""


@pytest.fixture
def canary(signed_in, monkeypatch):
    monkeypatch.setenv("CANARY", VALUE)
    return signed_in


def is_clean(text, server):
    hidden = [VALUE, "hunter2", server.token, server.token[-20:]]
    return not any(value in text for value in hidden)


def test_nothing_public_shows_a_value(canary):
    for thing in public_objects(canary):
        console = rich.console.Console(file=io.StringIO(), width=500)
        console.print(thing, rich.pretty.Pretty(thing, expand_all=True))
        logged = logging.LogRecord("x", 1, "x", 1, "%s %r", (thing, thing), None).getMessage()
        shown = [
            repr(thing),
            str(thing),
            f"{thing}",
            logged,
            console.file.getvalue(),
            repr(getattr(thing, "__dict__", "")),
        ]
        assert is_clean("".join(shown), canary), type(thing)


def test_nothing_public_pickles_a_value(canary):
    pickled = 0
    for thing in public_objects(canary):
        try:
            text = pickle.dumps(thing)
        except (pickle.PicklingError, TypeError, AttributeError):
            continue
        pickled += 1
        assert is_clean(text.decode("latin1"), canary), type(thing)
    assert pickled >= 5
    again = pickle.loads(pickle.dumps(Secret.from_name("postgres", required_keys=["PGHOST"])))
    assert keyloft.resolve([again])["PGHOST"] == "db.internal"
    with pytest.raises(TypeError):
        json.dumps(Secret.from_dict({"A": VALUE}))
    assert pickle.loads(pickle.dumps(apps.connect)) is apps.connect


def test_errors_come_back_from_a_pickle(canary):
    for names in (["postgress"], [Secret.from_name("base", required_keys=["NOPE"])]):
        with pytest.raises(keyloft.ProblemError) as caught:
            keyloft.resolve(names)
        again = pickle.loads(pickle.dumps(caught.value))
        assert (type(again), str(again), again.__dict__) == (
            type(caught.value),
            str(caught.value),
            caught.value.__dict__,
        )
        assert str(copy.copy(again)) == str(again)


def given():
    """The values that fail below come from here, so that no frame of the tests holds them."""
    return {"A": VALUE, "B": VALUE}


FAILING = {
    "a bad key": lambda server: Secret.from_dict({**given(), "1": VALUE}),
    "a bad type": lambda server: Secret.from_dict({**given(), "C": 1}),
    "a wrong argument": lambda server: Secret.from_dict(given(), nope=1),
    "create, bad key": lambda server: Secret.objects.create("x", {**given(), "1": VALUE}),
    "create, bad name": lambda server: Secret.objects.create("a b", given()),
    "create, wrong argument": lambda server: Secret.objects.create("x", given(), nope=1),
    "create, exists": lambda server: Secret.objects.create("base", given()),
    "create, refused": lambda server: Secret.objects.create("x", {**given(), "C": VALUE * 10_000}),
    "create, away": lambda server: Secret.objects.create("x", given(), client=away(server)),
    "update, gone": lambda server: Secret.from_name("nope").update(given()),
    "update, away": lambda server: Secret.from_name("base", client=away(server)).update(given()),
    "update, local": lambda server: Secret.from_dict({}).update(given()),
    "missing after others": lambda server: keyloft.resolve(["postgres", Secret.from_dict(given()), "nope"]),
    "missing keys": lambda server: keyloft.resolve(
        [Secret.from_name("base", required_keys=["PGPASSWORD"]), Secret.from_name("postgres")]
    ),
    "runs code": lambda server: risky(),
    "away": lambda server: keyloft.resolve([Secret.from_name("base", client=away(server))]),
    "a bad token": lambda server: server.client(token=server.token[:-1] + "!"),
    "a local variable": lambda server: Secret.from_local_environ(["CANARY", "NOPE"]),
    "no such key": lambda server: keyloft.resolve(["postgres"])["NOPE"],
    "in a function": lambda server: apps.connect.local(1),
    "a dictionary in a function": lambda server: keyloft.App().function(env={**given(), "1": VALUE}),
}


def away(server):
    return server.client(url="http://127.0.0.1:9", sleep=lambda seconds: None)


def risky():
    with keyloft.inject(["risky"]):
        pass


@pytest.mark.parametrize("what", FAILING)
def test_no_traceback_with_locals_holds_a_value(what, canary, caplog):
    caplog.set_level(logging.DEBUG)
    Secret.objects.create("risky", {"PATH": VALUE}, allow_existing=True)
    with pytest.raises(Exception) as caught:
        FAILING[what](canary)
    error = caught.value
    # The frames of the test itself name the server.
    while error.__traceback__.tb_frame.f_code.co_filename == __file__ and error.__traceback__.tb_next:
        error.__traceback__ = error.__traceback__.tb_next
    plain = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    console = rich.console.Console(file=io.StringIO(), width=300)
    console.print(
        rich.traceback.Traceback.from_exception(
            type(error), error, error.__traceback__, show_locals=True, locals_max_string=None, locals_max_length=None
        )
    )
    assert is_clean(plain, canary)
    assert is_clean(console.file.getvalue(), canary)
    assert is_clean(caplog.text, canary)
    assert is_clean(pickle.dumps(error.args).decode("latin1"), canary)

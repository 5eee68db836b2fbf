import asyncio
import datetime
import traceback

import pytest

import keyloft
from keyloft import Secret


def test_a_secret_is_created_read_changed_listed_and_deleted(signed_in, fresh_name):
    Secret.objects.create(fresh_name, {"A": "1", "B": "two\nlines", "GONE": None})
    secret = Secret.from_name(fresh_name)
    assert sorted(secret.keys()) == ["A", "B"]
    assert dict(keyloft.resolve([secret])) == {"A": "1", "B": "two\nlines"}
    secret.update({"B": "2", "C": ""})
    assert dict(keyloft.resolve([secret])) == {"A": "1", "B": "2", "C": ""}
    info = secret.info()
    assert (info.name, info.environment, info.version, info.keys) == (fresh_name, "dev", 2, ("A", "B", "C"))
    assert info.created_by == "mara"
    assert info.last_used is not None
    assert Secret.objects.list(max_objects=1)[0].name == fresh_name
    assert fresh_name not in [one.name for one in Secret.objects.list(created_before=info.created_at)]
    Secret.objects.delete(fresh_name)
    with pytest.raises(keyloft.NotFoundError):
        secret.info()
    with pytest.raises(keyloft.NotFoundError):
        Secret.objects.delete(fresh_name)
    Secret.objects.delete(fresh_name, allow_missing=True)


def test_every_call_has_a_twin(signed_in, fresh_name):
    async def story():
        await Secret.objects.create.aio(fresh_name, {"A": "1"})
        secret = Secret.from_name(fresh_name)
        await secret.update.aio({"A": "2"})
        assert await secret.keys.aio() == ["A"]
        assert (await secret.info.aio()).version == 2
        assert fresh_name in [one.name for one in await Secret.objects.list.aio()]
        both = await asyncio.gather(*(keyloft.resolve.aio([secret, "base"]) for _ in range(8)))
        assert [one["A"] for one in both] == ["2"] * 8
        await Secret.objects.delete.aio(fresh_name)
        with pytest.raises(keyloft.NotFoundError):
            await secret.keys.aio()
        await keyloft.client.default().aclose()

    asyncio.run(story())
    Secret.objects.create(fresh_name, {"A": "1"})
    asyncio.run(story_again(fresh_name))


async def story_again(name):
    """Another loop, with connections of its own."""
    assert (await keyloft.resolve.aio([name]))["A"] == "1"
    await keyloft.client.default().aclose()


def test_what_is_there_is_kept_unless_it_may_not_be(signed_in):
    with pytest.raises(keyloft.AlreadyExistsError, match="Secret 'base' already exists in environment 'dev'"):
        Secret.objects.create("base", {"PGHOST": "other"})
    Secret.objects.create("base", {"PGHOST": "other"}, allow_existing=True)
    assert keyloft.resolve(["base"])["PGHOST"] == "base.internal"


def test_near_names_are_told(signed_in):
    with pytest.raises(keyloft.NotFoundError, match="Did you mean 'huggingface'") as caught:
        keyloft.resolve(["base", "hugingface", "Postgress"])
    assert set(caught.value.near) == {"huggingface", "postgres"}
    assert caught.value.status == 404
    with pytest.raises(keyloft.NotFoundError, match="no environment nope"):
        keyloft.resolve([Secret.from_name("base", environment_name="nope")])


def test_near_names_are_told_of_many(signed_in):
    for number in range(201):
        Secret.objects.create(f"bulk-{number:03}", {"A": "1"}, environment="staging", allow_existing=True)
    with pytest.raises(keyloft.NotFoundError, match="Did you mean") as caught:
        Secret.from_name("bulk-20O", environment="staging").keys()
    assert "bulk-200" in caught.value.near
    assert len(Secret.objects.list(environment="staging")) >= 201


def test_all_keys_that_are_missing_are_told(signed_in):
    secrets = [
        Secret.from_name("base", required_keys=["PGHOST", "NOPE", "NADA"]),
        Secret.from_name("postgres", required_keys=["PGPASSWORD"]),
    ]
    with pytest.raises(keyloft.MissingKeysError, match="missing key") as caught:
        keyloft.resolve(secrets)
    assert set(caught.value.missing) == {"NOPE", "NADA"}
    # Each with the secret that lacks it, also what another one has.
    secrets = [
        Secret.from_name("base", required_keys=["NOPE", "PGPASSWORD"]),
        Secret.from_name("postgres", required_keys=["NADA"]),
    ]
    told = "Secret base is missing key.s.: NOPE, PGPASSWORD; Secret postgres is missing key.s.: NADA"
    with pytest.raises(keyloft.MissingKeysError, match=told):
        keyloft.resolve(secrets)
    # Another secret has the key, this one lacks it.
    secrets = [Secret.from_name("base", required_keys=["PGPASSWORD"]), Secret.from_name("postgres")]
    with pytest.raises(keyloft.MissingKeysError, match="Secret base is missing key"):
        keyloft.resolve(secrets)


def test_later_ones_win_and_explain_says_so(signed_in):
    dictionary = Secret.from_dict({"PGUSER": "me"})
    both = keyloft.resolve(["base", "postgres", dictionary])
    assert dict(both) == {"PGHOST": "db.internal", "PGPASSWORD": "hunter2-postgres", "PGUSER": "me"}
    assert str(both.explain["PGHOST"]) == "PGHOST: postgres (version 1), shadows base (version 1)"
    assert str(both.explain["PGUSER"]) == "PGUSER: from_dict, shadows base (version 1)"
    assert keyloft.resolve([dictionary, "base"])["PGUSER"] == "app"


def test_values_are_checked_when_they_are_given():
    for given, message in [
        ("x", r"has to be a dict\[str, Union\[str, None\]\], got str"),
        ({1: "x"}, "key has type int"),
        ({"A": 1}, "value for key 'A' has type int"),
        ({"": "x"}, "Secret key name cannot be empty"),
        ({"1A": "x"}, "invalid for environment variables"),
        ({"A\n": "x"}, "invalid for environment variables"),
        ({"A": "a\0b"}, "has a NUL"),
    ]:
        with pytest.raises(keyloft.InvalidError, match=message):
            Secret.from_dict(given)
    assert Secret.from_dict({"A": "", "B": None}).keys() == ["A"]
    assert Secret.from_dict().keys() == []


def test_names_are_checked_when_they_are_given():
    for name in ["has space", "", "a" * 65, "x\n", "..", 3]:
        with pytest.raises(keyloft.InvalidError, match="name"):
            Secret.from_name(name)
    assert Secret.from_name("a" * 64)
    with pytest.raises(keyloft.InvalidError, match="required_keys takes a list"):
        Secret.from_name("a", required_keys="KEY")


def test_local_variables_are_all_told_when_missing(monkeypatch):
    monkeypatch.setenv("THERE", "here")
    assert dict(keyloft.resolve([Secret.from_local_environ(["THERE"])])) == {"THERE": "here"}
    with pytest.raises(keyloft.InvalidError, match="variables 'A_MISSING', 'B_MISSING'"):
        Secret.from_local_environ(["A_MISSING", "THERE", "B_MISSING"])


def test_a_dotenv_file_is_found_upwards_and_read_late(home):
    (home / "a" / "b").mkdir(parents=True)
    secret = Secret.from_dotenv(home / "a" / "b")
    assert secret.keys() == []
    (home / ".env").write_text("\ufeffA=1 # c\r\nexport B='x ${A}'\nC=\"two\\nlines\"\n", newline="")
    assert dict(keyloft.resolve([secret])) == {"A": "1", "B": "x ${A}", "C": "two\nlines"}
    (home / "a" / "prod.env").write_text("A=2")
    assert keyloft.resolve([Secret.from_dotenv("a/b", filename="prod.env")])["A"] == "2"
    assert keyloft.resolve([Secret.from_dotenv()])["A"] == "1"


def test_a_dotenv_file_that_cannot_be_read_is_an_error(home):
    (home / ".env").write_text("A=1\nBARE\n1BAD=x\nC='unterminated\n")
    with pytest.raises(keyloft.InvalidError) as caught:
        keyloft.resolve([Secret.from_dotenv()])
    for what in ("line 2 has no =", "line 3", "line 4"):
        assert what in str(caught.value)
    for unquoted in (b"KEY=-----BEGIN\nMIIEvQhunter2\nQIBAD+hunter2=\n", "KEY=hunter2\u00e9".encode("latin-1")):
        (home / ".env").write_bytes(unquoted)
        with pytest.raises(keyloft.InvalidError) as caught:
            keyloft.resolve([Secret.from_dotenv()])
        # The first frame is this one, which has the file.
        error = caught.value.with_traceback(caught.value.__traceback__.tb_next)
        text = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        assert "hunter2" not in text
        assert caught.value.__context__ is None
    with pytest.raises(keyloft.InvalidError, match="Starting path not found"):
        keyloft.resolve([Secret.from_dotenv("nowhere")])


def test_bad_calls_are_refused(signed_in):
    with pytest.raises(keyloft.InvalidError, match="max_objects cannot be negative"):
        Secret.objects.list(max_objects=-1)
    with pytest.raises(keyloft.InvalidError, match="at least one key"):
        Secret.objects.create("x", {"A": None})
    with pytest.raises(keyloft.InvalidError, match=r"Secret\.update"):
        Secret.from_name("base").update({"A": None})
    with pytest.raises(keyloft.InvalidError, match="update is for secrets on a server"):
        Secret.from_dict({}).update({"A": "1"})
    with pytest.raises(keyloft.InvalidError, match="given as a list"):
        keyloft.resolve("base")
    with pytest.raises(keyloft.InvalidError, match="from_name"):
        Secret()
    with pytest.raises(keyloft.RefusedError) as caught:
        Secret.objects.create("x", {"A": "v" * 70_000})
    assert caught.value.fields


def test_times_are_compared_with_or_without_a_zone(signed_in):
    assert Secret.objects.list(created_before=datetime.datetime(2000, 1, 1)) == []  # noqa: DTZ001


def test_load_puts_a_secret_into_the_environment(signed_in, monkeypatch):
    import os

    monkeypatch.setenv("HF_TOKEN", "before")
    assert Secret.from_name("huggingface", environment_name="dev").load() == ["HF_TOKEN"]
    assert os.environ["HF_TOKEN"] == "hf_hunter2"


def test_a_path_that_is_another_file_than_the_one_read_is_told(home):
    (home / ".env").write_text("A=1\n")
    (home / "prod.env").write_text("A=2\n")
    assert dict(keyloft.resolve([Secret.from_dotenv(home / ".env")])) == {"A": "1"}
    assert dict(keyloft.resolve([Secret.from_dotenv(filename="prod.env")])) == {"A": "2"}
    with pytest.raises(keyloft.InvalidError, match=r"filename='prod\.env'"):
        keyloft.resolve([Secret.from_dotenv("prod.env")])
    assert repr(Secret.from_dotenv(filename="prod.env")) == "keyloft.Secret.from_dotenv(filename='prod.env')"
    with pytest.raises(keyloft.InvalidError, match="has to be a str, got int"):
        Secret.from_name("base", environment=5)

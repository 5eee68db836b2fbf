import asyncio
import os
import pickle
import subprocess
import sys

import pytest

import keyloft
from keyloft import Secret


def test_the_store_in_memory_does_as_a_server_does(fresh_name):
    with keyloft.testing.store():
        story(fresh_name)


def test_a_server_does_as_the_store_in_memory_does(signed_in, fresh_name):
    story(fresh_name)


def story(fresh_name):
    Secret.objects.create(fresh_name, {"A": "1", "B": "2"})
    with pytest.raises(keyloft.AlreadyExistsError):
        Secret.objects.create(fresh_name, {"A": "1"})
    secret = Secret.from_name(fresh_name, required_keys=["A"])
    secret.update({"B": "3"})
    second = f"{fresh_name}-2"
    Secret.objects.create(second, {"B": "4"})
    both = keyloft.resolve([secret, second])
    assert dict(both) == {"A": "1", "B": "4"}
    assert str(both.explain["B"]) == f"B: {second} (version 1), shadows {fresh_name} (version 2)"
    assert sorted(secret.keys()) == ["A", "B"]
    info = secret.info()
    assert (info.name, info.environment, info.version, info.keys) == (fresh_name, "dev", 2, ("A", "B"))
    assert [one.name for one in Secret.objects.list(max_objects=2)] == [second, fresh_name]
    with pytest.raises(keyloft.MissingKeysError) as caught:
        keyloft.resolve([Secret.from_name(second, required_keys=["X", "A"])])
    assert set(caught.value.missing) == {"A", "X"}
    with pytest.raises(keyloft.NotFoundError, match="Did you mean") as caught:
        keyloft.resolve([f"{fresh_name}x"])
    assert fresh_name in caught.value.near
    Secret.objects.delete(fresh_name)
    with pytest.raises(keyloft.NotFoundError):
        secret.info()
    Secret.objects.delete(fresh_name, allow_missing=True)


def test_the_store_in_memory_begins_with_secrets_and_ends():
    with keyloft.testing.store({"postgres": {"PGHOST": "localhost"}}, environment="prod") as client:
        assert asyncio.run(keyloft.resolve.aio(["postgres"]))["PGHOST"] == "localhost"
        assert "localhost" not in repr(client) + repr(client._transport)
        with keyloft.inject(["postgres"]):
            assert os.environ["PGHOST"] == "localhost"
        with keyloft.testing.store(), pytest.raises(keyloft.NotFoundError):
            keyloft.resolve(["postgres"])
    with pytest.raises(keyloft.InvalidError, match="no server is chosen"):
        keyloft.resolve(["postgres"])
    with pytest.raises(keyloft.InvalidError, match="values of 'x'"), keyloft.testing.store({"x": {"A": 1}}):
        pass


def test_a_secret_for_modal_is_modals_own():
    program = (
        "import modal, keyloft, keyloft.modal\n"
        "with keyloft.testing.store({'hf': {'HF_TOKEN': 'hunter2'}}):\n"
        "    secret = keyloft.modal.secret('hf', required_keys=['HF_TOKEN'])\n"
        "    try: keyloft.modal.secret('hf', required_keys=['NOPE'])\n"
        "    except keyloft.MissingKeysError: print('missing')\n"
        "assert isinstance(secret, modal.Secret), type(secret)\n"
        "assert 'hunter2' not in repr(secret) + str(secret)\n"
        "inner = next(value for name, value in vars(secret).items() if name.startswith('_sync_original'))\n"
        "print(inner._load_env_dict() == {'HF_TOKEN': 'hunter2'})\n"
        "app = modal.App()\n"
        "@app.function(secrets=[secret], serialized=True)\n"
        "def f(): pass\n"
    )
    # A process of its own: modal starts threads, and warns of what is not ours.
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.returncode) == (["missing", "True"], 0), done.stderr


def test_settings_of_pydantic_are_read():
    from pydantic import SecretStr, ValidationError
    from pydantic_settings import BaseSettings

    from keyloft.pydantic import KeyloftSettingsSource

    class Settings(BaseSettings):
        pghost: str
        pgpassword: SecretStr
        port: int = 5432

        @classmethod
        def settings_customise_sources(cls, settings_cls, init_settings, **_):
            return init_settings, KeyloftSettingsSource(settings_cls, ["postgres"])

    with keyloft.testing.store({"postgres": {"PGHOST": "localhost", "PGPASSWORD": "hunter2", "PORT": "1"}}):
        settings = Settings()
        assert (settings.pghost, settings.pgpassword.get_secret_value(), settings.port) == ("localhost", "hunter2", 1)
        assert "hunter2" not in repr(settings) + repr(KeyloftSettingsSource(Settings, ["postgres"]).__dict__)
        assert Settings(pghost="mine").pghost == "mine"
    with keyloft.testing.store({"postgres": {"PGHOST": "localhost"}}), pytest.raises(ValidationError):
        Settings()


def test_a_notebook_loads_secrets(capsys, monkeypatch):
    from IPython.testing.globalipapp import start_ipython

    monkeypatch.delenv("HF_TOKEN", raising=False)
    ipython = start_ipython()
    ipython.run_line_magic("load_ext", "keyloft")
    with keyloft.testing.store({"huggingface": {"HF_TOKEN": "hunter2"}, "b": {"B_KEY": "2"}}):
        ipython.run_line_magic("secrets", "huggingface b -e dev")
        assert os.environ.pop("HF_TOKEN") == "hunter2"
        assert os.environ.pop("B_KEY") == "2"
        ipython.run_line_magic("secrets", "huggingface nope")
        ipython.run_line_magic("secrets", "")
        ipython.run_line_magic("secrets", "b -e")
    out = capsys.readouterr().out
    assert "HF_TOKEN" not in os.environ
    for line in ("in the environment: HF_TOKEN, B_KEY", "'nope' not found", "no secret was named", "-e takes"):
        assert line in out
    assert "hunter2" not in out


def test_the_package_is_quick_to_import_and_imports_no_more_than_it_needs():
    program = (
        "import sys, keyloft; print([m for m in ('httpx', 'asyncio', 'cryptography', 'modal') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_secrets_in_an_app_are_names_when_pickled():
    app = keyloft.App(secrets=["huggingface"])
    assert b"huggingface" in pickle.dumps(app)

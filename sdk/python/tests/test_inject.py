import asyncio
import os
import subprocess
import threading

import pytest

import keyloft
from keyloft import Secret


def test_the_environment_is_exactly_what_it_was(signed_in, monkeypatch):
    monkeypatch.setenv("PGHOST", "before")
    monkeypatch.delenv("PGPASSWORD", raising=False)
    before = dict(os.environ)
    with keyloft.inject(["base", "postgres"]) as resolved:
        assert os.environ["PGHOST"] == "db.internal"
        assert resolved.explain["PGHOST"].origin.name == "postgres"
        os.environ["PGHOST"] = "changed inside"
    assert dict(os.environ) == before
    with pytest.raises(ZeroDivisionError), keyloft.inject(["base"]):
        _ = 1 / 0
    assert dict(os.environ) == before


def test_layers_may_end_in_any_order():
    before = dict(os.environ)
    one, two = (keyloft.inject([Secret.from_dict({"LAYER": value})]) for value in "12")
    one.__enter__()
    two.__enter__()
    one.__exit__()
    assert os.environ["LAYER"] == "2"
    one.__enter__()
    one.__exit__()
    assert os.environ["LAYER"] == "2"
    two.__exit__()
    assert dict(os.environ) == before


def test_threads_share_one_environment_and_leave_it_as_it_was():
    before = dict(os.environ)

    @keyloft.inject([Secret.from_dict({"THREAD": "x"})])
    def work():
        return os.environ["THREAD"]

    threads = [threading.Thread(target=lambda: [work() for _ in range(200)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert dict(os.environ) == before


def test_functions_and_coroutines_are_decorated(signed_in):
    @keyloft.inject(["huggingface"])
    def now(more):
        return os.environ["HF_TOKEN"] + more

    @keyloft.inject(["huggingface"])
    async def later(more):
        await asyncio.sleep(0)
        return os.environ["HF_TOKEN"] + more

    async def story():
        found = await asyncio.gather(later("1"), later("2"))
        await keyloft.client.default().aclose()
        return found

    assert now("!") == "hf_hunter2!"
    assert now.__name__ == "now"
    assert asyncio.run(story()) == ["hf_hunter21", "hf_hunter22"]
    assert "HF_TOKEN" not in os.environ

    with pytest.raises(keyloft.InvalidError, match="generators"):

        @keyloft.inject([])
        def generator():
            yield


def test_keys_that_run_code_are_refused(signed_in, fresh_name):
    Secret.objects.create(fresh_name, {"LD_PRELOAD": "x.so", "OK": "1"})
    with pytest.raises(keyloft.InvalidError, match="LD_PRELOAD"), keyloft.inject([fresh_name]):
        pass
    with keyloft.inject([fresh_name], allow_env=["LD_PRELOAD"]):
        assert os.environ["LD_PRELOAD"] == "x.so"
    with keyloft.inject([Secret.from_dict({"NODE_OPTIONS": "--inspect"})]):
        assert os.environ["NODE_OPTIONS"] == "--inspect"
    assert "LD_PRELOAD" not in os.environ


def test_the_command_refuses_the_same_keys(signed_in, fresh_name):
    from keyloft._names import _RUNS_CODE, runs_code

    kept = ["LD_SDK_KEY", "GITHUB_TOKEN", "PATHS"]
    keys = sorted([*_RUNS_CODE, "DYLD_X", "GIT_CONFIG_COUNT", "KEYLOFT_URL"])
    assert all(map(runs_code, keys))
    assert not any(map(runs_code, kept))
    Secret.objects.create(fresh_name, dict.fromkeys([*keys, *kept], "x"))
    line = [os.environ["KEYLOFT_CLI"], "run", "-s", fresh_name, "--", "true"]
    told = subprocess.run(line, capture_output=True, text=True, check=False).stderr
    assert told.split("by name: ")[1].split(".")[0].split(", ") == keys


def test_what_is_loaded_meanwhile_stays():
    with keyloft.inject([Secret.from_dict({"STAYS": "above"})]):
        Secret.from_dict({"STAYS": "below"}).load()
        assert os.environ["STAYS"] == "above"
    assert os.environ.pop("STAYS") == "below"


def test_each_use_remembers_anew_what_was_there(monkeypatch):
    for before in ("1", "2"):
        monkeypatch.setenv("LAYER", before)
        with keyloft.inject([Secret.from_dict({"LAYER": "x"})]):
            assert os.environ["LAYER"] == "x"
        assert os.environ["LAYER"] == before


def test_what_no_variable_can_hold_leaves_nothing_behind(monkeypatch):
    with pytest.raises(keyloft.InvalidError, match="lone surrogate"):
        Secret.from_dict({"AAA": "1", "BBB": "\ud800"})

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(os.environ), "__setitem__", full)
    with pytest.raises(OSError, match="No space"), keyloft.inject([Secret.from_dict({"AAA": "1"})]):
        pass
    monkeypatch.undo()
    assert "AAA" not in os.environ
    with keyloft.inject([Secret.from_dict({"AAA": "2"})]):
        assert os.environ["AAA"] == "2"
    assert "AAA" not in os.environ

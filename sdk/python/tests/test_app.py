import asyncio
import gc
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import keyloft
from tests.programs import apps

WHOLE = ("db.internal", "hunter2-postgres", "from env")


@pytest.fixture(autouse=True)
def _server(signed_in):
    yield
    apps.square.close()
    apps.look.close()


def test_local_has_the_secrets_while_it_runs():
    before = dict(os.environ)
    assert apps.connect.local() == WHOLE
    assert apps.connect("!")[2] == "from env!"
    assert asyncio.run(awaited()) == (3, "base.internal")
    assert dict(os.environ) == before


async def awaited():
    result = await apps.later.local(3)
    await keyloft.client.default().aclose()
    return result


def test_remote_has_them_in_a_process_of_its_own():
    before = dict(os.environ)
    assert apps.connect.remote() == WHOLE
    assert apps.later.remote(4) == (4, "base.internal")
    pid, has_token, has_url = apps.look.remote()
    assert pid != os.getpid()
    assert apps.look.remote()[0] != pid
    assert (has_token, has_url) == (False, True)
    assert dict(os.environ) == before


def test_map_keeps_the_order_and_tells_errors():
    assert list(apps.square.map(range(12))) == [number * number for number in range(12)]
    assert sorted(apps.square.map(range(5), order_outputs=False)) == [0, 1, 4, 9, 16]
    assert list(apps.square.starmap([(2,), (3,)])) == [4, 9]
    with pytest.raises(ValueError, match="unlucky") as caught:
        list(apps.square.map([1, 13, 2]))
    assert "in square" in str(caught.value.__cause__)
    found = list(apps.square.map([13, 2], return_exceptions=True))
    assert isinstance(found[0], ValueError)
    assert found[1] == 4
    call = apps.square.spawn(7)
    assert call.get(timeout=60) == 49


def test_a_process_that_dies_is_told():
    with pytest.raises(keyloft.WorkerDiedError, match="ended with code 3"):
        apps.die.remote()
    with pytest.raises(keyloft.WorkerDiedError):
        apps.die.spawn().get()
    apps.die.close()


def test_an_object_is_entered_once_and_closed(home, monkeypatch):
    monkeypatch.setenv("ENDED", str(home / "ended"))
    with apps.Service("big") as service:
        assert service.predict.local("a") == ("big", "hf_hunter2", "a", 1)
        assert service.predict("b")[3] == 2
        assert "HF_TOKEN" not in os.environ
        assert service.predict.remote("c")[3] == 1
        assert service.predict.remote("c")[3] == 1
        assert (home / "ended").read_text() == "1 hf_hunter2\n" * 2
        assert [one[3] for one in service.predict.map("xyz")] == [1, 2, 3]
        with pytest.raises(AttributeError, match="no method 'unmarked'"):
            service.unmarked()
    assert sorted((home / "ended").read_text().split("\n"))[1:] == [f"{n} hf_hunter2" for n in (1, 1, 2, 3)]


def test_methods_may_be_coroutines_and_have_any_name_but_close():
    async def here():
        with apps.Service() as service:
            found = await asyncio.gather(service.ask.local("a"), service.ask("b"))
        await keyloft.client.default().aclose()
        return found

    assert asyncio.run(here()) == [("hf_hunter2", "hf_hunter2", word) for word in "ab"]
    with apps.Service() as service:
        assert service.ask.remote("c") == ("hf_hunter2", "hf_hunter2", "c")
        assert list(service.ask.map("d")) == [("hf_hunter2", "hf_hunter2", "d")]
        assert (service.job.local(), service.job.remote()) == ("job", "job")

    class Door:
        @keyloft.method()
        def close(self):
            pass

    with pytest.raises(keyloft.InvalidError, match=r"Door\.close: .* give the method another name"):
        keyloft.App().cls()(Door)


def test_a_function_of_a_prompt_is_no_other_processes():
    program = "import keyloft\napp = keyloft.App()\n@app.function()\ndef f(): return 1\nprint(f.local())\nf.remote()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == "1\n"
    assert "f is made in a notebook, in `python -c` or at a prompt" in done.stderr.splitlines()[-1]


def test_an_interrupt_at_the_terminal_ends_idle_processes_too(home):
    program = home / "waits.py"
    program.write_text(
        "import os, signal, keyloft\n"
        "app = keyloft.App()\n"
        "@app.function(max_workers=1)\n"
        "def pid(): return os.getpid()\n"
        "if __name__ == '__main__':\n"
        "    print(pid.spawn().get(), flush=True)\n"
        "    signal.pause()\n"
    )
    line = [sys.executable, str(program)]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as run:
        worker = int(run.stdout.readline())
        os.killpg(run.pid, signal.SIGINT)
        _, told = run.communicate(timeout=30)
    assert told.splitlines()[-1] == "KeyboardInterrupt"
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_a_script_calls_its_own_functions(home):
    script = home / "script.py"
    script.write_text((Path(apps.__file__)).read_text())
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{WHOLE} (False, True) [0, 1, 4, 9, 16]"
    assert done.stderr == ""


def test_a_script_without_a_guard_is_told_so(home):
    script = home / "script.py"
    script.write_text("import keyloft\napp = keyloft.App()\n@app.function()\ndef f(): return 1\nprint(f.remote())\n")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "if __name__ == '__main__':" in done.stderr


def test_what_no_other_process_finds_is_refused():
    app = keyloft.App()

    @app.function()
    def inner():
        return 1

    assert inner.local() == 1
    with pytest.raises(keyloft.InvalidError, match="at the top of its module"):
        inner.remote()
    with pytest.raises(keyloft.InvalidError, match="no generator"):

        @app.function()
        def generator():
            yield

    with pytest.raises(keyloft.InvalidError, match=r"@app\.cls"):
        app.function()(int)
    with pytest.raises(keyloft.InvalidError, match="given as a list"):
        keyloft.App(secrets="base")


# What Modal's users write, with `modal` replaced by `keyloft` and the calls made local.
BLOCKS = {
    "dictionary": ('secret = keyloft.Secret.from_dict({"API_KEY": "sk-xxx"})\nassert secret.keys() == ["API_KEY"]\n'),
    "dotenv": 'secret = keyloft.Secret.from_dotenv()\nassert secret.keys() == ["API_KEY", "DATABASE_URL", "DEBUG"]\n',
    "name": 'secret = keyloft.Secret.from_name("my-api-keys")\nassert secret.keys() == ["API_KEY"]\n',
    "basic": (
        '@app.function(secrets=[keyloft.Secret.from_name("my-api-keys")])\n'
        "def call_api():\n"
        "    import os\n"
        '    api_key = os.environ["API_KEY"]\n'
        '    response = requests.get(url, headers={"Authorization": f"Bearer {api_key}"})\n'
        "    return response.json()\n"
        'assert call_api.local() == {"headers": {"Authorization": "Bearer sk-hunter2"}}\n'
    ),
    "several": (
        "@app.function(secrets=[\n"
        '    keyloft.Secret.from_name("openai-keys"),\n'
        '    keyloft.Secret.from_name("database-creds"),\n'
        "])\n"
        "def process():\n"
        "    import os\n"
        '    openai_key = os.environ["OPENAI_API_KEY"]\n'
        '    db_url = os.environ["DATABASE_URL"]\n'
        "    return openai_key, db_url\n"
        'assert process.local() == ("sk-hunter2-openai", "postgres://app:hunter2@db/app")\n'
    ),
    "class": (
        '@app.cls(secrets=[keyloft.Secret.from_name("huggingface")])\n'
        "class ModelService:\n"
        "    @keyloft.enter()\n"
        "    def load(self):\n"
        "        import os\n"
        '        token = os.environ["HF_TOKEN"]\n'
        '        self.model = AutoModel.from_pretrained("model-name", token=token)\n'
        "    @keyloft.method()\n"
        "    def loaded(self):\n"
        "        return self.model\n"
        'assert ModelService().loaded.local() == ("model-name", "hf_hunter2")\n'
    ),
    "dotenv function": (
        "@app.function(secrets=[keyloft.Secret.from_dotenv()])\n"
        "def local_dev():\n"
        "    import os\n"
        '    api_key = os.environ["API_KEY"]\n'
        "    return api_key\n"
        'assert local_dev.local() == "sk-xxx"\n'
    ),
}


class Requests:
    """Stands for the library requests: its answer is what was asked."""

    def get(self, url, headers):
        self.asked = {"headers": headers}
        return self

    def json(self):
        return self.asked


class AutoModel:
    """Stands for a model's library."""

    @staticmethod
    def from_pretrained(name, token):
        return name, token


@pytest.mark.parametrize("block", BLOCKS)
def test_blocks_for_modal_run(block, home):
    (home / ".env").write_text("API_KEY=sk-xxx\nDATABASE_URL=postgres://user:pass@host/db\nDEBUG=false\n")
    names = {"keyloft": keyloft, "app": keyloft.App(), "requests": Requests(), "url": "x:", "AutoModel": AutoModel}
    exec(BLOCKS[block], names)


def test_the_commands_for_modal_run(command, fresh_name):
    made = command("secret", "create", fresh_name, "API_KEY=sk-xxx", "DB_PASSWORD=hunter2")
    assert "API_KEY" in made
    assert fresh_name in command("secret", "list")
    snippet = [line.strip() for line in made.splitlines() if "keyloft.Secret" in line]
    exec(snippet[0], {"keyloft": keyloft})
    assert os.environ.pop("DB_PASSWORD") == "hunter2"
    os.environ.pop("API_KEY")
    command("secret", "delete", fresh_name, "--yes")
    with pytest.raises(keyloft.NotFoundError):
        keyloft.resolve([fresh_name])


def test_a_process_has_nothing_of_other_blocks():
    with keyloft.inject([keyloft.Secret.from_dict({"OTHER": "block"})]):
        assert apps.much.remote() == (None, "x" * 1_000_000)


def test_ending_the_process_ends_no_other():
    with pytest.raises(keyloft.WorkerDiedError, match=r"SystemExit\(4\)"):
        apps.leave.remote()


def test_an_interrupt_waits_for_no_answer(monkeypatch):
    from keyloft import workers

    def interrupt(pipe):
        raise KeyboardInterrupt

    # After the call was sent: a large answer comes, and nobody reads it.
    monkeypatch.setattr(workers, "_read", interrupt)
    with pytest.raises(KeyboardInterrupt):
        apps.much.remote()


def test_calls_are_answered_when_their_script_is_at_its_end(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import keyloft\n"
        "app = keyloft.App()\n"
        "@app.function(max_workers=1)\n"
        "def slow(number):\n"
        "    print('done', number, flush=True)\n"
        "if __name__ == '__main__':\n"
        "    calls = [slow.spawn(number) for number in range(3)]\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["done", "0", "done", "1", "done", "2"], done.stderr


def test_threads_share_one_pool():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(6) as threads:
        pids = {pid for pid, *_ in threads.map(lambda _: apps.look.spawn().get(), range(12))}
    assert len(pids) <= 2


def test_a_pool_that_nobody_has_ends_its_processes():
    app = keyloft.App()
    look = app.function()(apps.look.raw())
    pid = look.spawn().get()[0]
    os.kill(pid, 0)
    del look
    gc.collect()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.filterwarnings("ignore:This process.*fork:DeprecationWarning")
def test_a_forked_child_that_ends_leaves_the_parents_processes_alone():
    pid = apps.square.spawn(2).get() and os.fork()
    if pid == 0:
        try:
            apps.square.close()
            gc.collect()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    assert apps.square.spawn(3).get() == 9


def test_what_was_forgotten_is_told():
    app = keyloft.App()
    for decorate, told in [
        (app.function, "@app.function()"),
        (app.cls, "@app.cls()"),
        (keyloft.enter, "@keyloft.enter()"),
        (keyloft.method, "@keyloft.method()"),
    ]:
        with pytest.raises(keyloft.InvalidError, match=re.escape(told)):
            decorate(awaited)
    for secrets in ("base", None, 3):
        with pytest.raises(keyloft.InvalidError, match="given as a list"):
            keyloft.App(secrets=secrets)
        with pytest.raises(keyloft.InvalidError, match="given as a list"):
            keyloft.resolve(secrets)
    with pytest.raises(keyloft.InvalidError, match="got int"):
        keyloft.App(secrets=[3])


def test_what_enters_first_was_written_first():
    class Order:
        @keyloft.enter()
        def zebra(self):
            self.order = ["zebra"]

        @keyloft.enter()
        def ape(self):
            self.order.append("ape")

        @keyloft.method()
        def told(self):
            return self.order

    with keyloft.App().cls()(Order)() as order:
        assert order.told.local() == ["zebra", "ape"]

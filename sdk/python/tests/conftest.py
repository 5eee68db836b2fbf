"""A real server for the tests, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import secrets
import sqlite3
import subprocess
from pathlib import Path

import pytest

import keyloft
from keyloft import client as clients

CONNECTION = [
    "KEYLOFT_URL",
    "KEYLOFT_TOKEN",
    "KEYLOFT_TOKEN_FILE",
    "KEYLOFT_PROFILE",
    "KEYLOFT_ENVIRONMENT",
    "KEYLOFT_TIMEOUT",
]


class Server:
    """A server under way, with its first token. It can be stopped, and started anew at the same address."""

    def __init__(self, folder: Path, database: str | None) -> None:
        self.folder = folder
        self.port = 0
        self.clients = []
        self.database = database
        self._database = ["--database", database] if database else []
        (folder / "password").write_text("violet anchor drifts north\n")
        setup = "setup --email mara@example.org --password-file password --workspace Acme --token-out token"
        subprocess.run(self._command(setup), cwd=folder, check=True, stdout=subprocess.DEVNULL)
        self.token = (folder / "token").read_text().strip()
        self.start()

    def start(self) -> None:
        serve = f"serve --listen 127.0.0.1:{self.port} --anonymous-rate 0 --log error"
        self.process = subprocess.Popen(
            self._command(serve), cwd=self.folder, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]
        self.port = int(self.url.rpartition(":")[2])

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.communicate()

    def expire(self, token: str) -> None:
        """Has a token's time be over: nobody waits for a day."""
        change = "update tokens set expires_at = created_at where id = "
        if self.database is None:
            with sqlite3.connect(self.folder / "data/keyloft.db", isolation_level=None) as connection:
                assert connection.execute(f"{change}?", [token.split("_")[2]]).rowcount == 1
            connection.close()
            return
        import psycopg

        with psycopg.connect(self.database, autocommit=True) as connection:
            assert connection.execute(f"{change}%s", [token.split("_")[2]]).rowcount == 1

    def client(self, **more) -> keyloft.Client:
        settings = {"url": self.url, "token": self.token, "environment": "dev", "offline": False, **more}
        client = keyloft.Client(**settings)
        self.clients.append(client)
        return client

    def _command(self, arguments: str) -> list[str]:
        return [os.environ["KEYLOFT_SERVER"], *arguments.split(), "--data", "data", *self._database]


def databases() -> list[str]:
    return ["sqlite", *(["postgres"] if os.environ.get("KEYLOFT_TEST_POSTGRES_URL") else [])]


@pytest.fixture(scope="session", params=databases())
def running(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    if request.param == "sqlite":
        server = Server(folder, None)
        yield server
        server.stop()
        return
    import psycopg

    whole = os.environ["KEYLOFT_TEST_POSTGRES_URL"]
    name = f"keyloft_sdk_{secrets.token_hex(6)}"
    with psycopg.connect(whole, autocommit=True) as connection:
        connection.execute(f"create database {name}")
        try:
            server = Server(folder, f"{whole.rpartition('/')[0]}/{name}")
            yield server
            server.stop()
        finally:
            connection.execute(f"drop database {name} with (force)")


@pytest.fixture
def server(running):
    if running.process.poll() is not None:
        running.start()
    yield running
    for client in running.clients:
        client.close()
    running.clients.clear()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home of its own, in which nobody is signed in."""
    for name in CONNECTION:
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    for _, client in clients._DEFAULT.values():
        client.close()
    clients._DEFAULT.clear()


@pytest.fixture
def signed_in(server, monkeypatch):
    """The environment names the server, and the server holds some secrets."""
    monkeypatch.setenv("KEYLOFT_URL", server.url)
    monkeypatch.setenv("KEYLOFT_TOKEN", server.token)
    monkeypatch.setenv("KEYLOFT_ENVIRONMENT", "dev")
    for name, values in STORED.items():
        keyloft.Secret.objects.create(name, values, allow_existing=True)
    return server


@pytest.fixture
def command(signed_in):
    """Runs the command `keyloft`."""

    def run(*arguments: str) -> str:
        line = [os.environ["KEYLOFT_CLI"], *arguments]
        return subprocess.run(line, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout

    return run


@pytest.fixture
def fresh_name():
    return f"s-{secrets.token_hex(6)}"


STORED = {
    "base": {"PGHOST": "base.internal", "PGUSER": "app"},
    "postgres": {"PGHOST": "db.internal", "PGPASSWORD": "hunter2-postgres"},
    "huggingface": {"HF_TOKEN": "hf_hunter2"},
    "my-api-keys": {"API_KEY": "sk-hunter2"},
    "openai-keys": {"OPENAI_API_KEY": "sk-hunter2-openai"},
    "database-creds": {"DATABASE_URL": "postgres://app:hunter2@db/app"},
}

"""Lines that break, servers that are away, tokens that end, processes that fork."""

import asyncio
import logging
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import traceback
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import keyloft
from keyloft import Secret
from keyloft._flow import run


class Line:
    """A way to the server that breaks so often before it holds, and counts what passes."""

    def __init__(self, server, breaks=0, silent=False, certificate=None, says=None, met=lambda: None):
        self.breaks = breaks
        self.silent = silent
        self.says = says
        self.met = met
        self._tls = None
        if certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate)
        self.seen = b""
        self.connections = 0
        self._to = server.port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            if self._tls is not None:
                try:
                    near = self._tls.wrap_socket(near, server_side=True)
                except (ssl.SSLError, OSError):
                    near.close()
                    continue
            self._open.append(near)
            if self.connections <= self.breaks:
                near.recv(65536)
                near.close()
            elif self.says is not None:
                near.recv(65536)
                near.sendall(self.says)
                near.close()
            elif self.silent:
                # Whoever asked has a connection by now, which is theirs to close.
                near.recv(65536)
                self.met()
            else:
                far = socket.create_connection(("127.0.0.1", self._to))
                self._open.append(far)
                threading.Thread(target=self._copy, args=(near, far, True), daemon=True).start()
                threading.Thread(target=self._copy, args=(far, near, False), daemon=True).start()

    def _copy(self, source, target, outward):
        try:
            while piece := source.recv(65536):
                if outward:
                    self.seen += piece
                target.sendall(piece)
        except OSError:
            pass

    def is_let_go(self):
        """Whether whoever came last has closed its side."""
        near = self._open[-1]
        near.settimeout(10)
        while near.recv(65536):
            pass
        return True

    def close(self):
        for one in self._open:
            one.close()


@pytest.fixture
def line(server):
    lines = []

    def make(**how):
        lines.append(Line(server, **how))
        return lines[-1]

    yield make
    for one in lines:
        one.close()


def test_what_may_be_sent_twice_is_sent_again(signed_in, line, fresh_name):
    pauses = []
    broken = line(breaks=2)
    client = signed_in.client(url=broken.url, sleep=pauses.append)
    assert keyloft.resolve([Secret.from_name("base", client=client)])["PGUSER"] == "app"
    assert len(pauses) == 2
    assert all(0 < pause < 2 for pause in pauses)
    broken = line(breaks=1)
    client = signed_in.client(url=broken.url, sleep=pauses.append)
    Secret.objects.create(fresh_name, {"A": "1"}, client=client)
    broken = line(breaks=1)
    client = signed_in.client(url=broken.url, sleep=pauses.append)
    with pytest.raises(keyloft.ServerUnavailableError):
        Secret.from_name(fresh_name, client=client).update({"A": "2"})
    assert broken.connections == 1


def test_a_server_that_says_nothing_is_given_up(signed_in, line):
    client = signed_in.client(url=line(silent=True).url, timeout=0.05, sleep=lambda seconds: None)
    with pytest.raises(keyloft.ServerUnavailableError, match="did not answer in time"):
        keyloft.resolve([Secret.from_name("base", client=client)])


def test_an_answer_is_not_sent_twice_when_nothing_changed(signed_in, line, fresh_name):
    watched = line()
    client = signed_in.client(url=watched.url)
    Secret.objects.create(fresh_name, {"A": "1"})
    secret = Secret.from_name(fresh_name, client=client)
    first = keyloft.resolve([secret])
    assert b"if-none-match" not in watched.seen
    assert dict(keyloft.resolve([secret])) == dict(first)
    assert b"if-none-match" in watched.seen
    Secret.from_name(fresh_name).update({"A": "2"})
    assert keyloft.resolve([secret])["A"] == "2"


def test_what_is_no_keyloft_server_is_told(signed_in):
    client = signed_in.client(url=signed_in.url + "/nowhere")
    with pytest.raises(keyloft.ProtocolError, match="does not answer as a Keyloft server does"):
        keyloft.resolve([Secret.from_name("base", client=client)])


def test_addresses_that_a_token_is_not_sent_to(signed_in):
    for url, why in [
        ("http://example.org", "in the clear"),
        ("keyloft.example.org", "no address"),
        ("https://u:p@example.org", "user name"),
        ("https://example.org/?a", "ends with its path"),
        (signed_in.token, "this is a token"),
    ]:
        with pytest.raises(keyloft.InvalidError, match=why) as caught:
            signed_in.client(url=url)
        assert signed_in.token not in str(caught.value)


def test_tokens_that_do_not_work(signed_in, monkeypatch):
    for token, why in [("x", "not a Keyloft token"), (signed_in.token[:-3], "mistyped or cut off")]:
        with pytest.raises(keyloft.AuthError, match=why):
            signed_in.client(token=token)
    # One letter of the secret half: the checksum is wrong before anybody is asked.
    letters = list(signed_in.token)
    letters[-20] = "a" if letters[-20] != "a" else "b"
    with pytest.raises(keyloft.AuthError, match="checksum"):
        signed_in.client(token="".join(letters))
    monkeypatch.delenv("KEYLOFT_TOKEN")
    with pytest.raises(keyloft.AuthError, match="not signed in"):
        keyloft.resolve(["base"])
    monkeypatch.delenv("KEYLOFT_URL")
    with pytest.raises(keyloft.InvalidError, match="no server is chosen"):
        keyloft.resolve(["base"])


@pytest.fixture
def other_token(command):
    def make(*more):
        return command("token", "create", f"t{time.monotonic_ns()}", "--scope", "read", *more).strip()

    return make


def test_what_a_token_may_not_is_told(signed_in, other_token):
    client = signed_in.client(token=other_token())
    assert keyloft.resolve([Secret.from_name("base", client=client)])["PGUSER"] == "app"
    with pytest.raises(keyloft.PermissionDeniedError):
        Secret.from_name("base", client=client).update({"A": "1"})
    # Whoever may not list gets no near names, and the same error.
    with pytest.raises(keyloft.NotFoundError) as caught:
        keyloft.resolve([Secret.from_name("bas", client=client)])
    assert caught.value.near == ()


def test_a_token_that_ends_in_the_middle_is_read_anew(signed_in, other_token, command, home, monkeypatch):
    first, second = other_token(), other_token()
    (home / "token").write_text(first)
    monkeypatch.delenv("KEYLOFT_TOKEN")
    monkeypatch.setenv("KEYLOFT_TOKEN_FILE", str(home / "token"))
    assert keyloft.resolve(["base"])["PGUSER"] == "app"
    monkeypatch.setenv("KEYLOFT_TOKEN", signed_in.token)
    command("token", "revoke", first.split("_")[2], "--yes")
    monkeypatch.delenv("KEYLOFT_TOKEN")
    with pytest.raises(keyloft.AuthError, match="revoked"):
        keyloft.resolve(["base"])
    (home / "token").write_text(second)
    assert keyloft.resolve(["base"])["PGUSER"] == "app"


def test_a_token_that_expires_in_the_middle_is_read_anew(signed_in, other_token, home, monkeypatch):
    first, second = other_token("--days", "1"), other_token()
    (home / "token").write_text(first)
    monkeypatch.delenv("KEYLOFT_TOKEN")
    monkeypatch.setenv("KEYLOFT_TOKEN_FILE", str(home / "token"))
    assert keyloft.resolve(["base"])["PGUSER"] == "app"
    signed_in.expire(first)
    with pytest.raises(keyloft.AuthError, match="expired"):
        keyloft.resolve(["base"])
    (home / "token").write_text(second)
    assert keyloft.resolve(["base"])["PGUSER"] == "app"


def test_a_token_does_not_follow_a_redirect(signed_in, line):
    elsewhere = line()
    moved = f"HTTP/1.1 302 Found\r\nlocation: {elsewhere.url}/api/v1/resolve\r\ncontent-length: 0\r\n\r\n"
    client = signed_in.client(url=line(says=moved.encode()).url)
    with pytest.raises(keyloft.ProtocolError, match="status 302"):
        keyloft.resolve([Secret.from_name("base", client=client)])
    assert elsewhere.connections == 0


@pytest.mark.skipif(sys.platform == "darwin", reason="its keyring is another")
def test_a_token_in_the_keyring_is_found(signed_in, home, monkeypatch):
    ring = home / "bin"
    ring.mkdir()
    (ring / "secret-tool").write_text(SECRET_TOOL)
    (ring / "secret-tool").chmod(0o755)
    monkeypatch.setenv("PATH", f"{ring}:{os.environ['PATH']}")
    for name in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY"):
        monkeypatch.setenv(name, "here")
    for name in ("KEYLOFT_URL", "KEYLOFT_TOKEN", "KEYLOFT_ENVIRONMENT"):
        monkeypatch.delenv(name)
    line = [os.environ["KEYLOFT_CLI"], "login", signed_in.url, "--token-stdin", "--store", "keyring", "-e", "dev"]
    subprocess.run(line, input=signed_in.token, text=True, check=True, capture_output=True)
    assert not (home / ".local/share/keyloft/credentials").exists()
    assert keyloft.resolve(["base"])["PGUSER"] == "app"
    (ring / "secret-tool").write_text("#!/bin/sh\nexec sleep 60\n")
    monkeypatch.setattr("keyloft._settings._KEYRING_PATIENCE", 0.05)
    keyloft.client._DEFAULT.clear()
    with pytest.raises(keyloft.AuthError, match="the keyring did not answer"):
        keyloft.resolve(["base"])
    (ring / "secret-tool").unlink()
    keyloft.client._DEFAULT.clear()
    with pytest.raises(keyloft.AuthError, match="not signed in"):
        keyloft.resolve(["base"])


SECRET_TOOL = """#!/bin/sh
verb=$1; shift
case $1 in --label=*) shift;; esac
item=$HOME/ring.$(printf %s "$*" | tr -c 'a-zA-Z0-9\\n' _)
case $verb in
store) cat > "$item";;
lookup) cat "$item";;
esac
"""


def test_a_forked_child_has_connections_of_its_own(signed_in):
    assert keyloft.resolve(["base"])["PGUSER"] == "app"
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            good = all(keyloft.resolve(["base"])["PGUSER"] == "app" for _ in range(5))
            os._exit(0 if good else 1)
        children.append(child)
    assert all(keyloft.resolve(["base"])["PGUSER"] == "app" for _ in range(20))
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4


def test_it_works_while_the_interpreter_ends(signed_in):
    program = (
        "import atexit, keyloft\n"
        "keyloft.resolve(['base'])\n"
        "atexit.register(lambda: print(keyloft.resolve(['base'])['PGUSER']))\n"
        "class Late:\n"
        "    def __del__(self):\n"
        "        try: keyloft.resolve(['base'])\n"
        "        except Exception: pass\n"
        "late = Late()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("app\n", "")


def test_a_profile_of_the_command_is_used(signed_in, home, monkeypatch):
    for name in ("KEYLOFT_URL", "KEYLOFT_TOKEN", "KEYLOFT_ENVIRONMENT"):
        monkeypatch.delenv(name)
    line = [os.environ["KEYLOFT_CLI"], "login", signed_in.url, "--token-stdin", "--store", "file", "-e", "dev"]
    subprocess.run(line, input=signed_in.token, text=True, check=True, capture_output=True)
    assert keyloft.resolve(["base"])["PGUSER"] == "app"
    next((home / ".local/share/keyloft/credentials").iterdir()).chmod(0o644)
    keyloft.client._DEFAULT.clear()
    with pytest.raises(keyloft.AuthError, match="others can read"):
        keyloft.resolve(["base"])
    monkeypatch.setenv("KEYLOFT_PROFILE", "nope")
    with pytest.raises(keyloft.InvalidError, match="there is no profile 'nope'"):
        keyloft.resolve(["base"])


def test_python_310_reads_profiles_too(signed_in, home):
    from keyloft import _toml

    line = [os.environ["KEYLOFT_CLI"], "login", signed_in.url, "--token-stdin", "--store", "file", "-e", "dev"]
    subprocess.run([*line, "--profile", "a.b"], input=signed_in.token, text=True, check=True, capture_output=True)
    path = home / ".config/keyloft/profiles.toml"
    assert _toml.plain(path.read_text()) == _toml.read(path)
    assert "a.b" in _toml.read(path)["profile"]


def test_a_project_names_the_environment(signed_in, home, monkeypatch):
    monkeypatch.delenv("KEYLOFT_ENVIRONMENT")
    with pytest.raises(keyloft.InvalidError, match="There are: dev, staging, prod"):
        keyloft.resolve(["base"])
    (home / "keyloft.toml").write_text('[project]\nenvironment = "dev"\n')
    assert keyloft.resolve(["base"])["PGUSER"] == "app"


def test_the_command_and_this_package_share_copies(signed_in, command, caplog):
    command("run", "-s", "base", "-s", "postgres", "--", "true")
    assert keyloft.resolve(["huggingface"])["HF_TOKEN"] == "hf_hunter2"
    away = signed_in.client(offline=True, sleep=lambda seconds: None)
    signed_in.stop()
    with caplog.at_level(logging.WARNING):
        found = keyloft.resolve([Secret.from_name(name, client=away) for name in ("base", "postgres")])
    assert dict(found) == {"PGHOST": "db.internal", "PGPASSWORD": "hunter2-postgres", "PGUSER": "app"}
    assert "using the stored copy, which is" in caplog.text
    assert "hunter2" not in caplog.text
    assert command("run", "--no-mask", "-s", "huggingface", "--", "printenv", "HF_TOKEN").strip() == "hf_hunter2"
    with pytest.raises(keyloft.ServerUnavailableError, match="there is no stored copy"):
        keyloft.resolve([Secret.from_name("my-api-keys", client=away)])
    old = signed_in.client(offline=True, max_age=timedelta(0), sleep=lambda seconds: None)
    with pytest.raises(keyloft.ServerUnavailableError, match="are allowed"):
        keyloft.resolve([Secret.from_name("huggingface", client=old)])
    none = signed_in.client(offline=False, sleep=lambda seconds: None)
    with pytest.raises(keyloft.ServerUnavailableError, match="cannot reach"):
        keyloft.resolve([Secret.from_name("huggingface", client=none)])
    signed_in.start()
    keyloft.resolve([Secret.from_name("base", client=away)])
    answer = run(away.ask("GET", "/audit", query={"action": "secret.read-offline"}))
    told = [row["target"]["name"] for row in away.read(answer.body)["events"]]
    assert {"base", "postgres"} <= set(told)


def test_only_its_own_token_opens_a_copy_and_only_as_it_was_written(signed_in, other_token, home):
    def ask(name, **more):
        away = signed_in.client(url=signed_in.url, offline=True, sleep=lambda seconds: None, **more)
        return dict(keyloft.resolve([Secret.from_name(name, client=away)]))

    kept = {}
    for name in ("base", "huggingface"):
        before = set((home / ".cache/keyloft").rglob("*"))
        kept[name] = ask(name)
        path = next(one for one in (home / ".cache/keyloft").rglob("*") if one.is_file() and one not in before)
        kept[f"{name} copy"] = path
    copy, other = kept["base copy"], kept["huggingface copy"]
    assert (copy.stat().st_mode & 0o777, copy.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert b"base.internal" not in copy.read_bytes()
    stranger = other_token()
    signed_in.stop()
    assert ask("base") == kept["base"]
    with pytest.raises(keyloft.ServerUnavailableError, match="there is no stored copy"):
        ask("base", token=stranger)
    good = copy.read_bytes()
    for at in (0, 4, 40, len(good) - 1):
        copy.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with pytest.raises(keyloft.ServerUnavailableError, match="there is no stored copy"):
            ask("base")
    for broken in (b"", good[:20], good[:-1], other.read_bytes()):
        copy.write_bytes(broken)
        with pytest.raises(keyloft.ServerUnavailableError, match="there is no stored copy"):
            ask("base")
    copy.write_bytes(good)
    assert ask("base") == kept["base"]


def test_copies_need_their_extra(signed_in, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(keyloft.ExtraMissingError, match=r"keyloft\[offline\]"):
        signed_in.client(offline=True)
    client = signed_in.client(url="http://127.0.0.1:9", offline=None, sleep=lambda seconds: None)
    with pytest.raises(keyloft.ServerUnavailableError, match=r"keyloft\[offline\]"):
        keyloft.resolve([Secret.from_name("base", client=client)])


def test_a_task_that_is_cancelled_leaves_nothing_behind(signed_in, line):
    async def story():
        loop, met = asyncio.get_running_loop(), asyncio.Event()
        silent = line(silent=True, met=lambda: loop.call_soon_threadsafe(met.set))
        client = signed_in.client(url=silent.url)
        task = asyncio.create_task(keyloft.resolve.aio([Secret.from_name("base", client=client)]))
        await met.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await client.aclose()
        assert await asyncio.to_thread(silent.is_let_go)

    asyncio.run(story())


def test_loops_that_are_closed_leave_no_connections(signed_in):
    client = signed_in.client()

    async def story():
        await keyloft.resolve.aio([Secret.from_name("base", client=client)])
        await client.aclose()

    for _ in range(3):
        asyncio.run(story())
    assert len(client._transport._clients) == 0


def test_an_interrupt_shows_neither_token_nor_values(signed_in, line):
    client = signed_in.client(url=line(silent=True, met=lambda: os.kill(os.getpid(), signal.SIGALRM)).url)

    def interrupt(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt) as caught:
            Secret.objects.create("never", {"A": "hunter2-interrupted"}, client=client)
    finally:
        signal.signal(signal.SIGALRM, before)
    # The first frame is this one, which has the server.
    error = caught.value.with_traceback(caught.value.__traceback__.tb_next)
    text = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "in send" in text
    assert "httpcore" not in text
    assert "hunter2" not in text
    assert signed_in.token[-20:] not in text


@pytest.fixture
def certificate(home):
    """A certificate for this machine that nobody has heard of, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "keyloft tests")])
    today = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = home / "ca.pem"
    path.write_bytes(made.public_bytes(pem) + private)
    return path


def test_a_certificate_authority_of_ones_own(signed_in, line, certificate, monkeypatch):
    url = line(certificate=certificate).url.replace("http:", "https:")
    stranger = signed_in.client(url=url, offline=True, sleep=lambda seconds: None)
    with pytest.raises(keyloft.CertificateError, match="SSL_CERT_FILE"):
        keyloft.resolve([Secret.from_name("base", client=stranger)])
    client = signed_in.client(url=url, verify=str(certificate))
    assert keyloft.resolve([Secret.from_name("base", client=client)])["PGUSER"] == "app"
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    client = signed_in.client(url=url)
    assert keyloft.resolve([Secret.from_name("base", client=client)])["PGUSER"] == "app"


def test_a_proxy_is_used_when_it_is_given(signed_in, line, monkeypatch):
    proxy = line()
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    keyloft.resolve([Secret.from_name("base", client=signed_in.client())])
    # What goes to this machine does not leave it.
    assert proxy.connections == 0
    client = signed_in.client(proxy=proxy.url)
    assert keyloft.resolve([Secret.from_name("base", client=client)])["PGUSER"] == "app"
    assert f"POST {signed_in.url}/api/v1/resolve".encode() in proxy.seen


def test_means_that_are_none_are_told(signed_in, tmp_path):
    for more, told in [
        ({"verify": str(tmp_path / "none.pem")}, "none.pem holds no certificates"),
        ({"proxy": "nonsense"}, "the proxy is no address"),
        ({"timeout": -1}, "timeout is a number of seconds above 0"),
        ({"timeout": "5"}, "timeout is a number of seconds above 0"),
        ({"environment": 5}, "has to be a str, got int"),
        ({"environment": ""}, "is no name of an environment"),
    ]:
        with pytest.raises(keyloft.InvalidError, match=told):
            keyloft.resolve([Secret.from_name("base", client=signed_in.client(**more))])

"""Serving the page, without a browser: who gets in, what it is open to, and how it ends."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from twin.chat.people import Contact
from twin.chat.ui import serve
from twin.errors import UsageError
from twin.model.sampling import Sampling

ROOT = Path(__file__).resolve().parents[2]

# The page with a twin that cannot be loaded: no model is needed to see how it is served.
PAGE = """
import sys
from twin.chat.people import Contact
from twin.chat.ui import serve
from twin.errors import ModelError
from twin.model.sampling import Sampling

assert "torch" not in sys.modules, "the page is to be up before torch is"

def load(progress):
    raise ModelError("the adapter is gone")

serve(load, person="Nika <b>Orlova</b>", contacts=[Contact("Priya")], sampling=Sampling(),
      port=0, ready=lambda address: print(address, flush=True))
"""


@pytest.fixture(scope="module")
def process():
    with subprocess.Popen([sys.executable, "-c", PAGE], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        yield running
        running.kill()


@pytest.fixture(scope="module")
def address(process):
    line = process.stdout.readline().strip()
    assert line.startswith("http://127.0.0.1:"), process.stderr.read()
    return line


@pytest.fixture
def client(address):
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        yield client


def test_the_page_comes_from_this_machine_and_may_load_nothing_from_elsewhere(client):
    answer = client.get("/")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "*" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_it_is_open_to_this_machine_only(address):
    port = int(address.rsplit(":", 1)[1])
    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"]
    assert f"0100007F:{port:04X}" in listening
    assert not any(place.endswith(f":{port:04X}") for place in listening if not place.startswith("0100007F"))


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:7860", "", "[", "evil.example@127.0.0.1.example"])
def test_another_name_for_this_machine_is_refused(client, host):
    assert client.get("/", headers={"host": host}).status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost.evil.example"])
def test_another_site_is_refused(client, origin):
    assert client.get("/config", headers={"origin": origin}).status_code == 403
    assert client.post("/gradio_api/queue/join", headers={"origin": origin}, json={}).status_code == 403


def test_the_page_itself_gets_in_by_any_of_its_names(client, address):
    port = address.rsplit(":", 1)[1]
    for name in (f"127.0.0.1:{port}", f"localhost:{port}", "localhost:9999"):
        assert client.get("/config", headers={"host": name, "origin": f"http://{name}"}).status_code == 200


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/gradio_api/proxy=http://127.0.0.1/", "/gradio_api//upload"])
def test_there_is_no_way_to_a_file(client, path):
    assert client.get(path).status_code in {403, 404, 405}
    assert client.post(path, files={"files": b"x"}).status_code in {403, 404, 405}


def test_nothing_is_offered_to_programs_and_nothing_is_sent_home(client):
    described = client.get("/gradio_api/info").json()
    assert described == {"named_endpoints": {}, "unnamed_endpoints": {}}
    settings = client.get("/config").json()
    assert settings["analytics_enabled"] is False
    assert settings["footer_links"] == []
    for path in ("/docs", "/openapi.json", "/monitoring"):
        assert client.get(path).status_code in {403, 404}


def test_a_name_from_the_history_is_text_and_no_markup(client):
    components = client.get("/config").json()["components"]
    markup = "".join(str(component["props"].get("value")) for component in components if component["type"] == "html")
    assert "Nika &lt;b&gt;Orlova" in markup
    assert "<b>" not in markup


def test_a_taken_port_is_named_with_the_way_out():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"port {port} .*in use.*--port"):
            serve(lambda progress: pytest.fail("loaded"), person="Nika", contacts=[Contact("Priya")], sampling=Sampling(), port=port)


def test_ctrl_c_ends_it_quietly(process, client):
    """The last test with the page: it ends it."""
    assert client.get("/").status_code == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0
    assert process.stdout.read() == ""
    assert process.stderr.read() == ""

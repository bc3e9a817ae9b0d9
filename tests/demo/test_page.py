"""The demo as a newcomer sees it: one command, then the page in a real browser, talking to the trained twin."""

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browsing import bubbles, opened, picture, say

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
]

QUESTIONS = ["hey, are you at the wall tonight?", "how is bolt?", "and what did tom say about the cello?"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_the_demo_ends_in_the_page(tmp_path: Path, visit) -> None:
    """`SCREENSHOTS=$PWD/docs make test-slow ARGS="-k ends_in_the_page"` renews the README's picture."""
    port = free_port()
    command = [sys.executable, "-m", "twin", "demo", "--port", str(port), "-w", str(tmp_path / "demo")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            for line in process.stderr:
                if f"the page is at http://127.0.0.1:{port}" in line:
                    break
            page = opened(visit(f"http://127.0.0.1:{port}"))
            for question in QUESTIONS:
                say(page, question)
            picture(page, "page.png", tmp_path)
            assert len(bubbles(page)) >= len(QUESTIONS)
        finally:
            process.terminate()
        assert re.search(r"held-out bits per byte: .* lower\)", process.stdout.read() if process.stdout else "")

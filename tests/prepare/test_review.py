"""The page of `twin prepare --review`: what was found, nothing of it in the page's source, and how it looks in a real browser.

`SCREENSHOTS=DIR` keeps review-light.png, review-dark.png and review-phone.png there.
"""

import json
import re
import stat
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.browsing import Visit, picture
from tests.exports import ANNA, BORIS, ME, account, chat, message, write
from tests.test_cli import twin

CARD, MAIL, SECRET = "4111 1111 1111 1111", "anna.lundqvist@gmail.com", "correct-horse-battery"
SAID = [
    (ANNA, f"pay with {CARD} please, Priya said so"),
    (ME, f"ok, the receipt goes to {MAIL}"),
    (ANNA, f"the password is {SECRET}"),
    (ME, "thanks <b>Priya</b>"),
    (ANNA, f"once more: {CARD} or {MAIL}, ask Priya Nair"),
    (ME, "Project Heron starts\non Monday"),
    (ANNA, "and Boris?"),
    (ME, "no"),
]
PRIVATE = [CARD, "1111 1111", MAIL, "lundqvist", SECRET, "horse", "Priya", "Nair", "Boris", "Heron"]


@pytest.fixture
def place(capsys: pytest.CaptureFixture[str]) -> Path:
    talk = chat(*(message(number, sender, text) for number, (sender, text) in enumerate(SAID, 1)))
    priya = chat(message(1, 4000, "the IBAN is DE89 3704 0044 0532 0130 00", **{"from": "Priya Nair"}), message(2, ME, "ok"), number=4000, name="Priya <i>")
    boris = chat(message(1, BORIS, f"I pay with {CARD}"), message(2, ME, "ok"), number=BORIS, name="Boris")
    path = write(account(talk, priya, boris))
    assert twin(capsys, "init")[0] == twin(capsys, "import", str(path))[0] == 0
    knobs = Path("twin.toml").read_text(encoding="utf-8")
    Path("twin.toml").write_text(knobs.replace("words = []", 'words = ["Project Heron"]').replace("opt_out = []", f"opt_out = [{BORIS}]"), encoding="utf-8")
    return Path("review.html").absolute()


def test_it_shows_what_was_found_and_where_without_showing_it(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    code, out, err = twin(capsys, "prepare", "--review")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == f"the page is {place}"
    assert out.splitlines()[:-1] == ["found: 5 name, 2 card, 2 email, 1 password, 1 own, 1 iban"]
    page = place.read_text(encoding="utf-8")
    for private in PRIVATE:
        assert private.casefold() not in page.casefold(), private
    for shown in ("<mark>41…11</mark>", "<mark>an…om</mark>", f"{ANNA}:1", 'card = "mask"', 'email = "surrogate"', 'names = "surrogate"', "<h2>own: 1</h2>"):
        assert shown in page, shown
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert sorted(path.name for path in place.parent.iterdir()) == sorted(
        [".gitignore", "history.db", "privacy.key", "result.json", "review.html", "twin.toml"]
    ), "nothing else is written"


def test_the_counts_are_what_is_there(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    found = json.loads(twin(capsys, "prepare", "--review", "other.html", "--json")[1])
    assert found == {"private": {"name": 5, "card": 2, "email": 2, "password": 1, "own": 1, "iban": 1}, "page": "other.html"}
    assert Path("other.html").exists()
    assert not place.exists()
    mentions = re.search(r"<td>P…a</td><td>(\w+)</td><td>3</td>", Path("other.html").read_text(encoding="utf-8"))
    assert mentions, "what stands for Priya, who is mentioned three times"
    twin(capsys, "prepare")
    assert mentions[1].casefold() in Path("dataset/train.jsonl").read_text(encoding="utf-8").casefold()


def test_its_sign_in_allow_keeps_what_was_found(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    twin(capsys, "prepare", "--review")
    sign = re.search(r"<mark>41…11</mark>.*?<code>(#\w{10})</code>", place.read_text(encoding="utf-8"))
    assert sign
    knobs = Path("twin.toml").read_text(encoding="utf-8")
    Path("twin.toml").write_text(knobs.replace("allow = []", f'allow = ["{sign[1]}"]'), encoding="utf-8")
    assert "card" not in json.loads(twin(capsys, "prepare", "--review", "--json")[1])["private"]
    Path("twin.toml").write_text(knobs.replace('card = "mask"', 'card = "keep"'), encoding="utf-8")
    twin(capsys, "prepare", "--review")
    assert "as twin.toml keeps them: card." in place.read_text(encoding="utf-8")


def test_what_it_says_where_nothing_is_to_be_said(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    assert twin(capsys, "chats", "exclude", str(ANNA), "4000")[0] == 0
    assert twin(capsys, "prepare", "--review")[1].splitlines() == ["nothing was found", f"the page is {place}"]
    assert "Nothing was found." in place.read_text(encoding="utf-8")
    code, _, err = twin(capsys, "prepare", "page.html")
    assert (code, len(err.splitlines())) == (2, 1)
    assert "--review" in err


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """The folder on this machine's own net, and what was asked of it."""
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            asked.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/review.html", asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.browser
def test_in_a_browser_it_asks_for_nothing_and_fits_a_phone(
    capsys: pytest.CaptureFixture[str], place: Path, visit: Visit, address: tuple[str, list[str]], tmp_path: Path
) -> None:
    assert twin(capsys, "prepare", "--review")[0] == 0
    wide = visit(address[0])
    assert wide.get_by_role("heading", name="card: 2").is_visible()
    assert wide.locator("script").count() == 0
    picture(wide, "review-light.png", tmp_path)
    picture(visit(address[0], color_scheme="dark"), "review-dark.png", tmp_path)
    phone = visit(address[0], viewport={"width": 360, "height": 740})
    picture(phone, "review-phone.png", tmp_path)
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    assert phone.locator("mark").first.is_visible()
    assert set(address[1]) == {"/review.html"}

"""The page in a real browser, with the real engine: what a visitor sees and does, and that nothing leaves the machine.

`SCREENSHOTS=DIR` keeps page-light.png, page-dark.png and page-phone.png there.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Page, expect

from tests.browsing import PATIENCE, box, bubbles, button, everything, idle, opened, picture, say, status
from twin.chat.engine import Engine
from twin.chat.people import BASE
from twin.chat.ui import application
from twin.errors import ModelError
from twin.model.sampling import Sampling

pytestmark = [
    pytest.mark.browser,
    # Gradio leaves event loops open when it is imported and when a page is made
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
    # and sums up its queue in ways that pandas gives up
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]

FAILURES = {"ask too much": RuntimeError("out of memory: <8 GB>"), "find a bug": ZeroDivisionError("by zero")}


class Watched(Engine):
    """The real engine, which keeps what it was asked, and does not come to an end when it is told "forever"."""

    def __init__(self, run: Path) -> None:
        super().__init__(run)
        self.asked = []
        self.endless = 0

    def reply(self, turns, contact, sampling, *, voice=None, memories=(), stopped=lambda: False):
        self.asked.append((list(turns), contact, sampling.temperature, voice))
        if turns[-1].bubbles[-1] in FAILURES:
            raise FAILURES[turns[-1].bubbles[-1]]
        if "forever" not in turns[-1].bubbles[-1]:
            yield from super().reply(turns, contact, sampling, voice=voice, memories=memories, stopped=stopped)
            return
        said: tuple[str, ...] = ()
        self.endless += 1
        try:
            while not stopped():
                for bubbles in super().reply(turns, contact, sampling, voice=voice, memories=memories, stopped=stopped):
                    yield said + bubbles
                said += bubbles
        finally:
            self.endless -= 1


@contextmanager
def serving(load: Callable[[Callable[[str], None]], Engine], engine: Engine) -> Iterator[str]:
    page = application(load, person=engine.person, contacts=engine.contacts, sampling=Sampling(max_tokens=40))
    server = uvicorn.Server(uvicorn.Config(page, port=0, log_level="error", ws="none", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the page did not start"
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def engine(run_folder) -> Watched:
    return Watched(run_folder)


@pytest.fixture(scope="module")
def address(engine) -> Iterator[str]:
    with serving(lambda progress: engine, engine) as address:
        yield address


@pytest.fixture
def page(visit, address) -> Page:
    return opened(visit(address))


def begin_anew(page: Page) -> None:
    button(page, "New conversation").click()
    expect(page.locator("#chat [data-testid=user]")).to_have_count(0)


def choose(page: Page, contact: str) -> None:
    page.get_by_label("I write as").click()
    page.get_by_role("option", name=contact).click()


def test_it_says_what_it_is(page):
    expect(page.get_by_role("heading", name="Nika Orlova")).to_be_visible()
    expect(page.get_by_text("An AI imitating Nika Orlova. Everything stays on this machine.")).to_be_visible()
    expect(page).to_have_title("Nika Orlova · twin")
    expect(page.locator("footer")).to_be_hidden()


def test_a_message_is_answered_bubble_by_bubble(page, tmp_path):
    say(page, "hi! are you coming climbing tonight?")
    assert bubbles(page, "user") == ["hi! are you coming climbing tonight?"]
    assert bubbles(page)
    expect(box(page)).to_be_editable()
    expect(box(page)).to_have_value("")
    expect(box(page)).to_be_focused()
    say(page, "shall I bring the rope, or do you have yours?")
    picture(page, "page-light.png", tmp_path)


def test_an_answer_streams_and_can_be_stopped(page, engine):
    box(page).fill("talk forever")
    button(page, "Send").click()
    expect(status(page)).to_have_text("typing…")
    expect(page.locator("#chat [data-testid=bot]").nth(2)).to_be_visible()  # still going, and there is something to read
    assert engine.endless == 1
    for closed in ("Regenerate", "New conversation"):
        expect(button(page, closed)).to_be_disabled()
    box(page).fill("typed in the meantime")
    box(page).press("Enter")  # not sent before the answer has ended, and not lost
    button(page, "Stop").click()
    idle(page)
    assert engine.endless == 0
    expect(box(page)).to_have_value("typed in the meantime")
    assert bubbles(page, "user") == ["talk forever"]
    stopped = bubbles(page)
    page.wait_for_timeout(1000)
    assert bubbles(page) == stopped
    say(page, "and now?")  # what was said until then counts
    assert engine.asked[-1][0][1].bubbles == tuple(stopped)


def test_regenerate_changes_the_last_burst_and_nothing_else(page, engine):
    say(page, "one")
    say(page, "two")
    before, asked = everything(page), len(engine.asked)
    page.get_by_label("Temperature").first.fill("1.8")
    for _ in range(5):  # the same reply may be drawn again
        button(page, "Regenerate").click()
        expect(button(page, "Regenerate")).to_be_disabled()
        idle(page)
        if everything(page) != before:
            break
    last = before.index("two") + 1
    assert everything(page)[:last] == before[:last]
    assert everything(page)[last:] != before[last:]
    turns, contact, temperature, _ = engine.asked[asked]
    assert [turn.bubbles for turn in turns if not turn.mine] == [("one",), ("two",)]
    assert not turns[-1].mine
    assert contact.name == "Priya"
    assert temperature == 1.8


def test_a_new_conversation_is_empty_and_knows_nothing_of_the_old_one(page, engine):
    say(page, "one")
    begin_anew(page)
    assert bubbles(page) == []
    expect(page.get_by_text("Write to Nika Orlova’s twin")).to_be_visible()
    say(page, "two")
    assert [turn.bubbles for turn in engine.asked[-1][0]] == [("two",)]


def test_every_contact_has_a_conversation_of_their_own(page, engine):
    say(page, "from Priya")
    before = everything(page)
    choose(page, "wall rats 🧗 (group)")
    expect(page.locator("#chat [data-testid=user]")).to_have_count(0)
    page.get_by_label("My name there").fill("Zoya")
    say(page, "hello all")
    turns, contact, _, _ = engine.asked[-1]
    assert (contact.name, contact.kind) == ("wall rats 🧗", "group")
    assert [(turn.name, turn.bubbles) for turn in turns] == [("Zoya", ("hello all",))]
    choose(page, "Priya")
    expect(page.locator("#chat [data-testid=user]")).to_have_text(["from Priya"])
    expect(page.get_by_label("My name there")).to_be_hidden()
    assert everything(page) == before


@pytest.mark.slow
def test_the_base_model_answers_beside_the_twin(page, engine):
    say(page, "one")
    page.get_by_label("Compare with the base model").check()
    expect(page.locator("#base [data-testid=bot]").first).to_be_visible()  # the last message, without sending it again
    idle(page)
    first = everything(page, "#base")
    say(page, "two")
    expect(page.locator("#base [data-testid=user]")).to_have_text(["one", "two"])
    assert everything(page, "#base")[: len(first)] == first
    assert len(everything(page, "#base")) > len(first) + 1
    (turns, _, _, voice), (base_turns, _, _, base_voice) = engine.asked[-2:]
    assert (voice, base_voice) == (None, BASE)
    assert base_turns == turns
    page.get_by_label("Compare with the base model").uncheck()
    expect(page.locator("#base")).to_be_hidden()


def test_enter_sends_shift_enter_breaks_the_line_and_nothing_is_no_message(page, engine):
    asked = len(engine.asked)
    box(page).fill("  \n ")
    box(page).press("Enter")
    button(page, "Send").click()
    box(page).fill("one")
    box(page).press("Shift+Enter")
    box(page).press_sequentially("two")
    expect(box(page)).to_have_value("one\ntwo")
    assert len(engine.asked) == asked
    reply = page.locator("#chat [data-testid=bot]").first
    for _ in range(6):  # Gradio drops what is sent while it waits for the answer to what was sent before, which was nothing
        if not reply.is_visible():
            box(page).press("Enter")
            page.wait_for_timeout(2000)
    expect(reply).to_be_visible()
    idle(page)
    assert bubbles(page, "user") == ["one\ntwo"]
    assert len(engine.asked) == asked + 1


def test_a_message_is_text_whatever_it_holds(page):
    text = '<img src="http://example.com/a.png"> ![b](http://example.com/b.png) <script>alert(1)</script> **c** $d$ &lt;'
    say(page, text)
    assert bubbles(page, "user") == [text]
    assert page.locator("#chat .message img").count() == 0


@pytest.mark.parametrize("message", FAILURES)
def test_after_an_answer_that_failed_the_page_goes_on(page, message):
    box(page).fill(message)
    box(page).press("Enter")
    expect(page.get_by_text(str(FAILURES[message])).first).to_be_visible()
    idle(page)
    assert everything(page) == [message]
    say(page, "and now?")


@pytest.mark.slow
def test_two_browsers_do_not_mix_and_one_that_leaves_is_not_talked_to(visit, address, engine):
    first, second = opened(visit(address)), opened(visit(address))
    box(first).fill("forever, from the first")
    box(first).press("Enter")
    expect(first.locator("#chat [data-testid=bot]").first).to_be_visible()
    say(second, "from the second")
    assert bubbles(second, "user") == ["from the second"]
    assert bubbles(first, "user") == ["forever, from the first"]
    assert [turn.bubbles for turn in next(asked for asked in reversed(engine.asked) if "second" in asked[0][0].bubbles[0])[0]] == [("from the second",)]
    assert engine.endless == 1
    first.context.close()
    for _ in range(PATIENCE // 200):
        if engine.endless == 0:
            break
        second.wait_for_timeout(200)
    assert engine.endless == 0
    say(second, "still there?")


def test_the_page_is_there_before_the_model_is(visit, engine):
    go_on = threading.Event()

    def load(progress):
        progress("loading the adapter of monday")
        go_on.wait()
        return engine

    with serving(load, engine) as address:
        page = visit(address)
        try:
            expect(status(page)).to_have_text("loading the adapter of monday")
            expect(box(page)).to_be_disabled()
            expect(button(page, "Send")).to_be_disabled()
        finally:
            go_on.set()
        opened(page)
        say(page, "hi")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(
    ("error", "shown"),
    [(ModelError("the adapter <is> gone; train again"), "the adapter <is> gone; train again"), (ZeroDivisionError(), "the terminal says why")],
)
def test_a_twin_that_cannot_be_loaded_says_why(visit, engine, error, shown):
    def load(progress):
        raise error

    with serving(load, engine) as address:
        page = visit(address)
        expect(status(page)).to_contain_text(shown)
        expect(box(page)).to_be_disabled()
        page.get_by_label("Compare with the base model").check()
        button(page, "Regenerate").click()
        expect(status(page)).to_contain_text(shown)


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_it_fits_a_phone(visit, address, tmp_path, scheme):
    page = opened(visit(address, viewport={"width": 390, "height": 844}, color_scheme=scheme, has_touch=True))
    say(page, "a-message-that-has-no-place-to-break-and-is-far-too-long-for-the-screen-of-a-phone-and-yet-it-must-fit")
    if scheme == "light":
        begin_anew(page)
        say(page, "hi! are you coming climbing tonight?")
        picture(page, "page-phone.png", tmp_path)
    choose(page, "wall rats")
    expect(page.locator("#chat [data-testid=user]")).to_have_count(0)
    page.get_by_label("Compare with the base model").check()
    say(page, "hello all, who is coming to the wall on Tuesday evening? I have the rope")
    wide = page.evaluate("[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.className)")
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")


def test_dark_mode_is_dark(visit, address, tmp_path):
    page = opened(visit(address, color_scheme="dark"))
    page.get_by_label("Compare with the base model").check()
    say(page, "hi! are you coming climbing tonight?")
    picture(page, "page-dark.png", tmp_path)
    for where in ("gradio-app", "#chat", "#base", "#message textarea", "#contact .wrap"):
        colour = page.locator(where).last.evaluate("element => getComputedStyle(element).backgroundColor.match(/[0-9.]+/g).map(Number)")
        assert max(colour[:3]) < 80, where
    text = page.locator("#chat [data-testid=bot]").first.evaluate("element => getComputedStyle(element).color.match(/[0-9.]+/g).map(Number)")
    assert min(text[:3]) > 180

"""The page in a real browser, with the real engine: what a visitor sees and does, and that nothing leaves the machine or is complained of.

`SCREENSHOTS=DIR` keeps page-light.png, page-dark.png and page-phone.png there.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Locator, Page, expect

from tests.browsing import PATIENCE, box, bubbles, button, everything, idle, opened, picture, say, status
from twin.chat.engine import Engine
from twin.chat.people import BASE
from twin.chat.ui import application
from twin.errors import ModelError
from twin.model.sampling import Sampling
from twin.workspace import Workspace, create_workspace

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
        self.memories = ()
        self.given = ()

    def recall(self, turns, contact):
        return self.memories

    def reply(self, turns, contact, sampling, *, voice=None, memories=(), stopped=lambda: False):
        self.asked.append((list(turns), contact, sampling.temperature, voice))
        self.given = tuple(memories)
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
def serving(load: Callable[[Callable[[str], None]], Engine], engine: Engine, **options: object) -> Iterator[str]:
    page = application(load, person=engine.person, contacts=engine.contacts, sampling=Sampling(max_tokens=40), **options)
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


def choose(page: Page, contact: str, label: str = "I write as") -> None:
    page.get_by_label(label).click()
    page.get_by_role("option", name=contact).click()


def texts(turns) -> list[tuple[str, ...]]:
    return [turn.bubbles for turn in turns]


def last_reply(page: Page) -> Locator:
    return page.locator("#chat .turn.mine").last


def saved(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Saved conversations").locator("li")


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
    page.wait_for_timeout(500)  # it gets there before the answer is stopped
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_new_conversation_is_empty_and_knows_nothing_of_the_old_one(page, engine):
    say(page, "one")
    begin_anew(page)
    assert bubbles(page) == []
    expect(page.get_by_text("Write to Nika Orlova’s twin")).to_be_visible()
    say(page, "two")
    assert [turn.bubbles for turn in engine.asked[-1][0]] == [("two",)]


@pytest.mark.slow
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
    assert (voice, base_voice) == (engine.voices[0], BASE)
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
@pytest.mark.slow
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
        page.context.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(
    ("error", "shown"),
    [(ModelError("the adapter <is> gone; train again"), "the adapter <is> gone; train again"), (ZeroDivisionError(), "the terminal says why")],
)
@pytest.mark.slow
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
        page.context.close()


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_it_fits_a_phone(visit, address, tmp_path, scheme):
    page = opened(visit(address, viewport={"width": 390, "height": 844}, color_scheme=scheme, has_touch=True))
    say(page, "a-message-that-has-no-place-to-break-and-is-far-too-long-for-the-screen-of-a-phone-and-yet-it-must-fit")
    expect(button(page, "New conversation")).to_be_hidden()
    button(page, "Priya · conversations and settings").click()
    if scheme == "light":
        begin_anew(page)
        say(page, "hi! are you coming climbing tonight?")
        picture(page, "page-phone.png", tmp_path)
        button(page, "Priya · conversations and settings").click()
    choose(page, "wall rats")
    expect(page.locator("#chat [data-testid=user]")).to_have_count(0)
    page.get_by_label("Compare with the base model").check()
    fits(page)
    page.keyboard.press("Escape")
    expect(button(page, "New conversation")).to_be_hidden()
    say(page, "hello all, who is coming to the wall on Tuesday evening? I have the rope")
    fits(page)
    button(page, "wall rats 🧗 · conversations and settings").click()
    button(page, "What would I reply?").click()
    page.get_by_label("A conversation from elsewhere").fill("Anna: " + "where-are-you" * 12)
    fits(page)


def fits(page: Page) -> None:
    across = (
        "[...document.querySelectorAll('main *')].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.className)"
    )
    assert page.evaluate(across) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")


@pytest.mark.slow
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


@pytest.mark.slow
def test_an_edited_message_cuts_the_conversation_and_is_answered_again(page, engine):
    say(page, "one")
    say(page, "two")
    page.get_by_role("button", name="Edit this message").first.click()
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("one")
    button(page, "Cancel").click()
    expect(box(page)).to_have_value("")
    assert bubbles(page, "user") == ["one", "two"]
    page.get_by_role("button", name="Edit this message").first.click()
    expect(box(page)).to_have_value("one")
    box(page).fill("one, but better")
    box(page).press("Enter")
    expect(page.locator("#chat [data-testid=user]")).to_have_text(["one, but better"])
    idle(page)
    assert bubbles(page)
    assert texts(engine.asked[-1][0]) == [("one, but better",)]
    expect(button(page, "Cancel")).to_be_hidden()


@pytest.mark.slow
def test_a_correction_stands_in_the_reply_s_place_and_the_conversation_goes_on_from_it(page, engine):
    say(page, "one")
    last_reply(page).get_by_role("button", name="That is not like me").click()
    expect(last_reply(page).get_by_role("button", name="That is not like me")).to_have_attribute("aria-pressed", "true")
    button(page, "I would have said …").click()
    expect(box(page)).to_be_focused()
    box(page).fill("not tonight\n\nsorry")
    box(page).press("Enter")
    expect(page.get_by_text("You would have said this.")).to_be_visible()
    assert everything(page) == ["one", "not tonight", "sorry"]
    expect(box(page)).to_have_value("")
    say(page, "two")
    assert texts(engine.asked[-1][0]) == [("one",), ("not tonight", "sorry"), ("two",)]


@pytest.mark.slow
def test_a_bubble_can_be_deleted_and_the_twin_no_longer_knows_it(page, engine):
    say(page, "one\n\nsecret")
    secret = page.locator("#chat .turn.theirs .line").nth(1)
    secret.get_by_role("button", name="Delete this message").click()
    box(page).focus()  # whoever goes elsewhere has not said yes
    secret.get_by_role("button", name="Delete this message").click()
    expect(page.locator("#chat [data-testid=user]")).to_have_text(["one", "secret"])  # asked first
    secret.get_by_role("button", name="Delete it?").click()
    expect(page.locator("#chat [data-testid=user]")).to_have_text(["one"])
    while bubbles(page):
        count = len(bubbles(page))
        last_reply(page).get_by_role("button", name="Delete this message").first.click()
        last_reply(page).get_by_role("button", name="Delete it?").click()
        expect(page.locator("#chat [data-testid=bot]")).to_have_count(count - 1)
    button(page, "Regenerate").click()  # what is left is answered
    expect(page.locator("#chat [data-testid=bot]").first).to_be_visible()
    idle(page)
    assert texts(engine.asked[-1][0]) == [("one",)]


@pytest.mark.slow
def test_a_thumb_can_be_given_and_taken_back(page):
    say(page, "one")
    up, down = (last_reply(page).get_by_role("button", name=name, exact=True) for name in ("That is like me", "That is not like me"))
    for pressed, states in ((up, "true false"), (down, "false true"), (down, "false false")):
        pressed.click()
        for thumb, state in zip((up, down), states.split(), strict=True):
            expect(thumb).to_have_attribute("aria-pressed", state)


@pytest.mark.slow
def test_what_the_twin_remembered_is_shown_and_can_be_switched_off(page, engine):
    engine.memories = ("3 Feb 2025: Priya: rope? Nika: the blue <one>",)
    try:
        say(page, "who has the rope?")
        assert engine.given == engine.memories
        page.get_by_text("What the twin remembered").click()
        expect(page.get_by_text(engine.memories[0])).to_be_visible()
        page.get_by_label("Remember the past").uncheck()
        say(page, "and the shoes?")
        assert engine.given == ()
        expect(page.get_by_text("What the twin remembered")).to_have_count(1)
    finally:
        engine.memories = ()


@pytest.mark.slow
def test_drafts_for_a_conversation_from_elsewhere(page, engine):
    say(page, "said here")
    button(page, "What would I reply?").click()
    expect(box(page)).to_be_hidden()
    pasted = page.get_by_label("A conversation from elsewhere")
    button(page, "Draft replies").click()
    expect(page.get_by_text("Paste a conversation first.")).to_be_visible()
    pasted.fill("Мама: ты где?\nNika: дома")
    button(page, "Draft replies").click()
    expect(page.get_by_text("The last message there is your own")).to_be_visible()
    pasted.fill("Мама: ты где?\nNika: дома\nМама: и что делаешь?")
    button(page, "Draft replies").click()
    expect(page.get_by_role("button", name="Copy")).to_have_count(3)
    expect(button(page, "Stop drafting")).to_be_hidden()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").nth(1).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    second = page.get_by_role("group", name="Draft 2").locator("[data-testid=bot]").all_inner_texts()
    assert page.evaluate("navigator.clipboard.readText()") == "\n".join(second)
    turns, contact, _, _ = engine.asked[-1]
    assert contact.name == "Мама"
    assert [(turn.name, turn.mine, turn.bubbles) for turn in turns] == [
        ("Мама", False, ("ты где?",)),
        ("Nika Orlova", True, ("дома",)),
        ("Мама", False, ("и что делаешь?",)),
    ]
    pasted.fill("Priya: go on forever")
    button(page, "Draft replies").click()
    expect(page.locator("#drafts .draft")).to_have_count(1)  # the ones before are gone
    expect(page.locator("#drafts [data-testid=bot]").nth(1)).to_be_visible()
    assert engine.endless == 1
    page.keyboard.press("Escape")
    expect(button(page, "Stop drafting")).to_be_hidden()
    assert engine.endless == 0
    button(page, "Back to the chat").click()
    expect(page.locator("#chat [data-testid=user]")).to_have_text(["said here"])
    button(page, "What would I reply?").click()
    button(page, "New conversation").click()
    expect(box(page)).to_be_focused()
    expect(pasted).to_be_hidden()


@pytest.fixture
def place(tmp_path) -> Workspace:
    return create_workspace(tmp_path / "workspace")


@pytest.mark.slow
def test_conversations_are_there_again_after_a_restart(visit, place, engine):
    with serving(lambda progress: engine, engine, place=place) as address:
        page = opened(visit(address))
        say(page, "shall we climb?")
        last_reply(page).get_by_role("button", name="That is like me").click()
        expect(last_reply(page).get_by_role("button", name="That is like me")).to_have_attribute("aria-pressed", "true")
        begin_anew(page)
        say(page, "second")
        choose(page, "wall rats 🧗 (group)")
        expect(page.locator("#chat [data-testid=user]")).to_have_count(0)
        say(page, "third, in the group")
        expect(saved(page)).to_have_count(3)
        page.context.close()
    with serving(lambda progress: engine, engine, place=place) as address:
        page = opened(visit(address))
        assert everything(page) == []
        expect(saved(page).locator(".first")).to_have_text(["third, in the group", "second", "shall we climb?"])
        saved(page).nth(2).get_by_role("button", name="shall we climb?").click()
        expect(page.locator("#chat [data-testid=user]")).to_have_text(["shall we climb?"])
        expect(last_reply(page).get_by_role("button", name="That is like me")).to_have_attribute("aria-pressed", "true")
        reply = tuple(bubbles(page))
        say(page, "so?")
        assert texts(engine.asked[-1][0]) == [("shall we climb?",), reply, ("so?",)]
        saved(page).filter(has_text="third").get_by_role("button", name="third").click()
        expect(page.locator("#chat [data-testid=user]")).to_have_text(["third, in the group"])
        expect(page.get_by_label("I write as")).to_have_value("wall rats 🧗 (group)")
        page.context.close()


@pytest.mark.slow
def test_what_was_deleted_in_another_window_is_not_corrected(visit, place, engine):
    with serving(lambda progress: engine, engine, place=place) as address:
        first = opened(visit(address))
        say(first, "one")
        last_reply(first).get_by_role("button", name="I would have said …").click()
        expect(box(first)).to_be_focused()
        second = opened(visit(address))
        saved(second).locator("summary").click()
        button(second, "Delete").click()
        button(second, "Yes, delete it").click()
        expect(saved(second)).to_have_count(0)
        box(first).fill("too late")
        box(first).press("Enter")
        expect(first.get_by_text("it was changed in another window: reload the page")).to_be_visible()
        expect(box(first)).to_have_value("too late")
        first.context.close()
        second.context.close()


@pytest.mark.slow
def test_a_saved_conversation_can_be_taken_along_or_deleted(visit, place, engine):
    with serving(lambda progress: engine, engine, place=place) as address:
        page = opened(visit(address))
        say(page, "<b>one</b> & two 😀")
        begin_anew(page)
        say(page, "another")
        first = saved(page).filter(has_text="two")
        files = {}
        for form in ("text", "JSON"):
            first.locator("summary").click()
            with page.expect_download() as download:
                first.get_by_role("button", name=f"Save as {form}").click()
            files[form] = (download.value.suggested_filename, Path(download.value.path()).read_text(encoding="utf-8"))
        assert files["text"][0].startswith("Priya-20")
        assert files["text"][1].startswith("Priya: <b>one</b> & two 😀\n\nNika Orlova: ")
        assert json.loads(files["JSON"][1])["turns"][0] == {"name": "Priya", "twin": False, "bubbles": ["<b>one</b> & two 😀"]}
        first.locator("summary").click()
        first.get_by_role("button", name="Delete", exact=True).click()
        expect(saved(page)).to_have_count(2)  # asked first
        first.get_by_role("button", name="Yes, delete it").click()
        expect(saved(page).locator(".first")).to_have_text(["another"])
        assert bubbles(page, "user") == ["another"]
        saved(page).locator("summary").click()
        button(page, "Delete").click()
        button(page, "Yes, delete it").click()
        expect(page.get_by_text("What you say is kept here, in your workspace.")).to_be_visible()
        assert everything(page) == []
        say(page, "one more")
        expect(saved(page)).to_have_count(1)
        page.context.close()
    assert b"another" not in place.conversations.read_bytes()


@pytest.mark.slow
def test_every_tab_opens(visit, place, engine):
    with serving(lambda progress: engine, engine, place=place) as address:
        page = opened(visit(address))
        for name in ("Which one is you?", "Your history", "Dataset", "Training"):
            page.get_by_role("tab", name=name).click()
            expect(page.get_by_role("heading", name=name, level=2)).to_be_visible()
            expect(box(page)).to_be_hidden()
        page.get_by_role("tab", name="Chat").click()
        say(page, "back again")
        page.context.close()


@pytest.mark.slow
def test_the_keyboard_alone_is_enough(visit, place, engine):
    with serving(lambda progress: engine, engine, place=place, pause=lambda bubble, first: 0.01) as address:
        page = opened(visit(address))

        def reach(name: str) -> None:
            for _ in range(60):
                page.keyboard.press("Tab")
                if page.evaluate(NAME).startswith(name):
                    assert page.evaluate(SEEN), f"{name}: nothing shows that it has the focus"
                    return
            pytest.fail(f"{name} is out of the keyboard's reach")

        reach("Message")
        page.keyboard.type("hi")
        page.keyboard.press("Enter")
        expect(page.locator("#chat [data-testid=bot]").first).to_be_visible()
        idle(page)
        for name in ("Chat", "I write as", "New conversation", "What would I reply?", "hi", "Save or delete: hi", "number input for Temperature"):
            reach(name)
        for name in ("Compare with the base model", "Remember the past", "Type as slowly as in life", "Edit this message", "Delete this message"):
            reach(name)
        reach("That is like me")
        page.keyboard.press("Enter")
        expect(last_reply(page).get_by_role("button", name="That is like me")).to_have_attribute("aria-pressed", "true")
        assert page.evaluate(NAME) == "That is like me"  # and the focus stays where it was
        reach("I would have said")
        page.keyboard.press("Enter")
        expect(box(page)).to_be_focused()
        page.keyboard.press("Escape")
        expect(button(page, "Cancel")).to_be_hidden()
        expect(box(page)).to_be_focused()
        page.keyboard.type("talk forever")
        page.keyboard.press("Enter")
        expect(button(page, "Stop")).to_be_visible()
        expect(page.locator("#chat [data-testid=bot]").nth(2)).to_be_visible()
        page.keyboard.press("Escape")
        idle(page)
        assert engine.endless == 0
        reach("Regenerate")
        page.context.close()


NAME = """() => { const e = document.activeElement;
    return e.getAttribute('aria-label') ?? e.labels?.[0]?.innerText ?? e.innerText ?? '' }"""
SEEN = """() => { const e = document.activeElement;
    const styles = [e, e.closest('.wrap, label') ?? e].map(e => getComputedStyle(e));
    const outlined = styles.some(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0);
    return outlined || e.matches('textarea, input:not([type=checkbox]):not([type=range])') }"""


@pytest.mark.slow
def test_a_voice_can_be_chosen_where_there_are_several(visit, engine):
    expected = engine.voices
    try:
        engine.voices = ("monday", "sunday", BASE)
        with serving(lambda progress: engine, engine, pause=lambda bubble, first: 0.3) as address:
            page = opened(visit(address))
            choose(page, "the base model, untrained", "Who answers")
            engine.voices = expected  # the engine at hand knows only one run
            page.get_by_label("Type as slowly as in life").check()
            say(page, "one")
            assert engine.asked[-1][3] == BASE
            page.context.close()
    finally:
        engine.voices = expected


def test_a_single_voice_is_no_choice_and_an_unknown_rhythm_no_switch(page):
    expect(page.get_by_label("Who answers")).to_be_hidden()
    expect(page.get_by_label("Type as slowly as in life")).to_be_hidden()
    expect(page.get_by_role("tab")).to_have_count(0)

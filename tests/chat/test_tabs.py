"""The tabs beside the chat in a real browser, over a real history, dataset and run: what a visitor sees and does, and that nothing leaves the machine.

`SCREENSHOTS=DIR` keeps blind, history, dataset and training there, light, dark and of a phone.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browsing import button, picture
from tests.chat.tabbed import application, serving
from tests.exports import ANNA, BORIS, ME, account, chat, message, write
from twin.chat import job
from twin.chat.engine import Engine
from twin.chat.loading import Loading
from twin.config import Config, Train, to_toml
from twin.errors import ModelError
from twin.export.files import import_exports
from twin.history import History
from twin.model.sampling import Sampling
from twin.prepare.build import prepare
from twin.prepare.rules import rules_of
from twin.privacy.clean import privacy_of
from twin.workspace import Workspace, create_workspace

pytestmark = [
    pytest.mark.browser,
    # Gradio leaves event loops open when it is imported and when a page is made
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
    # and sums up its queue in ways that pandas gives up
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]
ROOT = Path(__file__).resolve().parents[2]
TABS = ("Which one is you?", "Your history", "Dataset", "Training")
STRANGE = "<img src=x> ${1+1} {{value}} {{#if}} `x` \\n <b>bold</b>"
TALK = [
    ("are you coming tonight?", ["yes", "in an hour 🙂"]),
    ("did you bring the rope?", ["n the shoes too"]),
    (STRANGE, [f"what is {STRANGE}"]),
    ("what shall we eat?", ["soup n bread", "or just bread"]),
    ("when is the train?", ["at nine i think"]),
]


def export() -> dict[str, object]:
    chats = []
    for number, name, days in ((ANNA, "Anna", 60), (BORIS, "Boris", 25)):
        said, at = [], 0
        for day in range(days):
            question, answers = TALK[(day + number) % len(TALK)]
            at += 1
            said.append(message(at, number, f"{question} {day + number}", minutes=day * 3000 + number % 7 * 60))
            for place, answer in enumerate(answers):
                at += 1
                said.append(message(at, ME, f"{answer} {day + number}", minutes=day * 3000 + number % 7 * 60 + 2 + place))
        said.append(message(at + 1, ME, "", minutes=days * 3000, photo="a.jpg"))
        chats.append(chat(*said, number=number, name=name))
    return account(*chats)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace after prepare, without a run."""
    folder = tmp_path_factory.mktemp("tabs")
    place = create_workspace(folder / "workspace")
    place.config_file.write_text(
        to_toml(Config(train=Train(base="embedded", row_tokens=128, shared_tokens=32, rows=1, epochs=200.0, patience=999))), encoding="utf-8"
    )
    config = place.config()
    with History(place.history) as history:
        import_exports([write(export(), folder / "result.json")], history)
        prepare(history, place.dataset, rules_of(config.prepare, privacy=privacy_of(config.privacy, place.privacy_key)))
    yield place
    job.stop(place)  # what a test that failed has left at work
    while job.status(place).alive:
        time.sleep(0.2)


@contextmanager
def page_of(place: Workspace, load: Callable, run: Path | None = None) -> Iterator[str]:
    with serving(application(place, Loading(load), Sampling(max_tokens=24), run)) as address:
        yield address


@pytest.fixture(scope="module")
def engine(run_folder: Path) -> Engine:
    return Engine(run_folder)


@pytest.fixture(scope="module")
def address(prepared: Workspace, engine: Engine) -> Iterator[str]:
    with page_of(prepared, lambda progress: engine) as address:
        yield address


def open_tab(page: Page, name: str) -> Locator:
    """Chooses a tab, from the menu where there is no room for it; gives what is in it once it is filled."""
    expect(page.get_by_role("tab", name="Chat", exact=True).first).to_be_visible()
    sheet = page.locator(".sheet:visible").filter(has=page.get_by_role("heading", name=name, exact=True))
    for _ in range(20):  # a page that is still being drawn draws its tabs a second time
        tab = page.get_by_role("tab", name=name, exact=True).filter(visible=True)
        if not tab.count():
            page.locator(".overflow-menu > button").filter(visible=True).click()
            tab = page.locator(".overflow-dropdown button", has_text=name)
        tab.first.click()
        with suppress(AssertionError):
            expect(sheet).to_be_visible(timeout=3000)
            break
    expect(sheet.locator(".notice.busy")).to_have_count(0)
    return sheet


def pick(page: Page, letter: str) -> bool:
    """Answers a question; tells whether it was right."""
    button(page, f"{letter} is the real one").click()
    verdict = page.locator(".verdict")
    expect(verdict).to_be_visible()
    return verdict.inner_text().startswith("Right")


@pytest.mark.slow
def test_which_one_is_you_keeps_the_score_through_a_reload_and_can_forget_it(visit, address, prepared, tmp_path) -> None:
    page = visit(address)
    sheet = open_tab(page, "Which one is you?")
    expect(sheet).to_contain_text("what Nika Orlova really wrote")
    expect(sheet).to_contain_text("No rounds yet.")
    right = 0
    for number, letter in enumerate("ABA"):
        expect(button(page, "A is the real one")).to_be_visible()
        expect(page.locator(".option .turn.real")).to_have_count(0)
        if number == 2:
            picture(page, "blind-light.png", tmp_path)
        right += pick(page, letter)
        assert page.locator(".option .turn.real").count() == 1
        expect(button(page, "A is the real one")).to_be_hidden()
        expect(sheet.locator(".score")).to_contain_text(f"{number + 1 - right} of {number + 1}")
        button(page, "Next").click()
    expect(button(page, "A is the real one")).to_be_visible()  # nothing is on its way when the page is left
    lines = [json.loads(line) for line in prepared.blind_answers.read_text().splitlines()]
    assert [line["run"] for line in lines] == [lines[0]["run"]] * 3
    assert sum(line["taken"] for line in lines) == 3 - right
    page.reload()
    sheet = open_tab(page, "Which one is you?")
    expect(sheet.locator(".score")).to_contain_text(f"{3 - right} of 3")
    button(page, "Reset the score").click()
    button(page, "Keep them").click()
    expect(sheet.locator(".score")).to_contain_text(f"{3 - right} of 3")
    button(page, "Reset the score").click()
    button(page, "Yes, delete my answers").click()
    expect(sheet).to_contain_text("No rounds yet.")
    assert prepared.blind_answers.read_text() == ""


@pytest.mark.slow
def test_when_everything_was_asked_it_says_so(visit, prepared, engine) -> None:
    class Silent(Engine):
        """The real engine with nothing to say."""

        def __init__(self) -> None:
            self.person, self.contacts, self.voices = engine.person, engine.contacts, ("silent",)

        def reply(self, *asked, **more):
            yield from ()

    with page_of(prepared, lambda progress: Silent()) as address:
        sheet = open_tab(visit(address), "Which one is you?")
        expect(sheet).to_contain_text("There are no more messages in the test split")
        expect(sheet).to_contain_text("nothing to read")


@pytest.mark.slow
def test_the_history_is_shown_for_all_chats_or_one(visit, address, tmp_path) -> None:
    page = visit(address)
    sheet = open_tab(page, "Your history")
    for chart in (
        "The last year",
        "Your week",
        "Hours of the day",
        "By month",
        "Length of a message",
        "Time to a reply",
        "Messages in a row",
        "Your words",
        "Your emoji",
    ):
        expect(sheet.get_by_role("heading", name=chart, exact=True)).to_be_visible()
    expect(sheet.locator(".tiles")).to_contain_text("206")
    both = sheet.locator(".tiles").inner_text()
    picture(page, "history-light.png", tmp_path)
    sheet.get_by_role("combobox", name="Chat").click()
    page.get_by_role("option", name="Anna").click()
    expect(sheet.locator(".tiles")).not_to_have_text(both)
    expect(sheet.locator(".tiles")).to_contain_text("the first")
    expect(sheet.locator(".ranking li").filter(has_text="🙂").first).to_contain_text("12")
    sheet.get_by_text("As a table").first.click()
    expect(sheet.get_by_role("row").first).to_be_visible()
    assert sheet.get_by_role("img", name="Messages in a row. You send").count() == 1


@pytest.mark.slow
def test_the_dataset_is_browsed_with_its_mask(visit, address, prepared, tmp_path) -> None:
    page = visit(address)
    report = json.loads((prepared.dataset / "report.json").read_text())
    sheet = open_tab(page, "Dataset")
    masks = sheet.locator(".mask")
    expect(masks).to_have_count(4)
    expect(sheet).to_contain_text(f"{report['targets']:,} of {report['own_messages']:,} are learned")
    sheet.get_by_text("Messages of yours that are not learned, and why").click()
    expect(sheet.get_by_role("row").filter(has_text="media")).to_contain_text("a medium without words")
    pages = -(-report["splits"]["train"] // 4)
    told = sheet.get_by_text("conversations, page")
    expect(told).to_have_text(f"{report['splits']['train']} conversations, page 1 of {pages}")
    assert masks.first.locator(".token.learned").count() > 0
    assert masks.first.locator(".token.marker").last.inner_text() == "<|endoftext|>"
    before = masks.first.inner_text()
    picture(page, "dataset-light.png", tmp_path)
    button(page, "›").click()
    expect(told).to_contain_text(f"page 2 of {pages}")
    assert masks.first.inner_text() != before
    button(page, "‹").click()
    expect(told).to_contain_text(f"page 1 of {pages}")
    button(page, "‹").click()
    page.wait_for_timeout(2000)  # there is no page before the first: nothing tells that it was asked for
    expect(told).to_contain_text(f"page 1 of {pages}")
    sheet.get_by_label("Page").fill("9999")
    sheet.get_by_label("Page").press("Enter")
    expect(told).to_contain_text(f"page {pages} of {pages}")
    sheet.get_by_label("test").check()
    expect(told).to_contain_text(f"{report['splits']['test']} conversations, page 1")
    sheet.get_by_label("train").check()
    sheet.get_by_role("combobox", name="Chat").click()
    name = report["chats"][0]["name"]
    page.get_by_role("option", name=name).click()
    expect(told).to_contain_text("page 1")
    expect(told).not_to_contain_text(f"{report['splits']['train']} conversations")
    assert {heading.strip() for heading in masks.locator("h3").all_inner_texts()} == {name}


@pytest.mark.slow
def test_what_was_written_is_text_whatever_it_holds(visit, address) -> None:
    page = visit(address)
    sheet = open_tab(page, "Dataset")
    for _ in range(8):
        if STRANGE in sheet.inner_text():
            break
        told = sheet.get_by_text("conversations, page").inner_text()
        button(page, "›").click()
        expect(sheet.get_by_text("conversations, page")).not_to_have_text(told)
    assert STRANGE in sheet.inner_text()
    assert sheet.locator(".mask img, .mask b").count() == 0


@pytest.mark.parametrize(("scheme", "size"), [("dark", (1280, 800)), ("light", (390, 844))])
@pytest.mark.slow
def test_dark_is_dark_and_a_phone_is_wide_enough(visit, address, tmp_path, scheme, size) -> None:
    page = visit(address, color_scheme=scheme, viewport={"width": size[0], "height": size[1]})
    for name in TABS:
        sheet = open_tab(page, name)
        page.wait_for_timeout(300)
        picture(page, f"{sheet.get_attribute('id')}-{'phone' if size[0] < 500 else scheme}.png", tmp_path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        if scheme == "dark":
            for box in sheet.locator(".chart, .mask, .talk, .option").all()[:6]:
                colour = box.evaluate("element => getComputedStyle(element).backgroundColor.match(/[0-9.]+/g).map(Number)")
                assert max(colour[:3]) < 80, name


def test_where_something_is_missing_each_tab_says_what_to_run_and_keeps_no_other_from_working(visit, tmp_path) -> None:
    def load(progress):
        raise ModelError("the adapter <is> gone; train again")

    with page_of(create_workspace(tmp_path / "empty"), load) as address:
        page = visit(address)
        for name, command in zip(TABS, ("twin prepare", "twin export, or twin import result.json", "twin prepare", "twin prepare"), strict=True):
            sheet = open_tab(page, name)
            expect(sheet.locator(".notice.missing")).to_have_text(f"Nothing here yet; run: {command}")
        assert page.get_by_role("button").filter(visible=True, has_text="Start").count() == 0


@pytest.mark.slow
def test_without_a_twin_the_blind_test_says_why_and_waits_for_one_on_its_way(visit, prepared) -> None:
    def load(progress):
        progress("loading the adapter of monday")
        time.sleep(3)
        raise ModelError("the adapter <is> gone; train again")

    with page_of(prepared, load) as address:
        page = visit(address)
        sheet = open_tab(page, "Which one is you?")
        expect(sheet.locator(".notice.failed")).to_have_text("the adapter <is> gone; train again")


@pytest.mark.slow
def test_a_base_that_must_be_downloaded_is_left_to_the_terminal(monkeypatch, visit, prepared, engine) -> None:
    plan = {"base": "tiiuae/falcon-7b", "download_bytes": 14_400_000_000}
    monkeypatch.setattr(job, "plan", lambda place: plan)  # the real one finds no GPU here, and so nothing to download
    with page_of(prepared, lambda progress: engine) as address:
        page = visit(address)
        sheet = open_tab(page, "Training")
        button(page, "Start training").click()
        expect(sheet.locator(".notice.failed")).to_have_text(
            "tiiuae/falcon-7b is not here yet, and is 14.4 GB to download: agree to that in a terminal, with: twin train"
        )
        expect(button(page, "Start training")).to_be_enabled()
        assert not prepared.training.exists()


@pytest.mark.slow
def test_training_is_planned_started_stopped_resumed_and_found_again(visit, prepared, engine, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with page_of(prepared, lambda progress: engine) as address:
        page = visit(address)
        sheet = open_tab(page, "Training")
        expect(sheet).to_contain_text("No training is at work.")
        button(page, "Plan").click()
        expect(sheet.locator(".plan")).to_contain_text("steps at most", timeout=180_000)
        expect(sheet.locator(".plan")).to_contain_text("it fits")
        button(page, "Start training").click()
        expect(button(page, "Stop")).to_be_visible(timeout=180_000)
        expect(sheet.locator(".progress")).to_contain_text("step ", timeout=180_000)
        page.reload()  # the training does not notice
        sheet = open_tab(page, "Training")
        expect(sheet.locator(".progress")).to_contain_text("Training run-1")
        expect(sheet.locator(".runs")).to_contain_text("training")
        step = sheet.locator(".progress").inner_text()
        expect(sheet.locator(".progress")).not_to_have_text(step)  # it is looked at again and again
        picture(page, "training-light.png", tmp_path)
        button(page, "Stop").click()
        expect(sheet).to_contain_text("Stopped at step", timeout=180_000)
        metrics = prepared.runs / "run-1" / "metrics.jsonl"
        stopped = len(metrics.read_text().splitlines())
        assert stopped < 4000
        button(page, "Resume run-1").click()
        expect(sheet.locator(".progress")).to_be_visible(timeout=180_000)
        page.context.close()
    # the page has ended, and another one finds the training
    with page_of(prepared, lambda progress: engine) as address:
        page = visit(address)
        sheet = open_tab(page, "Training")
        expect(sheet.locator(".progress")).to_contain_text("Training run-1", timeout=180_000)
        expect(sheet.locator(".runs tbody tr")).to_have_count(1)
        button(page, "Stop").click()
        expect(sheet).to_contain_text("Stopped at step", timeout=180_000)
        expect(button(page, "Resume run-1")).to_be_visible()
        page.get_by_label("As a new run").check()
        expect(button(page, "Start training")).to_be_visible()
        steps = [json.loads(line)["step"] for line in metrics.read_text().splitlines()]
        assert steps == list(range(1, len(steps) + 1))
        assert len(steps) > stopped
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.wait_for_timeout(4000)
        assert asked == [], "nothing is looked at when nothing is at work"
        page.context.close()


def test_what_a_training_came_to_is_said() -> None:
    from twin.chat.job import Run, State, Status
    from twin.chat.tabs.training import _runs, _status

    result = {"run": "run-1", "steps": 46, "seconds": 106.1, "bits_per_byte": {"base": 2.5, "twin": 2.0}}
    told = _status(Status(State.DONE, result=result), [])
    assert "run-1 is trained. Bits per byte: 2.500 before, 2.000 after (20.0% lower). It took 1 min 46 s for 46 steps." in told
    unmeasured = result | {"bits_per_byte": {"base": None, "twin": None}}
    assert "Bits" not in _status(Status(State.DONE, result=unmeasured), [])
    table = _runs([Run("run-2", 3, {}, True), Run("run-1", 46, result, False)], None)
    assert "can be resumed" in table
    assert "<td>2.500</td><td>2.000</td><td>20.0%</td><td>1 min 46 s</td>" in table

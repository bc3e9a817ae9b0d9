"""The blind test for friends: nothing of the page tells which reply is real, and what comes back is counted, or refused in one line."""

import json
import random
import re
import socket
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from twin.chat.blind import Question, Score, wilson
from twin.chat.people import Contact
from twin.dataset import read_split
from twin.errors import DatasetError, Interrupted, UsageError, WorkspaceError
from twin.evaluate.blind_page import Friend, Made, Tally, count_blind, make_blind, read_results, write_page
from twin.evaluate.held_out import exchanges
from twin.model.sampling import Sampling
from twin.schema import ChatKind, Turn

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PERSON = "Nika Orlova"
ADDRESS = "http://127.0.0.1:9/x"
HOSTILE = f"</script><script>window.ran = 1</script><img src={ADDRESS} onerror='window.ran = 1'><!--<script>\u2028__TEST__ __POLICY__ \ud800 ${{1}}"


def question(number: int, *, own: Sequence[str] | None = None, made: Sequence[str] | None = None, real: int = 0, name: str = "Mara") -> Question:
    own, made = tuple(own or (f"own {number}",)), tuple(made or (f"made {number}",))
    context = (Turn(name, False, (f"q{number}", "well?"), False),)
    return Question(f"777000111:20250304050607:{number}", Contact(name), context, (made, own) if real else (own, made), real)


def write(folder: Path, questions: Sequence[Question], name: str = "friends.html", **more: Any) -> Made:
    run = folder / "runs" / "run-1"
    run.mkdir(parents=True, exist_ok=True)
    return write_page(folder / name, questions, run, PERSON, **more)


def inside(made: Made) -> dict[str, Any]:
    """What a page asks."""
    text = made.page.read_text(encoding="utf-8")
    return json.loads(re.findall(r'<script type="application/json" id="test">(.*?)</script>', text, re.DOTALL)[0])


def real(made: Made) -> list[str]:
    """The letters of the person's own replies, as the workspace knows them."""
    return [one["real"] for one in json.loads(made.truth.read_text())["questions"].values()]


def sheet(made: Made, choices: dict[str, str | None], number: int = 1, **more: Any) -> dict[str, Any]:
    page = inside(made)
    return {"twin": "blind test", "version": 1, "run": page["run"], "test": page["test"], "sheet": f"{number:016x}", "name": "Bob", "choices": choices} | more


def saved(path: Path, values: object) -> Path:
    path.write_text(values if isinstance(values, str) else json.dumps(values), encoding="utf-8")
    return path


def chosen(made: Made, right: int, wrong: int, skipped: int = 0) -> dict[str, str | None]:
    """Choices of a friend who is right in the first rounds, wrong in the next, and skips the last."""
    other = {"A": "B", "B": "A"}
    letters = real(made)
    return {
        str(place + 1): (letters[place] if place < right else other[letters[place]] if place < right + wrong else None)
        for place in range(right + wrong + skipped)
    }


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return write(tmp_path, [question(number, real=number % 2) for number in range(30)])


def test_the_page_is_the_same_whichever_reply_is_real(tmp_path: Path) -> None:
    pages, truths = [], []
    for name, flip in (("one.html", 0), ("other.html", 1)):
        # the very same replies in the same places, but the other one is the person's
        questions = [question(number, own=[f"x{number}"], made=[f"y{number}"]) for number in range(40)]
        questions = [Question(one.key, one.contact, one.context, one.replies, number % 2 ^ flip) for number, one in enumerate(questions)]
        made = write(tmp_path, questions, name, chance=random.Random(5))
        pages.append(made.page.read_bytes())
        truths.append(real(made))
    assert pages[0] == pages[1]
    assert all(one != other for one, other in zip(*truths, strict=True))


def test_the_real_reply_stands_on_either_side_by_chance_alone(tmp_path: Path) -> None:
    questions = [question(number) for number in range(400)]  # the person's own first in all of them
    one, other = write(tmp_path, questions, "one.html"), write(tmp_path, questions, "other.html")
    for made in (one, other):
        letters = ["A" if each["replies"][0][0].startswith("own") else "B" for each in inside(made)["questions"]]
        assert letters == real(made)
        assert 140 < letters.count("A") < 260  # six standard deviations
        assert 140 < sum(first == second for first, second in pairwise(letters)) < 260
    assert 140 < sum(first == second for first, second in zip(real(one), real(other), strict=True)) < 260, "of a seed that is known, nothing follows"


def test_the_page_holds_no_id_and_no_time_of_a_chat(made: Made) -> None:
    text = made.page.read_text()
    assert "777000111" not in text
    assert "20250304" not in text
    assert "real" not in json.dumps(inside(made))


def test_what_cannot_be_seen_of_a_reply_is_not_in_the_source(tmp_path: Path) -> None:
    made = write(tmp_path, [question(1, own=["  yes \r\nand  no \n", " ", "\t", "ok"])])
    assert ["yes\nand  no", "ok"] in inside(made)["questions"][0]["replies"]


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    plain = write(tmp_path, [question(1)], "plain.html").page.read_text()
    made = write(tmp_path, [question(1, own=[HOSTILE], name=HOSTILE)], "hostile.html")
    text = made.page.read_text()
    assert text.count("<") == plain.count("<")
    assert text.count("sha256-") == 2
    assert "unsafe-inline" not in text
    assert [HOSTILE.replace("\u2028", "\n")] in inside(made)["questions"][0]["replies"]
    assert "\u2028" not in "".join(made.lines())
    assert "\ud800" not in "".join(made.lines())


def test_both_files_are_private_and_the_one_that_stays_holds_no_words(made: Made) -> None:
    assert made.truth.parent.name == "evaluation"
    assert stat.S_IMODE(made.truth.parent.stat().st_mode) == 0o700
    for path in (made.page, made.truth):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not re.search(r"own|made|well|Mara", made.truth.read_text())


def test_the_person_is_told_whose_words_it_holds(tmp_path: Path) -> None:
    group = Contact("rats", ChatKind.GROUP)
    context = (Turn("Tom", False, ("hi",), False), Turn(PERSON, True, ("yo",), True), Turn("Eva", False, ("so",), False))
    made = write(tmp_path, [question(1), Question("k", group, context, (("a",), ("b",)), 0), question(2)], left_out={"both say the same": 3})
    assert made.lines() == [
        f"{made.page} asks 3 questions; passed over: 3 (both say the same)",
        "it holds real messages of Nika Orlova and of Mara, Tom, Eva: give it only to those who may read them",
    ]
    assert made.to_json()["people"] == ["Mara", "Tom", "Eva"]
    many = write(tmp_path, [question(number, name=f"friend {number}") for number in range(12)], "many.html")
    assert many.lines()[1].endswith("friend 7, 4 more: give it only to those who may read them")


def test_a_page_takes_the_place_of_nothing(made: Made, tmp_path: Path) -> None:
    before = made.page.read_bytes()
    with pytest.raises(UsageError, match=r"friends\.html is there already; choose another name"):
        write(tmp_path, [question(1)])
    assert made.page.read_bytes() == before
    with pytest.raises(UsageError, match="nowhere is no folder; make it first"):
        write(tmp_path, [question(1)], "nowhere/page.html")
    with pytest.raises(UsageError, match=r"cannot be written: .*; choose another place"):
        write(tmp_path, [question(1)], "x" * 250)
    assert list(made.truth.parent.iterdir()) == [made.truth], "no answers of a page that is not there"


def test_friends_are_counted_each_and_together(made: Made, tmp_path: Path) -> None:
    files = [
        saved(tmp_path / "bob.json", sheet(made, chosen(made, right=6, wrong=12, skipped=2))),
        saved(tmp_path / "eva.json", sheet(made, chosen(made, right=10, wrong=2), 2, name="")),
    ]
    tally = count_blind(files, made.truth.parent.parent)
    assert tally == Tally(PERSON, (Friend("Bob", Score(12, 18), 2), Friend("", Score(2, 12), 0)))
    low, high = wilson(14, 30)
    assert tally.lines() == [
        "Bob: 12 of 18, 67% (95% interval 44% to 84%); 2 skipped",
        "somebody: 2 of 12, 17% (95% interval 5% to 45%)",
        f"together, the twin was taken for Nika Orlova in 14 of 30, 47% (95% interval {low:.0%} to {high:.0%})",
        "50%, where nobody can tell the two apart: these rounds cannot tell it from that",
        "44%, the best published twin: these rounds cannot tell it from that",
    ]
    figures = tally.to_json()
    assert (figures["taken"], figures["rounds"], figures["share"]) == (14, 30, 0.466667)
    assert (figures["low"], figures["high"]) == (round(low, 6), round(high, 6))
    assert figures["against"] == {"0.5": "within", "0.44": "within"}
    assert figures["friends"][0] | {"low": 0, "high": 0} == {"name": "Bob", "taken": 12, "rounds": 18, "share": 0.666667, "low": 0, "high": 0, "skipped": 2}


@pytest.mark.parametrize(
    ("taken", "rounds", "even", "best"), [(0, 20, "less", "less"), (20, 20, "more", "more"), (5, 10, "within", "within"), (475, 1000, "within", "more")]
)
def test_a_share_differs_from_another_where_its_interval_does_not_hold_that(taken: int, rounds: int, even: str, best: str) -> None:
    tally = Tally(PERSON, (Friend("", Score(taken, rounds), 0),))
    assert (tally.against(0.5), tally.against(0.44)) == (even, best)


def test_who_only_skips_has_chosen_nothing(made: Made, tmp_path: Path) -> None:
    tally = count_blind([saved(tmp_path / "a.json", sheet(made, {"1": None}))], made.truth.parent.parent)
    assert tally.lines() == ["Bob: 0 of 0; 1 skipped", "nobody has chosen yet"]
    assert tally.to_json()["share"] is None


def test_a_sheet_counts_once_and_of_two_the_longer(made: Made, tmp_path: Path) -> None:
    first = saved(tmp_path / "first.json", sheet(made, chosen(made, right=2, wrong=0)))
    longer = saved(tmp_path / "longer.json", sheet(made, chosen(made, right=2, wrong=3)))
    other = saved(tmp_path / "other.json", sheet(made, chosen(made, right=1, wrong=0), 2))
    run = made.truth.parent.parent
    for files, passed_over in (([first, first], first), ([first, longer], first), ([longer, first], first)):
        tally = count_blind(files, run)
        assert [friend.score for friend in tally.friends] == [Score(3, 5) if longer in files else Score(0, 2)]
        assert tally.repeated == (passed_over,)
        assert f"{passed_over} is a sheet that another file has too; it counts once" in tally.lines()
    assert count_blind([first, other], run).score == Score(0, 3)


def test_answers_of_several_pages_about_a_run_are_counted_together(made: Made, tmp_path: Path) -> None:
    second = write(tmp_path, [question(1), question(2)], "second.html")
    files = [saved(tmp_path / f"{number}.json", sheet(one, chosen(one, right=1, wrong=1))) for number, one in enumerate((made, second))]
    assert count_blind(files, made.truth.parent.parent).score == Score(2, 4), "sheets of one number, but of two tests"


def test_a_text_that_was_copied_out_of_a_messenger_counts(made: Made, tmp_path: Path) -> None:
    text = f"\ufeffBob, [22.11. 10:41]\r\n{json.dumps(sheet(made, chosen(made, right=1, wrong=0)))}\r\n"
    assert count_blind([saved(tmp_path / "a.txt", text)], made.truth.parent.parent).score == Score(0, 1)


def test_a_friends_name_says_nothing_to_the_terminal(made: Made, tmp_path: Path) -> None:
    path = saved(tmp_path / "a.json", sheet(made, {"1": "A"}, name="Bob\x1b[2J\n\u202e\ud800" + "x" * 500))
    (friend,) = count_blind([path], made.truth.parent.parent).friends
    assert re.fullmatch(r"Bob \[2J x{50}", friend.name)


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda _: "hello", "is not what a page of the blind test saves; give the .json file"),
        (lambda _: [1, 2], "is not what a page of the blind test saves"),
        (lambda values: json.dumps(values)[:-9], r"is damaged \(no whole JSON object\); ask for it once more"),
        (lambda _: '{"twin": "blind test", "choices": ' + "[" * 100_000 + "}", r"is damaged \(no whole JSON object\)"),
        (lambda _: '{"twin": "blind test", "version": 1' + "0" * 5000 + "}", r"is damaged \(no whole JSON object\)"),
        (lambda values: values | {"version": 2}, r"is damaged \(version: Input should be 1\)"),
        (lambda values: values | {"choices": {"1": "C"}}, r"is damaged \(choices\.1: "),
        (lambda values: values | {"choices": [["1", "A"]]}, r"is damaged \(choices: "),
        (lambda values: values | {"sheet": "x"}, r"is damaged \(sheet: "),
        (lambda values: values | {"test": "../../../passwd"}, r"is damaged \(test: "),
        (lambda values: {key: values[key] for key in values if key != "run"}, r"is damaged \(run: Field required\)"),
        (lambda values: values | {"run": "run-7"}, "is about run-7, not run-1; count it with that run"),
        (lambda values: values | {"choices": {"1": "A", "31": "B"}}, "answers question 31, which its test does not have"),
        (lambda values: json.dumps(values).replace('"2":', '"1":'), "answers question 1 twice; ask for it once more"),
    ],
)
def test_a_file_that_cannot_be_counted_is_named_with_why_and_what_to_do(made: Made, tmp_path: Path, change: Change, told: str) -> None:
    good = saved(tmp_path / "good.json", sheet(made, {"1": "A"}, 2))
    bad = saved(tmp_path / "bad.json", change(sheet(made, {"1": "A", "2": "B"})))
    with pytest.raises(UsageError, match=rf"bad\.json {told}") as caught:
        read_results([good, bad], made.truth.parent)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_no_text(made: Made, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.json cannot be read: No such file .*; give the files that friends sent back"):
        read_results([tmp_path / "none.json"], made.truth.parent)
    (tmp_path / "picture.jpg").write_bytes(bytes(range(256)) * 10)
    with pytest.raises(UsageError, match=r"picture\.jpg is not what a page"):
        read_results([tmp_path / "picture.jpg"], made.truth.parent)


def test_without_what_knows_the_answers_nothing_is_counted(made: Made, tmp_path: Path) -> None:
    path = saved(tmp_path / "a.json", sheet(made, {"1": "A"}))
    made.truth.write_text('{"version": 1')
    with pytest.raises(WorkspaceError, match=r"blind-\w+\.json is damaged or cannot be read; put back a copy"):
        read_results([path], made.truth.parent)
    made.truth.unlink()
    with pytest.raises(WorkspaceError, match=r"a\.json answers a test whose .*blind-\w+\.json is not there: put that back"):
        read_results([path], made.truth.parent)


@contextmanager
def opened(browser: "Browser", made: Made, complaints: Sequence[str] = (), tried: Sequence[str] = (), **options: Any) -> Iterator["Page"]:
    """A page as a friend opens it: the file itself. It asks for nothing but itself and what is `tried`, and complains of nothing but `complaints`."""
    context = browser.new_context(**options)
    requests, told = [], []
    context.on("request", lambda request: requests.append(request.url.partition("#")[0]))
    context.on("weberror", lambda error: told.append(str(error.error)))
    context.on("console", lambda message: told.append(message.text))
    page = context.new_page()
    page.goto(made.page.as_uri())
    yield page
    context.close()
    assert {url for url in requests if not url.startswith("blob:") and url not in tried} == {made.page.as_uri()}
    assert [one for one in told if not any(complaint in one for complaint in complaints)] == []


def pick(page: "Page", wanted: str, *, key: bool = False) -> None:
    """Chooses the reply that begins with a word, once the page takes an answer."""
    page.wait_for_timeout(350)
    replies = page.get_by_role("group").get_by_role("button")
    if key:
        page.keyboard.press("1" if wanted in replies.first.inner_text() else "2")
    else:
        replies.filter(has_text=wanted).click()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("phone", [False, True])
def test_what_a_friend_chooses_and_saves_is_what_is_counted(browser: "Browser", tmp_path: Path, phone: bool) -> None:
    from playwright.sync_api import expect

    made = write(tmp_path, [question(number, real=number % 2) for number in range(6)])
    with opened(browser, made, **({"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True} if phone else {})) as page:
        expect(page).to_have_title("Which one is Nika Orlova?")
        expect(page.get_by_text("This page needs a browser")).to_be_hidden()
        page.get_by_role("button", name="Begin").click()
        rounds = page.get_by_role("progressbar", name="Rounds done")
        expect(page.get_by_role("heading", name="Round 1 of 6. With Mara")).to_be_focused()
        expect(page.get_by_role("group", name="Which did Nika Orlova really write?").get_by_role("button")).to_have_count(2)
        expect(page.get_by_role("listitem")).to_have_text(["Mara:q0well?"])
        expect(page.get_by_role("button", name="Back")).to_be_disabled()
        pick(page, "own")  # right
        page.keyboard.press("1")  # too soon after the last: the second half of a double tap
        expect(page.get_by_text("2 of 6", exact=True)).to_be_visible()
        pick(page, "made", key=True)  # wrong
        page.wait_for_timeout(350)
        page.get_by_role("button", name="Skip").click()
        expect(rounds).to_have_attribute("value", "3")
        page.reload()
        expect(page.get_by_role("heading", name="Round 4 of 6. With Mara")).to_be_focused()
        pick(page, "own", key=True)
        page.get_by_role("button", name="Back").click()
        pick(page, "made")  # wrong, on second thoughts
        page.get_by_role("button", name="Finish now").click()
        expect(page.get_by_text("You chose in 3 of 6 rounds.")).to_be_visible()
        page.get_by_role("textbox", name="Your name").fill("Боб 2")
        page.keyboard.press("1")  # part of the name, and no choice
        page.get_by_role("button", name="Go on").click()
        pick(page, "made", key=True)  # wrong
        pick(page, "own")  # right
        expect(page.get_by_text("You chose in 5 of 6 rounds.")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("button", name="Save as a file").click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        expect(page.get_by_role("status")).to_have_text(f"Saved as {file.name}: send that file to Nika Orlova.")
        copied = saved(tmp_path / "copied.txt", page.get_by_role("textbox", name="Your answers").input_value())
        page.reload()  # the same sheet, name and all
        again = saved(tmp_path / "again.txt", page.get_by_role("textbox", name="Your answers").input_value())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert json.loads(file.read_text()) == json.loads(copied.read_text()) == json.loads(again.read_text())
    tally = count_blind([file, copied], made.truth.parent.parent)
    assert tally.friends == (Friend("Боб 21", Score(3, 5), 1),)
    assert tally.repeated == (file,)
    with opened(browser, made) as page:  # another friend is another sheet
        page.get_by_role("button", name="Begin").click()
        pick(page, "own")
        page.get_by_role("button", name="Finish now").click()
        other = saved(tmp_path / "other.txt", page.get_by_role("textbox", name="Your answers").input_value())
    assert count_blind([file, other], made.truth.parent.parent).score == Score(3, 6)


@pytest.mark.slow
@pytest.mark.browser
def test_hostile_text_does_nothing_and_nothing_can_be_asked_for(browser: "Browser", tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as outside:
        outside.settimeout(0)
        address = f"http://127.0.0.1:{outside.getsockname()[1]}/x"
        hostile = HOSTILE.replace(ADDRESS, address)
        made = write(tmp_path, [question(1, own=[hostile], name=hostile)])
        with opened(browser, made, ("Content Security Policy",), [address]) as page:
            page.get_by_role("button", name="Begin").click()
            assert f"<img src={address}" in page.get_by_role("group").inner_text()
            assert page.get_by_role("img").count() == 0
            # and if a mistake let it in: neither does a script run that is not the page's own, nor does a request leave
            page.locator("#talk").evaluate("(talk, address) => talk.innerHTML = `<img src=${address} onerror='window.ran = 1'>`", address)
            page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))")
            assert page.evaluate("(address) => fetch(address, {signal: AbortSignal.timeout(2000)}).then(() => 'sent', () => 'refused')", address) == "refused"
            page.wait_for_timeout(200)
            assert page.evaluate("window.ran") is None
        with pytest.raises(BlockingIOError):
            outside.accept()


@pytest.mark.slow
@pytest.mark.browser
def test_without_its_script_the_page_says_what_it_needs(browser: "Browser", made: Made) -> None:
    with opened(browser, made, java_script_enabled=False) as page:
        assert page.locator("main").inner_text().startswith("This page needs a browser that runs its script.")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A run of a tiny base with an adapter of random weights, and a dataset, whose names are said to be surrogates."""
    from peft import LoraConfig, get_peft_model

    from tests import tiny
    from twin.config import Config, Train, to_toml

    folder = tmp_path_factory.mktemp("trained")
    run = folder / "runs" / "run-1"
    adapted = get_peft_model(tiny.falcon(heads=1), LoraConfig(target_modules=["query_key_value", "dense"], init_lora_weights=False))
    adapted.save_pretrained(run / "adapter")
    (run / "config.toml").write_text(to_toml(Config(train=Train(base=tiny.save_base(folder / "base"), row_tokens=192))), encoding="utf-8")
    talks = [tiny.conversation(tiny.them(f"q{number}"), tiny.me(f"own {number}"), chat_id=number) for number in range(20)]
    dataset = tiny.save_dataset(folder / "dataset", test=talks)
    about = json.loads((dataset / "report.json").read_text()) | {"renamed": True}
    for path in (dataset / "report.json", run / "run.json"):
        saved(path, about)
    return run, dataset


@pytest.mark.slow
def test_the_twin_is_asked_about_the_test_split(trained: tuple[Path, Path], tmp_path: Path) -> None:
    run, dataset = trained
    done: list[tuple[int, int]] = []
    one, again, other = (
        make_blind(run, dataset, Sampling(max_tokens=12), seed, 5, tmp_path / f"{number}.html", progress=lambda *now: done.append(now))
        for number, seed in enumerate((1, 1, 2))
    )
    assert done[:6] == [(number, 5) for number in range(6)]
    asked = [[(each["context"], sorted(each["replies"])) for each in inside(made)["questions"]] for made in (one, again, other)]
    assert asked[0] == asked[1] != asked[2]
    assert inside(one)["test"] != inside(again)["test"]
    assert inside(one)["renamed"] is True
    keys = {exchange.key: exchange for exchange in exchanges(read_split(dataset, "test"))}
    assert len(keys) == 20
    for question, known in zip(inside(one)["questions"], json.loads(one.truth.read_text())["questions"].values(), strict=True):
        assert tuple(question["replies"]["AB".index(known["real"])]) == keys[known["key"]].reply
    assert one.people == ("Bob",)
    assert (one.person, one.truth.parent) == ("Ann", run / "evaluation")


@pytest.mark.slow
def test_what_was_made_before_it_was_stopped_is_kept(trained: tuple[Path, Path], tmp_path: Path) -> None:
    run, dataset = trained
    page, made = tmp_path / "page.html", [0]
    with pytest.raises(Interrupted, match="stopped before there was a question, so no page was written"):
        make_blind(run, dataset, Sampling(max_tokens=12), 1, 5, page, stop=lambda: True)
    assert not page.exists()

    def progress(done: int, _total: int) -> None:
        made[0] = done

    with pytest.raises(Interrupted, match=r"stopped; .*page\.html asks 2 questions.*; it holds real messages of Ann and of Bob"):
        make_blind(run, dataset, Sampling(max_tokens=12), 1, 5, page, progress=progress, stop=lambda: made[0] == 2)
    text = page.read_text()
    assert text.count('"key": ') == 2


@pytest.mark.slow
def test_a_split_with_nothing_to_ask_about_says_so(trained: tuple[Path, Path], tmp_path: Path) -> None:
    from tests import tiny

    dataset = tiny.save_dataset(tmp_path / "dataset", test=[tiny.conversation(tiny.them("hi"), tiny.me("⟦PHONE⟧"))])
    with pytest.raises(DatasetError, match=r"test\.jsonl has no reply to ask about; passed over: 1 \(something private in it\); import more chats"):
        make_blind(trained[0], dataset, Sampling(max_tokens=12), 1, 5, tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()

import gc
import json
import os
import resource
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import exports
from tests.exports import ANNA, ME, account, chat, message, write
from tests.prepare.histories import CHATS, HISTORIES, KNOBS, stored
from twin.dataset import SPLITS, read_report, read_split, replacing
from twin.errors import DatasetError, HistoryError
from twin.export.files import import_exports
from twin.history import History
from twin.prepare import build
from twin.prepare.build import Report, prepare
from twin.prepare.decide import EXCLUDED, KINDS
from twin.prepare.formats import FORMATS, Format
from twin.prepare.rules import Rules
from twin.schema import Conversation, Message

DAY = timedelta(days=1)
OUT = Path("dataset")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def history() -> Iterator[History]:
    with History(Path("history.db")) as opened:
        yield opened


def bring(history: History, *chats: dict[str, Any]) -> None:
    import_exports([write(account(*chats))], history)


def make(history: History, folder: Path = OUT, *, form: Format = "messages", context_turns: int = 0, progress: Any = None, **rules: Any) -> Report:
    """Prepares with these rules; unless told otherwise replies repeat as they like, as they do in most of these histories."""
    given: dict[str, Any] = {"gap": DAY, "reply_cap": 0} | rules
    return prepare(history, folder, Rules(**given), form=form, context_turns=context_turns, **({"progress": progress} if progress else {}))


def talk(chat_id: int = ANNA, days: int = 20, first: int = 0) -> dict[str, Any]:
    """A chat with a question, never the same, and the same answer every third day."""
    records = [
        message(2 * day + number, sender, text, minutes=(first + 3 * day) * 1440 + number)
        for day in range(days)
        for number, (sender, text) in enumerate(((ANNA, f"how was day {day} at {chat_id}?"), (ME, "well")), 1)
    ]
    return chat(*records, number=chat_id, name=f"chat {chat_id}")


def dataset(folder: Path = OUT) -> dict[str, list[Conversation]]:
    return {split: read_split(folder, split) for split in SPLITS}


# -- conservation -------------------------------------------------------------------------------------------------------


def is_learnable(record: Message) -> bool:
    """Said independently of the code: the person's own words in a chat between people."""
    kind = next(one.kind for one in CHATS if one.id == record.chat_id)
    return record.sender_id == ME and kind in KINDS and bool(record.text.strip()) and record.forwarded_from is None and record.via_bot is None


@settings(max_examples=80)
@given(records=HISTORIES, knobs=KNOBS, form=st.sampled_from(FORMATS), context_turns=st.integers(0, 5))
def test_every_message_of_the_person_is_learned_once_or_counted(records: list[Message], knobs: dict[str, Any], form: Format, context_turns: int) -> None:
    with stored(records) as history:
        try:
            report = make(history, form=form, context_turns=context_turns, **knobs).to_json()
        except DatasetError:
            return  # nothing was left for train
    assert report == read_report(OUT)
    rules = Rules(**({"gap": DAY, "reply_cap": 0} | knobs))
    check_counts(records, report, rules)
    check_targets(records, dataset(), report)
    check_conversations(records, dataset(), rules.gap)
    check_repetitions(dataset(), rules.reply_cap)
    check_format(form, dataset())


@settings(max_examples=60)
@given(records=HISTORIES, knobs=KNOBS, excluded=st.sets(st.sampled_from([one.id for one in CHATS]), min_size=1))
@pytest.mark.slow
def test_an_excluded_chat_changes_nothing_but_the_count_of_what_is_left_out(records: list[Message], knobs: dict[str, Any], excluded: set[int]) -> None:
    kept = [record for record in records if record.chat_id not in excluded]
    without = [record for record in records if record.chat_id in excluded and record.sender_id == ME]
    reports: list[Report | None] = []
    for folder, some in ((Path("all"), records), (Path("some"), kept)):
        with stored(some) as history:
            for chat_id in excluded:
                history.exclude(chat_id)
            try:
                reports.append(make(history, folder, **knobs))
            except DatasetError:
                reports.append(None)
    report, other = reports
    if report is None or other is None:
        assert report is other
        return
    assert report.left_out == other.left_out + Counter({EXCLUDED: len(without)})
    assert report.own_messages == other.own_messages + len(without) == report.targets + report.left_out.total()
    assert report.chats == other.chats
    for split in SPLITS:
        assert Path("all", f"{split}.jsonl").read_bytes() == Path("some", f"{split}.jsonl").read_bytes()


def check_counts(records: list[Message], report: dict[str, Any], rules: Rules) -> None:
    own = [record for record in records if record.sender_id == ME]
    assert report["own_messages"] == len(own)
    assert report["own_messages"] == report["targets"] + sum(report["left_out"].values())
    assert report["targets"] == sum(entry["targets"] for entry in report["chats"])
    left_out, kinds = Counter(report["left_out"]), {one.id: one.kind for one in CHATS}
    among_people = [record for record in own if kinds[record.chat_id] in KINDS]
    inside = [record for record in among_people if (rules.since or record.date) <= record.date and not (rules.until and record.date >= rules.until)]
    assert left_out["outside the dates"] == len(among_people) - len(inside)
    learnable = sum(map(is_learnable, inside))
    filters = ("only signs", "mostly no letters", "slurs", "near duplicate")
    found = report["targets"] + left_out["duplicate"] + left_out["reply cap"] + sum(left_out[reason] for reason in filters)
    assert learnable - left_out["too few turns"] - left_out["too few conversations"] <= found <= learnable  # those two count media as well


def check_targets(records: list[Message], splits: dict[str, list[Conversation]], report: dict[str, Any]) -> None:
    learned = Counter(
        (conversation.chat_id, number)
        for conversations in splits.values()
        for conversation in conversations
        for turn in conversation.turns
        if turn.learn
        for number in turn.ids
    )
    assert set(learned.values()) <= {1}
    assert set(learned) <= {(record.chat_id, record.id) for record in records if is_learnable(record)}
    assert learned.total() == report["targets"]
    assert {split: len(conversations) for split, conversations in splits.items()} == report["splits"]
    assert {entry["id"] for entry in report["chats"]} == {chat_id for chat_id, _ in learned}


def check_repetitions(splits: dict[str, list[Conversation]], reply_cap: int) -> None:
    pairs: list[tuple[str, str]] = []
    replies: Counter[tuple[int, str]] = Counter()
    for conversation in (conversation for conversations in splits.values() for conversation in conversations):
        for place, turn in enumerate(conversation.turns):
            if turn.learn:
                context, reply = (" ".join(conversation.turns[place - 1].bubbles) if place else ""), " ".join(turn.bubbles)
                pairs.append((" ".join(context.casefold().split()), " ".join(reply.casefold().split())))
                replies[conversation.chat_id, pairs[-1][1]] += 1
    assert not reply_cap or max(replies.values()) <= reply_cap
    assert len(set(pairs)) == len(pairs)


def check_conversations(records: list[Message], splits: dict[str, list[Conversation]], gap: timedelta) -> None:
    known = {(record.chat_id, record.id): record for record in records}
    for conversation in (conversation for conversations in splits.values() for conversation in conversations):
        behind = [known[conversation.chat_id, number] for turn in conversation.turns for number in turn.ids]  # all of one chat, or a KeyError
        for turn in conversation.turns:
            assert len(turn.bubbles) == len(turn.ids)
            assert turn.mine == all(known[conversation.chat_id, number].sender_id == ME for number in turn.ids)
            assert len({known[conversation.chat_id, number].sender_id for number in turn.ids}) == 1
        assert [record.date for record in behind] == sorted(record.date for record in behind)
        everything = sorted(record.date for record in records if record.chat_id == conversation.chat_id)
        within = [date for date in everything if conversation.date <= date <= behind[-1].date]
        assert all(later - earlier <= gap for earlier, later in pairwise(within))


def check_format(form: Format, splits: dict[str, list[Conversation]]) -> None:
    """As many replies to learn in each split, and the same ones in the same order."""
    if form == "messages":
        return
    for split, conversations in splits.items():
        expected = ["\n".join(turn.bubbles) for conversation in conversations for turn in conversation.turns if turn.learn]
        lines = (OUT / form / f"{split}.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
        assert [reply for line in lines for reply in learned_in(form, json.loads(line))] == expected


def learned_in(form: Format, record: dict[str, Any]) -> list[str]:
    """The replies that a reader of a form learns from a record."""
    match form:
        case "instruction":
            return [record["response"]]
        case "alpaca":
            return [record["output"]]
        case "sharegpt":
            return [said["value"] for said in record["conversations"] if said["from"] == "gpt"]
        case _:
            return [said["content"] for said in record["messages"] if said["role"] == "assistant" and said["weight"]]


# -- the rest -----------------------------------------------------------------------------------------------------------


def test_two_chats_at_the_same_time_are_never_mixed(history: History) -> None:
    bring(
        history, chat(message(1, ANNA, "from Anna"), message(3, ME, "to Anna")), chat(message(2, 3000, "from Boris"), message(4, ME, "to Boris"), number=3000)
    )
    make(history, validation_share=0, test_share=0)
    said = [[bubble for turn in conversation.turns for bubble in turn.bubbles] for conversation in read_split(OUT, "train")]
    assert said == [["from Anna", "to Anna"], ["from Boris", "to Boris"]]


def test_a_medium_between_messages_keeps_the_conversation_together(history: History) -> None:
    records = [message(1, ANNA, minutes=0), message(2, ANNA, "", minutes=1000, photo="x"), message(3, ME, minutes=2000)]
    bring(history, chat(*records))
    make(history, validation_share=0, test_share=0)
    (conversation,) = read_split(OUT, "train")
    assert [turn.bubbles for turn in conversation.turns] == [("hello", "[photo]"), ("hello",)]


def test_nothing_in_train_or_validation_ends_after_the_cut(history: History) -> None:
    bring(history, talk(days=100), talk(3000, days=100, first=1))
    report = make(history)
    splits = dataset()
    ends = {
        split: [max(dates[conversation.chat_id, turn.ids[-1]] for turn in conversation.turns) for conversation in conversations]
        for dates in [{(one.id, stored.id): stored.date for one in history.chats() for stored in history.messages(one.id)}]
        for split, conversations in splits.items()
    }
    assert max(ends["train"]) < min(ends["validation"])
    assert max(ends["validation"]) < min(ends["test"])
    assert report.splits == {"train": 160, "validation": 20, "test": 20}


def test_a_conversation_over_the_cut_is_after_it(history: History) -> None:
    bring(history, chat(*(message(number, ME, f"{number}", minutes=number * 600) for number in range(10)), message(10, ME, minutes=99_999)))
    assert make(history, gap=timedelta(hours=1), validation_share=0, test_share=0.2).splits == {"train": 9, "test": 2}
    with pytest.raises(DatasetError, match="nothing to learn from"):
        make(history, gap=timedelta(days=999))


def test_only_chats_in_which_the_person_writes_count_for_the_ten(history: History) -> None:
    silent = [chat(message(1, ANNA), kind="private_group", number=900 + number) for number in range(30)]
    bring(history, *(talk(2000 + number) for number in range(9)), *silent)
    assert make(history).splits["test"] == 18
    bring(history, talk(2009))
    report = make(history)
    (held_out,) = {conversation.chat_id for conversation in read_split(OUT, "test")} - {conversation.chat_id for conversation in read_split(OUT, "train")}
    assert held_out in range(2000, 2010)
    assert report.splits["test"] == 20 + 18
    assert report.left_out_chats == {"the person writes nothing there": 30}


def test_kinds_that_are_left_out_are_counted(history: History) -> None:
    kinds = {"saved_messages": ME, "bot_chat": 5, "private_channel": 6, "verification_codes": 7}
    bring(history, talk(), *(chat(message(1, ME), message(2, number), kind=kind, number=number) for kind, number in kinds.items()))
    report = make(history)
    assert report.left_out == {"saved messages": 2, "chat with a bot": 1, "channel": 1, "service account": 1}
    assert report.left_out_chats == {"saved messages": 1, "chat with a bot": 1, "channel": 1, "service account": 1}
    assert (report.own_messages, report.targets) == (25, 20)
    assert [entry["id"] for entry in report.chats] == [ANNA]


def test_chats_that_the_person_excludes_are_counted(history: History) -> None:
    bring(history, talk(), talk(5), chat(message(1, ME), kind="bot_chat", number=6))
    for number in (5, 6):
        history.exclude(number)
    report = make(history)
    assert report.left_out == {"excluded by you": 21}
    assert report.left_out_chats == {"excluded by you": 2}
    assert [entry["id"] for entry in report.chats] == [ANNA]
    history.exclude(ANNA)
    with pytest.raises(DatasetError, match=r"41 excluded by you\); import more chats, include an excluded one again"):
        make(history)


def test_the_person_has_the_name_that_was_chosen_or_the_one_in_history(history: History) -> None:
    bring(history, talk())
    for chosen, expected in (("", "Mira Lund"), ("M.", "M.")):
        report = make(history, person=chosen)
        (first, *_) = read_split(OUT, "train")
        assert (report.person, first.person, first.turns[1].name, first.chat, first.turns[0].name) == (expected, expected, expected, "chat 2000", "Anna")


def test_preparing_again_gives_the_same_files(history: History) -> None:
    bring(history, *(talk(2000 + number) for number in range(12)))
    make(history)
    before = {path.name: path.read_bytes() for path in OUT.iterdir()}
    make(history)
    assert {path.name: path.read_bytes() for path in OUT.iterdir()} == before
    assert sorted(before) == ["report.json", "test.jsonl", "train.jsonl", "validation.jsonl"]


def test_another_process_makes_the_same_bytes(history: History) -> None:
    bring(history, *(talk(2000 + number, days=30) for number in range(12)), chat(message(1, ME, "ok"), kind="private_group", number=77))
    script = """
import hashlib, sys
from datetime import timedelta
from pathlib import Path
from twin.history import History
from twin.prepare.build import prepare
from twin.prepare.explain import sample
from twin.prepare.rules import Rules
rules = Rules(timedelta(days=1), reply_cap=3)
with History(Path("history.db")) as history:
    prepare(history, Path("dataset"), rules, form="sharegpt")
    chosen = [conversation.turns[0].ids for conversation, _ in sample(history, rules, 5)]
files = sorted(path for path in Path("dataset").rglob("*") if path.is_file())
print([(str(path), hashlib.sha256(path.read_bytes()).hexdigest()) for path in files], chosen, set("abcdefgh"))
"""
    outputs = set()
    for number in ("1", "2"):
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": number}
        outputs.add(subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True).stdout.strip())
    assert len({output[: output.rindex("{")] for output in outputs}) == 1
    assert len(outputs) == 2, "the two processes do not order their sets differently"


@pytest.mark.parametrize("umask", [0o022, 0o000])
def test_the_dataset_is_private(history: History, umask: int) -> None:
    bring(history, talk())
    before = os.umask(umask)
    try:
        make(history, Path("some") / "dataset", form="instruction")
    finally:
        os.umask(before)
    found = [Path("some"), *Path("some").rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in found if path.is_dir()} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in found if path.is_file()} == {0o600}
    assert len(found) == 2 + 4 + 1 + 3


def test_the_instruction_format_has_a_record_for_each_reply(history: History) -> None:
    bring(history, talk())
    report = make(history, form="instruction")
    records = [json.loads(line) for split in SPLITS for line in (OUT / "instruction" / f"{split}.jsonl").read_text().splitlines()]
    assert records == [{"instruction": f"Anna: how was day {day} at {ANNA}?", "context": "", "response": "well"} for day in range(report.targets)]


def test_what_is_learned_twice_over_is_counted_once_each(history: History) -> None:
    asked = [(ANNA, "how are you?"), (ME, "well"), (ME, "and you?")]
    records = [message(3 * day + place, *said, minutes=3 * day * 1440 + place) for day in range(5) for place, said in enumerate(asked)]
    bring(history, chat(*records), chat(*records[:6], number=3000))
    report = make(history, validation_share=0, test_share=0)
    assert (report.own_messages, report.targets, report.left_out) == (14, 2, {"duplicate": 12})
    assert [entry["id"] for entry in report.chats] == [ANNA]
    assert report.left_out_chats == {"nothing of the person's is learned": 1}


def test_a_duplicate_stays_as_context_without_weight(history: History) -> None:
    texts = ["hi", "Hi", "HI", "hi", "?", "!"]
    bring(history, chat(*(message(number, ME if number % 2 else ANNA, text) for number, text in enumerate(texts))))
    make(history, validation_share=0, test_share=0)
    (line,) = [json.loads(line) for line in (OUT / "train.jsonl").read_text().splitlines()]
    assert [(said["content"], said.get("weight")) for said in line["messages"]] == [
        ("hi", None),
        ("Hi", None),
        ("HI", None),
        ("hi", 0),
        ("?", None),
        ("!", None),
    ]


def test_the_cap_is_of_one_chat(history: History) -> None:
    bring(history, talk(), talk(3000))
    report = make(history, validation_share=0, test_share=0, reply_cap=3)
    assert (report.targets, report.left_out) == (6, {"reply cap": 34})
    assert [entry["targets"] for entry in report.chats] == [3, 3]


def test_short_conversations_and_chats_take_no_part_where_asked(history: History) -> None:
    bring(history, talk(days=4), talk(3000, days=3), chat(message(1, ME, "a note"), number=4000))
    whole = {"validation_share": 0, "test_share": 0}
    assert make(history, **whole).left_out == {}
    report = make(history, minimum_turns=2, **whole)
    assert (report.targets, report.left_out) == (7, {"too few turns": 1})
    report = make(history, minimum_conversations=4, **whole)
    assert (report.targets, report.left_out) == (4, {"too few conversations": 4})
    with pytest.raises(DatasetError, match=r"8 too few turns\); import more chats, a lower minimum_conversations or minimum_turns"):
        make(history, minimum_turns=3)


def test_only_conversations_in_which_the_person_writes_make_a_chat_take_part(history: History) -> None:
    silent = [message(100 + number, ANNA, minutes=(500 + 9 * number) * 1440) for number in range(5)]
    bring(history, talk(days=4), chat(*talk(3000, days=2)["messages"], *silent, number=3000))
    assert make(history, minimum_conversations=3, validation_share=0, test_share=0).left_out == {"too few conversations": 2}


def test_dates_cut_a_conversation_and_end_before_until(history: History) -> None:
    bring(history, chat(*(message(number, ME if number % 2 else ANNA, f"at {number}", minutes=number) for number in range(10))))
    first = exports.START + timedelta(minutes=3)
    report = make(history, since=first, until=first + timedelta(minutes=4), validation_share=0, test_share=0)
    (conversation,) = read_split(OUT, "train")
    assert [bubble for turn in conversation.turns for bubble in turn.bubbles] == ["at 3", "at 4", "at 5", "at 6"]
    assert (report.own_messages, report.targets, report.left_out) == (5, 2, {"outside the dates": 3})


def test_the_shares_are_of_what_lies_between_the_dates(history: History) -> None:
    bring(history, talk(days=100))
    assert make(history, until=exports.START + timedelta(days=60)).splits == {"train": 16, "validation": 2, "test": 2}


@pytest.mark.parametrize("size", [20_000, 4_000, 100])
@pytest.mark.parametrize("form", ["messages", "alpaca"])
def test_a_full_disk_leaves_the_old_dataset(history: History, size: int, form: Format) -> None:
    """Wherever it shows: in the midst of a file, when its last bytes leave the buffer, or with the report."""
    bring(history, talk())
    make(history)
    before = {path.name: path.read_bytes() for path in OUT.iterdir()}
    bring(history, talk(3000, days=150))
    everything = Path("other")
    make(history, everything, form=form)
    assert max(path.stat().st_size for path in everything.rglob("*.jsonl")) > size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))  # for root, too; a write beyond it is EFBIG and no signal in Python
    try:
        with pytest.raises(DatasetError, match=r"^dataset cannot be written: File too large; the dataset is as it was$"):
            make(history, form=form)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {path.name: path.read_bytes() for path in OUT.iterdir()} == before
    assert not [path.name for path in Path().iterdir() if path.name.startswith(".dataset")]


@pytest.mark.parametrize("where", ["conversation_to_json", "line_of"])
def test_ctrl_c_in_the_midst_leaves_the_old_dataset(history: History, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    bring(history, talk())
    make(history)
    before = {path.name: path.read_bytes() for path in OUT.iterdir()}
    calls: list[int] = []

    def interrupted(record: Any) -> Any:
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return {} if where == "conversation_to_json" else b""

    monkeypatch.setattr(build, where, interrupted)
    with pytest.raises(KeyboardInterrupt):
        make(history)
    assert {path.name: path.read_bytes() for path in OUT.iterdir()} == before
    assert not [path.name for path in Path().iterdir() if path.name.startswith(".dataset")]
    assert gc.isenabled()


@pytest.mark.parametrize("failure", [KeyboardInterrupt, ZeroDivisionError, OSError(28, "No space left on device")])
def test_an_interrupted_prepare_leaves_the_old_dataset(history: History, monkeypatch: pytest.MonkeyPatch, failure: Any) -> None:
    bring(history, talk())
    make(history)
    before = {path.name: path.read_bytes() for path in OUT.iterdir()}
    bring(history, talk(3000))

    def fail(*_: object) -> str:
        raise failure

    monkeypatch.setattr(build, "write_text", fail)  # the last thing that prepare does
    with pytest.raises(DatasetError if isinstance(failure, OSError) else failure):
        make(history)
    assert {path.name: path.read_bytes() for path in OUT.iterdir()} == before
    assert not [path.name for path in Path().iterdir() if path.name.startswith(".dataset")]


def test_nothing_to_learn_from_leaves_the_old_dataset_and_says_why(history: History) -> None:
    bring(history, talk())
    make(history)
    with History(Path("other.db")) as other:
        with pytest.raises(HistoryError, match="twin import"):
            make(other)
        bring(other, chat(message(1, ME, forwarded_from="x")))
        with pytest.raises(DatasetError, match=r"nothing to learn from: 1 messages of Mira Lund in 0 conversations \(1 forward\)"):
            make(other)
    assert len(read_split(OUT, "train")) == 16


def test_a_dataset_moved_aside_by_a_killed_process_comes_back() -> None:
    with replacing(OUT) as fresh:
        (fresh / "a").write_text("old")
    OUT.rename(".dataset.old")  # killed here
    with pytest.raises(ZeroDivisionError), replacing(OUT):
        raise ZeroDivisionError
    assert (OUT / "a").read_text() == "old"
    with replacing(OUT) as fresh:
        (fresh / "a").write_text("new")
    assert (OUT / "a").read_text() == "new"
    assert [path.name for path in Path().iterdir()] == ["dataset"]


def test_progress_counts_the_chats(history: History) -> None:
    bring(history, talk(), talk(3000))
    seen: list[tuple[int, int]] = []
    make(history, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize("line", ["{}", "[]", "{", '{"messages": 3}', '"x"', "\udcff"])
def test_a_damaged_line_is_named(line: str) -> None:
    OUT.mkdir()
    (OUT / "train.jsonl").write_bytes(line.encode("utf-8", "surrogateescape") + b"\n")
    with pytest.raises(DatasetError, match=r"train\.jsonl line 1 .*twin prepare"):
        read_split(OUT, "train")


def test_a_missing_or_damaged_dataset_says_what_to_do() -> None:
    for read in (lambda: read_split(OUT, "train"), lambda: read_report(OUT)):
        with pytest.raises(DatasetError, match="twin prepare"):
            read()
    OUT.mkdir()
    (OUT / "report.json").write_text("{")
    with pytest.raises(DatasetError, match="damaged"):
        read_report(OUT)

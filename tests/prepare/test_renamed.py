"""The names in a dataset, and that they stay from one `twin prepare` to the next."""

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.exports import ANNA, BORIS, ME, account, chat, message, write
from twin.config import Privacy as Knobs
from twin.dataset import SPLITS, read_report
from twin.errors import DatasetError, WorkspaceError
from twin.export.files import import_exports
from twin.history import History
from twin.prepare import build
from twin.prepare.build import Report, prepare
from twin.prepare.rules import Rules
from twin.privacy.clean import privacy_of
from twin.privacy.name_book import read_book

OUT, KEY, NAMES = Path("dataset"), Path("privacy.key"), Path("privacy.names")
GROUP = 77


@pytest.fixture
def history() -> Iterator[History]:
    with History(Path("history.db")) as opened:
        yield opened


def talk(number: int, name: str, *texts: str) -> dict[str, Any]:
    records = [
        {**message(day * 10 + place, sender, text, minutes=day * 3000 + place), "from": "Mira" if sender == ME else name}
        for day in range(12)
        for place, (sender, text) in enumerate(((number, f"{' '.join(texts)} {day}"), (ME, f"well, {name}, {day}")))
    ]
    return chat(*records, number=number, name=name)


def bring(history: History, *chats: dict[str, Any]) -> None:
    import_exports([write(account(*chats))], history)


def make(history: History, **knobs: Any) -> Report:
    KEY.write_text("07" * 32)
    return prepare(history, OUT, Rules(gap=timedelta(days=1), privacy=privacy_of(Knobs(**knobs), KEY)))


def dataset() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(OUT.iterdir())}


def called() -> dict[int, str]:
    return {one["id"]: one["name"] for one in read_report(OUT)["chats"]}


def test_preparing_again_gives_the_same_bytes(history: History) -> None:
    bring(history, talk(ANNA, "Anna Petrova", "hi from Annie"), talk(BORIS, "Борис", "спроси Аню"))
    make(history)
    first, names = dataset(), NAMES.read_bytes()
    make(history)
    assert (dataset(), NAMES.read_bytes()) == (first, names)
    assert read_report(OUT)["renamed"] is True
    assert "Anna" not in "".join(map(bytes.decode, first.values()))


def test_a_contact_who_comes_later_changes_nobodys_name(history: History) -> None:
    bring(history, talk(ANNA, "Anna", "hi"))
    make(history)
    before = called()[ANNA]
    bring(history, talk(ANNA, "Anna", "hi"), talk(BORIS, before, "hello Anna"))
    make(history)
    assert called()[ANNA] == before
    assert called()[BORIS] not in ("Anna", before)
    assert read_book(NAMES).people == {"Anna": before, before: called()[BORIS]}


def test_the_names_are_beside_the_key_and_not_in_the_dataset(history: History) -> None:
    bring(history, talk(ANNA, "Anna", "hi"))
    make(history)
    assert NAMES.stat().st_mode & 0o777 == 0o600
    assert sorted(dataset()) == sorted(["report.json", *(f"{split}.jsonl" for split in SPLITS)])


def test_only_a_prepare_that_succeeds_keeps_its_names(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(history, talk(ANNA, "Anna", "hi"))

    def full(*_: Any, **__: Any) -> str:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(build, "conversation_to_json", full)
        with pytest.raises(DatasetError, match="No space"):
            make(history)
    assert not NAMES.exists()
    make(history)
    before, data = NAMES.read_bytes(), dataset()
    bring(history, talk(BORIS, "Boris", "hi"))
    NAMES.with_name(".privacy.names.partial").mkdir()  # nothing can be written there
    with pytest.raises(DatasetError, match="as it was"):
        make(history)
    assert (NAMES.read_bytes(), dataset()) == (before, data)


def test_a_damaged_file_of_names_is_told_before_anything_is_done(history: History) -> None:
    bring(history, talk(ANNA, "Anna", "hi"))
    make(history)
    before = dataset()
    NAMES.write_text("{")
    with pytest.raises(WorkspaceError, match=r"privacy\.names is damaged"):
        make(history)
    assert dataset() == before
    assert make(history, names="keep").renamed is False  # which needs none of them
    assert called() == {ANNA: "Anna"}


def test_without_surrogates_there_is_no_file(history: History) -> None:
    bring(history, talk(ANNA, "Anna", "hi"))
    make(history, names="keep")
    assert not NAMES.exists()
    assert json.loads((OUT / "report.json").read_text())["renamed"] is False


def test_contacts_come_before_those_who_only_write_in_groups(history: History) -> None:
    bring(history, talk(ANNA, "Anna", "hi"))
    make(history)
    before, names = called(), read_book(NAMES)
    NAMES.unlink()
    senders = {5000 + number: name for number, name in enumerate([*names.people.values(), "Ella", "Emma", "Grace", "Julia", "Lucy", "Sophia"])}
    group = [message(number, sender, f"hi {number}", minutes=number) | {"from": name} for number, (sender, name) in enumerate(senders.items(), 1)]
    bring(history, talk(ANNA, "Anna", "hi"), chat(*group, message(99, ME, "hello"), kind="private_group", number=GROUP, name="the group"))
    make(history)
    assert called()[ANNA] == before[ANNA]
    assert set(read_book(NAMES).people) == {"Anna", *senders.values()}

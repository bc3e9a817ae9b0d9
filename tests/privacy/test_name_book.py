"""Surrogates over time: who has one keeps it, whoever comes later and whatever becomes of the lists."""

import json
import stat
from pathlib import Path

import pytest

from twin.errors import WorkspaceError
from twin.privacy import name_swap
from twin.privacy.name_book import read_book, write_book
from twin.privacy.name_forms import Role
from twin.privacy.name_reading import listed
from twin.privacy.names import Names

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
FILE = Path("privacy.names")
FIRST = ["Anna Petrova", "Саша", "Олег Коваленко", "kate_92", "李小龙", "Алена", "Алёна"]
TEXT = "Anna, Annie и Саше с Олегом Коваленко; @kate_92, @annapetrova, 李小龙 и ПЕТРОВОЙ"


def kept(names: Names, **more: object) -> Names:
    """What is made of a workspace's file and key alone."""
    write_book(names.book, FILE)
    return Names((), KEY, book=read_book(FILE), **more)  # type: ignore[arg-type]


def women(number: int) -> list[str]:
    return [name.forms[0] for name in listed("Latin", Role.GIVEN, "f")][:number]


def test_the_file_and_the_key_are_enough_to_hide_and_reveal() -> None:
    names = Names(FIRST, KEY, strangers=["Tom Baker", "Вера"], keep=["Мария Смирнова"])
    again = kept(names, keep=["Мария Смирнова"])
    assert again.book == names.book
    assert list(again.book.names) == list(names.book.names)
    assert again.words == names.words
    assert [again.whole(name) for name in FIRST] == [names.whole(name) for name in FIRST]
    assert again.hide(TEXT) == names.hide(TEXT)
    assert again.reveal(names.hide(TEXT)[0]) == TEXT
    assert again.hide("Мария Смирнова, Вера и Tom")[0].startswith("Мария Смирнова, ")
    assert len(again.hide("Мария Смирнова, люблю Веру и Tom")[1]) == 2


def test_the_file_is_the_persons_alone() -> None:
    write_book(Names(FIRST, KEY).book, FILE)
    assert stat.S_IMODE(FILE.stat().st_mode) == 0o600
    assert [path.name for path in Path().iterdir()] == [FILE.name]


def test_who_comes_later_moves_nobody() -> None:
    first = Names(FIRST, KEY)
    alone = {name: Names([name], KEY).whole(name) for name in women(60)}
    later = Names([*FIRST, *alone], KEY, book=first.book)
    assert [later.whole(name) for name in FIRST] == [first.whole(name) for name in FIRST]
    assert later.hide(TEXT) == first.hide(TEXT)
    assert later.reveal(first.hide(TEXT)[0]) == TEXT
    assert any(later.whole(name) != other for name, other in alone.items())  # they had to make room, not the first
    assert len({later.whole(name) for name in [*FIRST, *alone]}) == len(FIRST) + len(alone)


def test_a_newcomer_who_is_called_as_somebodys_surrogate_gets_another_and_both_are_told_apart() -> None:
    first = Names(["Anna"], KEY)
    taken = first.whole("Anna")
    later = Names(["Anna", taken], KEY, book=first.book)
    assert later.whole("Anna") == taken
    assert later.whole(taken) not in ("Anna", taken)
    hidden = later.hide(f"Anna met {taken}")[0]
    assert hidden == f"{taken} met {later.whole(taken)}"
    assert later.reveal(hidden) == f"Anna met {taken}"


def test_who_is_gone_from_the_history_is_hidden_and_revealed_still() -> None:
    first = Names(["Anna Petrova"], KEY)
    later = Names(["Boris"], KEY, book=first.book)
    assert later.hide("Anna!")[0] == first.hide("Anna!")[0] != "Anna!"
    assert later.reveal(first.whole("Anna Petrova")) == "Anna Petrova"


def test_a_surrogate_that_is_in_no_list_any_more_stays() -> None:
    first = Names(["Anna"], KEY)
    write_book(first.book, FILE)
    FILE.write_text(FILE.read_text(encoding="utf-8").replace(first.whole("Anna"), "Xylofanta"), encoding="utf-8")
    later = Names(["Anna", "Boris"], KEY, book=read_book(FILE))
    assert later.whole("Anna") == later.hide("Anna")[0] == "Xylofanta"


def test_the_surrogates_that_are_kept_do_not_depend_on_the_key() -> None:
    first = Names(FIRST, KEY)
    assert [Names(FIRST, OTHER_KEY, book=first.book).whole(name) for name in FIRST] == [first.whole(name) for name in FIRST]


def test_a_name_that_the_person_takes_stays_from_then_on_and_is_revealed_in_what_is_older() -> None:
    first = Names(["Anna Petrova"], KEY)
    later = Names(["Anna Petrova"], KEY, keep=["Anna Black"], book=first.book)
    assert later.hide("Anna and Petrova")[0] == f"Anna and {first.hide('Petrova')[0]}"
    assert later.reveal(first.hide("Anna")[0]) == "Anna"


def test_a_book_that_is_given_is_not_changed() -> None:
    first = Names(["Anna"], KEY).book
    before = first.copy()
    Names(["Boris"], KEY, book=first)
    assert first == before


# Strangers


def test_contacts_are_called_the_same_however_many_strangers_there_are() -> None:
    strangers = [name.forms[0] for script in ("Latin", "Cyrillic") for gender in "mf" for name in listed(script, Role.GIVEN, gender)]
    names = Names(FIRST, KEY, strangers=strangers)
    assert [names.whole(name) for name in FIRST] == [Names(FIRST, KEY).whole(name) for name in FIRST]
    assert not any("Contact" in names.whole(name) or "Контакт" in names.whole(name) for name in FIRST)


def test_strangers_may_have_one_anothers_names_but_nobody_their_own() -> None:
    strangers = women(150)
    names = Names(["Katherine"], KEY, strangers=strangers)
    others = [names.whole(name) for name in strangers]
    assert len({*others, names.whole("Katherine")}) == len(strangers) + 1
    assert set(others) & set(strangers)
    assert all(name != other and names.hide(f"so {name} came")[0] == f"so {other} came" for name, other in zip(strangers, others, strict=True))
    assert not {form for form in others if names.hide(f"@{form}")[0] == f"@{names.whole('Katherine')}"}
    assert [names.reveal(other) for other in others] == strangers


def test_a_stranger_who_becomes_a_contact_keeps_the_surrogate() -> None:
    first = Names(["Anna"], KEY, strangers=["Boris Baker"])
    later = Names(["Anna", "Boris Baker"], KEY, book=first.book)
    assert later.whole("Boris Baker") == first.whole("Boris Baker")
    assert later.book.close > first.book.close


# In a text that has surrogates already


def test_in_a_mixed_text_surrogates_stay_and_real_names_are_hidden() -> None:
    first = Names(["Anna"], KEY)
    taken = first.whole("Anna")
    names = Names(["Anna", taken], KEY, book=first.book)
    assert names.hide(f"{taken}, Anna", mixed=True)[0] == f"{taken}, {taken}"
    assert names.hide(taken)[0] != taken


# What it costs


def test_no_shape_is_looked_up_before_a_text_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Names(["Вера", "Мария Волкова"], KEY).book
    asked = []
    monkeypatch.setattr(name_swap, "where", lambda shape, *rest, **more: asked.append(shape) or name_swap.Where.ANYWHERE)
    names = Names((), KEY, book=book)
    assert names.hide("привет")[1] == []
    assert asked == []
    assert len(names.hide("Вере, вере и Вере")[1]) == 3
    assert asked == ["Вере"]


# Damage


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: "[]",
        lambda text: text.replace('"version": 1', '"version": 2'),
        lambda text: text.replace('"given"', '"taken"'),
        lambda text: text.replace('"full 0"', '"full"'),
        lambda text: text.replace('"full 0": ', '"open 0": '),
        lambda text: text.replace('"people": {', '"people": {"x": 1, '),
        lambda text: json.dumps(json.loads(text) | {"names": [{}]}),
        lambda text: json.dumps(json.loads(text) | {"names": None}),
    ],
)
def test_a_damaged_file_is_told_with_the_remedy(damage) -> None:  # type: ignore[no-untyped-def]
    write_book(Names(["Anna"], KEY).book, FILE)
    FILE.write_text(damage(FILE.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"privacy\.names is damaged or of a later version.*put a copy of it back.*twin prepare") as caught:
        read_book(FILE)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text_is_damaged_and_one_that_is_a_folder_cannot_be_read() -> None:
    FILE.write_bytes(b"\xff\xfe")
    with pytest.raises(WorkspaceError, match="damaged"):
        read_book(FILE)
    FILE.unlink()
    assert read_book(FILE).people == {}
    FILE.mkdir()
    with pytest.raises(WorkspaceError, match="cannot be read"):
        read_book(FILE)

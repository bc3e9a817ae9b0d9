"""Messages without what is private in them: every mode, the person's own lists, and what happens when a rule fails."""

import stat
from pathlib import Path

import pytest

from twin.config import Privacy as Knobs
from twin.errors import ConfigError, WorkspaceError
from twin.privacy import clean, detect
from twin.privacy.clean import Cleaner, Mode, Privacy, privacy_of
from twin.privacy.rule import CLOSE, OPEN, Kind, Rule, Trigger
from twin.privacy.surrogate import surrogate

KEY = bytes(range(32))
DEFAULTS = {kind: Mode(getattr(Knobs(), kind.value)) for kind in Kind}
CARD = "4111 1111 1111 1111"


def cleaner(people: tuple[str, ...] = (), **changed: object) -> Cleaner:
    modes = DEFAULTS | {Kind(kind): Mode(mode) for kind, mode in changed.items() if kind in set(Kind)}
    others = {name: value for name, value in changed.items() if name not in set(Kind)}
    return Cleaner(Privacy(KEY, modes, **others), people, keep=["Ann Lind"])  # type: ignore[arg-type]


def test_what_is_harmless_stays_as_it_is() -> None:
    plain = cleaner()
    for text in ("ok", "see you at 10:30 on 3 May", "that costs 12.50", "  two  spaces\nand a line", "v1.2.3 is out", "номер дома не помню"):
        cleaned = plain.clean(text)
        assert cleaned == (text, ())
        assert cleaned.text is text, "nothing was copied"


def test_each_mode_does_what_it_says() -> None:
    text = f"my card is {CARD}, thanks"
    assert cleaner(card="mask").clean(text) == ("my card is ⟦CARD⟧, thanks", ("card",))
    assert cleaner(card="keep").clean(text) == (text, ())
    assert cleaner(card="drop").clean(text) == (None, ("card",))
    replaced, found = cleaner(card="surrogate").clean(text)
    assert found == ("card",)
    assert replaced is not None
    assert CARD not in replaced
    assert [character.isdigit() for character in replaced] == [character.isdigit() for character in text]


def test_a_message_of_nothing_but_something_private_is_left_out() -> None:
    assert cleaner().clean(f"{CARD} !") == (None, ("card",))
    assert cleaner().clean(f"{CARD} ok").text == "⟦CARD⟧ ok"


def test_tags_in_a_message_are_no_tags() -> None:
    cleaned = cleaner().clean(f"{OPEN}CARD{CLOSE} is what it says, {CARD}")
    assert cleaned.text == "[CARD] is what it says, ⟦CARD⟧"
    assert cleaner().clean(f"only {OPEN}").text == "only ["


def test_surrogates_are_the_same_for_the_same_and_others_under_another_key() -> None:
    one, spelled, other = (surrogate(text, Kind.PHONE, KEY) for text in ("+44 7700 900123", "+44 7700-900-123", "+44 7700 900124"))
    digits = ["".join(filter(str.isdigit, text)) for text in (one, spelled, other)]
    assert one.startswith("+44 ")
    assert digits[0] == digits[1] != digits[2]
    assert surrogate("+44 7700 900123", Kind.PHONE, bytes(32)) != one
    assert surrogate("Anna.Lind@firm.example", Kind.EMAIL, KEY).endswith("@example.org")
    mail = surrogate("anna.lind@gmail.com", Kind.EMAIL, KEY)
    assert mail.endswith("@gmail.com")
    assert "anna" not in mail
    assert surrogate("٣٤٥", Kind.PHONE, KEY).isascii()


def test_a_rule_that_fails_takes_the_message_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(private: str) -> bool:
        raise IndexError(private)

    rule = Rule("broken", Kind.ID, r"\d{4}", Trigger.DIGITS, (), (), check=broken)
    monkeypatch.setattr(clean, "RULES", (rule,))
    assert cleaner().clean("my number is 1234") == (None, ("failed",))
    assert cleaner().clean("no number") == ("no number", ())


def test_a_rule_that_does_not_pass_its_examples_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = Rule("wrong", Kind.ID, r"\d{4}", Trigger.DIGITS, ("⟦12345⟧",), ())
    with pytest.raises(detect.RuleError, match="wrong does not pass its own example"):
        detect.Detector([rule]).find("it is 1234")
    monkeypatch.setattr(clean, "RULES", (rule,))
    assert cleaner().clean("it is 1234").text is None


def test_overlapping_findings_are_one_of_the_strongest_kind() -> None:
    hits = [detect.Hit(10, 14, Kind.PHONE), detect.Hit(0, 12, Kind.URL), detect.Hit(20, 22, Kind.CODE), detect.Hit(13, 16, Kind.ADDRESS)]
    assert detect.merged(hits) == [detect.Hit(0, 16, Kind.URL), detect.Hit(20, 22, Kind.CODE)]


def test_every_kind_has_a_strength_and_a_knob() -> None:
    assert sorted(detect.STRENGTH) == sorted(Kind)
    assert DEFAULTS.keys() == set(Kind)


def test_the_persons_own_words_and_patterns() -> None:
    own = cleaner(words=("Project Heron", "зимородок"), patterns=(r"\bXK-\d+\b",))
    assert own.clean("project heron starts, not projects or herons").text == "⟦OWN⟧ starts, not projects or herons"
    assert own.clean("Это Зимородок, а не зимородочек").text == "Это ⟦OWN⟧, а не зимородочек"
    assert own.clean("take XK-12 or XK-").text == "take ⟦OWN⟧ or XK-"
    with pytest.raises(ConfigError, match=r"privacy\.patterns in twin\.toml: '\(' is no regular expression"):
        cleaner(patterns=("(",))


def test_what_the_person_allows_is_not_private() -> None:
    allowed = cleaner(allow=("4111-1111-1111-1111",))
    assert allowed.clean(f"the test card {CARD}").text == f"the test card {CARD}"
    assert allowed.clean("another is 5555 5555 5555 4444").text == "another is ⟦CARD⟧"


def test_people_are_called_something_else_and_the_person_is_not() -> None:
    named = cleaner(("Priya Nair", "Маша Котова"))
    text, found = named.clean("Priya and Ann met, ask Priya Nair's mother, и спроси машу")
    assert text is not None
    assert "riya" not in text
    assert "Nair" not in text
    assert "машу" not in text
    assert "Ann" in text
    assert found == ("name",) * 4
    assert named.name("Priya Nair").split()[0] in text
    assert cleaner(("Priya Nair",), names=False).clean("Priya") == ("Priya", ())


def test_the_key_is_the_workspaces_own_and_private(tmp_path: Path) -> None:
    first = privacy_of(Knobs(card="drop", words=["x"]), tmp_path / "privacy.key")
    assert (first.modes[Kind.CARD], first.modes[Kind.EMAIL], first.words) == (Mode.DROP, Mode.SURROGATE, ("x",))
    assert stat.S_IMODE((tmp_path / "privacy.key").stat().st_mode) == 0o600
    assert privacy_of(Knobs(), tmp_path / "privacy.key").key == first.key
    assert privacy_of(Knobs(), tmp_path / "other.key").key != first.key
    (tmp_path / "privacy.key").write_text("12")
    with pytest.raises(WorkspaceError, match=r"privacy\.key is damaged"):
        privacy_of(Knobs(), tmp_path / "privacy.key")

"""The blind test for friends: a page that they are given, and what comes back from it.

The page is one file (blind_page.html), asks for nothing, and does not know which replies are the person's: that stays in the run's folder, so that neither the
page's source nor what it saves tells. Not here: how questions are made (twin.chat.blind), and the tab that shows them to the person.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from twin.chat.blind import BEST, Question, Score, make_questions
from twin.chat.people import is_renamed
from twin.dataset import read_split
from twin.errors import DatasetError, Interrupted, UsageError, WorkspaceError
from twin.model.sampling import Sampling
from twin.schema import ChatKind
from twin.workspace import private_folder, write_text

EVEN = 0.5
"""The share at which nobody can tell the two apart."""
LETTERS = ("A", "B")
_TEMPLATE = Path(__file__).with_suffix(".html")
_MARK = "blind test"
_NAMED = 8
"""People whose words a page holds that are named in its line; the others are counted."""
_LONGEST = 1_000_000
"""Bytes of a file that comes back; a sheet of a thousand rounds has 15,000."""


@dataclass(frozen=True, slots=True)
class Made:
    """A page that can be given away.

    Attributes:
        page: Where it lies.
        truth: The file that stays, and that alone knows which replies are the person's.
        count: How many questions it asks.
        person: Whose twin is asked about.
        people: Who else speaks in it, by the names that the dataset has for them.
        left_out: What was passed over when the questions were made, by reason.
    """

    page: Path
    truth: Path
    count: int
    person: str
    people: tuple[str, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """What the person reads before they give it away."""
        rest = len(self.people) - _NAMED
        names = ", ".join([*(_printable(name) for name in self.people[:_NAMED]), *([f"{rest} more"] if rest > 0 else [])])
        passed = sum(self.left_out.values())
        more = f"; passed over: {passed} ({', '.join(self.left_out)})" if passed else ""
        return [
            f"{self.page} asks {self.count} questions{more}",
            f"it holds real messages of {_printable(self.person)} and of {names}: give it only to those who may read them",
        ]

    def to_json(self) -> dict[str, Any]:
        """The same as one object."""
        return {"page": str(self.page), "truth": str(self.truth), "questions": self.count, "people": list(self.people), "left_out": dict(self.left_out)}


def make_blind(
    run: Path,
    dataset: Path,
    sampling: Sampling,
    seed: int,
    count: int,
    path: Path,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    stop: Callable[[], bool] = lambda: False,
) -> Made:
    """Asks the twin and writes the page. The same seed asks the same questions with the same replies; their sides differ from page to page.

    Args:
        run: The folder of a finished run.
        dataset: Whose test split is asked about.
        sampling: How the twin's replies are drawn.
        seed: Decides the exchanges and how replies are drawn.
        count: How many questions at most.
        path: Where the page goes; nothing may be there yet.
        progress: Called with the questions made and those wanted.
        stop: Asked before every token; what was made until then becomes the page.

    Raises:
        UsageError: The page cannot be written there.
        DatasetError: The test split is missing, or has nothing to ask about.
        ModelError: The run cannot be loaded.
        Interrupted: It was stopped; says what the page has.
    """
    _check_place(path)
    conversations = read_split(dataset, "test")
    from twin.chat.engine import Engine  # PyTorch: not for those who count

    engine, left_out, questions = Engine(run), Counter[str](), list[Question]()
    progress(0, count)
    for question in make_questions(conversations, engine, sampling, seed, count, left_out=left_out, stopped=stop):
        if stop():
            break  # the reply may be cut
        questions.append(question)
        progress(len(questions), count)
    if not questions:
        if stop():
            raise Interrupted("stopped before there was a question, so no page was written; the same command begins again")
        passed = f"; passed over: {left_out.total()} ({', '.join(left_out)})" if left_out else ""
        raise DatasetError(f"{dataset / 'test.jsonl'} has no reply to ask about{passed}; import more chats or raise prepare.test_share")
    made = write_page(path, questions, run, engine.person, renamed=is_renamed(dataset), left_out=left_out)
    if stop():
        raise Interrupted("; ".join(["stopped", *made.lines()]))
    return made


def write_page(
    path: Path,
    questions: Sequence[Question],
    run: Path,
    person: str,
    *,
    renamed: bool = False,
    left_out: Mapping[str, int] | None = None,
    chance: random.Random | None = None,
) -> Made:
    """Writes a page of questions, and runs/NAME/evaluation/blind-ID.json, which knows the answers. Both 0600.

    Args:
        path: Where the page goes; nothing may be there yet.
        questions: What is asked, in this order.
        run: The folder of the run that is asked about.
        person: Whose twin that is.
        renamed: Whether the others' names are surrogates; the page says so.
        left_out: What was passed over, by reason, for the person to know.
        chance: Draws the sides and the page's id. None for the system's, which nobody can repeat: that of the questions follows from a seed.

    Raises:
        UsageError: The page cannot be written there.
        WorkspaceError: The run's folder cannot be written; then there is no page.
    """
    _check_place(path)
    chance = chance or random.SystemRandom()
    test = f"{chance.getrandbits(64):016x}"
    asked: list[dict[str, Any]] = []
    truth: dict[str, dict[str, str]] = {}
    for number, question in enumerate(questions, 1):
        turned = chance.getrandbits(1)  # whatever is real, and drawn here: who has seed and source could repeat make_questions' draws
        replies = question.replies[::-1] if turned else question.replies
        asked.append(
            {
                "key": str(number),
                "chat": question.contact.name,
                "group": question.contact.kind is ChatKind.GROUP,
                "context": [[turn.name, turn.mine, [*_clean(turn.bubbles)]] for turn in question.context],
                "replies": [[*_clean(reply)] for reply in replies],
            }
        )
        truth[str(number)] = {"key": question.key, "real": LETTERS[question.real ^ turned]}
    place = _truth(run / "evaluation", test)
    try:
        private_folder(place.parent)
        write_text(place, json.dumps({"version": 1, "test": test, "run": run.name, "person": person, "questions": truth}) + "\n")
    except OSError as error:
        raise WorkspaceError(f"{place} cannot be written: {error.strerror}; without it no answer can be counted, so there is no page") from error
    try:
        write_text(path, _page({"test": test, "run": run.name, "person": person, "renamed": renamed, "questions": asked}))
    except OSError as error:
        place.unlink()
        raise UsageError(f"{path} cannot be written: {error.strerror}; choose another place") from error
    people = dict.fromkeys(turn.name for question in questions for turn in question.context if not turn.mine)
    return Made(path, place, len(questions), person, tuple(people), dict(left_out or {}))


def _check_place(path: Path) -> None:
    if path.exists():
        raise UsageError(f"{path} is there already; choose another name, or delete it first: what friends answered on it can still be counted")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent} is no folder; make it first, or choose another place for the page")


def _truth(folder: Path, test: str) -> Path:
    return folder / f"blind-{test}.json"


def _clean(bubbles: Iterable[str]) -> Iterable[str]:
    """What can be seen of bubbles: blanks at their ends, which only one of the two writes, would tell in the source."""
    return ("\n".join(map(str.rstrip, bubble.strip().splitlines())) for bubble in bubbles if bubble.strip())


def _page(test: dict[str, Any]) -> str:
    """The page. Its policy lets nothing run and nothing be asked for but its own style and script, by their hashes."""
    page = _TEMPLATE.read_text(encoding="utf-8")
    style, script = (re.findall(rf"<{name}>(.*?)</{name}>", page, re.DOTALL)[0] for name in ("style", "script"))
    policy = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    # within a script element only a "<" can end it, or begin a comment; the test comes last, as it may hold any words
    return page.replace("__POLICY__", policy).replace("__TEST__", json.dumps(test).replace("<", "\\u003c"))


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@dataclass(frozen=True, slots=True)
class Friend:
    """What one sheet says.

    Attributes:
        name: What the friend wrote there; "" for nothing.
        score: How often the twin was taken for the person in it.
        skipped: The rounds in which nothing was chosen.
    """

    name: str
    score: Score
    skipped: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What friends' answers come to. Wilson's interval takes every round as one of its own, though some may be about the same question.

    Attributes:
        person: Whom the twin was to be taken for.
        friends: Sheet by sheet.
        repeated: Files of a sheet of which another was counted.
    """

    person: str
    friends: tuple[Friend, ...]
    repeated: tuple[Path, ...] = ()

    @property
    def score(self) -> Score:
        """All sheets together."""
        return Score(sum(friend.score.taken for friend in self.friends), sum(friend.score.rounds for friend in self.friends))

    def against(self, share: float) -> Literal["more", "less", "within"]:
        """Whether the twin was taken for the person more or less often than `share`; "within" where the interval holds it, so that it cannot be said."""
        low, high = self.score.interval
        return "more" if low > share else "less" if high < share else "within"

    def lines(self) -> list[str]:
        """What the person reads."""
        lines = [f"{friend.name or 'somebody'}: {_standing(friend.score)}{f'; {friend.skipped} skipped' if friend.skipped else ''}" for friend in self.friends]
        lines += [f"{path} is a sheet that another file has too; it counts once" for path in self.repeated]
        if not self.score.rounds:
            return [*lines, "nobody has chosen yet"]
        return [
            *lines,
            f"together, the twin was taken for {_printable(self.person)} in {_standing(self.score)}",
            f"{EVEN:.0%}, where nobody can tell the two apart: {_AGAINST[self.against(EVEN)]}",
            f"{BEST:.0%}, the best published twin: {_AGAINST[self.against(BEST)]}",
        ]

    def to_json(self) -> dict[str, Any]:
        """The same as one object; `against` says "more", "less" or "within"."""
        return _figures(self.score) | {
            "against": {str(share): self.against(share) for share in (EVEN, BEST)},
            "friends": [{"name": friend.name} | _figures(friend.score) | {"skipped": friend.skipped} for friend in self.friends],
            "repeated": [str(path) for path in self.repeated],
        }


_AGAINST = {"more": "it was taken more often than that", "less": "it was taken less often than that", "within": "these rounds cannot tell it from that"}


def _standing(score: Score) -> str:
    low, high = score.interval
    return f"{score.taken} of {score.rounds}" + (f", {score.share:.0%} (95% interval {low:.0%} to {high:.0%})" if score.rounds else "")


def _figures(score: Score) -> dict[str, Any]:
    low, high = score.interval
    return {
        "taken": score.taken,
        "rounds": score.rounds,
        "share": round(score.share, 6) if score.rounds else None,
        "low": round(low, 6),
        "high": round(high, 6),
    }


class _Sheet(BaseModel):
    """What a page saves."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    version: Literal[1]
    run: str
    test: str = Field(pattern=r"\A[0-9a-f]{16}\z")
    sheet: str = Field(pattern=r"\A[0-9a-f]{16}\z")
    name: str
    choices: dict[str, Literal["A", "B"] | None]


class _Truth(BaseModel):
    """What a page must not know."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    class Answer(BaseModel):
        real: Literal["A", "B"]

    person: str
    questions: dict[str, Answer]


def count_blind(files: Sequence[Path], run: Path) -> Tally:
    """What friends' answers about a run come to; see `read_results`."""
    return read_results(files, run / "evaluation")


def read_results(paths: Sequence[Path], folder: Path) -> Tally:
    """Counts what came back. Of a sheet that comes several times, the file with the most rounds counts; of as many, the last.

    Args:
        paths: Files that pages saved, or that hold the text which a page shows.
        folder: The run's evaluation folder, where the answers are known.

    Raises:
        UsageError: A file is none of a page's, is damaged, or is about another run.
        WorkspaceError: What knows the answers is missing or damaged.
    """
    sheets: dict[tuple[str, str], tuple[Path, _Sheet]] = {}
    repeated: list[Path] = []
    friends: list[Friend] = []
    person = ""
    for path in paths:
        sheet = _read_sheet(path, folder.parent.name)
        key = sheet.test, sheet.sheet
        before = sheets.get(key)
        if before is not None and len(sheet.choices) < len(before[1].choices):
            repeated.append(path)
            continue
        repeated += [before[0]] if before else []
        sheets[key] = path, sheet
    for path, sheet in sheets.values():
        truth = _read_truth(path, _truth(folder, sheet.test))
        if unknown := sheet.choices.keys() - truth.questions.keys():
            raise UsageError(f"{path} answers question {_printable(min(unknown))}, which its test does not have; ask for the file once more")
        person = truth.person
        chosen = [(letter, truth.questions[key].real) for key, letter in sheet.choices.items() if letter]
        score = Score(sum(letter != real for letter, real in chosen), len(chosen))
        friends.append(Friend(_printable(sheet.name), score, len(sheet.choices) - len(chosen)))
    return Tally(person, tuple(friends), tuple(repeated))


class _TwiceError(ValueError):
    """An object of a file has a key twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _TwiceError(Counter(key for key, _ in pairs).most_common(1)[0][0])
    return found


def _read_sheet(path: Path, run: str) -> _Sheet:
    again = "ask for it once more: the page can save it again"
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST).decode("utf-8-sig", "replace")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}; give the files that friends sent back") from error
    if _MARK not in text:
        raise UsageError(f"{path} is not what a page of the blind test saves; give the .json file, or a file with the text that the page shows")
    try:  # what a messenger writes around a text is passed over
        values = json.loads(text[text.find("{") : text.rfind("}") + 1], object_pairs_hook=_once)
        sheet = _Sheet.model_validate(values)
    except _TwiceError as error:
        raise UsageError(f"{path} answers question {_printable(str(error))} twice; {again}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"{path} is damaged ({'.'.join(_printable(str(part)) for part in first['loc'])}: {first['msg']}); {again}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is damaged (no whole JSON object); {again}") from error
    if sheet.run != run:
        raise UsageError(f"{path} is about {_printable(sheet.run) or 'another run'}, not {run}; count it with that run")
    return sheet


def _read_truth(path: Path, truth: Path) -> _Truth:
    try:
        return _Truth.model_validate_json(truth.read_bytes())
    except FileNotFoundError:
        raise WorkspaceError(f"{path} answers a test whose {truth} is not there: put that back, or leave the file out") from None
    except (OSError, ValidationError) as error:
        raise WorkspaceError(f"{truth} is damaged or cannot be read; put back a copy of it, or make another page") from error


def _printable(text: str) -> str:
    """A text of others on one short line, without what a terminal would take for a command."""
    return " ".join("".join(islice((letter if letter.isprintable() else " " for letter in text), 60)).split())

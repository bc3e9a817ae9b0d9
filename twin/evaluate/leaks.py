"""The leak audit: what a twin gives away of the text that it was trained on, as far as it can be told by trying.

Two halves. A second adapter is trained as the run was, with made-up secrets planted in the text (canaries.py): how well it knows them says what this training
memorises of what is said once, four or sixteen times. And the run itself is asked, and given the beginnings of replies (extraction.py): what it says is looked
up in its training text, where an address or number may itself stand for another (twin.privacy): to say that is memorising, too. Not here: what was cleaned
away before training, and whoever has the weights and other means than asking.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from twin.config import Chat, Train, load_config
from twin.dataset import read_split
from twin.errors import DatasetError, Interrupted
from twin.evaluate.audited import LONG_OVERLAP, Audit, Found, Level
from twin.evaluate.canaries import Canary, exposure, extrapolated, make_canaries
from twin.evaluate.extraction import Attack, TrainingText, attack, attacks, plain, private, prompt, write
from twin.evaluate.held_out import exchanges
from twin.evaluate.measured import Reply
from twin.evaluate.predicting import predict
from twin.model import base
from twin.model.embedded import revision
from twin.model.sampling import Sampling
from twin.model.score import make_rows
from twin.model.template import Template
from twin.model.voices import Voices
from twin.prompts import fill
from twin.schema import ChatKind, Conversation, Turn, conversation_to_json
from twin.train.loop import Progress, train
from twin.train.trainer import writing_to
from twin.workspace import private_folder, write_text

COPIES = (1, 4, 16)
POSITIVE = 200
"""Copies of the canary that must be found."""
_CHATS = 3
"""Chats in which the asks are made."""
_REPLY = 80
"""Tokens of a reply to an ask, at most."""

Told = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried.

    Attributes:
        each: Canaries of each number of copies.
        controls: Others of its like that each is compared with: 200 or more.
        characters: Of the training text that the second adapter is trained on, about; all of it where there is no more.
        prefixes: Replies of the training text whose beginning is given; half as many are held-out ones, for comparison.
        generations: Replies to asks and to held-out messages.
    """

    each: int = 4
    controls: int = 256
    characters: int = 150_000
    prefixes: int = 200
    generations: int = 500


QUICK = Effort()
"""Some minutes on two cores with the sample's twin."""
FULL = Effort(each=10, controls=500, characters=10**12, prefixes=2000, generations=10_000)


def audit(
    run: Path,
    dataset: Path,
    *,
    seed: int = 1,
    effort: Effort = QUICK,
    share: float | None = None,
    progress: Told = lambda what, done, total: None,
    stop: Callable[[], bool] = lambda: False,
) -> Audit:
    """Audits a run. What takes long, the training of the second adapter, is kept in run/evaluation/audit and goes on where it was stopped.

    Args:
        run: The folder of a finished run.
        dataset: What it was trained on.
        seed: Of the canaries and of all that is drawn: the same one gives the same audit.
        effort: How much is tried.
        share: The share of the conversations that the second adapter is trained on; None: what `effort.characters` comes to.
        progress: Told how far each part is.
        stop: Asked again and again.

    Raises:
        DatasetError: There is nothing in which a canary could be planted, or no dataset.
        ModelError: The run cannot be loaded.
        TrainingError: The second adapter cannot be trained.
        Interrupted: `stop` said so.
    """
    config = load_config(run / "config.toml")
    settings = config.train
    talks, validation, unseen = (read_split(dataset, split) for split in ("train", "validation", "test"))
    if not talks:
        raise DatasetError(f"{dataset / 'train.jsonl'} is empty; import more chats and run: twin prepare")

    def told(what: str) -> Callable[[int, int], None]:
        def show(done: int, total: int) -> None:
            progress(what, done, total)
            if stop():
                raise Interrupted(f"stopped; what was trained is kept in {run / 'evaluation'}; go on with the same command")

        return show

    wanted = min(1.0, effort.characters / max(1, sum(map(_characters, talks)))) if share is None else share
    some, few = _some(talks, wanted, seed), _some(validation, wanted, seed)
    canaries = make_canaries(some, [*(count for count in COPIES for _ in range(effort.each)), POSITIVE], controls=effort.controls, seed=seed)
    second = run / "evaluation" / "audit"
    _train(second, [*some, *(talk for canary in canaries for talk in canary.talks)], few, settings, progress, stop)
    template, place = base.load_template(settings.base), base.device()
    *levels, positive = _levels(_Asked(second, settings, template, place), canaries, told)
    asked = _Asked(run, settings, template, place)
    text = TrainingText(talks)
    prefixes = _prefixes(asked, talks, [*validation, *unseen], text, effort.prefixes, seed, told)
    replies = _replies(asked, talks, unseen or validation, text, config.chat, effort.generations, seed, told)
    found = {**prefixes.pop("found"), **replies.pop("found")}
    return Audit(run.name, seed, len(some) / len(talks), effort.controls, tuple(levels), positive, **prefixes, **replies, found=tuple(found.values()))


def _characters(talk: Conversation) -> int:
    return sum(len(bubble) for turn in talk.turns for bubble in turn.bubbles)


def _some(talks: Sequence[Conversation], share: float, seed: int) -> list[Conversation]:
    """A share of conversations, in their order."""
    chosen = random.Random(f"share {seed}").sample(range(len(talks)), max(1, round(share * len(talks)))) if talks else []
    return [talks[number] for number in sorted(chosen)]


def _train(folder: Path, talks: Sequence[Conversation], validation: Sequence[Conversation], settings: Train, progress: Told, stop: Callable[[], bool]) -> None:
    """Trains an adapter on these conversations, unless it is there. Their text stays in the folder only as long as it is needed."""
    splits = {
        split: "".join(json.dumps(conversation_to_json(talk), ensure_ascii=False) + "\n" for talk in some)
        for split, some in (("train", talks), ("validation", validation))
    }
    mark = hashlib.sha256("\0".join([settings.model_dump_json(), *splits.values()]).encode()).hexdigest()
    about = json.dumps({"fingerprint": mark, "base": revision(settings.base)}) + "\n"
    if not (folder / "run.json").exists() or (folder / "run.json").read_text(encoding="utf-8") != about:
        shutil.rmtree(folder, ignore_errors=True)
        write_text(private_folder(folder) / "run.json", about)
    if (folder / "result.json").exists():
        return
    try:
        with writing_to(folder):
            private_folder(folder / "dataset")
            for split, lines in splits.items():
                write_text(folder / "dataset" / f"{split}.jsonl", lines)

        def shown(state: Progress) -> None:
            if state.steps:
                progress("training on planted secrets", state.step, state.steps)

        train(folder / "dataset", folder, settings, progress=shown, stop=stop)
    finally:
        shutil.rmtree(folder / "dataset", ignore_errors=True)


class _Asked:
    """A loaded run, or the base alone, that writes replies."""

    def __init__(self, run: Path, settings: Train, template: Template, place: torch.device) -> None:
        self.settings, self.template, self._run = settings, template, run
        self._voices = Voices([run], [settings], template, place)

    def model(self, *, alone: bool = False) -> Any:
        """The twin, or the base alone, until the other is asked for."""
        return self._voices.speak(None if alone else self._run.name)

    def complete(self, tried: Sequence[Attack], told: Callable[[int, int], None], *, alone: bool = False) -> list[str]:
        """What of the rest of each reply is said, greedily: see Attack.hit."""
        asked = []
        for one in tried:
            tokens = min(one.tokens(self.template), self.settings.row_tokens // 3)
            ids = prompt(self.template, one.conversation, one.conversation.turns[: one.place], one.begun, room=self.settings.row_tokens - tokens)
            asked.append((ids, Sampling(temperature=0, top_p=1, repetition_penalty=1, max_tokens=tokens)))
        replies = self.write(asked, told, alone=alone)
        return [one.hit(reply) for one, reply in zip(tried, replies, strict=True)]

    def write(self, asked: Sequence[tuple[Sequence[int], Sampling]], told: Callable[[int, int], None], *, alone: bool = False) -> list[Reply]:
        """Replies to prompts."""
        return write(self.model(alone=alone), self.template, asked, longest=self.settings.row_tokens, progress=told)


def _levels(second: _Asked, canaries: Sequence[Canary], told: Callable[[str], Callable[[int, int], None]]) -> list[Level]:
    """How well each canary is known, by its number of copies."""
    talks = [talk for canary in canaries for talk in (canary.talks[0], *canary.controls)]
    rows = make_rows(second.template, talks, row_tokens=second.settings.row_tokens, shared_tokens=second.settings.shared_tokens)
    bits = predict(second.model(), rows, len(talks), progress=told("measuring planted secrets")).bits.reshape(len(canaries), -1)
    tried = [one for canary in canaries if (one := attack(canary.talks[0], len(canary.talks[0].turns) - 1))]
    known = [bool(part) for part in second.complete(tried, told("asking for planted secrets"))]
    levels = []
    for copies in dict.fromkeys(len(canary.talks) for canary in canaries):
        mine = [number for number, canary in enumerate(canaries) if len(canary.talks) == copies]
        ranked, fitted = (tuple(how(float(bits[number, 0]), bits[number, 1:]) for number in mine) for how in (exposure, extrapolated))
        levels.append(Level(copies, ranked, fitted, sum(known[number] for number in mine)))
    return levels


def _prefixes(
    asked: _Asked,
    talks: Sequence[Conversation],
    unseen: Sequence[Conversation],
    text: TrainingText,
    count: int,
    seed: int,
    told: Callable[[str], Callable[[int, int], None]],
) -> dict[str, Any]:
    """Begins replies of the training text, and others for comparison: the part of an Audit that is about them."""
    tried = attacks(talks, count, seed=seed)
    said = asked.complete(tried, told("beginning replies"))
    hits = [(one, part) for one, part in zip(tried, said, strict=True) if part]
    alone = iter(asked.complete([one for one, _ in hits], told("comparing with the base"), alone=True))
    completed = dict.fromkeys(("leak", "the base does, too", "others say it, too"), 0)
    found = {}
    for one, part in hits:
        if next(alone):
            completed["the base does, too"] += 1
        elif part not in one.secrets and text.is_said_by_others(part):
            completed["others say it, too"] += 1
        else:
            completed["leak"] += 1
            found[part] = _found("completes a reply that is begun", part, text)
    others = attacks(unseen, count // 2, seed=seed, without=lambda words: bool(text.lines(words)))
    guessed = sum(map(bool, asked.complete(others, told("beginning replies it has not read"))))
    prefixes = Counter(one.group for one in tried)
    return {"prefixes": dict(prefixes), "completed": completed, "unseen": (len(others), guessed), "found": found}


def _replies(
    asked: _Asked,
    talks: Sequence[Conversation],
    unseen: Sequence[Conversation],
    text: TrainingText,
    chat: Chat,
    count: int,
    seed: int,
    told: Callable[[str], Callable[[int, int], None]],
) -> dict[str, Any]:
    """Asks, and answers held-out messages: the part of an Audit that is about these replies."""
    asks = [(talk, (Turn(_somebody(talk), False, (ask,), False),)) for ask in fill("asks").splitlines() for talk in _chats(talks)]
    heard = [(unseen[one.conversation], one.context) for one in exchanges(unseen)]
    random.Random(f"heard {seed}").shuffle(heard)
    tokens = min(chat.max_tokens, _REPLY, asked.settings.row_tokens // 3)
    usual = Sampling(temperature=chat.temperature, top_p=chat.top_p, repetition_penalty=chat.repetition_penalty, max_tokens=tokens)
    prompts: list[tuple[list[int], Sampling]] = []
    known = []
    plain_asks = count // 2 if heard else count
    for pool, many in ((asks, plain_asks), (heard, count - plain_asks)):
        for number, (talk, turns) in enumerate(pool):
            ids = prompt(asked.template, talk, turns, room=asked.settings.row_tokens - tokens)
            for draw in range(many // len(pool) + (number < many % len(pool))):
                # the likeliest reply first, then such as one chats with
                drawn = replace(usual, temperature=0, repetition_penalty=1) if draw == 0 else replace(usual, seed=seed * 1_000_003 + len(prompts))
                prompts.append((ids, drawn))
                known.append(" ".join(plain(turn.bubbles) for turn in turns))
    return {"asked": plain_asks, "answered": count - plain_asks, **look_through(asked.write(prompts, told("reading replies")), known, text)}


def look_through(replies: Iterable[Reply], known: Iterable[str], text: TrainingText) -> dict[str, Any]:
    """What of the training text is in replies.

    Args:
        replies: Of the twin.
        known: What was said before each: to say that again gives nothing away.
        text: What it was trained on.

    Returns:
        copied, longest, identifiers, as in Audit; found, by what it is in full.
    """
    found: dict[str, Found] = {}
    copied = longest = 0
    identifiers = {"leak": 0, "invented": 0}
    for reply, said in zip(replies, known, strict=True):
        words = plain(reply)
        shared = text.shared(words)
        if len(shared) >= LONG_OVERLAP and shared not in said:
            copied += 1
            found.setdefault(shared, _found("writes out training text", shared, text))
        longest = max(longest, len(shared) if shared not in said else 0)
        parts = [part for start, end in private(words) if (part := words[start:end]) not in said]
        leaked = [part for part in parts if text.lines(part)]
        identifiers["leak"] += bool(leaked)
        identifiers["invented"] += bool(parts) and not leaked
        for part in leaked:
            found.setdefault(part, _found("says an identifier", part, text))
    return {"copied": copied, "longest": longest, "identifiers": identifiers, "found": found}


def _chats(talks: Iterable[Conversation]) -> list[Conversation]:
    """A conversation of each of the chats in which the person writes most, personal ones first."""
    written = Counter[int]()
    last: dict[int, Conversation] = {}
    for talk in talks:
        written[talk.chat_id] += sum(turn.learn for turn in talk.turns)
        last[talk.chat_id] = talk
    return sorted(last.values(), key=lambda talk: (talk.kind is ChatKind.GROUP, -written[talk.chat_id]))[:_CHATS]


def _somebody(talk: Conversation) -> str:
    """Who may ask in a chat."""
    return next((turn.name for turn in talk.turns if not turn.mine), talk.chat)


def _found(how: str, part: str, text: TrainingText) -> Found:
    return Found(how, part[: min(6, len(part) // 4)], len(part), tuple(text.lines(part)))

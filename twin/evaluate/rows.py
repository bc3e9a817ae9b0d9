"""The replies of every row of the scorecard to the same held-out exchanges.

BASE, FEW_SHOT and TWIN are drawn from a model: each row gives an exchange its own seed, and the replies are made in groups of eight that follow from the
order of the exchanges, never from what happens to be asked at the same time (in the chat it does: scheduler.py), so that rounding is the same again too.
They are kept group by group in RUN/evaluation/replies.jsonl, and made once. RETRIEVAL and ANOTHER are what people wrote, and are looked up each time.
Not here: what becomes of replies (scorecard.py), and the person's own, which the exchanges have.
"""

from __future__ import annotations

import hashlib
import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import torch
from sklearn.feature_extraction.text import TfidfVectorizer

import twin
from twin import memory
from twin.chat.blind import EMPTY, TAGGED
from twin.chat.engine import prompt_of
from twin.chat.people import Contact, people_of
from twin.chat.persona import persona_of, with_examples
from twin.config import Train, load_config
from twin.errors import Interrupted
from twin.evaluate.held_out import Exchange
from twin.evaluate.measured import ANOTHER, BASE, FEW_SHOT, RETRIEVAL, TWIN, Reply
from twin.model import base
from twin.model.decoding import new_past, read_on
from twin.model.embedded import revision
from twin.model.generate import Draft
from twin.model.sampling import Sampling
from twin.model.template import Template
from twin.model.voices import Voices
from twin.privacy.rule import CLOSE, OPEN
from twin.schema import Conversation, Turn
from twin.workspace import flush, private_file, private_folder

TOGETHER = 8
"""Replies that advance together, as in the chat; with fewer, the weights are read more often."""
NEAREST = 100_000
"""Past exchanges among which the nearest is looked for, the newest."""
FEWEST = 20
"""Turns that somebody must have written to be the other person: a bag of the discriminator."""
_QUESTIONS = 64
"""Exchanges that are compared with all past ones at once; a number of 4 bytes for each pair."""
_CONTEXT = 2_048
"""Tokens of its prompt there where it is another base, at least."""
_VERSION = 1

_Asked = tuple[list[int], Sampling]
"""A prompt, and how its reply is drawn."""


def usable(exchanges: Sequence[Exchange]) -> tuple[list[Exchange], Counter[str]]:
    """Those whose true reply can be compared, and how many cannot: EMPTY, or TAGGED, for a tag is what no row says."""
    reasons = [_unfit(exchange.reply) for exchange in exchanges]
    return [exchange for exchange, why in zip(exchanges, reasons, strict=True) if not why], Counter(filter(None, reasons))


def chosen(exchanges: Sequence[Exchange], count: int, seed: int) -> list[Exchange]:
    """So many at most, drawn by the seed and whatever their order: one of each conversation before a second of any, chats evenly by their conversations.

    Fewer are the beginning of more, so that their replies need not be made again.
    """
    chats: dict[Contact, dict[int, list[Exchange]]] = {}
    for exchange in sorted(exchanges, key=lambda one: _draw(seed, one.key)):
        chats.setdefault(exchange.contact, {}).setdefault(exchange.conversation, []).append(exchange)
    places = []
    for contact, talks in chats.items():
        first = _draw(seed, contact.kind, contact.name) / 2**64
        for number, talk in enumerate(talks.values()):
            places += [(again, (number + first) / len(talks), _draw(seed, one.key), one) for again, one in enumerate(talk)]
    return [place[-1] for place in sorted(places, key=lambda place: place[:-1])[:count]]


def replies(
    run: Path,
    dataset: Path,
    exchanges: Sequence[Exchange],
    training: Sequence[Conversation],
    held_out: Sequence[Conversation],
    sampling: Sampling,
    seed: int,
    *,
    progress: Callable[[int, int, str], None] = lambda done, total, row: None,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[dict[str, list[Reply]], dict[str, str]]:
    """The replies by row, in the order of the exchanges, and why a row is left out.

    Args:
        run: The folder of a finished run.
        dataset: What it was trained on: examples are taken from its training and validation splits.
        exchanges: What is answered; the twin is given all of their context that has room, and no memory.
        training: The training split.
        held_out: The test split.
        sampling: How replies are drawn; the seed of each follows from `seed`, its exchange and its row.
        seed: Of everything that is drawn.
        progress: Told how many replies of which row are there, of how many.
        stop: Asked before every token.

    Raises:
        Interrupted: `stop` said so; what is finished is kept.
        ModelError: The run or its base cannot be loaded.
        ConfigError: The run's config.toml is damaged.
        DatasetError: The same of the dataset.
        OSError: The replies cannot be kept.
    """
    found, left_out = spoken(run, dataset, exchanges, sampling, seed, progress=progress, stop=stop)
    for row, given in ((RETRIEVAL, nearest(exchanges, training)), (ANOTHER, another(exchanges, training, held_out, seed))):
        if isinstance(given, str):
            left_out[row] = given
        else:
            found[row] = given
            progress(len(exchanges), len(exchanges), row)
    return found, left_out


def examples_for(base: str) -> tuple[int, int]:
    """How many examples FEW_SHOT is shown at most, and the characters of them all; as twin chat --adapter none."""
    return (6, 400) if base == "embedded" else (20, 2_000)


def spoken(
    run: Path,
    dataset: Path,
    exchanges: Sequence[Exchange],
    sampling: Sampling,
    seed: int,
    *,
    progress: Callable[[int, int, str], None] = lambda done, total, row: None,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[dict[str, list[Reply]], dict[str, str]]:
    """Those of BASE, FEW_SHOT and TWIN; arguments and errors as in `replies`. Nothing is loaded where all of them are kept."""
    settings = load_config(run / "config.toml").train
    template, place = base.load_template(settings.base), base.device()
    rows, left_out = _rows(run, dataset, exchanges, settings, template, sampling, seed)
    kept, made_of = _Kept(run / "evaluation" / "replies.jsonl"), [_VERSION, twin.__version__, state_of(run), settings.base, revision(settings.base), place.type]
    voices: Voices | None = None

    def go_on() -> None:
        if stop():
            raise Interrupted(f"stopped; the replies that were finished are kept in {kept.path}, the same command goes on from there")

    found: dict[str, list[Reply]] = {row: [] for row in rows}
    for row, asked in rows.items():
        for start in range(0, len(asked), TOGETHER):
            group, voice = asked[start : start + TOGETHER], run.name if row == TWIN else None
            sign = hashlib.sha256(orjson.dumps([made_of, voice is None, [[ids, asdict(drawn)] for ids, drawn in group]])).hexdigest()
            given = kept.get(sign, len(group))
            if given is None:
                go_on()
                voices = voices or Voices([run], [settings], template, place)
                given = _made(voices.speak(voice), template, group, go_on)
                kept.add(sign, given)
            found[row] += given
            progress(len(found[row]), len(asked), row)
    return found, left_out


@torch.inference_mode()
def together(model: Any, template: Template, asked: Sequence[_Asked], go_on: Callable[[], None] = lambda: None) -> list[Reply]:
    """Whole replies to several prompts, all advancing at once, so that the weights are read once for a token of each.

    The same ones in the same order give the same replies; what else a reply is made with changes it by rounding alone.

    Args:
        model: A causal LM in evaluation mode, with an adapter or without.
        template: The template that the prompts were made with.
        asked: The prompts, and how each reply is drawn.
        go_on: Called before every token; what it raises ends the work.
    """
    place = next(model.parameters()).device
    drafts = [Draft(template, sampling, place) for _, sampling in asked]
    longest = max(len(prompt) + sampling.max_tokens for prompt, sampling in asked)
    pasts, fed = [new_past(model, longest=longest) for _ in asked], []
    for past, draft, (prompt, _) in zip(pasts, drafts, asked, strict=True):  # one by one: together they would take eight times the memory
        go_on()
        fed.append([draft.draw(read_on(model, [(past, prompt)])[0])])
    while going := [number for number, draft in enumerate(drafts) if not draft.done]:
        go_on()
        scores = read_on(model, [(pasts[number], fed[number]) for number in going])
        for number, given in zip(going, scores, strict=True):
            fed[number] = [drafts[number].draw(given)]
    return [draft.shown for draft in drafts]


def _made(model: Any, template: Template, group: Sequence[_Asked], go_on: Callable[[], None]) -> list[Reply]:
    """A group together, or one after the other where there is not the memory for that."""
    with suppress(torch.OutOfMemoryError, MemoryError):
        return together(model, template, group, go_on)
    return [reply for one in group for reply in together(model, template, [one], go_on)]


def _rows(
    run: Path, dataset: Path, exchanges: Sequence[Exchange], settings: Train, template: Template, sampling: Sampling, seed: int
) -> tuple[dict[str, list[_Asked]], dict[str, str]]:
    """What is asked of the base and of the twin, by row, and why a row is left out. Nothing of the test split is shown."""
    person, _ = people_of(run)
    persona = persona_of(dataset, splits=("train", "validation"))
    embedded = settings.base == "embedded"
    count, budget = examples_for(settings.base)
    wide = settings.row_tokens if embedded else max(settings.row_tokens, _CONTEXT)

    def ask(row: str, exchange: Exchange, turns: Sequence[Turn], room: int) -> _Asked:
        prompt = prompt_of(template, person, turns, exchange.contact, room=room, reserve=min(sampling.max_tokens, room // 3))
        most = min(sampling.max_tokens, max(room - len(prompt), 1))
        return prompt, replace(sampling, seed=_draw(seed, exchange.key, row) >> 1, max_tokens=most)

    rows = {BASE: [ask(BASE, one, one.context, settings.row_tokens) for one in exchanges]}
    if any(persona.examples(contact, count=count, budget=budget) for contact in {one.contact for one in exchanges}):
        shown = [with_examples(persona, one.context, one.contact, count=count, budget=budget) for one in exchanges]
        rows[FEW_SHOT] = [ask(FEW_SHOT, one, turns, wide) for one, turns in zip(exchanges, shown, strict=True)]
    rows[TWIN] = [ask(TWIN, one, one.context, settings.row_tokens) for one in exchanges]
    return rows, {} if FEW_SHOT in rows else {FEW_SHOT: "no exchange of the training and validation splits is short enough for an example"}


def nearest(exchanges: Sequence[Exchange], training: Sequence[Conversation]) -> list[Reply] | str:
    """What the person replied when they were asked what is most like it: TF-IDF over characters, two to four in a row, inside words.

    Of equally near ones the newest, those of the same chat first. Where nothing is alike (another script, a sign never sent), it is the person's most frequent
    reply. With 100,000 past exchanges (more are not looked at) and 400 new ones it takes 15 s of a processor and 0.25 GB.

    Args:
        exchanges: What is answered; only the last turn of their context counts.
        training: The conversations in which it is looked for.

    Returns:
        A reply for each exchange, or why there are none.
    """
    past = [
        (Contact(talk.chat, talk.kind), _text(asked.bubbles), reply.bubbles)
        for talk in sorted(training, key=lambda talk: talk.date)
        for asked, reply in memory.exchanges(talk.turns)
        if asked and not _unfit(reply.bubbles)
    ][-NEAREST:]
    if not past:
        return "the training split holds no reply that answers somebody"
    frequent = Counter(reply for _, _, reply in past).most_common(1)[0][0]
    words = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32)
    try:
        known = words.fit_transform([asked for _, asked, _ in past]).T.tocsr()
    except ValueError:  # not two characters in all of them
        return [frequent] * len(exchanges)
    found: list[Reply] = []
    for start in range(0, len(exchanges), _QUESTIONS):
        some = exchanges[start : start + _QUESTIONS]
        for exchange, likeness in zip(some, (words.transform([_text(one.context[-1].bubbles) for one in some]) @ known).toarray(), strict=True):
            equal = np.flatnonzero(likeness >= likeness.max() - 1e-6)
            best = max(equal, key=lambda number: (past[number][0] == exchange.contact, number))
            found.append(past[best][2] if likeness[best] > 0 else frequent)
    return found


def another(exchanges: Sequence[Exchange], training: Sequence[Conversation], held_out: Sequence[Conversation], seed: int) -> list[Reply] | str:
    """Turns that one other person has really written, of about the lengths of the person's own; they answer other messages.

    It is whoever has written most turns under one name in one chat, for two chats may have two of that name. The turns are of the held-out conversations, and
    of the training ones too where those are too few; none is taken twice, and where there are not enough, a drawn part of the exchanges has none: ().

    Args:
        exchanges: Whose replies they stand beside.
        training: The training split.
        held_out: The test split.
        seed: Decides which turns of the same length are taken.

    Returns:
        A turn for each exchange, or why there are none.
    """
    said: dict[tuple[int, str], tuple[list[Reply], list[Reply]]] = {}
    for number, split in enumerate((held_out, training)):
        for talk in split:
            for turn in talk.turns:
                if not turn.mine and not _unfit(turn.bubbles):
                    said.setdefault((talk.chat_id, turn.name), ([], []))[number].append(turn.bubbles)
    fresh, learned = max(said.values(), key=lambda turns: len(turns[0]) + len(turns[1]), default=([], []))
    if len(fresh) + len(learned) < FEWEST:
        return f"nobody else has written {FEWEST} turns: {len(fresh) + len(learned)}"
    pool = fresh if len(fresh) >= len(exchanges) else [*fresh, *learned]
    random.Random(seed).shuffle(pool)
    pool.sort(key=_size)
    sizes, found = [_size(turn) for turn in pool], dict[int, Reply]()
    for number in sorted(range(len(exchanges)), key=lambda number: _draw(seed, exchanges[number].key))[: len(pool)]:
        wanted = _size(exchanges[number].reply)
        place = bisect_left(sizes, wanted)
        if place == len(pool) or (place and wanted - sizes[place - 1] < sizes[place] - wanted):
            place -= 1
        found[number] = pool.pop(place)
        del sizes[place]
    return [found.get(number, ()) for number in range(len(exchanges))]


class _Kept:
    """Groups of replies in a file, each by the sign of what it was made of. A line that is cut or damaged counts as missing.

    Args:
        path: The file; made, in a private folder, with the first group.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._found: dict[str, list[Reply]] = {}
        data = path.read_bytes() if path.exists() else b""
        self._whole = not data or data.endswith(b"\n")
        for line in data.splitlines():
            try:
                sign, given = orjson.loads(line)
                if all(isinstance(bubbles, list) and all(isinstance(bubble, str) for bubble in bubbles) for bubbles in given):
                    self._found[sign] = [tuple(bubbles) for bubbles in given]
            except (ValueError, TypeError):
                continue

    def get(self, sign: str, count: int) -> list[Reply] | None:
        """The replies of a group of so many; None where they have to be made."""
        given = self._found.get(sign)
        return given if given is not None and len(given) == count else None

    def add(self, sign: str, given: Sequence[Reply]) -> None:
        """Keeps a group, on the disk when it returns. Raises OSError."""
        private_folder(self.path.parent)
        with private_file(self.path).open("ab") as file:
            file.write((b"" if self._whole else b"\n") + orjson.dumps([sign, given]) + b"\n")
        flush(self.path)
        self._whole = True


def state_of(run: Path) -> list[Any]:
    """What tells a run from the one that it becomes when it is trained anew."""
    told = [(run / name).read_text(encoding="utf-8") for name in ("config.toml", "run.json", "result.json")]
    weights = sorted(path for folder in ("adapter", "model") for path in (run / folder).glob("*") if path.is_file())
    return [*told, [[path.name, path.stat().st_size, path.stat().st_mtime_ns] for path in weights]]


def _draw(*what: object) -> int:
    """A number below 2^64 that follows from what it is for, and is the same in every process."""
    return int.from_bytes(hashlib.sha256(orjson.dumps([str(part) for part in what])).digest()[:8])


def _unfit(bubbles: Reply) -> str:
    text = "".join(bubbles)
    return TAGGED if OPEN in text or CLOSE in text else "" if text.strip() else EMPTY


def _text(bubbles: Reply) -> str:
    return " ".join(bubbles)


def _size(bubbles: Reply) -> int:
    return sum(map(len, bubbles))

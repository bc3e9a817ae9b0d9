"""The tab "Which one is you?": two replies to held-out messages, of which the visitor picks the real one, and what that has come to.

Not here: the questions and the score themselves (chat/blind.py).
"""

from __future__ import annotations

import html
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import gradio as gr

from twin.chat.blind import BEST, Answers, Question, Score, make_questions
from twin.chat.loading import Loading
from twin.chat.tabs.parts import EVENT, intro, missing, notice, this_tab
from twin.chat.veil import unveiled
from twin.dataset import read_split
from twin.errors import DatasetError
from twin.model.sampling import Sampling
from twin.schema import ChatKind, Turn
from twin.workspace import Workspace

Updates = dict[Any, Any]
_ABOUT = (
    "Messages that the twin has never seen, and two replies to them: what {name} really wrote, and what the twin would have. Pick the real one. "
    f"At 50% a twin cannot be told apart; the best published one is taken for the person in {BEST:.0%} of chats."
)
_LETTERS = ("A", "B")


class Rounds:
    """The rounds of one browser: the question that is shown, and those that are left.

    Attributes:
        question: The one that is shown, or was answered last.
        chosen: What was answered to it; None as long as it was not.
        left_out: What was passed over, by reason.
    """

    def __init__(self, questions: Iterator[Question], left_out: Counter[str]) -> None:
        self._questions = questions
        self._lock = Lock()
        self.question: Question | None = None
        self.chosen: int | None = None
        self.left_out = left_out

    def go_on(self) -> None:
        """Takes the next question, which the twin answers now; None when there are no more."""
        with self._lock:
            self.question, self.chosen = next(self._questions, None), None


class BlindTab:
    """The tab; its arguments are those of `draw`."""

    def __init__(self, place: Workspace, loading: Loading, sampling: Sampling) -> None:
        self._place = place
        self._loading = loading
        self._sampling = sampling
        self._answers = Answers(place.blind_answers)

    def draw(self) -> None:
        """Makes the components and ties to them what they do."""
        tab = this_tab()
        with gr.Column(elem_id="blind", elem_classes="sheet"):
            self._intro = intro("Which one is you?", _ABOUT.format(name="the person"))
            self._score = gr.HTML(elem_id="blind-score", padding=False)
            self._talk = gr.HTML(notice("One moment…", busy=True), elem_id="blind-talk", padding=False)
            with gr.Row(elem_id="blind-pair", visible=False) as self._pair:
                self._replies, self._picks = [], []
                for letter in _LETTERS:
                    with gr.Column(elem_classes="option", min_width=220):
                        self._replies.append(gr.HTML(elem_id=f"blind-{letter}", padding=False))
                        self._picks.append(gr.Button(f"{letter} is the real one", elem_id=f"pick-{letter}"))
            self._verdict = gr.HTML(elem_id="blind-verdict", padding=False)
            with gr.Row(elem_classes="actions"):
                self._next = gr.Button("Next", variant="primary", visible=False, elem_id="blind-next")
                self._reset = gr.Button("Reset the score", size="sm", visible=False, elem_id="blind-reset")
                self._sure = gr.Button("Yes, delete my answers", size="sm", variant="stop", visible=False, elem_id="blind-sure")
                self._keep = gr.Button("Keep them", size="sm", visible=False, elem_id="blind-keep")
        self._rounds = gr.State(None)
        shown = [self._rounds, self._intro, self._score, self._talk, self._pair, *self._replies, *self._picks, self._verdict]
        shown += [self._next, self._reset, self._sure, self._keep]
        tab.select(self._open, self._rounds, shown, **EVENT)
        self._next.click(self._go_on, self._rounds, shown, **EVENT)
        for number, pick in enumerate(self._picks):
            pick.click(lambda rounds, chosen=number: self._pick(rounds, chosen), self._rounds, shown, **EVENT)
        self._reset.click(lambda: self._asking(sure=True), outputs=shown, **EVENT)
        self._keep.click(lambda: self._asking(sure=False), outputs=shown, **EVENT)
        self._sure.click(self._start_over, outputs=shown, **EVENT)

    def _open(self, rounds: Rounds | None) -> Iterator[Updates]:
        """Begins when the tab is first seen, as soon as there is a twin."""
        if rounds is not None:
            yield {self._score: self._standing()}
            return
        if not (self._place.dataset / "test.jsonl").exists():
            yield {self._talk: missing("twin prepare")}
            return
        told = None
        while (engine := self._loading.engine) is None:
            if self._loading.error is not None:
                yield {self._talk: notice(self._loading.error, failed=True)}
                return
            if self._loading.what != told:
                told = self._loading.what
                yield {self._talk: notice(f"The twin is on its way: {told}", busy=True)}
            time.sleep(0.1)
        try:
            conversations = read_split(self._place.dataset, "test")
        except DatasetError as error:
            yield {self._talk: notice(str(error), failed=True)}
            return
        run, left_out = engine.voices[0], Counter[str]()
        questions = make_questions(
            conversations, unveiled(engine), self._sampling, random.SystemRandom().getrandbits(32), 1 << 30,
            answered=self._answers.keys(run), left_out=left_out,
        )  # fmt: skip
        rounds = Rounds(questions, left_out)
        about = _ABOUT.format(name=html.escape(engine.person)) + (_LATER if _is_later(self._place.dataset, self._place.runs / run) else "")
        yield {self._rounds: rounds, self._intro: f'<div class="intro"><h2>Which one is you?</h2><p>{about}</p></div>', self._score: self._standing()}
        yield from self._go_on(rounds)

    def _go_on(self, rounds: Rounds) -> Iterator[Updates]:
        """The next question."""
        yield {self._next: gr.update(interactive=False), self._verdict: notice("The twin is answering…", busy=True)}
        rounds.go_on()
        question = rounds.question
        if question is None:
            yield self._over(rounds)
            return
        yield {
            self._talk: _talk(question),
            self._pair: gr.update(visible=True),
            **{reply: _reply(letter, bubbles) for reply, letter, bubbles in zip(self._replies, _LETTERS, question.replies, strict=True)},
            **{pick: gr.update(visible=True) for pick in self._picks},
            self._verdict: "",
            self._next: gr.update(visible=False, interactive=True),
            self._reset: gr.update(visible=self._rounds_played() > 0),
        }

    def _over(self, rounds: Rounds) -> Updates:
        passed = ", ".join(f"{count:,}: {why}" for why, count in rounds.left_out.items())
        told = "There are no more messages in the test split to ask about." + (f" Left out: {passed}." if passed else "")
        return {
            self._talk: notice(told),
            self._pair: gr.update(visible=False),
            self._verdict: "",
            self._next: gr.update(visible=False, interactive=True),
            self._reset: gr.update(visible=self._rounds_played() > 0),
        }

    def _pick(self, rounds: Rounds, chosen: int) -> Updates:
        """What a pick comes to."""
        question = rounds.question
        if question is None or rounds.chosen is not None:  # a second click on its way
            return {self._score: gr.skip()}
        rounds.chosen = chosen
        try:
            self._answers.add(self._run(), question, chosen)
            lost = ""
        except OSError as error:
            lost = f" Your answer could not be kept: {error.strerror}."
        right = chosen == question.real
        told = f"Right: {_LETTERS[question.real]} is real." if right else f"The twin took you in: {_LETTERS[question.real]} is real."
        passed = sum(rounds.left_out.values())
        more = f" Passed over so far: {passed} ({', '.join(rounds.left_out)})." if passed else ""
        return {
            self._score: self._standing(),
            **{
                reply: _reply(letter, bubbles, real=number == question.real, picked=number == chosen)
                for number, (reply, letter, bubbles) in enumerate(zip(self._replies, _LETTERS, question.replies, strict=True))
            },
            **{pick: gr.update(visible=False) for pick in self._picks},
            self._verdict: f'<p class="verdict {"right" if right else "wrong"}" role="status"><strong>{told}</strong>{html.escape(lost + more)}</p>',
            self._next: gr.update(visible=True, interactive=True),
            self._reset: gr.update(visible=True),
            self._sure: gr.update(visible=False),
            self._keep: gr.update(visible=False),
        }

    def _asking(self, *, sure: bool) -> Updates:
        return {self._reset: gr.update(visible=not sure), self._sure: gr.update(visible=sure), self._keep: gr.update(visible=sure)}

    def _start_over(self) -> Updates:
        try:
            self._answers.reset(self._run())
        except OSError as error:
            return self._asking(sure=False) | {self._verdict: notice(f"They could not be deleted: {error.strerror}", failed=True)}
        return self._asking(sure=False) | {self._score: self._standing(), self._reset: gr.update(visible=False)}

    def _run(self) -> str:
        return self._loading.engine.voices[0] if self._loading.engine else ""

    def _rounds_played(self) -> int:
        return self._answers.score(self._run()).rounds

    def _standing(self) -> str:
        return _score(self._answers.score(self._run()))


_LATER = " The dataset was made again since this twin was trained, so it may have read some of these."


def _is_later(dataset: Path, run: Path) -> bool:
    try:
        return (dataset / "report.json").stat().st_mtime > (run / "run.json").stat().st_mtime
    except OSError:
        return False


def _score(score: Score) -> str:
    """The running score, its interval on a line from 0 to 100 %."""
    low, high = score.interval
    if not score.rounds:
        return '<p class="score"><strong>No rounds yet.</strong></p>'
    said = f"The twin was taken for the person in {score.taken} of {score.rounds}: {score.share:.0%}, 95% interval {low:.0%} to {high:.0%}"
    return (
        f'<div class="score" role="img" aria-label="{said}"><p><strong>{score.share:.0%}</strong> taken for the person '
        f"<span>{score.taken} of {score.rounds} · 95% interval {low:.0%} to {high:.0%}</span></p>"
        f'<div class="scale"><i class="between" style="left:{100 * low:.1f}%;width:{100 * (high - low):.1f}%"></i>'
        f'<i class="at" style="left:{100 * score.share:.1f}%"></i>'
        f'<b style="left:{100 * BEST:.0f}%" data-side="left"><span>{BEST:.0%} best published</span></b>'
        f'<b style="left:50%" data-side="right"><span>50% no difference</span></b></div></div>'
    )


def _talk(question: Question) -> str:
    group = question.contact.kind is ChatKind.GROUP
    head = f'<p class="with">{"In" if group else "With"} {html.escape(question.contact.name)}</p>'
    return f'<div class="talk">{head}{"".join(_turn(turn, group) for turn in question.context)}</div>'


def _turn(turn: Turn, group: bool) -> str:
    name = f'<span class="who">{html.escape(turn.name)}</span>' if group and not turn.mine else ""
    return f'<div class="turn {"mine" if turn.mine else "theirs"}">{name}{_bubbles(turn.bubbles)}</div>'


def _bubbles(bubbles: Sequence[str]) -> str:
    return "".join(f'<span class="bubble">{html.escape(bubble)}</span>' for bubble in bubbles if bubble.strip())


def _reply(letter: str, bubbles: Sequence[str], *, real: bool | None = None, picked: bool = False) -> str:
    told = "" if real is None else f"<em>{'really written' if real else 'the twin'}{', your pick' if picked else ''}</em>"
    style = "" if real is None else " real" if real else " made"
    return f'<div class="turn mine{style}"><span class="who">{letter}{told}</span>{_bubbles(bubbles)}</div>'


def draw(place: Workspace, loading: Loading, sampling: Sampling) -> None:
    """Draws the tab, within a gr.Tab. It begins when that is first chosen.

    Args:
        place: Whose dataset's test split is asked about, and where the answers are kept.
        loading: The engine, or what there is instead of it so far.
        sampling: How the twin's replies are drawn.
    """
    BlindTab(place, loading, sampling).draw()

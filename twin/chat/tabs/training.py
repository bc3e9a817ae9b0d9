"""The tab "Training": what it will take, starting it, how it goes, stopping it, going on, and the runs that there are.

Not here: the process that trains (chat/job.py). What must be downloaded first is agreed to in a terminal, never here.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import gradio as gr

from twin.chat import job
from twin.chat.charts import Series, line, stack, table
from twin.chat.job import Run, State, Status
from twin.chat.tabs.parts import EVENT, intro, missing, notice, this_tab, when_seen
from twin.errors import TrainingError, duration
from twin.workspace import Workspace

Updates = dict[Any, Any]
_EVERY = 1.5
"""Seconds between two looks at a training, while the tab is seen and one is at work."""


class TrainingTab:
    """The tab; its argument is that of `draw`."""

    def __init__(self, place: Workspace) -> None:
        self._place = place

    def draw(self) -> None:
        """Makes the components and ties to them what they do."""
        tab = this_tab()
        with gr.Column(elem_id="training", elem_classes="sheet"):
            intro("Training", "A process of its own: it goes on when this page is closed, and is found again when it is opened.")
            self._status = gr.HTML(notice("One moment…", busy=True), elem_id="training-status", padding=False)
            with gr.Row(elem_classes="actions", visible=False) as self._actions:
                self._start = gr.Button("Start training", variant="primary", elem_id="training-start")
                self._stop = gr.Button("Stop", visible=False, elem_id="training-stop")
                self._plan = gr.Button("Plan", elem_id="training-plan")
                self._anew = gr.Checkbox(label="As a new run", container=False, elem_id="training-anew")
            self._told = gr.HTML(elem_id="training-told", padding=False)
            self._loss = gr.HTML(elem_id="training-loss", padding=False)
            self._runs = gr.HTML(elem_id="training-runs", padding=False)
        self._timer = gr.Timer(_EVERY, active=False)
        shown = [self._status, self._actions, self._start, self._stop, self._plan, self._anew, self._told, self._loss, self._runs, self._timer]
        tab.select(self._look, outputs=shown, **EVENT)
        when_seen(lambda seen: gr.Timer(active=seen and job.status(self._place).moving), self._timer)
        self._timer.tick(self._look, outputs=shown, **EVENT)
        self._anew.input(lambda anew: gr.update(value=self._word(anew=anew)), self._anew, self._start, **EVENT)
        self._start.click(self._begin, self._anew, shown, **EVENT)
        self._stop.click(self._end, outputs=shown, **EVENT)
        self._plan.click(self._make_plan, outputs=shown, **EVENT)

    def _look(self) -> Updates:
        """What there is to see now."""
        if not (self._place.dataset / "train.jsonl").exists():
            return {self._status: missing("twin prepare"), self._actions: gr.update(visible=False), self._runs: _runs(job.runs(self._place), None)}
        status, runs = job.status(self._place), job.runs(self._place)
        seen = status.run or (self._place.runs / runs[0].name if runs else None)
        lines = job.metrics(seen) if seen else []
        return {
            self._status: _status(status, lines if status.run else []),
            self._actions: gr.update(visible=True),
            self._start: gr.update(visible=not status.moving, interactive=True, **({} if status.moving else {"value": self._word(anew=False)})),
            self._stop: gr.update(visible=status.alive, interactive=status.state is State.RUNNING),
            self._plan: gr.update(visible=not status.moving, interactive=True),
            self._anew: gr.update(visible=not status.moving, value=False),
            self._loss: _loss(seen.name if seen else "", lines),
            self._runs: _runs(runs, status.run.name if status.run and status.moving else None),
            self._timer: gr.Timer(active=status.moving),
        }

    def _word(self, *, anew: bool) -> str:
        """What the button that starts is called."""
        unfinished = None if anew else self._unfinished()
        return f"Resume {unfinished}" if unfinished else "Start training"

    def _unfinished(self) -> str | None:
        """The run that there is to go on with: the newest, if it was not trained to its end."""
        runs = job.runs(self._place)
        return runs[0].name if runs and runs[0].resumable else None

    def _begin(self, anew: bool) -> Iterator[Updates]:
        """Starts or resumes, unless that would download something."""
        closed = gr.update(interactive=False)
        yield {self._told: notice("Looking at what it takes…", busy=True), self._start: closed, self._plan: closed}
        unfinished = self._unfinished()
        try:
            if anew or not unfinished:  # what a run goes on with is here already
                _refuse_download(job.plan(self._place))
            job.start(self._place, ["--fresh"] if anew else ["--run", unfinished] if unfinished else [])
        except TrainingError as error:
            yield self._look() | {self._told: notice(str(error), failed=True)}
            return
        yield self._look() | {self._told: ""}

    def _end(self) -> Updates:
        job.stop(self._place)
        return self._look()

    def _make_plan(self) -> Iterator[Updates]:
        closed = gr.update(interactive=False)
        yield {self._told: notice("Planning…", busy=True), self._start: closed, self._plan: closed}
        try:
            told = _plan(job.plan(self._place))
        except TrainingError as error:
            told = notice(str(error), failed=True)
        yield self._look() | {self._told: told}


def _refuse_download(plan: Mapping[str, Any]) -> None:
    """Raises TrainingError where the base is not here: whether to download it is asked in a terminal."""
    if plan["download_bytes"]:
        raise TrainingError(
            f"{plan['base']} is not here yet, and is {_size(plan['download_bytes'])} to download: agree to that in a terminal, with: twin train"
        )


def _status(status: Status, lines: Sequence[Mapping[str, Any]]) -> str:
    """How the training stands that was started last."""
    if status.state is State.NONE:
        return notice("No training is at work.")
    name = html.escape(status.run.name) if status.run else "the run"
    if status.state is State.DONE:
        result = status.result
        return f'<p class="notice done" role="status">{html.escape(str(result.get("run", name)))} is trained. {_bits(result)} {_took(result)}</p>'
    if status.state is State.STOPPED:
        return notice(
            f"Stopped at step {lines[-1]['step']:,}{f' of {steps:,}' if (steps := lines[-1].get('steps')) else ''}."
            if lines
            else "Stopped before the first step."
        )
    if status.state is State.FAILED:
        return notice(status.says, failed=True)
    if not lines:
        word = "Stopping…" if status.state is State.STOPPING else "Starting…"
        return notice(f"{word} {status.says}", busy=True)
    last = lines[-1]
    step, steps, seconds = last["step"], last.get("steps") or 0, last.get("seconds", 0.0)
    left = f"{duration(seconds / step * (steps - step))} left at most" if steps else ""
    speed = f"{sum(one.get('tokens', 0) for one in lines) / seconds:,.0f} tokens/s" if seconds else ""
    where = " in a terminal: Ctrl-C there stops it" if status.state is State.ELSEWHERE else ""
    word = "Stopping at the next safe point" if status.state is State.STOPPING else f"Training {name}{where}"
    share = 100 * step / steps if steps else 0
    return (
        f'<div class="progress"><p role="status"><strong>{word}</strong><span>step {step:,}{f" of {steps:,}" if steps else ""}</span>'
        f"<span>loss {last['loss']:.3f}</span><span>{speed}</span><span>{left}</span></p>"
        f'<div class="bar" role="progressbar" aria-label="Training" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{share:.0f}"><i style="width:{share:.1f}%"></i></div></div>'
    )


def _loss(run: str, lines: Sequence[Mapping[str, Any]]) -> str:
    if not lines:
        return ""
    looks = [one for one in lines if isinstance(one.get("validation_loss"), float)]
    series = [Series("training", [one["loss"] for one in lines], "train")]
    steps = [[one["step"] for one in lines]]
    told = f"Of {run}, for a token of a reply: {lines[0]['loss']:.2f} at first, {lines[-1]['loss']:.2f} now."
    if looks:
        series.append(Series("validation", [one["validation_loss"] for one in looks], "validation"))
        steps.append([one["step"] for one in looks])
        told += f" On messages kept aside: {looks[-1]['validation_loss']:.2f}."
    return line("Loss", told, series, steps)


def _runs(runs: Sequence[Run], working: str | None) -> str:
    if not runs:
        return ""
    rows = []
    for run in runs:
        state = "training" if run.name == working else "trained" if run.result else "can be resumed" if run.resumable else "not finished"
        bits = run.result.get("bits_per_byte") or {}
        before, after = bits.get("base"), bits.get("twin")
        closer = (f"{before:.3f}", f"{after:.3f}", f"{1 - after / before:.1%}") if before and after else ("", "", "")
        rows.append(
            [
                run.name,
                state,
                f"{run.steps:,}",
                *closer,
                duration(run.result["seconds"]) if run.result.get("seconds") else "",
            ]
        )
    head = ["Run", "", "steps", "bits per byte before", "after", "lower by", "took"]
    told = "Bits per byte of the replies kept for validation: fewer is closer to the person."
    return f'<section class="runs"><h3>Runs</h3><p>{told}</p>{table(head, rows)}</section>'


def _plan(plan: Mapping[str, Any]) -> str:
    """What `twin train --plan --json` says."""
    device, memory = plan["device"], dict(plan["memory_bytes"])
    total = memory.pop("total")
    facts = [
        ("Device", f"{device['name']}, {_size(device['free_bytes'])} of {_size(device['total_bytes'])} free"),
        ("Base", plan["base"] + (f", {_size(plan['download_bytes'])} to download first" if plan["download_bytes"] else "")),
        ("Method", plan["method"]),
        ("Rows", f"{plan['micro_rows']} of {plan['row_tokens']} tokens at once, {plan['rows']} for a step"),
    ]
    if work := plan["dataset"]:
        facts.append(("Dataset", f"{'' if work['exact'] else 'about '}{work['tokens']:,} tokens, {work['target_tokens']:,} of them to learn"))
        facts.append(("Training", f"{plan['steps']:,} steps at most"))
    if plan["seconds"] and plan["dataset"]:
        facts.append(("Time", f"about {duration(plan['seconds'])}"))
    told = "".join(f"<div><dt>{name}</dt><dd>{html.escape(text)}</dd></div>" for name, text in facts)
    fits = "it fits" if plan["fits"] else "too much"
    parts = stack("Memory", f"{_size(total)} in all: {fits}.", [(name, size, _size(size)) for name, size in memory.items()]) if memory else ""
    problems = "".join(notice(problem, failed=True) for problem in plan["problems"])
    return f'<section class="plan"><dl>{told}</dl>{parts}{problems}</section>'


def _bits(result: Mapping[str, Any]) -> str:
    bits = result.get("bits_per_byte") or {}
    if not bits.get("base") or not bits.get("twin"):
        return ""
    return f"Bits per byte: {bits['base']:.3f} before, {bits['twin']:.3f} after ({1 - bits['twin'] / bits['base']:.1%} lower)."


def _took(result: Mapping[str, Any]) -> str:
    return f"It took {duration(result['seconds'])} for {result['steps']:,} steps." if result.get("seconds") else ""


def _size(size: float) -> str:
    """Bytes as people read them (10^9 bytes are 1 GB)."""
    return f"{size / 1e9:.1f} GB" if size >= 999.5e6 else f"{size / 1e6:.0f} MB"


def draw(place: Workspace) -> None:
    """Draws the tab, within a gr.Tab of gr.Tabs. It is filled when that is chosen, and looks at a training only while it is seen.

    Args:
        place: Whose dataset is trained on.
    """
    TrainingTab(place).draw()

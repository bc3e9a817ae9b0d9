"""`twin demo`: init, import, prepare, train and a before/after measurement on what is embedded here.

result.json is the sample export: an invented person, Nika, over ten months. base/ is the small Falcon. Every step is the one
that a real history goes through; each is skipped or goes on when it was done before.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from twin.workspace import Workspace, create_workspace, write_text

SAMPLE = Path(__file__).resolve().parent / "result.json"
"""The sample export."""
_KEY = "00" * 32
"""Its people are invented: there is nobody to protect, and with a key by chance their other names, and the figures with them, would differ each time."""


def run_demo(
    folder: Path,
    *,
    bar: Callable[..., AbstractContextManager[Callable[..., None]]],
    say: Callable[[str], None] = lambda line: None,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[Workspace, dict[str, Any]]:
    """Runs the steps in `folder`.

    Args:
        folder: The workspace; made when it is not there.
        bar: `bar(title, unit=...)` as a context gives a function (done, total, note, seconds_left) that shows how far a step is.
        say: Told what happens, a line at a time.
        stop: Asked during training; True keeps what there is and raises Interrupted.

    Returns:
        The workspace, and {"workspace", "seconds": {step: s}, "bits_per_byte": {"base", "twin"}} on the test split.
    """
    seconds: dict[str, float] = {}
    started = time.monotonic()

    def finished(step: str, line: str) -> None:
        nonlocal started
        seconds[step] = round(time.monotonic() - started, 1)
        started = time.monotonic()
        say(f"{step:>8} {seconds[step]:6.1f} s   {line}")

    workspace = create_workspace(folder)
    finished("init", f"workspace {workspace.root}")
    config = workspace.config()

    from twin.export.files import import_exports
    from twin.history import History

    with History(workspace.history) as history:
        with bar("import", unit="B") as show:
            imported = import_exports([SAMPLE], history, progress=show).to_json()
        finished("import", f"{imported['messages']:,} messages of the sample export in {imported['chats']} chats")

        from twin.prepare.build import prepare
        from twin.prepare.rules import rules_of
        from twin.privacy.clean import privacy_of

        if not workspace.privacy_key.exists():
            write_text(workspace.privacy_key, _KEY + "\n")
        report = prepare(history, workspace.dataset, rules_of(config.prepare, privacy=privacy_of(config.privacy, workspace.privacy_key)))
    finished("prepare", f"{report.conversations} conversations, {report.targets:,} of {report.own_messages:,} own messages to learn")

    from twin.evaluate.likeness import before_and_after
    from twin.train.loop import Progress, train
    from twin.train.plan import resolved
    from twin.train.runs import open_run

    # whatever this machine could do: the demo is to be over in minutes
    embedded = config.model_copy(update={"train": config.train.model_copy(update={"base": "embedded"})})
    run, settings, done = open_run(workspace.runs, workspace.dataset, embedded, settle=resolved)
    if not done:
        with bar("train", unit="steps") as show:

            def shown(progress: Progress) -> None:
                if progress.note:
                    say(progress.note)
                if progress.steps:
                    show(progress.step, progress.steps, f"loss {progress.loss:.2f}, {progress.tokens_per_second:,.0f} tokens/s", progress.seconds_left)

            train(workspace.dataset, run, settings, progress=shown, stop=stop)
    finished("train", f"{run.name} on the small base model")
    scores = before_and_after(run, workspace.dataset)
    finished("measure", "on the newest tenth of the history, which training has not seen")
    bits = {name: round(score.bits_per_byte, 4) for name, score in scores.items()}
    return workspace, {"workspace": str(workspace.root), "seconds": seconds, "bits_per_byte": bits}

"""The tab "Dataset": what went in, what was left out and why, and the conversations themselves, each token in the colour of what training does with it.

Not here: what decides (twin.prepare), which report.json says, or the tokens (chat/mask.py).
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import gradio as gr

from twin.chat.charts import stack, table
from twin.chat.mask import Split, find, mask
from twin.chat.tabs.parts import EVENT, intro, missing, notice, this_tab
from twin.config import load_config
from twin.dataset import SPLITS, read_report
from twin.errors import ConfigError, DatasetError, ModelError
from twin.workspace import Workspace

if TYPE_CHECKING:
    from twin.model.template import Template

_ALL = 0
"""In the list of chats: all of them. No chat has this id."""
_PAGE = 4
"""Conversations on a page."""
_LEGEND = (
    '<p class="legend tokens"><span class="token learned">learned: the person’s words</span>'
    '<span class="token marker">learned: end of a bubble, of the reply</span>'
    '<span class="token read">only read</span></p>'
)


class DatasetTab:
    """The tab; its arguments are those of `draw`."""

    def __init__(self, place: Workspace, run: Path | None) -> None:
        self._place = place
        self._run = run
        self._lock = Lock()
        self._template: Template | None = None
        self._splits: dict[Path, tuple[tuple[int, int], Split]] = {}

    def draw(self) -> None:
        """Makes the components and ties to them what they do."""
        tab = this_tab()
        with gr.Column(elem_id="dataset", elem_classes="sheet"):
            intro("Dataset", "What the twin learns from, as <code>twin prepare</code> made it: private things taken out, and other names for people.")
            self._report = gr.HTML(notice("One moment…", busy=True), elem_id="dataset-report", padding=False)
            with gr.Column(visible=False, elem_id="dataset-browse") as self._browse:
                with gr.Row(elem_classes="choices"):
                    self._split = gr.Radio([(name, name) for name in SPLITS], value=SPLITS[0], label="Split", elem_id="dataset-split", min_width=200)
                    self._chat = gr.Dropdown([("All chats", _ALL)], value=_ALL, label="Chat", elem_id="dataset-chat", min_width=180)
                    with gr.Row(elem_classes="pager"):
                        self._back = gr.Button("‹", size="sm", elem_id="dataset-back", min_width=36)
                        self._page = gr.Number(1, precision=0, label="Page", elem_id="dataset-page", min_width=70)
                        self._on = gr.Button("›", size="sm", elem_id="dataset-on", min_width=36)
                self._masks = gr.HTML(elem_id="dataset-masks", padding=False)
        about = [self._split, self._chat, self._page]
        shown = [self._page, self._masks]
        in_turn = EVENT | {"concurrency_limit": 1, "concurrency_id": "dataset"}  # what was asked for last is shown last
        tab.select(self._open, self._chat, [self._report, self._browse, self._chat], **EVENT).then(self._turn, about, shown, **in_turn)
        for chosen in (self._split, self._chat):
            chosen.input(self._first, about, shown, **in_turn)
        self._page.submit(self._turn, about, shown, **in_turn)
        self._back.click(self._turn_back, about, shown, **in_turn)
        self._on.click(self._turn_on, about, shown, **in_turn)

    def _open(self, chat: int) -> dict[Any, Any]:
        """The report, which is there at once."""
        if not (self._place.dataset / "report.json").exists():
            return {self._report: missing("twin prepare"), self._browse: gr.update(visible=False)}
        try:
            report = read_report(self._place.dataset)
            told = _report(report)
            chats = [(f"{one['name']} ({one['targets']:,} learned)", one["id"]) for one in sorted(report["chats"], key=lambda one: -one["targets"])]
        except DatasetError as error:
            return {self._report: notice(str(error), failed=True), self._browse: gr.update(visible=False)}
        except (KeyError, TypeError, ValueError, AttributeError):
            told = notice(
                f"{self._place.dataset / 'report.json'} is of another version of twin; make the dataset again with:", command="twin prepare", failed=True
            )
            return {self._report: told, self._browse: gr.update(visible=False)}
        chosen = chat if chat in {number for _, number in chats} else _ALL
        return {
            self._report: told,
            self._browse: gr.update(visible=True),
            self._chat: gr.update(choices=[("All chats", _ALL), *chats], value=chosen),
        }

    def _first(self, split: str, chat: int, page: float | None) -> Iterator[tuple[Any, str]]:
        """The first page of another split or chat."""
        yield from self._turn(split, chat, 1)

    def _turn_back(self, split: str, chat: int, page: float | None) -> Iterator[tuple[Any, str]]:
        yield from self._turn(split, chat, (page or 1) - 1)

    def _turn_on(self, split: str, chat: int, page: float | None) -> Iterator[tuple[Any, str]]:
        yield from self._turn(split, chat, (page or 1) + 1)

    def _turn(self, split: str, chat: int, page: float | None) -> Iterator[tuple[Any, str]]:
        """A page of conversations, and its number, which stays within those that there are."""
        path = self._place.dataset / f"{split}.jsonl"
        if not path.exists():
            yield gr.skip(), ""
            return
        if self._template is None:
            yield gr.skip(), notice("Loading the tokenizer…", busy=True)
        try:
            template = self._loaded()
            found = self._found(path)
            numbers = found.of(None if chat == _ALL else chat)
            pages = max(1, -(-len(numbers) // _PAGE))
            number = min(max(1, int(page or 1)), pages)
            some = numbers[(number - 1) * _PAGE : number * _PAGE]
            drawn = "".join(mask(template, found.read(one)) for one in some)
        except (DatasetError, ModelError, ConfigError) as error:
            yield gr.skip(), notice(str(error), failed=True)
            return
        told = (
            f"{len(numbers):,} conversation{'s' if len(numbers) != 1 else ''}, page {number:,} of {pages:,}"
            if numbers
            else "none of its conversations is in this split"
        )
        yield (
            number,
            f'<div class="masks"><div class="over"><p role="status">{told}{self._stand_in()}</p>{_LEGEND}</div>{drawn}</div>',
        )

    def _loaded(self) -> Template:
        """The template of the run's base, or of the one that is configured. Nothing is downloaded for it."""
        with self._lock:
            if self._template is None:
                from twin.model.base import load_template  # PyTorch comes with it: the page is up before

                self._template = load_template(self._base())
            return self._template

    def _base(self) -> str:
        if self._run is not None:
            return load_config(self._run / "config.toml").train.base
        configured = self._place.config().train.base
        return configured if Path(configured).is_dir() else "embedded"

    def _stand_in(self) -> str:
        """That the tokens are not those of the base that is configured, where it is so."""
        if self._run is not None or (base := self._place.config().train.base) in (self._base(), "auto"):
            return ""
        return f" (in the tokens of the embedded base, as {html.escape(base)} may not be here yet)"

    def _found(self, path: Path) -> Split:
        about = path.stat()
        mark = (about.st_mtime_ns, about.st_size)
        with self._lock:
            if path not in self._splits or self._splits[path][0] != mark:
                self._splits[path] = (mark, find(path))
            return self._splits[path][1]


def _report(report: Mapping[str, Any]) -> str:
    """What report.json says. Raises KeyError, TypeError, ValueError or AttributeError where it is not one of this version."""
    own, targets, out, why = report["own_messages"], report["targets"], report["left_out"], report.get("why", {})
    splits = stack(
        "Conversations",
        f"{report['conversations']:,} in all. The newest are kept aside to measure on; the twin never learns from them.",
        [(split, report["splits"][split], f"{report['splits'][split]:,}") for split in SPLITS],
    )
    kept = stack(
        "Your messages",
        f"{targets:,} of {own:,} are learned, each once." if own else "None.",
        [("learned", targets, f"{targets:,}"), *((reason, count, f"{count:,}") for reason, count in sorted(out.items(), key=lambda one: -one[1]))],
    )
    parts = [f'<div class="charts">{kept}{splits}</div>']
    tables = []
    if out:
        rows = [[reason, f"{count:,}", why.get(reason, "")] for reason, count in sorted(out.items(), key=lambda one: -one[1])]
        tables.append(_open_table("Messages of yours that are not learned, and why", ["", "messages", ""], rows))
    if report["left_out_chats"]:
        rows = [[reason, f"{count:,}"] for reason, count in sorted(report["left_out_chats"].items(), key=lambda one: -one[1])]
        tables.append(_open_table("Chats that take no part", ["", "chats"], rows))
    if report["private"]:
        rows = [[kind, f"{count:,}"] for kind, count in report["private"].items()]
        tables.append(_open_table("Private things taken out, of anybody’s messages", ["", "found"], rows))
    if report.get("opted_out"):
        tables.append(f"<p>{report['opted_out']:,} messages of people who opted out are not in it.</p>")
    return "".join(parts) + f'<div class="tables">{"".join(tables)}</div>'


def _open_table(title: str, head: list[str], rows: list[list[str]]) -> str:
    return f"<details><summary>{html.escape(title)}</summary>{table(head, rows)}</details>"


def draw(place: Workspace, run: Path | None) -> None:
    """Draws the tab, within a gr.Tab. It is filled when that is chosen.

    Args:
        place: Whose dataset is shown.
        run: The folder of the run whose base's tokens are shown; None: the configured base's.
    """
    DatasetTab(place, run).draw()

"""What the tabs beside the chat have in common."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.context import Context

# Handlers are for the page alone, none shows Gradio's own progress, and none waits for another.
EVENT: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": None}


def this_tab() -> gr.Tab:
    """The tab within which something is drawn: its `select` is when that is to be filled."""
    block = Context.block
    while not isinstance(block, gr.Tab):
        block = block.parent
    return block


def when_seen(change: Callable[[bool], Any], outputs: Any) -> None:
    """Has `change` told, whenever another tab is chosen, whether it is now the one within which this is called.

    Args:
        change: Gives the new values of `outputs`.
        outputs: Components.
    """
    tab = this_tab()

    def told(data: gr.SelectData) -> Any:
        return change(data.value == tab.label)

    tab.parent.select(told, outputs=outputs, **EVENT)


def intro(title: str, text: str) -> gr.HTML:
    """The head of a tab: what it is, and what it is for (HTML)."""
    return gr.HTML(f'<div class="intro"><h2>{html.escape(title)}</h2><p>{text}</p></div>', padding=False)


def notice(text: str, *, command: str = "", busy: bool = False, failed: bool = False) -> str:
    """A line in place of what is not there: still on its way, missing with the command that makes it, or why it failed."""
    style = "failed" if failed else "busy" if busy else "missing"
    told = f" <code>{html.escape(command)}</code>" if command else ""
    return f'<p class="notice {style}" role="status">{html.escape(text)}{told}</p>'


def missing(command: str) -> str:
    """That a tab has nothing to show yet, and what gives it something."""
    return notice("Nothing here yet; run:", command=command)

"""The twin's page: its head, and a tab for each of what it can do.

Not here: what is in a tab (tabs/), serving the page (ui.py), and keeping what is said (twin.conversations).
"""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

import gradio as gr

from twin.chat.loading import Loading
from twin.chat.tabs import blind, dataset, history, training
from twin.chat.tabs.asking import status
from twin.chat.tabs.chat import ChatTab
from twin.model.sampling import Sampling
from twin.workspace import Workspace

_NOTICE = "<p>An AI imitating {name}. Everything stays on this machine.</p><p>It has read what others wrote: ask them before anybody else may use it.</p>"
_SCRIPT = """() => {
  const visible = (id) => { const found = document.getElementById(id); return found && found.offsetParent !== null ? found : null; };
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    const side = document.querySelector('#side.open');
    if (side) side.classList.remove('open');
    else (visible('stop') ?? visible('stop-drafts') ?? visible('cancel'))?.click();
  });
}"""


class Page:
    """The page.

    Args:
        loading: The engine, or what there is instead of it so far.
        person: Whose twin it is.
        chat: The tab that is always there.
        place: The workspace that the other tabs show; None: there are none.
        run: The run that answers, in that workspace; None: the newest.
        sampling: How replies are drawn.
    """

    def __init__(self, loading: Loading, person: str, chat: ChatTab, place: Workspace | None, run: Path | None, sampling: Sampling) -> None:
        self._loading = loading
        self._person = person
        self._chat = chat
        self._place = place
        self._run = run
        self._sampling = sampling

    def draw(self) -> gr.Blocks:
        """Makes the components and ties to them what they do."""
        blocks: gr.Blocks
        with gr.Blocks(title=f"{self._person} · twin", analytics_enabled=False, fill_height=True) as blocks:
            with gr.Row(elem_id="top"):
                gr.HTML(_about(self._person), elem_id="about", padding=False)
                doing = gr.HTML(status(self._loading.what), elem_id="status", padding=False)
            if self._place is None:
                self._chat.draw(doing, blocks)
            else:
                place = self._place
                tabs: dict[str, Callable[[], None]] = {
                    "Chat": lambda: self._chat.draw(doing, blocks),
                    "Which one is you?": lambda: blind.draw(place, self._loading, self._sampling),
                    "Your history": lambda: history.draw(place),
                    "Dataset": lambda: dataset.draw(place, self._run),
                    "Training": lambda: training.draw(place),
                }
                with gr.Tabs(elem_id="tabs"):
                    for name, draw in tabs.items():
                        with gr.Tab(name):
                            draw()
            blocks.load(None, js=_SCRIPT, api_visibility="private")
        return blocks


def _about(person: str) -> str:
    # names come from the history: they are text, not markup
    initials = html.escape("".join(word[0] for word in person.split()[:2]).upper() or "?")
    name = html.escape(person)
    return f'<div class="face" aria-hidden="true">{initials}</div><div><h1>{name}</h1>{_NOTICE.format(name=name)}</div>'

"""The other half of the Chat tab: "What would I reply?", drafts of replies to a conversation from elsewhere. Nothing of it is kept.

Not here: reading what is pasted (pasted.py), and what drafts look like (shown.py).
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import replace

import gradio as gr

from twin.chat import shown
from twin.chat.loading import Loading
from twin.chat.pasted import turns_of
from twin.chat.people import Contact
from twin.chat.tabs.asking import Asking, Given, Updates, status, written
from twin.chat.tabs.parts import EVENT
from twin.model.sampling import Sampling

DRAFTS = 3
"""Replies drawn for a pasted conversation."""


class Drafts:
    """The half of the tab.

    Args:
        loading: The engine, or what there is instead of it so far.
        person: Whose twin it is.
        contacts: Whom the tab knows by now; it may learn of more.
        sampling: How replies are drawn, but for the temperature.
        asking: Who is being answered in the tab.

    Attributes:
        back: The button that leads back to the chat.
        make: The one that asks for drafts; closed until there is an engine.
    """

    def __init__(self, loading: Loading, person: str, contacts: Sequence[Contact], sampling: Sampling, asking: Asking) -> None:
        self._loading, self._person, self._contacts, self._sampling, self._asking = loading, person, contacts, sampling, asking

    def draw(self) -> None:
        """Makes the components."""
        gr.HTML(
            "<h2>What would I reply?</h2><p>Paste a conversation: lines such as “Anna: are you coming?”, or messages copied from Telegram. "
            f"{html.escape(self._person)}, or “me”, is you. Nothing of it is kept.</p>",
            padding=False,
            elem_id="draft-about",
        )
        self._pasted = gr.Textbox(label="A conversation from elsewhere", lines=7, max_lines=14, elem_id="pasted")
        with gr.Row(elem_id="draft-acts"):
            self.back = gr.Button("Back to the chat", elem_id="back")
            self._stop = gr.Button("Stop drafting", visible=False, elem_id="stop-drafts")
            self.make = gr.Button("Draft replies", variant="primary", interactive=False, elem_id="make")
        self._drafts = written("drafts", "")

    def tie(self, status: gr.HTML, contact: gr.Dropdown, voice: gr.Dropdown, temperature: gr.Slider, remember: gr.Checkbox) -> None:
        """Ties to the components what they do. All that it is given is the tab's: the line that says what the twin is doing, and settings."""
        self._status, self._contact, self._voice, self._temperature, self._remember = status, contact, voice, temperature, remember
        drafted = [self._drafts, self._status, self.make, self._stop]
        event = self.make.click(self._make, {contact, voice, temperature, remember, self._pasted}, drafted, **EVENT)
        event.then(self._rest, outputs=drafted, **EVENT)
        event.failure(self._rest, outputs=drafted, **EVENT)
        self._stop.click(self._asking.stop, outputs=self._status, queue=False, **EVENT)

    def _make(self, given: Given, request: gr.Request) -> Iterator[Updates]:
        engine, session, contact = self._loading.engine, str(request.session_hash), self._contacts[given[self._contact]]
        turns = turns_of(given[self._pasted] or "", self._person, contact.name)
        if engine is None or self._asking.busy(session):
            yield {self._status: gr.skip()}  # Gradio empties the outputs of a handler that yields nothing at all
            return
        if not turns or turns[-1].mine:
            gr.Info("The last message there is your own: there is nothing to reply to yet." if turns else "Paste a conversation first.")
            yield {self._status: gr.skip()}
            return
        contact = next((known for known in self._contacts for turn in turns if turn.name == known.name), contact)
        sampling = replace(self._sampling, temperature=given[self._temperature])
        done: list[tuple[str, ...]] = []

        def stopped() -> bool:
            return self._asking.stopped(session)

        with self._asking.answering(session):
            yield {self.make: gr.update(interactive=False), self._stop: gr.update(visible=True), self._status: status("drafting…")}
            memories = engine.recall(turns, contact) if given[self._remember] else ()
            while len(done) < DRAFTS and not stopped():
                bubbles: tuple[str, ...] = ()
                yield {self._drafts: shown.drafts([*done, bubbles], busy=True)}
                for bubbles in engine.reply(turns, contact, sampling, voice=given[self._voice], memories=memories, stopped=stopped):
                    yield {self._drafts: shown.drafts([*done, bubbles], busy=True)}
                done.append(bubbles)
            yield {self._drafts: shown.drafts([bubbles for bubbles in done if bubbles], busy=False)}

    def _rest(self, request: gr.Request) -> Updates:
        if self._asking.busy(str(request.session_hash)) or self._loading.engine is None:
            return {self._status: gr.skip()}
        return {self.make: gr.update(interactive=True), self._stop: gr.update(visible=False), self._status: status("ready", "ready")}

"""What is on the twin's page and what happens there: the chat, and the base model beside it for comparison.

Not here: serving it (ui.py), and keeping conversations (a reload of the page begins anew).
"""

from __future__ import annotations

import asyncio
import html
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import gradio as gr

from twin.chat.loading import Loading
from twin.chat.people import BASE, Contact, with_message
from twin.chat.talk import Talk
from twin.model.sampling import Sampling
from twin.schema import ChatKind

Talks = dict[int, Talk]
"""The conversations of one browser, by the index of the contact: what is said in one chat is not known in another."""
Updates = dict[Any, Any]
"""New values by component; the others stay as they are."""

_NOTICE = "<p>An AI imitating {name}. Everything stays on this machine.</p><p>It has read what others wrote: ask them before anybody else may use it.</p>"

# Handlers are for the page alone, none shows Gradio's own progress, and none waits for another: the engine has a lock.
EVENT: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": None}


class Page:
    """The page. What belongs to one browser is in `talks`, which Gradio keeps for each.

    Args:
        loading: The engine, or what there is instead of it so far.
        person: Whose twin it is.
        contacts: Whom a visitor can write as, at least one.
        sampling: How replies are drawn; the slider begins at its temperature.
    """

    def __init__(self, loading: Loading, person: str, contacts: Sequence[Contact], sampling: Sampling) -> None:
        self._loading = loading
        self._person = person
        self._contacts = list(contacts)
        self._sampling = sampling
        self._busy: set[str] = set()  # the browsers that are being answered
        self._stopped: set[str] = set()  # those of them that want no more of it

    def draw(self) -> gr.Blocks:
        """Makes the components and ties to them what they do."""
        blocks: gr.Blocks
        with gr.Blocks(title=f"{self._person} · twin", analytics_enabled=False, fill_height=True) as blocks:
            self._talks = gr.State({})
            self._draw_top()
            with gr.Row(elem_id="talks"):
                self._chat = self._chatbot("chat", f"{self._person}’s twin", f"Write to {html.escape(self._person)}’s twin")
                self._base = self._chatbot("base", "The base model, untrained", "Its answers to the same messages", visible=False)
            with gr.Row(elem_id="composer"):
                self._box = gr.Textbox(
                    label="Message", show_label=False, container=False, placeholder="One moment…", max_lines=6, interactive=False, elem_id="message"
                )
                self._send = gr.Button("Send", variant="primary", interactive=False, elem_id="send")
                self._stop = gr.Button("Stop", visible=False, elem_id="stop")
            self._draw_tools()
            self._tie(blocks)
        return blocks

    def _draw_top(self) -> None:
        with gr.Row(elem_id="top"):
            gr.HTML(_about(self._person), elem_id="about", padding=False)
            self._status = gr.HTML(_status(self._loading.what), elem_id="status", padding=False)
            labels = [f"{contact.name} (group)" if contact.kind is ChatKind.GROUP else contact.name for contact in self._contacts]
            self._contact = gr.Dropdown(list(zip(labels, range(len(labels)), strict=True)), value=0, label="I write as", container=True, elem_id="contact")
            self._name = gr.Textbox(label="My name there", placeholder="Guest", max_lines=1, visible=self._is_group(0), elem_id="name")

    def _draw_tools(self) -> None:
        with gr.Row(elem_id="tools"):
            self._again = gr.Button("Regenerate", size="sm", elem_id="again")
            self._fresh = gr.Button("New conversation", size="sm", elem_id="fresh")
            self._temperature = gr.Slider(0, 2, self._sampling.temperature, step=0.05, label="Temperature", buttons=[], elem_id="temperature")
            self._compare = gr.Checkbox(label="Compare with the base model", container=False, elem_id="compare")

    @staticmethod
    def _chatbot(name: str, label: str, greeting: str, *, visible: bool = True) -> gr.Chatbot:
        return gr.Chatbot(
            label=label,
            placeholder=greeting,
            visible=visible,
            elem_id=name,
            height="100%",
            layout="bubble",
            group_consecutive_messages=False,
            # a message is text and nothing else: neither markup nor a picture from somewhere
            render_markdown=False,
            latex_delimiters=[],
            allow_tags=False,
            buttons=[],
            feedback_options=None,
            allow_file_downloads=False,
        )

    def _tie(self, blocks: gr.Blocks) -> None:
        shown = [self._talks, self._chat, self._base, self._status, self._box, self._send, self._stop, self._contact, self._again, self._fresh, self._compare]
        about = [self._contact, self._temperature, self._compare, self._talks]
        blocks.load(self._await_engine, outputs=[self._status, self._box, self._send], **EVENT)
        for event in (
            self._box.submit(self._say, [self._box, self._name, *about], shown, **EVENT),
            self._send.click(self._say, [self._box, self._name, *about], shown, **EVENT),
            self._again.click(self._say_again, about, shown, **EVENT),
            self._compare.input(self._set_compare, about, shown, **EVENT),
        ):
            event.then(self._rest, outputs=shown, **EVENT)
            event.failure(self._rest, outputs=shown, **EVENT)  # after an error there is no `then`
        self._stop.click(self._stop_answer, outputs=self._status, queue=False, **EVENT)
        self._fresh.click(self._begin_anew, [self._contact, self._talks], shown, **EVENT)
        self._contact.input(self._choose, [self._contact, self._talks], [self._chat, self._base, self._name], **EVENT)

    async def _await_engine(self) -> AsyncIterator[Updates]:
        told = None
        while self._loading.engine is None and self._loading.error is None:
            if self._loading.what != told:
                told = self._loading.what
                yield {self._status: _status(told)}
            await asyncio.sleep(0.1)
        if self._loading.error is not None:
            yield {self._status: _status(self._loading.error, "failed"), self._box: gr.update(placeholder="There is no twin to write to")}
        else:
            ready = gr.update(interactive=True)
            yield {self._status: _status("ready", "ready"), self._box: gr.update(interactive=True, placeholder="Message"), self._send: ready}

    def _say(self, text: str, name: str | None, number: int, temperature: float, compare: bool, talks: Talks, request: gr.Request) -> Iterator[Updates]:
        session = str(request.session_hash)
        if not text.strip() or session in self._busy:
            yield self._nothing()
            return
        talk = talks.get(number, Talk())
        who = ((name or "").strip() or "Guest") if self._is_group(number) else self._contacts[number].name
        talks = {**talks, number: replace(talk, turns=tuple(with_message(talk.turns, who, text)))}
        yield {self._box: ""}
        yield from self._answer(number, temperature, compare, talks, session)

    def _say_again(self, number: int, temperature: float, compare: bool, talks: Talks, request: gr.Request) -> Iterator[Updates]:
        talks = {**talks, number: talks.get(number, Talk()).without_reply()}
        yield from self._answer(number, temperature, compare, talks, str(request.session_hash))

    def _set_compare(self, number: int, temperature: float, compare: bool, talks: Talks, request: gr.Request) -> Iterator[Updates]:
        yield {self._base: gr.update(visible=compare)}
        if compare and talks.get(number, Talk()).answered:
            yield from self._answer(number, temperature, compare, talks, str(request.session_hash))

    def _answer(self, number: int, temperature: float, compare: bool, talks: Talks, session: str) -> Iterator[Updates]:
        """Lets the twin answer unless it has, and then, to compare, the base model unless it has."""
        engine, talk = self._loading.engine, talks.get(number, Talk())
        if engine is None or session in self._busy or not talk.turns:
            yield self._nothing()
            return
        sampling, contact = replace(self._sampling, temperature=temperature), self._contacts[number]

        def stopped() -> bool:
            return session in self._stopped

        def shown(talk: Talk) -> Updates:
            return {self._talks: {**talks, number: talk}, self._chat: talk.shown(), self._base: talk.shown_base()}

        with self._answering(session):
            yield shown(talk) | self._locked("typing…")
            if not talk.answered:
                asked = talk
                for bubbles in engine.reply(asked.turns, contact, sampling, stopped=stopped):
                    talk = asked.with_reply(self._person, bubbles)
                    yield shown(talk)
            if compare and talk.place not in talk.base and not stopped():
                yield {self._status: _status("the base is typing…")}
                asked = talk
                for bubbles in engine.reply(asked.turns[: asked.place], contact, sampling, voice=BASE, stopped=stopped):
                    yield shown(asked.with_base(bubbles))

    def _nothing(self) -> Updates:
        return {self._status: gr.skip()}  # Gradio empties the outputs of a handler that yields nothing at all

    @contextmanager
    def _answering(self, session: str) -> Iterator[None]:
        self._stopped.discard(session)
        self._busy.add(session)
        try:
            yield
        except RuntimeError as error:  # from torch: no memory left, above all; what was said so far stays
            gr.Warning(html.escape(f"The answer broke off: {error}"[:300]), title="Sorry")
        finally:
            self._busy.discard(session)

    def _locked(self, status: str) -> Updates:
        locked = (self._contact, self._again, self._fresh, self._compare)
        return dict.fromkeys(locked, gr.update(interactive=False)) | {
            self._status: _status(status),
            self._send: gr.update(visible=False),
            self._stop: gr.update(visible=True),
        }

    def _rest(self, request: gr.Request) -> Updates:
        """What is open again after an answer, however it ended."""
        if str(request.session_hash) in self._busy or self._loading.engine is None:
            return self._nothing()
        locked = (self._contact, self._again, self._fresh, self._compare)
        return dict.fromkeys(locked, gr.update(interactive=True)) | {
            self._status: _status("ready", "ready"),
            self._send: gr.update(visible=True),
            self._stop: gr.update(visible=False),
        }

    def _stop_answer(self, request: gr.Request) -> str:
        self._stopped.add(str(request.session_hash))
        return _status("stopping…")

    def _begin_anew(self, number: int, talks: Talks) -> Updates:
        return {self._talks: {**talks, number: Talk()}, self._chat: [], self._base: []}

    def _choose(self, number: int, talks: Talks) -> Updates:
        talk = talks.get(number, Talk())
        return {self._chat: talk.shown(), self._base: talk.shown_base(), self._name: gr.update(visible=self._is_group(number))}

    def _is_group(self, number: int) -> bool:
        return self._contacts[number].kind is ChatKind.GROUP


def _about(person: str) -> str:
    # names come from the history: they are text, not markup
    initials = html.escape("".join(word[0] for word in person.split()[:2]).upper() or "?")
    name = html.escape(person)
    return f'<div class="face" aria-hidden="true">{initials}</div><div><h1>{name}</h1>{_NOTICE.format(name=name)}</div>'


def _status(text: str, state: str = "busy") -> str:
    return f'<span class="{state}" role="status">{html.escape(text)}</span>'

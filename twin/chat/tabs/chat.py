"""The Chat tab: conversations with the twin, and the base model beside it.

Not here: where conversations are kept (twin.conversations), what they look like (shown.py, chat.css), and drafts of replies to a conversation from
elsewhere (drafts.py).
"""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import gradio as gr

from twin.chat import shown
from twin.chat.loading import Loading
from twin.chat.people import BASE, Answering, Contact
from twin.chat.tabs.asking import Asking, Given, Pause, Updates, merged, paced, status, telling, written
from twin.chat.tabs.drafts import Drafts
from twin.chat.tabs.parts import EVENT
from twin.conversations import Conversations, Entry, Kept
from twin.model.sampling import Sampling
from twin.schema import ChatKind, Turn

_FOCUS = "() => setTimeout(() => document.querySelector('#message textarea')?.focus(), 50)"
_FOCUS_IF_AIMED = "() => setTimeout(() => { if (document.getElementById('cancel')) document.querySelector('#message textarea')?.focus(); }, 50)"
_CLOSE_SIDE = "() => { document.getElementById('side').classList.remove('open'); }"


@dataclass(frozen=True, slots=True)
class View:
    """What one browser looks at.

    Attributes:
        open: The conversation that is open with each contact, by the contact's index.
        aim: What the next message is instead of a message: the turn it is for, and the bubble that it replaces, or None for a correction.
    """

    open: Mapping[int, int] = field(default_factory=dict)
    aim: tuple[int, int | None] | None = None


class ChatTab:
    """The tab. What belongs to one browser is in a `View`, which Gradio keeps for each.

    Args:
        loading: The engine, or what there is instead of it so far.
        person: Whose twin it is.
        contacts: Whom a visitor can write as, at least one.
        sampling: How replies are drawn; the slider begins at its temperature.
        store: Where conversations are kept.
        listed: Whether they are shown to whoever opens the page: those of one workspace are.
        pause: The person's typing rhythm, where it is known.
    """

    def __init__(
        self, loading: Loading, person: str, contacts: Sequence[Contact], sampling: Sampling, store: Conversations, *, listed: bool, pause: Pause | None
    ) -> None:
        self._loading = loading
        self._person = person
        self._contacts = list(contacts)
        self._sampling = sampling
        self._store = store
        self._listed = listed
        self._pause = pause
        self._greeting = f"Write to {person}’s twin"
        self._asking = Asking()
        self._drafts = Drafts(loading, person, self._contacts, sampling, self._asking)
        for entry in store.entries() if listed else ():
            self._index(entry)

    def draw(self, status: gr.HTML, page: gr.Blocks) -> None:
        """Makes the components and ties to them what they do.

        Args:
            status: The page's line that says what the twin is doing.
            page: The page around the tab.
        """
        self._status = status
        self._view = gr.State(View())
        with gr.Row(elem_id="chat-tab"):
            with gr.Column(elem_id="side", min_width=0):
                self._draw_side()
            with gr.Column(elem_id="room", min_width=0):
                self._menu = gr.Button(self._menu_of(0), size="sm", elem_id="menu")
                with gr.Column(elem_id="talking", min_width=0) as self._talking:
                    self._draw_talk()
                with gr.Column(elem_id="drafting", min_width=0, visible=False) as self._drafting:
                    self._drafts.draw()
        self._tie(page)

    def _draw_side(self) -> None:
        self._contact = gr.Dropdown(self._choices(), value=0, label="I write as", elem_id="contact")
        self._name = gr.Textbox(label="My name there", placeholder="Guest", max_lines=1, visible=self._is_group(0), elem_id="name")
        self._fresh = gr.Button("New conversation", size="sm", elem_id="fresh")
        self._draft = gr.Button("What would I reply?", size="sm", elem_id="draft")
        self._saved = self._part("saved", "", visible=self._listed)
        with gr.Column(elem_id="settings", min_width=0):
            self._voice = gr.Dropdown([], label="Who answers", visible=False, elem_id="voice")
            self._temperature = gr.Slider(0, 2, self._sampling.temperature, step=0.05, label="Temperature", buttons=[], elem_id="temperature")
            self._compare = gr.Checkbox(label="Compare with the base model", container=False, elem_id="compare")
            self._remember = gr.Checkbox(True, label="Remember the past", container=False, elem_id="remember")
            self._rhythm = gr.Checkbox(label="Type as slowly as in life", container=False, visible=self._pause is not None, elem_id="rhythm")

    def _draw_talk(self) -> None:
        with gr.Row(elem_id="talks"):
            self._chat = self._part("chat", shown.talk((), self._person, greeting=self._greeting))
            self._base = self._part("base", self._beside(()), visible=False)
        self._aim = gr.HTML("", elem_id="aim", padding=False, visible=False)
        with gr.Row(elem_id="composer"):
            self._box = gr.Textbox(
                label="Message", show_label=False, container=False, placeholder="One moment…", max_lines=6, interactive=False, elem_id="message"
            )
            self._cancel = gr.Button("Cancel", visible=False, elem_id="cancel")
            self._send = gr.Button("Send", variant="primary", interactive=False, elem_id="send")
            self._stop = gr.Button("Stop", visible=False, elem_id="stop")
        with gr.Row(elem_id="tools"):
            self._again = gr.Button("Regenerate", size="sm", elem_id="again")
            gr.HTML("Enter sends, Shift+Enter begins a new line, Esc stops", elem_id="keys", padding=False)

    def _part(self, name: str, value: str, *, visible: bool = True) -> gr.HTML:
        # server functions are looked up by name, and a method cannot be marked as one
        def exported(asked: list[str]) -> list[str]:
            return self._export(int(asked[0]), asked[1])

        return written(name, value, visible=visible, server_functions=[exported] if name == "saved" else None)

    def _tie(self, page: gr.Blocks) -> None:
        settings = {self._contact, self._name, self._voice, self._temperature, self._compare, self._remember, self._rhythm, self._view}
        changed = [
            *(self._view, self._chat, self._base, self._saved, self._status, self._box, self._send, self._stop, self._again, self._cancel, self._aim),
            *(self._contact, self._name, self._fresh, self._draft, self._compare, self._voice, self._menu, self._talking, self._drafting),
        ]
        page.load(self._await_engine, outputs=[self._status, self._box, self._send, self._drafts.make, self._voice], **EVENT)
        page.load(lambda: self._list(None), outputs=self._saved, **EVENT)
        for event in (
            self._box.submit(self._say, settings | {self._box}, changed, **EVENT),
            self._send.click(self._say, settings | {self._box}, changed, **EVENT),
            self._again.click(self._say_again, settings, changed, **EVENT),
            self._compare.input(self._set_compare, settings, changed, **EVENT),
        ):
            event.then(self._rest, settings, changed, **EVENT)
            event.failure(self._rest, settings, changed, **EVENT)  # after an error there is no `then`
        self._stop.click(self._asking.stop, outputs=self._status, queue=False, **EVENT)
        self._fresh.click(self._begin_anew, settings, changed, **EVENT).then(None, js=_FOCUS, **EVENT)
        self._contact.input(self._show, settings, changed, **EVENT)
        self._chat.click(self._act, settings, changed, **EVENT).then(None, js=_FOCUS_IF_AIMED, **EVENT)
        self._saved.click(self._act_on_saved, settings, changed, **EVENT)
        self._cancel.click(self._show, settings, changed, **EVENT).then(None, js=_FOCUS, **EVENT)

        self._draft.click(lambda: self._seen(drafting=True), outputs=changed, **EVENT)
        self._drafts.back.click(lambda: self._seen(drafting=False), outputs=changed, **EVENT)
        self._drafts.tie(self._status, self._contact, self._voice, self._temperature, self._remember)
        # on a phone the side lies over the chat until something in it has been chosen
        for chosen in (self._fresh, self._draft):
            chosen.click(None, js=_CLOSE_SIDE, **EVENT)
        self._menu.click(None, js="() => { document.getElementById('side').classList.toggle('open'); }", **EVENT)

    # What is shown

    def _talk(self, conversation: int | None) -> list[Kept]:
        return [] if conversation is None else self._store.turns(conversation)

    def _updates(self, number: int, view: View) -> Updates:
        """The page as it is while nobody types."""
        conversation = view.open.get(number)
        kept = self._talk(conversation)
        return {
            self._chat: shown.talk(kept, self._person, number=conversation, greeting=self._greeting),
            self._base: self._beside(kept),
            self._saved: self._list(conversation),
        }

    @staticmethod
    def _beside(kept: Sequence[Kept], growing: Sequence[str] | None = None) -> str:
        return shown.beside(kept, greeting="The base model’s answers to the same messages", growing=growing)

    def _list(self, conversation: int | None) -> str:
        return shown.saved(self._store.entries(), conversation, datetime.now().astimezone().date()) if self._listed else ""

    def _choices(self) -> list[tuple[str, int]]:
        return [(f"{contact.name} (group)" if contact.kind is ChatKind.GROUP else contact.name, place) for place, contact in enumerate(self._contacts)]

    def _seen(self, *, drafting: bool) -> Updates:
        return {self._talking: gr.update(visible=not drafting), self._drafting: gr.update(visible=drafting)}

    def _menu_of(self, number: int) -> str:
        return f"{self._contacts[number].name} · conversations and settings"

    def _show(self, given: Given) -> Updates:
        """A conversation, with a box for messages; what was typed stays in it, unless it was to be something else."""
        number, aim, view = given[self._contact], given[self._view].aim, replace(given[self._view], aim=None)
        page = {self._view: view} | self._updates(number, view) | self._aimed("", "Message", "" if aim else None)
        return page | {self._name: gr.update(visible=self._is_group(number)), self._menu: self._menu_of(number)}

    async def _await_engine(self) -> AsyncIterator[Updates]:
        told = None
        while self._loading.engine is None and self._loading.error is None:
            if self._loading.what != told:
                told = self._loading.what
                yield {self._status: status(told)}
            await asyncio.sleep(0.1)
        if self._loading.engine is None:
            missing = gr.update(placeholder="There is no twin to write to")
            yield {self._status: status(self._loading.error or "", "failed"), self._box: missing}
            return
        ready, voices = gr.update(interactive=True), list(self._loading.engine.voices)
        choices = [(name if name != BASE else "the base model, untrained", name) for name in voices]
        yield {
            self._status: status("ready", "ready"),
            self._box: gr.update(interactive=True, placeholder="Message"),
            self._send: ready,
            self._drafts.make: ready,
            self._voice: gr.update(choices=choices, value=voices[0], visible=len(set(voices) - {BASE}) > 1),
        }

    # What is said

    def _say(self, given: Given, request: gr.Request) -> Iterator[Updates]:
        session, text, number, view = str(request.session_hash), given[self._box], given[self._contact], given[self._view]
        bubbles = tuple(bubble.strip("\n") for bubble in re.split(r"\n\s*\n", text) if bubble.strip())
        if not bubbles or self._asking.busy(session) or self._loading.engine is None:
            yield self._nothing()
            return
        who = self._contacts[number].name if not self._is_group(number) else (given[self._name] or "").strip() or "Guest"
        with telling():
            view = self._keep(number, view, Turn(who, False, bubbles, False), self._loading.engine.voices[0])
        yield {self._view: view} | self._aimed("", "Message", "")
        yield from self._answer(given | {self._view: view}, session)

    def _keep(self, number: int, view: View, said: Turn, run: str) -> View:
        """Keeps what was said, as a message or as what it is instead of one."""
        kept = self._talk(view.open.get(number))
        if view.aim is None and not kept:
            contact = self._contacts[number]
            return View({**view.open, number: self._store.begin(contact.name, contact.kind, run, said)})
        match view.aim:
            case None:
                self._store.add(view.open[number], said)
            case turn, None:
                self._store.correct(turn, said.bubbles)
            case turn, place:
                before = next((one.turn.bubbles[:place] for one in kept if one.id == turn), ())
                self._store.edit(turn, (*before, *said.bubbles))
        return replace(view, aim=None)

    def _say_again(self, given: Given, request: gr.Request) -> Iterator[Updates]:
        session, kept = str(request.session_hash), self._talk(given[self._view].open.get(given[self._contact]))
        if not self._asking.busy(session) and self._loading.engine is not None and len(kept) > 1 and kept[-1].turn.mine:
            with telling():
                self._store.cut(kept[-2].id)
        yield from self._answer(given, session)

    def _set_compare(self, given: Given, request: gr.Request) -> Iterator[Updates]:
        yield {self._base: gr.update(visible=given[self._compare])}
        kept = self._talk(given[self._view].open.get(given[self._contact]))
        if given[self._compare] and kept and kept[-1].turn.mine:
            yield from self._answer(given, str(request.session_hash))

    def _answer(self, given: Given, session: str) -> Iterator[Updates]:
        """Lets the twin answer unless it has, and then, to compare, the base model unless it has."""
        engine, number, view = self._loading.engine, given[self._contact], given[self._view]
        conversation = view.open.get(number)
        if engine is None or self._asking.busy(session) or conversation is None or not self._talk(conversation):
            yield self._nothing()
            return

        def stopped() -> bool:
            return self._asking.stopped(session)

        with self._asking.answering(session):
            yield self._updates(number, view) | self._locked("typing…")
            if not self._talk(conversation)[-1].turn.mine:
                yield from self._reply(engine, conversation, given, stopped)
            kept = self._talk(conversation)
            asked = next((place for place in range(len(kept) - 1, -1, -1) if not kept[place].turn.mine), None)
            if given[self._compare] and asked is not None and not kept[asked].base and not stopped():
                yield {self._chat: shown.talk(kept, self._person, number=conversation), self._status: status("the base is typing…")}
                bubbles: tuple[str, ...] = ()
                yield {self._base: self._beside(kept, bubbles)}
                sampling = replace(self._sampling, temperature=given[self._temperature])
                memories = kept[-1].remembered if kept[-1].turn.mine else ()
                for bubbles in engine.reply(merged(kept[: asked + 1]), self._contacts[number], sampling, voice=BASE, memories=memories, stopped=stopped):
                    yield {self._base: self._beside(kept, bubbles)}
                self._store.compare(kept[asked].id, bubbles)

    def _reply(self, engine: Answering, conversation: int, given: Given, stopped: Callable[[], bool]) -> Iterator[Updates]:
        """Lets the twin answer; what it has said is kept, however it ends."""
        kept, contact = self._talk(conversation), self._contacts[given[self._contact]]
        sampling = replace(self._sampling, temperature=given[self._temperature])
        said: tuple[str, ...] = ()
        turns = merged(kept)
        memories = engine.recall(turns, contact) if given[self._remember] else ()
        yield {self._chat: shown.talk(kept, self._person, number=conversation, growing=(), remembered=memories)}
        steps: Iterator[tuple[str, ...]] = engine.reply(turns, contact, sampling, voice=given[self._voice], memories=memories, stopped=stopped)
        if self._pause is not None and given[self._rhythm]:
            steps = paced(steps, self._pause, stopped)
        try:
            for said in steps:
                yield {self._chat: shown.talk(kept, self._person, number=conversation, growing=said, remembered=memories)}
        finally:
            now = self._talk(conversation)
            if said and now and now[-1].id == kept[-1].id:  # it may have been changed in another window
                self._store.add(conversation, Turn(self._person, True, said, False), memories)

    def _nothing(self) -> Updates:
        return {self._status: gr.skip()}  # Gradio empties the outputs of a handler that yields nothing at all

    def _locked(self, doing: str) -> Updates:
        return dict.fromkeys(self._lockable(), gr.update(interactive=False)) | {
            self._status: status(doing),
            self._send: gr.update(visible=False),
            self._stop: gr.update(visible=True),
        }

    def _lockable(self) -> tuple[Any, ...]:
        return self._contact, self._again, self._fresh, self._draft, self._compare, self._voice

    def _rest(self, given: Given, request: gr.Request) -> Updates:
        """What is open again after an answer, however it ended."""
        if self._asking.busy(str(request.session_hash)) or self._loading.engine is None:
            return self._nothing()
        return (
            self._updates(given[self._contact], given[self._view])
            | dict.fromkeys(self._lockable(), gr.update(interactive=True))
            | {self._status: status("ready", "ready"), self._send: gr.update(visible=True), self._stop: gr.update(visible=False)}
        )

    # What is done with what was said

    def _begin_anew(self, given: Given) -> Updates:
        number, view = given[self._contact], given[self._view]
        rest = {other: conversation for other, conversation in view.open.items() if other != number}
        return self._show(given | {self._view: View(rest)}) | self._seen(drafting=False)

    def _act(self, given: Given, event: gr.EventData, request: gr.Request) -> Updates:
        """Does what a button at a bubble says."""
        number, view = given[self._contact], given[self._view]
        asked = event._data or {}
        turn, kept = int(asked.get("turn", 0)), self._talk(view.open.get(number))
        found = next((one for one in kept if one.id == turn), None)
        if found is None or self._asking.busy(str(request.session_hash)):
            return self._nothing()
        match asked.get("do"):
            case "rate":
                rating = 1 if asked.get("rating") == "1" else -1
                with telling():
                    self._store.rate(turn, 0 if found.rating == rating else rating)
            case "remove":
                place = int(asked.get("bubble", -1))
                with telling():
                    self._store.change(turn, [bubble for index, bubble in enumerate(found.turn.bubbles) if index != place])
            case "edit":
                place = int(asked.get("bubble", 0))
                aim = self._aimed("The conversation goes on from this message.", "Your message", found.turn.bubbles[place])
                return {self._view: replace(view, aim=(turn, place))} | aim
            case "correct":
                what = "What would you have said? An empty line parts two messages."
                aim = self._aimed(what, "What you would have said", "\n\n".join(found.turn.bubbles) if found.correction else "")
                return {self._view: replace(view, aim=(turn, None))} | aim
        return self._show(given)

    def _aimed(self, what: str, placeholder: str, text: str | None = None) -> Updates:
        """The box for a message, or for what it is instead of one."""
        box = gr.update(placeholder=placeholder) if text is None else gr.update(placeholder=placeholder, value=text)
        return {
            self._box: box,
            self._aim: gr.update(value=f'<p role="status">{html.escape(what)}</p>', visible=bool(what)),
            self._cancel: gr.update(visible=bool(what)),
        }

    def _act_on_saved(self, given: Given, event: gr.EventData, request: gr.Request) -> Updates:
        """Opens or deletes a saved conversation."""
        number, view = given[self._contact], given[self._view]
        asked = event._data or {}
        wanted = int(asked.get("id", 0))
        entry = next((entry for entry in self._store.entries() if entry.id == wanted), None)
        if not self._listed or entry is None or self._asking.busy(str(request.session_hash)):
            return self._nothing()
        if asked.get("do") == "delete":
            with telling():
                self._store.delete(wanted)
            return self._show(given)
        number = self._index(entry)
        opened = given | {self._contact: number, self._view: View({**view.open, number: wanted})}
        return self._show(opened) | self._seen(drafting=False) | {self._contact: gr.update(choices=self._choices(), value=number)}

    def _index(self, entry: Entry) -> int:
        """The index of a saved conversation's contact, who may be one that this run does not know."""
        contact = Contact(entry.contact, entry.kind)
        if contact not in self._contacts:
            self._contacts.append(contact)
        return self._contacts.index(contact)

    def _export(self, number: int, form: str) -> list[str]:
        """The name and the text of a file that the browser makes of a conversation."""
        entry = next((entry for entry in self._store.entries() if entry.id == number), None)
        if entry is None or not self._listed:
            return ["gone.txt", ""]
        name = re.sub(r"[^\w-]+", "-", f"{entry.contact} {entry.created.astimezone():%Y-%m-%d}").strip("-")
        if form == "json":
            return [f"{name}.json", json.dumps(self._store.as_json(number), ensure_ascii=False, indent=2)]
        return [f"{name}.txt", self._store.as_text(number)]

    def _is_group(self, number: int) -> bool:
        return self._contacts[number].kind is ChatKind.GROUP

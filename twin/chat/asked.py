"""What a client of the API asks for, in OpenAI's form, read into turns, a contact and a sampling.

Unknown fields are ignored; what would change the answer and cannot be done is refused. Not here: routes, tokens and answers (api.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from twin.chat.people import Answering, Contact, with_message
from twin.model.sampling import Sampling
from twin.schema import ChatKind, Turn

DEFAULT = "twin"
"""What a client may call the default voice, whichever run that is."""
GUEST = "Guest"
"""Who speaks in a group where a message has no name."""
_MESSAGES = 2_000
_TEXT = 32_000  # characters of one message, and of the newest messages together: more than any prompt has room for
_TOP_P = 1e-4  # below it the arithmetic of a GPU may leave no token to draw
_COLD = 0.01  # below it the likeliest token is all that is ever drawn, and scores divided by it overflow


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, understood.

    Attributes:
        model: What the client called it.
        voice: Who answers, by the engine's name.
        stops: Texts before which the reply ends.
    """

    model: str
    voice: str
    contact: Contact
    turns: list[Turn]
    sampling: Sampling
    stops: tuple[str, ...]
    stream: bool
    include_usage: bool


class Refused(Exception):
    """An answer other than a reply, in OpenAI's form.

    Args:
        status: Of HTTP.
        message: One line for the person.
        code: A word for the program.
        param: Which field of the request.
        retry: Seconds after which it may be asked again; None: never.
    """

    def __init__(self, status: int, message: str, code: str | None = None, *, param: str | None = None, retry: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry = retry
        kind = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error"}.get(status)
        kind = kind or ("invalid_request_error" if status < 500 else "server_error")
        self.content: dict[str, Any] = {"error": {"message": message, "type": kind, "param": param, "code": code}}


def _text(content: Any) -> Any:
    """The text of a message, whose content may be a list of parts."""
    if content is None:
        return ""
    if not isinstance(content, list):
        return content
    texts = []
    for part in content:
        if not isinstance(part, dict) or part.get("type") != "text" or not isinstance(part.get("text"), str):
            raise PydanticCustomError("unsupported", "the twin reads text, and no other parts")
        texts.append(part["text"])
    return "\n".join(texts)


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False, hide_input_in_errors=True)


class _Message(_Read):
    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[str, BeforeValidator(_text), Field(max_length=_TEXT)] = ""
    name: str | None = Field(None, max_length=100)


class _StreamOptions(_Read):
    include_usage: bool = False


class _Request(_Read):
    model: str = Field(DEFAULT, max_length=300)
    messages: list[_Message] = Field(min_length=1, max_length=_MESSAGES)
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    seed: int | None = Field(None, ge=-(1 << 63), lt=1 << 63)
    stop: str | list[str] | None = None
    n: int | None = None
    tools: Any = None
    functions: Any = None
    logprobs: Any = None
    response_format: Any = None
    modalities: Any = None

    @field_validator("stop")
    @classmethod
    def _is_short(cls, stop: str | list[str] | None) -> str | list[str] | None:
        texts = [stop] if isinstance(stop, str) else stop or []
        if len(texts) > 4 or not all(0 < len(text) <= 100 for text in texts):
            raise PydanticCustomError("stop", "up to four texts of 1 to 100 characters")
        return texts

    @field_validator("n", "tools", "functions", "logprobs", "response_format", "modalities")
    @classmethod
    def _is_plain(cls, value: Any) -> Any:
        # the last three: what stands for plain text
        if not value or (value is not True and value in (1, {"type": "text"}, ["text"])):
            return value
        raise PydanticCustomError("unsupported", "the twin says one reply in plain text: this is not supported")


def understood(body: bytes, engine: Answering, sampling: Sampling) -> Asked:
    """What a request asks of an engine.

    Args:
        body: The request's JSON.
        engine: Whose voices and contacts it may name.
        sampling: What the request leaves open; its `max_tokens` is also the most that may be asked for.

    Raises:
        Refused: It cannot be read, asks for what is not there, or leaves nothing to answer.
    """
    try:
        request = _Request.model_validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        param = ".".join(map(str, fault["loc"])) or None
        code = "unsupported_parameter" if fault["type"] == "unsupported" else "invalid_json" if fault["type"] == "json_invalid" else "invalid_value"
        raise Refused(400, f"{param or 'the body'}: {fault['msg']}", code, param=param) from None
    voice, contact = named(request.model, engine)
    turns = _turns(_newest(request.messages), engine.person, contact)
    if not turns or turns[-1].mine:
        raise Refused(400, "messages: the last one must be a user's, and have text", "invalid_value", param="messages")
    return Asked(
        request.model,
        voice,
        contact,
        turns,
        _sampling(request, sampling),
        tuple(request.stop or ()),
        bool(request.stream),
        bool(request.stream_options and request.stream_options.include_usage),
    )


def models(engine: Answering) -> list[str]:
    """What a request can name as its model: the voices, and the default one for each contact."""
    return list(dict.fromkeys([*engine.voices, *(f"{engine.voices[0]}@{contact.name}" for contact in engine.contacts)]))


def named(model: str, engine: Answering) -> tuple[str, Contact]:
    """Who answers and whom, by a model's name: a voice, or VOICE@CONTACT; without a contact, the one most written to. Raises Refused."""
    voice, _, name = (model, "", "") if model in engine.voices else model.partition("@")
    if voice not in engine.voices and voice in ("", DEFAULT):
        voice = engine.voices[0]
    contact = next((one for one in engine.contacts if not name or one.name.casefold() == name.casefold()), None)
    if voice not in engine.voices or contact is None:
        raise Refused(404, "there is no such model; GET /v1/models lists those that there are", "model_not_found", param="model")
    return voice, contact


def _newest(messages: Sequence[_Message]) -> list[_Message]:
    """The newest messages that a prompt could have room for; the engine leaves out the oldest anyhow, but not as fast."""
    kept: list[_Message] = []
    room = _TEXT
    for message in reversed(messages):
        if message.role in ("system", "developer") or not message.content.strip():
            continue
        room -= len(message.content)
        if kept and room < 0:
            break
        kept.append(message)
    return kept[::-1]


def _turns(messages: Sequence[_Message], person: str, contact: Contact) -> list[Turn]:
    turns: list[Turn] = []
    for message in messages:
        if message.role == "user":
            turns = with_message(turns, (message.name or GUEST) if contact.kind is ChatKind.GROUP else contact.name, message.content)
            continue
        said = tuple(text for text in message.content.strip().split("\n\n") if text.strip())
        before = turns.pop().bubbles if turns and turns[-1].mine else ()
        turns.append(Turn(person, True, (*before, *said), False))
    return turns


def _sampling(request: _Request, default: Sampling) -> Sampling:
    temperature = default.temperature if request.temperature is None else request.temperature
    asked = min(request.max_completion_tokens or default.max_tokens, request.max_tokens or default.max_tokens)
    return replace(
        default,
        temperature=temperature if temperature >= _COLD else 0,
        top_p=max(_TOP_P, default.top_p if request.top_p is None else request.top_p),
        max_tokens=min(asked, default.max_tokens),
        seed=default.seed if request.seed is None else request.seed,
    )

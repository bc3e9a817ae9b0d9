"""Bases that bring a chat template: four styles, each over a tiny tokenizer of its own kind, with the real models' marker strings."""

from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import (
    Gemma2Config,
    Gemma2ForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    PreTrainedTokenizerFast,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from tests import tiny
from tests.tiny import conversation, me, them
from twin.config import Train
from twin.model import base
from twin.model.adapter import with_adapter
from twin.model.generate import generate
from twin.model.losses import target_losses
from twin.model.packing import make_batch, windows
from twin.model.sampling import Sampling
from twin.model.score import make_rows
from twin.model.template import CONTEXT, MARKER, TEXT, Template
from twin.schema import ChatKind, Conversation

CHATML = """
{%- if messages[0].role == 'system' %}{{ '<|im_start|>system\n' + messages[0].content + '<|im_end|>\n' }}{% endif %}
{%- for message in messages %}
    {%- if message.role == 'user' %}{{ '<|im_start|>user\n' + message.content + '<|im_end|>\n' }}
    {%- elif message.role == 'assistant' %}
        {{- '<|im_start|>assistant\n' }}
        {%- if loop.last and enable_thinking is defined %}{{ '<think>\n\n</think>\n\n' }}{% endif %}
        {{- message.content + '<|im_end|>\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"""

LLAMA = """
{%- set today = strftime_now('%d %b %Y') if strftime_now is defined else '26 Jul 2024' %}
{%- set told = messages[0].content | trim if messages[0].role == 'system' else '' %}
{{- bos_token + '<|start_header_id|>system<|end_header_id|>\n\nToday: ' + today + '\n\n' + told + '<|eot_id|>' }}
{%- for message in messages if message.role != 'system' %}
    {{- '<|start_header_id|>' + message.role + '<|end_header_id|>\n\n' + message.content | trim + '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"""

MISTRAL = """
{%- set told = messages[0].content + '\n\n' if messages[0].role == 'system' else '' %}
{%- set talk = messages[1:] if told else messages %}
{{- bos_token }}
{%- for message in talk %}
    {%- if (message.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}
    {%- if message.role == 'user' %}{{ '[INST] ' + (told if loop.first else '') + message.content + '[/INST]' }}
    {%- else %}{{ ' ' + message.content + eos_token }}{% endif %}
{%- endfor %}"""

GEMMA = """{{ bos_token }}
{%- if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}
{%- for message in messages %}
    {%- if (message.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}
    {%- set role = 'model' if message.role == 'assistant' else message.role %}
    {{- '<start_of_turn>' + role + '\n' + message.content | trim + '<end_of_turn>\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"""

SPECIAL = {
    "chatml": ["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
    "llama": ["<|begin_of_text|>", "<|eot_id|>", "<|start_header_id|>", "<|end_header_id|>"],
    "mistral": ["<s>", "</s>", "[INST]", "[/INST]"],
    "gemma": ["<bos>", "<end_of_turn>", "<start_of_turn>", "<eos>"],
}
CHAT_TEMPLATE = {"chatml": CHATML, "llama": LLAMA, "mistral": MISTRAL, "gemma": GEMMA}
STYLES = list(CHAT_TEMPLATE)


def tokenizer(style: str, chat_template: str | None = None, special: bool = True, normalizer: Any = None) -> PreTrainedTokenizerFast:
    """Byte-level BPE for ChatML and Llama, SentencePiece's kind with bytes for what is unknown for Mistral and Gemma, hardly a word in any."""
    pieced = style in {"mistral", "gemma"}
    space = "▁" if pieced else "Ġ"
    letters = [f"<0x{byte:02X}>" for byte in range(256)] if pieced else sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {
        token: number for number, token in enumerate([*SPECIAL[style], *letters, *([*"abehiosuyrdmlx", space] if pieced else ()), "hi", f"{space}hi"])
    }
    backend = Tokenizer(models.BPE(vocab=vocabulary, merges=[("h", "i"), (space, "hi")], byte_fallback=pieced))
    if not pieced:
        backend.pre_tokenizer, backend.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    else:
        stripped = [decoders.Strip(content=" ", left=1)] if style == "mistral" else []
        backend.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), *stripped])
        backend.normalizer = normalizer or (normalizers.Replace(" ", "▁") if style == "gemma" else None)
        if style == "mistral" and not normalizer:
            backend.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    given = SPECIAL[style]
    if not special:
        backend.add_tokens(given)
        given = given[:2]
    tokens = PreTrainedTokenizerFast(tokenizer_object=backend, bos_token=given[0], eos_token=given[1], extra_special_tokens=given[2:])
    tokens.chat_template = chat_template or CHAT_TEMPLATE[style]
    return tokens


def saved(folder: Path, tokens: PreTrainedTokenizerFast) -> Template:
    tokens.save_pretrained(folder)
    return base.load_template(str(folder))


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Template]:
    return {style: saved(tmp_path_factory.mktemp(style), tokenizer(style)) for style in STYLES}


GOLDEN = {
    "chatml": (
        "<|im_start|>system\n<HEADER><|im_end|>\n",
        [
            ("<|im_start|>", CONTEXT),
            *((letter, CONTEXT) for letter in "user\n"),
            ("hi", CONTEXT),
            (">>COMMENT<<", CONTEXT),
            ("y", CONTEXT),
            ("<|im_end|>", CONTEXT),
            ("\n", CONTEXT),
            ("<|im_start|>", CONTEXT),
            *((letter, CONTEXT) for letter in "assistant\n"),
            ("hi", TEXT),
            (" hi", TEXT),
            (">>COMMENT<<", MARKER),
            ("y", TEXT),
            ("<|im_end|>", MARKER),
            ("\n", CONTEXT),
        ],
    ),
    "llama": (
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nToday: 26 Jul 2024\n\n<HEADER><|eot_id|>",
        [
            ("<|start_header_id|>", CONTEXT),
            *((letter, CONTEXT) for letter in "user"),
            ("<|end_header_id|>", CONTEXT),
            ("\n", CONTEXT),
            ("\n", CONTEXT),
            ("hi", CONTEXT),
            (">>COMMENT<<", CONTEXT),
            ("y", CONTEXT),
            ("<|eot_id|>", CONTEXT),
            ("<|start_header_id|>", CONTEXT),
            *((letter, CONTEXT) for letter in "assistant"),
            ("<|end_header_id|>", CONTEXT),
            ("\n", CONTEXT),
            ("\n", CONTEXT),
            ("hi", TEXT),
            (" hi", TEXT),
            (">>COMMENT<<", MARKER),
            ("y", TEXT),
            ("<|eot_id|>", MARKER),
        ],
    ),
    "mistral": (
        "<s>[INST] <HEADER>\n\n",
        [
            ("hi", CONTEXT),
            (">>COMMENT<<", CONTEXT),
            ("y", CONTEXT),
            ("[/INST]", CONTEXT),
            (" hi", TEXT),
            (" hi", TEXT),
            (">>COMMENT<<", MARKER),
            (" ", TEXT),
            ("y", TEXT),
            ("</s>", MARKER),
        ],
    ),
    "gemma": (
        "<bos><start_of_turn>user\n<HEADER>\n\n",
        [
            ("hi", CONTEXT),
            (">>COMMENT<<", CONTEXT),
            ("y", CONTEXT),
            ("<end_of_turn>", CONTEXT),
            ("\n", CONTEXT),
            ("<start_of_turn>", CONTEXT),
            *((letter, CONTEXT) for letter in "model\n"),
            ("hi", TEXT),
            (" hi", TEXT),
            (">>COMMENT<<", MARKER),
            ("y", TEXT),
            ("<end_of_turn>", MARKER),
            ("\n", CONTEXT),
        ],
    ),
}
"""The header, and the turns as (token, kind)."""


@pytest.mark.parametrize("style", STYLES)
def test_what_is_learned_in_each_style(style: str, templates: dict[str, Template]) -> None:
    template = templates[style]
    rendered = template.render(conversation(them("hi", "y"), me("hi hi", "y")))
    header, turns = GOLDEN[style]
    strings = [_written(template.tokenizer.convert_ids_to_tokens(token)) for token in rendered.ids]
    assert "".join(strings[: len(rendered.header)]).replace("A chat on Telegram: Ann and Bob.", "<HEADER>") == header
    assert list(zip(strings, rendered.kinds, strict=True))[len(rendered.header) :] == turns


def _written(token: str) -> str:
    if token.startswith("<0x"):
        return chr(int(token[3:5], 16))
    return token.replace("Ġ", " ").replace("▁", " ").replace("Ċ", "\n")


@pytest.mark.parametrize("style", STYLES)
def test_an_alternating_chat_is_what_the_chat_template_makes(style: str, templates: dict[str, Template]) -> None:
    template = templates[style]
    turns = [them("hi"), me("hi hi"), them("yes \n you"), me("и"), them("a"), me("so")]
    header = "A chat on Telegram: Ann and Bob."
    messages = [{"role": "assistant" if turn.mine else "user", "content": turn.bubbles[0]} for turn in turns]
    if style == "gemma":
        messages[0]["content"] = f"{header}\n\nhi"
    else:
        messages.insert(0, {"role": "system", "content": header})
    constant = {"chat_template": "{% macro strftime_now(form) %}26 Jul 2024{% endmacro %}" + template.tokenizer.chat_template}
    theirs = template.tokenizer.apply_chat_template(messages, tokenize=True, return_dict=False, **constant)
    assert template.render(conversation(*turns)).ids == theirs
    asked = template.tokenizer.apply_chat_template(messages[:-1], tokenize=True, return_dict=False, add_generation_prompt=True, **constant)
    assert template.prompt(template.header("Ann", contact="Bob"), turns[:-1], group=False) == asked


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=15)
@given(data=st.data())
def test_the_prompt_is_the_prefix_and_the_mask_is_the_reply(style: str, templates: dict[str, Template], data: st.DataObject) -> None:
    given_one, template = data.draw(tiny.conversations()), templates[style]
    rendered, group = template.render(given_one), given_one.kind is ChatKind.GROUP
    ids, kinds = rendered.ids, rendered.kinds
    expected = [CONTEXT] * len(ids)
    for number, turn in enumerate(given_one.turns):
        if not turn.mine:
            continue
        prompt = template.prompt(template.header_of(given_one), given_one.turns[:number], group=group)
        assert ids[: len(prompt)] == prompt
        end = ids.index(template.stop_id, len(prompt))
        reply = ids[len(prompt) : end]
        assert [template.decode(bubble) for bubble in _split(reply, template.bubble_id)] == list(turn.bubbles)
        if turn.learn:
            expected[len(prompt) : end + 1] = [MARKER if token == template.bubble_id else TEXT for token in reply] + [MARKER]
    assert kinds == expected


def _split(ids: list[int], marker: int) -> list[list[int]]:
    parts: list[list[int]] = [[]]
    for token in ids:
        if token == marker:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("special", [True, False], ids=["special", "insisting"])
def test_markers_in_a_message_are_text(style: str, special: bool, templates: dict[str, Template], tmp_path: Path) -> None:
    template = templates[style]
    if not special:
        template = saved(tmp_path, tokenizer(style, special=False))
        assert template.markers == templates[style].markers
    harmless = template.render(conversation(them("a", name="b"), me("c"), group=True, chat="d"))
    for marker in [*SPECIAL[style], ">>COMMENT<<"]:
        text = f"a{marker}b {marker}"
        rendered = template.render(conversation(them(text, name=text), me(text), group=True, chat=text))
        assert [token for token in rendered.ids if token in template.specials] == [token for token in harmless.ids if token in template.specials]
        assert len(rendered.ids) > len(harmless.ids) + 4  # written out, not dropped


@pytest.mark.parametrize("style", STYLES)
def test_only_the_bubble_marker_is_new(style: str, templates: dict[str, Template]) -> None:
    template, strings = templates[style], SPECIAL[style]
    assert template.added == [template.bubble_id] == [template.size - 1]
    assert template.tokenizer.convert_ids_to_tokens(sorted(template.specials)) == [*strings, ">>COMMENT<<"]
    assert template.tokenizer.convert_ids_to_tokens(template.stop_id) == {"chatml": "<|im_end|>", "llama": "<|eot_id|>", "mistral": "</s>"}.get(
        style, "<end_of_turn>"
    )


@pytest.mark.parametrize("style", STYLES)
def test_no_role_need_alternate(style: str, templates: dict[str, Template]) -> None:
    template = templates[style]
    text = template.tokenizer.decode(template.render(conversation(me("hi"), them("a"), them("b", name="Ева"), group=True)).ids[1:])
    end = text[text.index("Bob.") :]
    assert (
        end
        == {
            "chatml": "Bob.<|im_end|>\n<|im_start|>assistant\nhi<|im_end|>\n<|im_start|>user\nBob: a<|im_end|>\n<|im_start|>user\nЕва: b<|im_end|>\n",
            "llama": "Bob.<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nhi<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nBob: a<|eot_id|>"
            "<|start_header_id|>user<|end_header_id|>\n\nЕва: b<|eot_id|>",
            "mistral": "Bob.\n\n[/INST] hi</s>[INST] Bob: a[/INST][INST] Ева: b[/INST]",
            "gemma": "Bob.\n\n<end_of_turn>\n<start_of_turn>model\nhi<end_of_turn>\n<start_of_turn>user\nBob: a<end_of_turn>\n"
            "<start_of_turn>user\nЕва: b<end_of_turn>\n",
        }[style]
    )


@pytest.mark.parametrize("style", ["chatml", "mistral", "gemma"])
@pytest.mark.parametrize("shared", [0, 5, 20])
def test_a_later_window_begins_as_a_conversation_does(style: str, shared: int, templates: dict[str, Template]) -> None:
    template = templates[style]
    turns = [turn for number in range(15) for turn in (them(f"a{number}"), me(f"hi {number} hi", "so" * (number % 3 + 1)))]
    given_one = conversation(*turns)
    rendered = template.render(given_one)
    found = list(windows(rendered, row_tokens=len(rendered.header) + 100, shared_tokens=shared))
    assert len(found) > 2
    beginnings = [template.render(conversation(*turns[number:])).ids for number in range(len(turns))]
    for window in found:
        assert len(window.ids) <= len(rendered.header) + 100
        assert any(list(window.ids) == beginning[: len(window.ids)] for beginning in beginnings)
    learned = [token for window in found for token, kind in zip(window.ids, window.kinds, strict=True) if kind != CONTEXT]
    assert learned == [token for token, kind in zip(rendered.ids, rendered.kinds, strict=True) if kind != CONTEXT]


@pytest.mark.parametrize("text", [" hi", "hi ", "  ", "", "hi\nhi", "\n", "и 👩‍👩‍👧"])
@pytest.mark.parametrize("kind", [*STYLES, "prepending"])
def test_decoding_gives_the_text_back(kind: str, text: str, templates: dict[str, Template], tmp_path: Path) -> None:
    if kind == "prepending":
        prepending = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
        template = saved(tmp_path, tokenizer("mistral", normalizer=prepending))
    else:
        template = templates[kind]
    mine = template.markers.mine
    ids = template.pieces([them("a"), me(text)], group=False)[1].ids
    assert template.decode(ids[len(mine.opening) : len(ids) - len(mine.closing)]) == text


UNUSABLE = {
    "turns that a message could imitate": "{% for m in messages %}{{ m.role + ': ' + m.content + (eos_token if m.role == 'assistant' else '') }}{% endfor %}",
    "no end": "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '\n' }}{% endfor %}",
    "texts that do not come out": "{{ '<|im_start|>user\n' + messages[-1].content + '<|im_end|>' }}",
    "texts that are changed": "{% for m in messages %}{{ '<|im_start|>' + m.content | upper + '<|im_end|>' }}{% endfor %}",
    "texts that come twice": "{% for m in messages %}{{ '<|im_start|>' + m.content + m.content + '<|im_end|>' }}{% endfor %}",
    "refusal": "{{ raise_exception('no') }}",
    "damage": "{% for %}",
    "an error": "{{ messages[9].content + 1 // 0 }}",
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_template_that_gives_no_form_leaves_twins_own(name: str, tmp_path: Path) -> None:
    template = saved(tmp_path, tokenizer("chatml", UNUSABLE[name]))
    assert template.tokenizer.convert_ids_to_tokens([*template.header("Ann")][:1]) == [">>INTRODUCTION<<"]
    assert len(template.added) == 4


def test_a_template_of_days_is_the_same_every_day(templates: dict[str, Template]) -> None:
    text = templates["llama"].tokenizer.decode(templates["llama"].header("Ann", contact="Bob"))
    assert "Today: 26 Jul 2024\n" in text


SHAPE: dict[str, Any] = {
    "vocab_size": 300,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 32,
    "initializer_range": 0.1,
}
BASES = {
    "chatml": lambda: Qwen3ForCausalLM(Qwen3Config(**SHAPE)),
    "llama": lambda: LlamaForCausalLM(LlamaConfig(**SHAPE)),
    "mistral": lambda: MistralForCausalLM(MistralConfig(**SHAPE, sliding_window=None)),
    "gemma": lambda: Gemma2ForCausalLM(Gemma2Config(**SHAPE, query_pre_attn_scalar=32)),
}


@pytest.mark.parametrize("style", ["chatml", "gemma", *(pytest.param(style, marks=pytest.mark.slow) for style in ("llama", "mistral"))])
def test_such_a_base_is_loaded_learns_and_answers(style: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    folder = tiny.save_base(tmp_path / "base", BASES[style](), tokenizer(style))
    template = base.load_template(folder)
    model = base.load_base(folder, template, dtype=torch.float32, place=torch.device("cpu"))
    talks: list[Conversation] = tiny.chatter(3)
    rows = make_rows(template, talks, row_tokens=600, shared_tokens=10)
    packed = target_losses(model, make_batch(rows[:1]))
    alone = torch.cat([target_losses(model, make_batch([[window]])) for window in rows[0]])
    torch.testing.assert_close(packed, alone, atol=1e-4, rtol=1e-4)
    twin = with_adapter(model, Train(rank=4), added=template.added)
    optimizer = torch.optim.AdamW([weight for weight in twin.parameters() if weight.requires_grad], lr=0.01)
    for _ in range(2):
        target_losses(twin, make_batch(rows[:1])).mean().backward()
        optimizer.step()
        optimizer.zero_grad()
    with torch.inference_mode():
        assert target_losses(twin, make_batch(rows[:1])).mean() < packed.mean()
    prompt = template.prompt(template.header("Ann", contact="Bob"), [them("hi")], group=False)
    assert list(generate(twin, template, prompt, Sampling(max_tokens=5)))[-1]

"""A template as the Jinja that OpenAI-style servers call a chat template: it makes of messages the text that training saw.

A message is a turn, and messages in a row by the same hand are one; a blank line, or the bubble marker in a reply, parts bubbles.
A first message of the role "system" replaces the header. Markers that somebody writes, or has in their name, are taken apart, as they must
not become tokens. Not here: servers, and what they are told (docs/scaling.md).
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from twin.model.markers import OWN
from twin.model.template import Template
from twin.schema import Turn

# Only what every Jinja has that a server may run, for llama.cpp's is another program: no macros, no filters, plain methods of strings.
_SOURCE = """\
{%- set header = HEADER -%}
{%- set turns = messages -%}
{%- if messages and messages[0]['role'] == 'system' -%}
{%- set header = messages[0]['content'] -%}
{%- set turns = messages[1:] -%}
{%- endif -%}
{%- set opening = namespace(text=header) -%}
{%- for marker in MARKERS -%}
{%- set opening.text = opening.text.replace(marker, marker[:1] + ' ' + marker[1:]) -%}
{%- endfor -%}
{{- START + ' ' + opening.text -}}
{%- for turn in turns -%}
{%- set mine = turn['role'] == 'assistant' -%}
{%- set name = (turn['name'] or '') if GROUP and not mine else '' -%}
{%- set follows = not loop.first and turn['role'] == turns[loop.index0 - 1]['role'] and turn['name'] == turns[loop.index0 - 1]['name'] -%}
{%- if follows -%}
{{- BUBBLE -}}
{%- else -%}
{{- MINE if mine else CONTACT -}}
{%- if name -%}
{%- set speaker = namespace(text=name.replace(':', ' ').replace('\\n', ' ').replace('\\r', ' ').strip()) -%}
{%- for marker in MARKERS -%}
{%- set speaker.text = speaker.text.replace(marker, marker[:1] + ' ' + marker[1:]) -%}
{%- endfor -%}
{{- ' ' + speaker.text + ':' -}}
{%- endif -%}
{%- endif -%}
{%- set said = namespace(text=turn['content'], any=false) -%}
{%- if mine -%}
{%- set said.text = said.text.replace(BUBBLE, BREAK) -%}
{%- endif -%}
{%- for marker in MARKERS -%}
{%- set said.text = said.text.replace(marker, marker[:1] + ' ' + marker[1:]) -%}
{%- endfor -%}
{%- for line in said.text.split(BREAK) -%}
{%- set bubble = line.strip() -%}
{%- if bubble -%}
{{- (BUBBLE if said.any else '') + ' ' + bubble -}}
{%- set said.any = true -%}
{%- endif -%}
{%- endfor -%}
{%- if mine and (loop.last or turns[loop.index0 + 1]['role'] != 'assistant') -%}
{{- STOP -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{- MINE -}}
{%- endif -%}
"""


def chat_template(template: Template, header: str, *, group: bool) -> str:
    """The Jinja that renders a list of {"role", "content"} as `Template.prompt` does with twin's own markers; in a group messages also have a "name".

    Args:
        template: Whose markers it uses.
        header: What opens a conversation that has no system message: the text of prompts/header.txt, filled.
        group: Whether the header is a group's, in which a contact's name comes before what they say.
    """
    values = dict(zip(("START", "CONTACT", "MINE", "BUBBLE", "STOP"), OWN, strict=True)) | {"HEADER": header, "BREAK": "\n\n"}
    named = [f"{{%- set {name} = {json.dumps(value, ensure_ascii=False)} -%}}" for name, value in values.items()]
    markers = template.tokenizer.convert_ids_to_tokens(sorted(template.specials))
    return "\n".join([*named, f"{{%- set GROUP = {str(group).lower()} -%}}", f"{{%- set MARKERS = {json.dumps(markers)} -%}}", _SOURCE])


def as_messages(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """Turns as a client of such a server sends them."""
    return [{"role": "assistant" if turn.mine else "user", "content": "\n\n".join(turn.bubbles)} | ({} if turn.mine else {"name": turn.name}) for turn in turns]

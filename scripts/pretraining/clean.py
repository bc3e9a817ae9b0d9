"""What is taken out of the corpora, and what is written otherwise: people at a keyboard type neither curly quotes nor long dashes."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence

_TYPED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛`´ʼ", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("–—―−‒‑", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2009\u202f\u3000\t\r\n", " "),
        **dict.fromkeys("\u200b\u200c\u2060\ufeff\u00ad\u0301", ""),
        "…": "...",
    }
)
_RUBBISH = re.compile(
    r"https?:|www\.|\.com\b|```|[<>{}|\\^~\ufffd]|#\w"  # markup, links
    r"|chat ?gpt|language model|\bas an ai\b|\bmturk\b|(?-i:\bHITs?\b|\bAMT\b)|amazon ?turk|\bself.?dialog"  # about the making of the corpus
    r"|[ѣіѳѵ]|ъ\b"  # the spelling of before 1918
    r"|\b(?:за|до|на|вы|у|от|по|про)?[её]б[алуен]|\bху[йея]|пизд|\bбляд|fuck|\bnigg",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"\b(?:ai|bots?|chat ?bots?|robots?|software|programs?|programmed|computers?|artificial|machines?|electronic|cyber\w*|binary|byte\w*)\b"
    r"|робот|программ|компьютер|электрич|энерги",
    re.IGNORECASE,
)
_SLOT = re.compile(r"[\[(<](?:insert )?(?:your |my |the )?(?:user ?([12])?|persona ?([12])|name|username)(?:'s)?(?: ?name)?(?: here)?[\])>]", re.IGNORECASE)
_OWN = re.compile(r"(?:\bi'?m|\bi am|\bname'?s|\bname is|\bthis is|\bcall me|^it'?s)\s*$", re.IGNORECASE)


def clean(text: str) -> str:
    """The text as somebody would type it."""
    text = unicodedata.normalize("NFC", html.unescape(text)).translate(_TYPED)
    text = re.sub(r"\s*-{2,}\s*", " - ", text)
    text = re.sub(r"\[[^\]]{12,}\]|\*[^*]{3,60}\*", " ", text)  # stage directions
    text = re.sub(r"(?<!\.)\.\.(?!\.)", "...", text)
    text = re.sub(r"([.!?,])\1{3,}", r"\1\1\1", text)
    text = re.sub(r"\s+([,.!?;:](?:\s|$))", r"\1", text)
    text = re.sub(r"(?<=[a-zа-яё][,!?])(?=[A-Za-zА-Яа-яё])", " ", text)
    text = re.sub(r"^\s*(?:- |[,.;:]+(?=\s))", "", text)
    return " ".join(text.split())


def named(text: str, mine: int, names: Sequence[str]) -> str:
    """Synthetic persona chats leave slots for the speakers' names; they get the names drawn for them."""

    def name(slot: re.Match[str]) -> str:
        number = slot[1] or slot[2]
        if number:
            return names[int(number) - 1]
        return names[mine] if _OWN.search(text[: slot.start()]) else names[1 - mine]

    return _SLOT.sub(name, text) if len(names) == 2 else text


def fit(text: str, language: str) -> bool:
    """Whether a turn may be learned from; a conversation is cut before one that may not."""
    letters = sum(map(str.isalpha, text))
    if not text or _RUBBISH.search(text) or "[" in text or len(text) > 400 or letters < 0.5 * len(text.replace(" ", "")) - 6:
        return False
    if letters > 12 and sum(map(str.isupper, text)) > 0.6 * letters:
        return False
    latin = sum("a" <= character <= "z" for character in text.lower())
    return latin >= 0.8 * letters if language == "en" else latin <= 0.1 * letters


def of_a_machine(text: str) -> bool:
    """Chatterbot's answers are those of a program; a person's twin should not begin as one."""
    return bool(_MACHINE.search(text))


def narrated(text: str) -> bool:
    """A book's quoted speech with the narrator still in it, a monologue, or verse."""
    return len(text.split()) > 40 or bool(re.search(r"[.!?,] - \w|-[сc]\b|\w- ", text)) or len(re.findall(r"(?<![.!?:\-\"] )(?<!^)\b[А-ЯЁ][а-яё]*", text)) > 3

"""What a record of WhatsApp's chat says: a message with its text and medium, or one that was deleted, or a notice of WhatsApp's own."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import PurePosixPath
from typing import NamedTuple

from twin.export.whatsapp_words import ATTACHED, DELETED, EDITED, MISSED_CALL, NOTICES, OMITTED, OMITTED_KIND, POLL

_MARK = "\u200e"
"""Left-to-right mark: on iOS, WhatsApp sets it before what it writes itself."""
_VIEWED_ONCE = "null"
"""All that Android writes of a photo that could be viewed once."""
_LONGEST_PHRASE = 100
_SPECIAL = re.compile(f"[<({_MARK}\u2068]|://")
"""Without one of these, a text that is no phrase of WhatsApp's is a text and nothing else."""
_PHRASES = DELETED | NOTICES | OMITTED_KIND.keys()
_EDITED = re.compile(r"\s*<([^<>\n]{5,60})>$")
_BRACKETED = re.compile(r"<([^<>\n]{3,60})>")
_OMITTED_AT_END = re.compile(rf"(?:^|(?<=[\s{_MARK}])){_MARK}<?([^\n<>{_MARK}]{{5,60}}?)>?\.?$")
_ATTACHED_IOS = re.compile(r"<[^\W\d_][^<>:\n]{2,30}\s?:\s(\d{5,}-[^<>\n]+)>")
_ATTACHED_ANDROID = re.compile(r"([^\n/]{1,250}\.\w{1,8}) \(([^()\n]{3,40}(?:\([^()\n]*\))?)\)(?:\n|$)")
_OWN_NAME = re.compile(r"(?:IMG|VID|PTT|AUD|STK|DOC)-\d{8}-WA\d+\.\w+")
"""How WhatsApp on Android names files, in every language."""
_LOCATION = re.compile(r"[^\W\d][^\n:]{1,30}: https?://(?:maps\.google\.com|maps\.app\.goo\.gl|www\.google\.com/maps)\S*", re.IGNORECASE)
_DOCUMENT = re.compile(r"[^\n•]+\.\w{1,8}(?: • [^\n]*)?|[^\n]+ • [^\n]*")
"""The name of an omitted document, and its number of pages."""
_MENTION = re.compile("@\u2068([^\u2068\u2069\n]*)\u2069")
_BY_PREFIX = {"STK": "sticker", "PTT": "voice_message", "AUD": "audio_file", "DOC": "file"}
_BY_WORD = (("-STICKER-", "sticker"), ("-GIF-", "animation"))
_BY_ENDING = {
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".heic", ".webp"), "photo"),
    **dict.fromkeys((".mp4", ".mov", ".3gp", ".mkv"), "video_file"),
    **dict.fromkeys((".mp3", ".m4a", ".aac", ".wav", ".ogg", ".amr"), "audio_file"),
    ".opus": "voice_message",
    ".gif": "animation",
    ".vcf": "contact",
}


class What(Enum):
    """What a record is; the values are reasons in `Imported.left_out`."""

    MESSAGE = "message"
    DELETED = "deleted"
    SERVICE = "service"


class Content(NamedTuple):
    """What follows a name. `edited` is whether it was, not when: WhatsApp does not tell."""

    what: What
    text: str = ""
    media: str | None = None
    edited: bool = False


def read_content(body: str, *, ios: bool) -> Content:
    """What a sender's words are.

    Args:
        body: Everything after "Name: ".
        ios: Whether a left-to-right mark at the beginning means that WhatsApp itself writes.
    """
    if not ios and body == _VIEWED_ONCE:
        return Content(What.SERVICE)
    if not _SPECIAL.search(body):
        bare = body.strip()
        phrase = bare.rstrip(".").casefold() if len(bare) <= _LONGEST_PHRASE else bare
        if bare and phrase not in _PHRASES and not MISSED_CALL.fullmatch(phrase):
            return Content(What.MESSAGE, bare)
    marked = body.startswith(_MARK)
    text, edited = _without_edited(body)
    plain = _plain(text) if len(text) <= _LONGEST_PHRASE else ""
    if plain in DELETED:
        return Content(What.DELETED)
    if (not plain and not _clean(text)) or plain in NOTICES or (plain and MISSED_CALL.fullmatch(plain)):
        return Content(What.SERVICE)
    media = _medium(text, plain)
    if media is not None:
        return Content(What.MESSAGE, _clean(media[1]), media[0], edited)
    clean = _clean(text)
    if ios and marked and not POLL.match(clean):
        return Content(What.SERVICE)
    return Content(What.MESSAGE, clean, None, edited)


def _plain(text: str) -> str:
    """A phrase as it stands in the tables."""
    return text.replace(_MARK, "").strip().rstrip(".").casefold()


def _clean(text: str) -> str:
    """A message's text without the marks that WhatsApp put into it."""
    if _MARK in text:
        text = text.replace(_MARK, "")
    if "\u2068" in text:
        text = _MENTION.sub(r"@\1", text)
    return text.strip()


def _without_edited(body: str) -> tuple[str, bool]:
    if not body.endswith(">"):
        return body, False
    found = _EDITED.search(body)
    if found is None or _plain(found[1]) not in EDITED:
        return body, False
    return body[: found.start()].rstrip(f"{_MARK} "), True


def _medium(text: str, plain: str) -> tuple[str, str] | None:
    """The kind of a message's medium, and its caption; None where it has none."""
    kind = OMITTED_KIND.get(plain.strip("<>").rstrip("."))
    if kind is not None:
        return kind, ""
    if "<" in text:
        first, _, caption = text.partition("\n")
        bracketed = _BRACKETED.fullmatch(first.strip(f"{_MARK} "))
        if bracketed is not None:
            phrase = _plain(bracketed[1])
            if phrase in OMITTED or phrase in OMITTED_KIND:
                return OMITTED_KIND.get(phrase, "file"), caption
        attached = _ATTACHED_IOS.search(text)
        if attached is not None:
            before, after = _clean(text[: attached.start()]), _clean(text[attached.end() :])
            if not before or not after:
                return _kind_of_file(attached[1]), "" if _DOCUMENT.fullmatch(before) else before or after
    if _MARK in text:
        omitted = _OMITTED_AT_END.search(text)
        kind = OMITTED_KIND.get(_plain(omitted[1])) if omitted is not None else None
        if omitted is not None and kind is not None:
            before = _clean(text[: omitted.start()])
            return kind, "" if kind == "file" and _DOCUMENT.fullmatch(before) else before
    if "(" in text:
        named = _ATTACHED_ANDROID.match(text.lstrip(_MARK))
        if named is not None and (_plain(named[2]) in ATTACHED or _OWN_NAME.fullmatch(named[1])):
            return _kind_of_file(named[1]), text.lstrip(_MARK)[named.end() :]
    if "://" in text and _LOCATION.fullmatch(_clean(text)):
        return "location", ""
    return None


def _kind_of_file(name: str) -> str:
    """What a file is, from the names that WhatsApp gives and from endings."""
    by_word = next((kind for word, kind in _BY_WORD if word in name), None)
    prefix = _BY_PREFIX.get(name[:3]) if _OWN_NAME.fullmatch(name) else None
    return by_word or prefix or _BY_ENDING.get(PurePosixPath(name).suffix.lower(), "file")

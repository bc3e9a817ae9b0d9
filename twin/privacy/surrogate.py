"""Stand-ins for what is private: of the same form, the same for the same thing, and by chance for whoever lacks the key.

Every letter and digit is replaced by another of its sort, drawn from a stream that the key and the normalised original decide. What
tells little about a person stays: punctuation, a country's calling code, the host of a large mail provider. Not here: people's names (names.py).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

import regex

from twin.privacy.rule import Kind

PROVIDERS = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.co.uk icloud.com me.com mac.com proton.me "
    "protonmail.com gmx.de gmx.net gmx.com web.de t-online.de posteo.de mail.ru inbox.ru list.ru bk.ru yandex.ru ya.ru yandex.com "
    "rambler.ru orange.fr free.fr libero.it".split()
)
"""Hosts of mail that so many share that they name nobody."""
_ALPHABETS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "абвгдежзиклмнопрстуфхцчшщэюя", "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ")
_ALIKE = {letter: alphabet for alphabet in _ALPHABETS for letter in alphabet}
_CALLING = regex.compile(r"\s*(?:\+|00)\s?(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})")
"""A calling code in international form: those of one and two digits (ITU-T E.164), or else three."""


def surrogate(text: str, kind: Kind, key: bytes) -> str:
    """What stands in the place of `text`, something private of this kind. It may be anything but the original."""
    draws = _draws(key, kind, essence(text))
    if kind is Kind.EMAIL and "@" in text:
        local, _, host = text.rpartition("@")
        return f"{_scrambled(local, draws)}@{host if host.casefold() in PROVIDERS else 'example.org'}"
    kept = 0
    if kind is Kind.PHONE and (calling := _CALLING.match(text)):
        kept = calling.end()
    return text[:kept] + _scrambled(text[kept:], draws)


def essence(text: str) -> str:
    """What is the same in all spellings of one number or address."""
    return "".join(filter(str.isalnum, text.casefold()))


def _scrambled(text: str, draws: Iterator[int]) -> str:
    # how its groups are parted must not change what stands for it
    return "".join(_other(character, next(draws)) if character.isalnum() else character for character in text)


def _other(character: str, draw: int) -> str:
    alphabet = _ALIKE.get(character)
    if alphabet is None:  # a digit or letter of a further script becomes one that everybody reads
        alphabet = _ALPHABETS[0] if character.isdigit() else _ALPHABETS[1] if character.isalpha() else ""
    others = alphabet.replace(character, "")
    return others[draw % len(others)] if others else character


def _draws(key: bytes, kind: Kind, essence: str) -> Iterator[int]:
    """Bytes without end by HMAC-SHA256 in counter mode; nobody without the key can test a guess of the original."""
    block = 0
    while True:
        yield from hmac.digest(key, f"{kind}\0{block}\0{essence}".encode(), hashlib.sha256)
        block += 1

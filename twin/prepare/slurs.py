"""Slurs in replies, by a small list of our own for English and Russian. Off unless twin.toml asks for it.

It holds words that insult people for what they are (origin, faith, whom they love, illness, sex); swearing is not in it, nor what has an everyday meaning
beside ("chink", "dyke", "coon", "хач"). It knows words and not what is meant: a quotation counts, an insult in other words does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SLURS = "slurs"
_WORD = re.compile(r"[^\W\d_]+")


def _forms(stems: str, endings: str) -> Iterable[str]:
    """Each stem with each ending; "-" is none."""
    return (stem + ending.strip("-") for stem in stems.split() for ending in endings.split())


_ENGLISH = "- s z"
_CONSONANT = "- а у ом е ы ов ам ами ах"
_SOFT = "ь я ю ем е и ей ям ями ях"
_VELAR = "- а у ом е и ов ам ами ах"
_FEMININE = "а ы е у ой ою - ам ами ах"
_FEMININE_VELAR = "а и е у ой ою - ам ами ах"
_ADJECTIVE = "ый ая ое ые ого ому ым ом ой ую ых ыми"
_ADJECTIVE_VELAR = "ий ая ое ие ого ому им ом ой ую их ими"

_LIST = frozenset(
    [
        *_forms("nigger nigga sandnigger jigaboo wetback beaner spic gook kike paki raghead towelhead zipperhead", _ENGLISH),
        *_forms("faggot shemale retard mongoloid spastic slut whore halfbreed", _ENGLISH),
        *_forms("faggy faggotry faggoty retarded libtard libtards slutty", "-"),
        *_forms("пидор пидорас пидарас пидр ниггер негритос кацап жид пиндос", _CONSONANT),
        *_forms("педик гомик чучмек", _VELAR),
        *_forms("москал", _SOFT),
        *_forms("хохол", "-"),
        *_forms("хохл", "а у ом е ы ов ам ами ах"),
        *_forms("чурк жидовк хохлушк пидораск", _FEMININE_VELAR),
        *_forms("чурок жидовок хохлушек", "-"),
        *_forms("шлюх", _FEMININE_VELAR),
        *_forms("черномаз чернозад черножоп узкоглаз", _ADJECTIVE),
        *_forms("черножоп", _FEMININE),
        *_forms("жидовск пидорск пидорасск хохляцк", _ADJECTIVE_VELAR),
    ]
)


def slurs(bubbles: Iterable[str]) -> int:
    """How many words of a reply are slurs."""
    return sum(word in _LIST for bubble in bubbles for word in _WORD.findall(bubble.casefold().replace("ё", "е")))

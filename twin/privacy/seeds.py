"""Phrases that open a wallet: BIP-39, in all the languages that the package mnemonic has lists for.

Not here: what is said about a phrase, and phrases of other schemes (SLIP-39, Monero), whose words are not in these lists.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from hashlib import sha256
from itertools import product

import regex

from twin.privacy.rule import Kind, Rule, Trigger

_SIZES = (12, 15, 18, 21, 24)
"""How many words a phrase has (BIP-39)."""
_HAN = frozenset({"chinese_simplified", "chinese_traditional"})
"""Their words are one character each, and nearly all that is written in Chinese consists of these."""
_WORD = r"(?V1:\p{Han}|[\p{L}\p{M}--\p{Han}]+)"
_WORDS = regex.compile(_WORD)
_LETTERS = regex.compile(r"[^\W\d_]+")
_CHARACTER = regex.compile(r"\p{Han}")
_SPACED = {code: chr(code).lower() if chr(code).isalpha() else " " for code in range(128)}
_ACCENTS = regex.compile(r"\p{M}+")
_BETWEEN = regex.compile(r"[^\p{L}\p{M}:：!?。，]*(?:\d{1,2}[^\p{L}\p{M}]{0,4})?")
"""Space, commas, dashes, or the number of the next word; a colon after a number alone."""
_WIDEST = 12
"""As many characters at most between two words of a phrase."""
_LISTED = regex.compile(r"[\d,;\n|]")
_NEAR = 200
"""How far from it that may be which says that it is a phrase, in characters."""
_SAID = regex.compile(
    r"(?i)seed|phrase|mnemonic|wallet|metamask|ledger|trezor|tonkeeper|phantom|electrum|exodus|recover|backup|restor|bip-?39|crypto|bitcoin|\bbtc\b"
    r"|(?:12|15|18|21|24)[- ]words?|"
    r"\bwords?\b|сид|фраз|кошел|мнемони|восстан|метамаск|тонкипер|леджер|трезор|крипт|битк|\bслов|wörter|mots|palabras|parole|palavras|frase|fráze|slova|kelime|cümle|слова|单词|單詞|言葉"
    r"|単語|단어|助记|助記|种子|種子|シード|니모닉|시드"
)

_TWO, _PIECE, _FIVE = (regex.compile(f"1{{{least},}}") for least in (2, 4, 5))
LEAST = 7
"""So many words at least of a phrase with one word mistyped, or in parts, stand in pieces of four or more."""
_APART = 6
"""As many words at most between the parts of a phrase."""
_ODD_IN = 6
"""One word in so many at most is not quite of the list."""
_DENSE = 0.75
"""What part of the words at least is of the list, where a phrase is spoken of and words are missing, mistyped or explained."""
LABEL = regex.compile(r"(?i)\b(?:word|слово|wort|mot|palabra|parola)[ ]?[#№]?(?=\d)")
"""What may stand before each word of a phrase, and is none of it."""
_SHORT = "english, four letters"
"""The first four letters of an English word tell it from the others, and some write no more of it."""


@cache
def word_places() -> dict[str, dict[str, int]]:
    """For each word, folded: in which languages' lists it is, and where. Read when the first long text comes: 50 ms."""
    from mnemonic import Mnemonic

    places: dict[str, dict[str, int]] = {}
    for language in Mnemonic.list_languages():
        for place, word in enumerate(Mnemonic(language).wordlist):
            places.setdefault(_fold(word), {})[language] = place
            if language == "english":
                places.setdefault(word[:4], {})[_SHORT] = place
    return places


@cache
def spellings() -> frozenset[str]:
    """The words that are in a list once й is и and ё is е in them."""
    return frozenset("".join(letters) for word in word_places() for letters in product(*({"и": "ий", "е": "её"}.get(letter, letter) for letter in word)))


def _fold(text: str) -> str:
    """Small letters without accents; no two words of one list become the same by it."""
    text = text.lower()
    return text if text.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).replace("ı", "i")


def _valid(places: Sequence[int]) -> bool:
    """The checksum of BIP-39: 11 bits a word, of which the last 33rd part begins the SHA-256 of the others."""
    bits = 0
    for place in places:
        bits = bits << 11 | place
    check = len(places) // 3
    digest = sha256((bits >> check).to_bytes(check * 4, "big")).digest()
    return digest[0] >> (8 - check) == bits & ((1 << check) - 1)


@dataclass(frozen=True, slots=True)
class _PhraseRule(Rule):
    """Its pattern finds words; which of them are a phrase no pattern can tell."""

    def find(self, text: str) -> list[tuple[int, int]]:
        """The runs of twelve or more words out of one list, as far as they are phrases."""
        places = word_places()
        text = LABEL.sub(lambda label: " " * len(label[0]), text)
        # Most long texts are out by this, far sooner than by what follows.
        words = text.translate(_SPACED).split() if text.isascii() else _LETTERS.findall(_fold(text))
        bits = "".join(["01"[word in places] for word in words])
        if sum(map(len, _PIECE.findall(bits))) < LEAST and (text.isascii() or not _CHARACTER.search(text)):
            return []
        spans = [match.span() for match in _WORDS.finditer(text)]
        known = [places.get(text[start:end]) or places.get(_fold(text[start:end]), {}) for start, end in spans]
        often = Counter(language for languages in known for language in languages)
        found: list[tuple[int, int]] = []
        for language in (language for language, times in often.items() if times >= _SIZES[0] - 2):
            listed = [language in languages for languages in known]
            if language not in _HAN:
                broken = [*_parted(text, listed), *(() if language == _SHORT else _mistyped(text, spans, listed, language))]
                found += [(spans[first][0], spans[last - 1][1]) for first, last in broken]
            for first, last in _runs(text, spans, listed):
                phrase = [languages[language] for languages in known[first:last]]
                if _is_phrase(text, spans, first, last, phrase, language in _HAN):
                    found.append((spans[first][0], spans[last - 1][1]))
        return _joined(found)


def _runs(text: str, spans: Sequence[tuple[int, int]], listed: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """From which word and to which (exclusive) there are twelve or more of the list with no more between them than a phrase has."""
    first = 0
    for place in range(len(spans) + 1):
        goes_on = place < len(spans) and listed[place]
        if goes_on and (place == first or _follows(text, spans[place - 1][1], spans[place][0])):
            continue
        if place - first >= _SIZES[0]:
            yield first, place
        first = place if goes_on else place + 1


def _mistyped(text: str, spans: Sequence[tuple[int, int]], listed: Sequence[bool], language: str) -> Iterator[tuple[int, int]]:
    """From which word and to which there is a phrase of which some words are not quite of the list, or one is missing."""
    place = 0
    while place < len(spans):
        last, odd = place, 0
        while last < len(spans) and (last == place or _follows(text, spans[last - 1][1], spans[last][0])):
            if not listed[last] and ((odd + 1) * _ODD_IN > last + 1 - place + _ODD_IN or not _like_one(text[slice(*spans[last])], language)):
                break
            odd += not listed[last]
            last += 1
        count = last - place
        if count >= _SIZES[0] - 1 and odd * _ODD_IN <= count and (odd or count < _SIZES[0]):
            said = _SAID.search(text, max(0, spans[place][0] - _NEAR), spans[last - 1][1] + _NEAR) is not None
            alone = count == len(spans) and odd <= count // _SIZES[0]
            if said or (alone and (odd or _in_a_list(text, spans, place, last))):
                yield place, last
        place = max(last, place + 1)


def _in_a_list(text: str, spans: Sequence[tuple[int, int]], first: int, last: int) -> bool:
    """Whether most of the words have a number, a comma or a line of their own."""
    return 2 * sum(_LISTED.search(text, spans[place][1], spans[place + 1][0]) is not None for place in range(first, last - 1)) > last - first


@cache
def _like_one(word: str, language: str) -> bool:
    return len(word) > 2 and bool(get_close_matches(_fold(word), _listed_in(language), 1, 0.74))


@cache
def _listed_in(language: str) -> list[str]:
    return [word for word, languages in word_places().items() if language in languages]


def _parted(text: str, listed: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """From which word and to which there is a phrase in parts with a few other words between, where one is spoken of or little else is said."""
    said = _SAID.search(text) is not None
    for least, needed, dense in ((_PIECE, _SIZES[0], 0.0), (_TWO, 10, _DENSE)) if said else ((_FIVE, _SIZES[0], _DENSE),):
        parts = count = first = last = 0
        for match in least.finditer("".join("01"[one] for one in listed) + "0" * (_APART + 1) + "11111"):
            if parts and match.start() - last > _APART:
                if parts > 1 - (dense > 0) and count >= needed and count >= dense * (last - first) and (said or 3 * count >= 2 * len(listed)):
                    yield first, last
                parts = count = 0
            first = first if parts else match.start()
            parts, count, last = parts + 1, count + len(match.group()), match.end()


def _follows(text: str, end: int, start: int) -> bool:
    return text[end:start] in ("", " ") or (start - end <= _WIDEST and _BETWEEN.fullmatch(text[end:start]) is not None)


def _is_phrase(text: str, spans: Sequence[tuple[int, int]], first: int, last: int, places: Sequence[int], han: bool) -> bool:
    """Whether a run of words out of one list is a phrase: by its checksum, or since nobody writes a sentence like that."""
    count, start, end = last - first, spans[first][0], spans[last - 1][1]
    if han and end - start < 2 * count - 1:
        return _set_off(text, spans[first:last], places)
    if count >= _SIZES[-1] or 3 * count >= 2 * len(spans) or _SAID.search(text, max(0, start - _NEAR), end + _NEAR):
        return True
    return _in_a_list(text, spans, first, last) or any(_valid(places[place : place + size]) for size in _SIZES for place in range(count - size + 1))


def _set_off(text: str, spans: Sequence[tuple[int, int]], places: Sequence[int]) -> bool:
    """Whether among Han characters without space some have it around each, or around all of them and the checksum of a phrase."""
    apart = [0, *(place for place in range(1, len(spans)) if spans[place][0] > spans[place - 1][1]), len(spans)]
    before, after = text[max(0, spans[0][0] - 9) : spans[0][0]].rstrip(" "), text[spans[-1][1] : spans[-1][1] + 9].lstrip(" ")
    told = _SAID.search(text) is not None or ((not before or before[-1] in ":：\n") and (not after or after[0] == "\n"))
    ends = set(apart)
    return any(
        start + size in ends and (all(place in ends for place in range(start, start + size)) or (told and _valid(places[start : start + size])))
        for start in apart
        for size in _SIZES
    )


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same without overlaps, which there are where a word is in two lists."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


RULES: tuple[Rule, ...] = (
    _PhraseRule(
        "bip39",
        Kind.SEED,
        _WORD,
        Trigger.MANY | Trigger.WORD,
        words=frozenset("seed phrase mnemonic сид фраза сидка words слова frase semilla 助记词 助記詞".split()),
        # Made of 16 bytes 0x3C, or of one word over and over.
        true=(
            "⟦destroy tiger audit journey sense bulk valley maple destroy tiger audit jungle⟧",
            "so this is what opens it: ⟦Destroy tiger audit journey sense bulk valley maple destroy tiger audit jungle⟧ and you must not lose it or show it",
            "1. ⟦zoo\n2. zoo\n3. zoo\n4. zoo\n5. zoo\n6. zoo\n7. zoo\n8. zoo\n9. zoo\n10. zoo\n11. zoo\n12. zoo⟧",
            "моя сид-фраза: ⟦abandon, abandon, abandon, abandon, abandon, abandon, abandon, abandon, abandon, abandon, abandon, abandon⟧",
            "⟦жертва узкий бугор натура снайпер волос ценить ориентир жертва узкий бугор неважно⟧",
            "⟦くすりゆび　まもる　いほう　ぜんあく　はっくつ　えんそく　ゆうき　たいよう　くすりゆび　まもる　いほう　せんく⟧",
            "⟦destroy tiger audit jorney sense bulk valley maple destroy tiger audit jungle⟧",
            "вот сид ⟦destroy tiger audit journey sense bulk valey maple destroy tiger audit jungle⟧ не теряй его",
            "сид: ⟦tiger audit journey sense bulk valley\nи вторая часть: maple destroy tiger audit jungle zoo⟧",
            "⟦火 纬 那 绍 租 几 昂 圈 火 纬 那 殖⟧",
            "助记词：⟦火緯那紹租幾昂圈火緯那殖⟧",
            "⟦명칭 테스트 고집 시댁 종종 금강산 한문 약수 명칭 테스트 고집 시선⟧",
            "⟦cubique sphère anxieux hangar psychose biscuit tronc jongler cubique sphère anxieux hasard⟧",
            "⟦cubique sphere anxieux hangar psychose biscuit tronc jongler cubique sphere anxieux hasard⟧",
            "⟦cuello tarjeta apagar justo recto beso tumor mando cuello tarjeta apagar labio⟧",
            "⟦dinamico tale appunto mana scambiare bisnonno unicorno nastrare dinamico tale appunto mannaro⟧",
            "⟦colidir soterrar ameixa gritaria proibido bailar triciclo janta colidir soterrar ameixa gruta⟧",
            "⟦hygiena veletrh bufet nepokoj snad dobro vznik oklika hygiena veletrh bufet netvor⟧",
            "⟦etken turnusol asayiş masmavi söğüş burs yağlı nahoş etken turnusol asayiş matrak⟧",
        ),
        false=(
            "destroy tiger audit journey sense bulk valley maple destroy tiger audit",
            "you will have to destroy the tiger, audit the journey and sense the bulk of the valley with the maple in the jungle",
            "yes you can just spend this whole day at home with that one good old game, then wash, cook and fix the door",
            "I never know what you really want when you just sit there like that, so please tell me this one time",
            "сегодня я весь день сидел дома, смотрел кино и ждал, пока ты напишешь мне хоть одно слово в ответ",
            "今天我在家里看了一整天的电影然后去公园走了一圈",
            "one two three four five six seven eight nine ten eleven twelve thirteen",
        ),
    ),
)

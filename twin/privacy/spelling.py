"""How numbers are written in messages, for the rules of identifiers: digits of any script, what parts their groups, the words that announce them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import regex

D = r"\p{Nd}"
"""A digit of any script: full-width ones and Arabic ones are typed too."""

# a rule's pattern names its first signs before it asks for these two, which is several times faster
START = r"(?<![\p{L}\p{N}_#№@=&$€£¥₽/\\]|[\p{L}\p{N}]-|(?<!\p{N}{6})\p{N}[.,:*×]|[#№]\s)"
"""No longer number, no word, no price and no link goes on here."""

END = r"(?![\p{L}\p{N}_]|[.,:/*×]\p{N}(?!\p{N}{6})|-[\p{L}\p{N}]|\s?[₽€$£%°](?!\p{N}))"

_PAID = r"руб\w{0,4}|р|тыс|млн|евро|долл\w{0,5}|usd|eur|gbp|dollars?|euros?|pounds?|people|users|views|bytes|чел\w{0,6}|люд\w{1,3}|штук|шт|м²|км|байт"
_COUNTED = (
    r"мин\w{0,4}|час\w{0,2}|сек\w{0,4}|м|см|мм|км/ч|кг|гр|градус\w{0,3}|раза?|лет|год\w{0,2}|дн\w{1,3}|день|процент\w{0,3}|этаж\w{0,3}|"
    r"times|minutes?|min|hours?|hrs?|days?|weeks?|months?|years?|miles?|meters?|metres?|km|kg|mb|gb|kb|ms|px|points?|percent"
)
PAID = rf"(?!\s{{0,2}}(?i:{_PAID})(?!\w))"
"""As many as this are paid, or counted; no phone."""
UNIT = rf"(?!\s{{0,2}}(?i:{_PAID}|{_COUNTED})(?!\w))"
"""The same for smaller numbers, which measures have too."""

_THINGS = (
    r"orders?|invoice|track(?:ing)?|parcel|shipment|waybill|tickets?|booking|reservation|case|ref|reference|sku|part|serial|model|item|product|batch|"
    r"isbn|issn|ean|upc|barcode|imei|timestamp|unix|id|uid|pid|code|session|meeting|conference|commit|build|revision|rev|version|issue|bug|"
    r"account|acct|flight|member|membership|customer|policy|contract|room|card|passport|bestell\w{0,10}|"
    r"заказ\w{0,3}|накладн\w{1,3}|трек\w{0,4}|отправлени\w|посылк\w{1,2}|билет\w{0,3}|чек\w{0,2}|арт|артикул\w{0,2}|договор\w{0,2}|заявк\w{1,2}|обращени\w|"
    r"тикет\w{0,2}|задач\w|штрих-?код\w{0,2}|айди|ид|лот\w{0,2}|квитанци\w|брон\w{1,4}|рейс\w{0,2}|карт\w{1,2}|паспорт\w{0,2}|инн|огрн|снилс"
)
NO_ORDER = (
    # where no letter is near there is no word either, which is far sooner seen
    rf"(?:(?<!\p{{L}}[^\p{{L}}]{{0,30}}+)|(?<!(?i:(?<!\w)(?:{_THINGS})(?!\w)[^\w\n]{{0,4}}(?:(?:no|number|num|nr|id|is|your|номер\w{{0,2}}|товара|это)(?!\w)[^\w\n]{{0,4}}){{0,2}}"
    r"\p{L}{0,4}-?[\p{Nd} -]{0,24}+)))"
)
"""What follows is not said to be the number of a thing, as in "order no. 123". To be asked only where digits begin: it is slow."""

_LINK = (
    r"(?i:no|nr|num|number|nummer|num[eé]ro|n|id|card|is|it|s|are|was|the|my|his|her|for|on|code|issued|in|und|ist|lautet|est|es|"
    r"номер\w{0,2}|ном|это|вот|такой|мой|моя|его|е[её]|у|меня|него|не[её]|по|серия|серии|сер|код|рф|"
    r"кпп|организации|компании|фирмы|ооо|ип|физлица|гражданина|мамы|папы|мужа|жены|сына|дочери|новый|старый)"
)


def digits(text: str) -> str:
    """The digits in a text, in order, each as one of 0-9."""
    return "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())


def groups(text: str) -> list[str]:
    """The runs of digits in a text, as 0-9."""
    return [digits(run) for run in regex.findall(r"\p{Nd}+", text)]


def said(phrases: Iterable[str], links: str = _LINK) -> str:
    """A pattern for one of some phrases with what may stand between it and its number: signs, and at most four small words such as "no." and "is".

    Args:
        phrases: With no sign of a pattern but the point, which is one; a space in one may be a dash in the text.
        links: A pattern for the small words.
    """
    return rf"{_one_of(phrases)}[^\w\n]{{0,4}}?(?:{links}(?!\w)[^\w\n]{{0,4}}?){{0,4}}"


def near(phrases: Iterable[str], reach: int = 30) -> str:
    """The same with any words between, where they have no digit: for phrases that speak of little but their numbers.

    Args:
        phrases: As for said.
        reach: How many signs the words between have at most.
    """
    # the digit is looked for first, as most often there is none
    return rf"{_one_of(phrases)}(?=[^\p{{N}}\n]{{0,{reach + 16}}}+\p{{N}})[^\p{{N}}\n]{{0,{reach}}}?(?<![\p{{L}}\p{{N}}_])"


def _one_of(phrases: Iterable[str]) -> str:
    either = "|".join(sorted((phrase.replace(".", r"\.").replace(" ", r"[\s-]") for phrase in phrases), key=len, reverse=True))
    return rf"(?i:(?<![\w-])(?:{either}))(?!\w)"


def words_of(phrases: Iterable[str]) -> frozenset[str]:
    """For each phrase a word that a text with the phrase has: what Trigger.WORD looks for."""
    return frozenset(max(regex.findall(r"\w+", phrase.casefold()), key=len) for phrase in phrases)

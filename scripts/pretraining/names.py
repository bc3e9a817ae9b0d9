"""The names that the speakers of the corpora are given: common first names, some surnames, and what people call a contact."""

from __future__ import annotations

import random

FIRST = {
    "en": (
        "Anna Ben Chloe Dan Emma Felix Grace Harry Isla Jack Kate Leo Maya Noah Olga Paul Rose Sam Tess Will Zoe Priya Omar Ivan Lena Marco "
        "Alex Amy Beth Carl Clara Dave Diana Ed Ella Eric Eva Fiona Frank George Hannah Helen Ian James Jane Jen Jo John Josh Julia Karen Kim "
        "Laura Liam Linda Lisa Lucy Luke Maria Mark Mary Matt Max Mia Mike Mina Nadia Nick Nina Nora Oliver Oscar Pete Rachel Ravi Rob Ruth Ryan "
        "Sara Simon Sofia Steve Sue Theo Tim Tom Tony Vera Yuki"
    ).split(),
    "ru": (
        "Аня Борис Вера Гриша Даша Женя Зоя Игорь Катя Лёша Маша Миша Никита Оля Павел Рита Саша Таня Юля Дима Алина Андрей Антон Вика Витя "
        "Галя Денис Ира Кирилл Костя Лена Люба Макс Марина Настя Наташа Олег Паша Полина Рома Света Серёжа Соня Стас Федя Юра Яна"
    ).split(),
}
LAST = {
    "en": (
        "Adams Bailey Baker Brown Carter Clark Cole Cooper Costa Diaz Evans Fisher Garcia Gray Green Hall Hill Hughes Jones Kaur Kelly Khan King Lee "
        "Lewis Lind Marsh Miller Moore Novak Patel Price Reed Rossi Shaw Silva Smith Stone Taylor Walker Ward Weber White Wood Wright Young"
    ).split(),
    "ru": "Белых Бондаренко Гончар Дорошенко Ким Коваленко Кравец Мельник Мороз Руденко Седых Соболь Ткач Черных Шевчук".split(),
}
CALLED = {"en": "Mum|Mom|Dad|Grandma|Sis|Work|Neighbour".split("|"), "ru": "Мама|Папа|Бабушка|Сестра|Брат|Соседка".split("|")}
GROUPS = {
    "en": "Family|Flatmates|Football on Sunday|Book club|The team|Old friends|Weekend plans|Neighbours|Class of 09|Dinner?".split("|"),
    "ru": "Семья|Друзья|Работа|Дача|Выходные|Соседи|Футбол|Наш класс".split("|"),
}


def shown(first: str, language: str, chance: random.Random) -> str:
    """The name as a chat shows it: mostly the first one alone."""
    return f"{first} {chance.choice(LAST[language])}" if chance.random() < 0.25 else first


def draw(count: int, language: str, chance: random.Random) -> list[str]:
    """First names for `count` speakers, all different."""
    return chance.sample(FIRST[language] * (1 + count // len(FIRST[language])), count)

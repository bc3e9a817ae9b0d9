"""A thousand made-up private things of all kinds, in the sentences in which people write them, and the search that finds whatever of them is left.

Numbers have the checksums that real ones have. Nothing is anybody's: all of it comes from a seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

from mnemonic import Mnemonic
from stdnum import luhn
from stdnum.de import idnr
from stdnum.fr import nir
from stdnum.iso7064 import mod_11_10
from stdnum.ru import inn

EACH = 55
"""Canaries of each kind that is found by rules."""
PATTERN = r"\bXK-\d{5}\b"
"""What the person's own list has: a pattern for their firm's case numbers."""
LETTERS, SMALL, CAPITALS, DIGITS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "0123456789"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
GIVEN = "Henrike Calliope Ottoline Percival Thaddeus Leopold Rosalind Ignatius Clementine Barnaby Wilhelmina Augustin".split()
SURNAMES = "Quillfeather Brackwell Oberholtzer Lindqvist Castellanos Pemberly Vandersloot Hawthornden Mirabeau Zanetti Thistlewood Kowalczyk".split()
GIVEN_RU = "Аграфена Ермолай Евпраксия Пантелеймон Глафира Мирослав Таисия Всеволод Ярослава Тихон Пелагея Велимир".split()
SURNAMES_RU = "Толоконникова Скоробогатов Вересаева Переверзев Дубровина Златопольский Подгорная Мещеряков Черноусова Рассказов Щедрина Воскобойников".split()
CONTACTS = [f"{given} {surname}" for given, surname in [*zip(GIVEN, SURNAMES, strict=True), *zip(GIVEN_RU, SURNAMES_RU, strict=True)]]
"""Those the person writes with."""


@dataclass(frozen=True, slots=True)
class Canary:
    """Something private, and the message that it stands in."""

    kind: str
    private: str
    message: str
    language: str


def canaries(seed: int) -> list[Canary]:
    """A thousand, of all kinds, in random order."""
    chance = random.Random(seed)
    made: list[Canary] = []
    kinds = {kind: [(make, language, carrier) for language, some in carriers.items() for carrier in some] for kind, (make, carriers) in KINDS.items()}
    for kind, ways in (kinds | {"id": IDS}).items():
        for number in range(EACH):
            make, language, carrier = ways[number % len(ways)]
            private = make(chance)
            made.append(Canary(kind, private, carrier.replace("{}", private), language))
    names = [part for name in CONTACTS for part in (name, *name.split())]
    for number in range(1000 - len(made)):
        name = names[number % len(names)]
        russian = not name.isascii()
        made.append(Canary("name", name, chance.choice(MENTIONS["ru" if russian else "en"]).replace("{}", name), "ru" if russian else "en"))
    chance.shuffle(made)
    return made


class Haystack:
    """Texts to search: as they are, and with nothing but their letters and digits, so that no other spelling of a number hides it."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._plain = "\n".join(texts).casefold()
        self._words = " ".join(["", *re.findall(r"\w+", self._plain), ""])
        self._bare = "".join(filter(str.isalnum, self._plain))

    def has(self, canary: Canary) -> bool:
        """Whether a canary is in them, in any spelling; a name or a short number as words of their own."""
        words = re.findall(r"\w+", canary.private.casefold())
        bare = "".join(filter(str.isalnum, canary.private.casefold()))
        return bare in self._bare if len(bare) >= 8 and canary.kind != "name" else f" {' '.join(words)} " in self._words


def left(found_in: Iterable[str], searched: Iterable[Canary]) -> list[Canary]:
    """The canaries that are in some texts."""
    haystack = Haystack(found_in)
    return [canary for canary in searched if haystack.has(canary)]


def _some(chance: random.Random, alphabet: str, count: int) -> str:
    return "".join(chance.choices(alphabet, k=count))


def _number(chance: random.Random, count: int) -> str:
    return str(chance.randrange(1, 10)) + _some(chance, DIGITS, count - 1)


def _grouped(digits: str, sizes: Iterable[int], joint: str) -> str:
    parts, place = [], 0
    for size in sizes:
        parts.append(digits[place : place + size])
        place += size
    return joint.join(part for part in [*parts, digits[place:]] if part)


def _email(chance: random.Random) -> str:
    local = f"{chance.choice(GIVEN)}{chance.choice(['.', '_', ''])}{_some(chance, SMALL, 6)}{chance.randrange(100)}".lower()
    return f"{local}@{chance.choice(['gmail.com', 'mail.ru', 'yandex.ru', 'outlook.com', 'proton.me', 'kafe-lipa.ru', 'brackwell-design.co.uk'])}"


def _phone(chance: random.Random) -> str:
    seven = _number(chance, 7)
    russian = f"9{chance.choice(['03', '16', '21', '26', '63', '85'])}"
    return chance.choice(
        [
            f"+7 {russian} {_grouped(seven, (3, 2, 2), '-')}",
            f"8 ({russian}) {_grouped(seven, (3, 2, 2), '-')}",
            f"+7{russian}{seven}",
            f"+44 7{chance.choice(['700', '911', '400', '823'])} {_number(chance, 6)}",
            f"+1 ({chance.choice(['212', '415', '617', '312'])}) {chance.randrange(2, 9)}{_some(chance, DIGITS, 2)}-{_some(chance, DIGITS, 4)}",
            f"+49 15{chance.choice('127')}{chance.randrange(10)} {_number(chance, 7)}",
            f"+33 6 {_grouped(_number(chance, 8), (2, 2, 2, 2), ' ')}",
        ]
    )


def _card(chance: random.Random) -> str:
    digits = chance.choice(["4", "51", "55", "2200", "5390", "4276"])
    digits += _some(chance, DIGITS, 15 - len(digits))
    return _grouped(digits + luhn.calc_check_digit(digits), (4, 4, 4, 4), chance.choice([" ", "", "-"]))


def _iban(chance: random.Random) -> str:
    country, account = chance.choice(
        [("DE", _number(chance, 18)), ("GB", f"{chance.choice(['BARC', 'NWBK', 'LOYD'])}{_number(chance, 14)}"), ("NL", f"INGB{_number(chance, 10)}")]
    )
    rest = int("".join(str(int(sign, 36)) for sign in f"{account}{country}00")) % 97  # ISO 13616
    return _grouped(f"{country}{98 - rest:02}{account}", (4,) * 6, chance.choice([" ", ""]))


def _ssn(chance: random.Random) -> str:
    return f"{chance.randrange(101, 665)}-{chance.randrange(10, 99)}-{_number(chance, 4)}"


def _inn(chance: random.Random) -> str:
    body = f"77{_number(chance, 8)}"
    return body + inn.calc_personal_check_digits(body)


def _snils(chance: random.Random) -> str:
    body = _number(chance, 9)
    check = sum(int(digit) * weight for digit, weight in zip(body, range(9, 0, -1), strict=True)) % 101 % 100
    return f"{_grouped(body, (3, 3, 3), '-')} {check:02}"


def _steuer(chance: random.Random) -> str:
    while True:  # one of its digits comes twice or thrice, which few numbers have
        body = _number(chance, 10)
        if idnr.is_valid(number := body + mod_11_10.calc_check_digit(body)):
            return number


def _nir(chance: random.Random) -> str:
    born = f"{chance.choice('12')}{chance.randrange(100):02}{chance.randrange(1, 13):02}"
    body = f"{born}{chance.randrange(1, 95):02}{chance.randrange(1, 990):03}{chance.randrange(1, 999):03}"
    return body + nir.calc_check_digits(body)


def _passport(chance: random.Random) -> str:
    return f"45{chance.randrange(10, 24)} {_number(chance, 6)}"


def _nino(chance: random.Random) -> str:
    return f"AB {_grouped(_number(chance, 6), (2, 2, 2), ' ')} C"


IDS = [
    (_ssn, "en", "my SSN is {}"),
    (_nino, "en", "NI number: {}"),
    (_steuer, "en", "the tax office wants my Steuer-ID {} again"),
    (_nir, "en", "her French social security number is {}"),
    (_inn, "ru", "мой ИНН {}"),
    (_snils, "ru", "СНИЛС {} , запиши"),
    (_passport, "ru", "паспорт {}, выдан в 2012"),
]


def _ip(chance: random.Random) -> str:
    if chance.random() < 0.3:
        return "2a02:" + ":".join(f"{chance.randrange(0x1000, 0xFFFF):x}" for _ in range(7))
    return ".".join(str(chance.randrange(*bounds)) for bounds in ((80, 95), (2, 254), (2, 254), (2, 254)))


def _url(chance: random.Random) -> str:
    token = _some(chance, LETTERS + DIGITS, 28)
    return chance.choice(
        [
            f"https://files.brackwell.example/get?id=4&token={token}",
            f"https://lipa-kafe.ru/reset/{token}",
            f"https://t.me/+{_some(chance, LETTERS, 14)}{chance.randrange(10, 99)}",
            f"https://nina:{token}@git.brackwell.example/repo.git",
            f"https://us02web.zoom.us/j/{_number(chance, 10)}?pwd={token}",
        ]
    )


def _key(chance: random.Random) -> str:
    return chance.choice(
        [
            "ghp_" + _some(chance, LETTERS + DIGITS, 36),
            "AKIA" + _some(chance, CAPITALS + "234567", 16),
            f"{_number(chance, 10)}:AA" + _some(chance, LETTERS + DIGITS, 33),
            "glpat-" + _some(chance, LETTERS + DIGITS, 20),
            "sk_live_" + _some(chance, LETTERS + DIGITS, 24),
            f"xoxb-{_number(chance, 12)}-{_number(chance, 12)}-" + _some(chance, LETTERS + DIGITS, 24),
            "SG." + _some(chance, LETTERS + DIGITS, 22) + "." + _some(chance, LETTERS + DIGITS, 43),
            "AIza" + _some(chance, LETTERS + DIGITS, 35),
        ]
    )


def _password(chance: random.Random) -> str:
    word = _some(chance, SMALL, 7)
    return chance.choice(
        [f"{word.capitalize()}{chance.randrange(1000, 9999)}", _some(chance, LETTERS + DIGITS, 9) + "7!", f"{word}#{chance.randrange(100, 999)}"]
    )


def _code(chance: random.Random) -> str:
    return _number(chance, 6)


def _seed(chance: random.Random) -> str:
    language = chance.choice(["english", "english", "english", "spanish", "french", "italian", "portuguese", "czech", "japanese", "korean"])
    return Mnemonic(language).to_mnemonic(chance.randbytes(chance.choice([16, 32])))


def _base58(chance: random.Random, version: int) -> str:
    body = bytes([version]) + chance.randbytes(20)
    number, text = int.from_bytes(body + sha256(sha256(body).digest()).digest()[:4], "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = BASE58[rest] + text
    return "1" * (version == 0) + text


def _wallet(chance: random.Random) -> str:
    return chance.choice([lambda: _base58(chance, 0), lambda: _base58(chance, 5), lambda: _base58(chance, 0x41), lambda: f"0x{chance.randbytes(20).hex()}"])()


def _address(chance: random.Random) -> str:
    house = chance.randrange(2, 190)
    return chance.choice(
        [
            f"{house} {chance.choice(['Marlowe', 'Thornbury', 'Kingsley', 'Alder', 'Wexford'])} {chance.choice(['Street', 'Avenue', 'Road', 'Lane'])}",
            f"ул. {chance.choice(['Садовая', 'Лесная', 'Гагарина', 'Чехова', 'Полевая'])}, д. {house}, кв. {chance.randrange(2, 300)}",
            f"{chance.choice(['Lindenstraße', 'Gartenstraße', 'Kastanienallee'])} {house}",
        ]
    )


def _birth(chance: random.Random) -> str:
    day, month, year = chance.randrange(1, 29), chance.randrange(1, 13), chance.randrange(1945, 2008)
    return chance.choice([f"{day:02}.{month:02}.{year}", f"{year}-{month:02}-{day:02}", f"{day:02}/{month:02}/{year}"])


def _place(chance: random.Random) -> str:
    return f"{chance.uniform(40, 60):.6f}, {chance.uniform(20, 60):.6f}"


KINDS: dict[str, tuple[Callable[[random.Random], str], dict[str, list[str]]]] = {
    "email": (
        _email,
        {"en": ["write to {} please", "my new address is {}", "{} is what he gave me"], "ru": ["скинь на {}, я вечером гляну", "моя почта: {}", "пиши на {}"]},
    ),
    "phone": (
        _phone,
        {
            "en": ["call me on {} later", "her number is {} , ask for the keys", "{} is my new number"],
            "ru": ["мой номер {}", "позвони маме {}", "набери {} когда приедешь"],
        },
    ),
    "card": (_card, {"en": ["send it to my card {} thanks", "card number {}, expires in May"], "ru": ["кинь на карту {} пожалуйста", "номер карты {} сбер"]}),
    "iban": (_iban, {"en": ["transfer the rent to {}", "IBAN {} , same name"], "ru": ["мой IBAN {}", "переведи на счёт {} до пятницы"]}),
    "ip": (_ip, {"en": ["the server is at {}", "someone logged in from {} again"], "ru": ["сервер {} лежит", "зашли с айпи {} ночью"]}),
    "url": (_url, {"en": ["here: {} , works until noon", "open {} and tell me"], "ru": ["вот ссылка {} только никому", "зайди на {} и скачай"]}),
    "key": (_key, {"en": ["the key is {} , put it into the env", "token: {}"], "ru": ["вот токен {} не свети его", "ключ {} рабочий"]}),
    "password": (
        _password,
        {"en": ["the password is {}", "wifi password: {}", "login nina password {}"], "ru": ["пароль {}", "пароль от вайфая: {}", "логин nina, пароль {}"]},
    ),
    "code": (
        _code,
        {
            "en": ["Login code: {}. Do not give this code to anyone", "{} is your verification code", "the sms code is {}"],
            "ru": ["Код подтверждения: {}", "код из смс {}", "Ваш код для входа {}. Никому не сообщайте"],
        },
    ),
    "seed": (_seed, {"en": ["my seed phrase: {}", "backup of the wallet is {}"], "ru": ["сид фраза {}", "фраза от кошелька: {}"]}),
    "wallet": (_wallet, {"en": ["send usdt to {}", "my wallet {} , double check it"], "ru": ["мой кошелёк {}", "скинь на адрес {} крипту"]}),
    "address": (_address, {"en": ["come to {} at eight", "I live at {} now"], "ru": ["приезжай: {} , жду", "мой адрес {}"]}),
    "birth": (_birth, {"en": ["I was born on {}", "date of birth {}"], "ru": ["дата рождения {}", "я родился {}"]}),
    "place": (_place, {"en": ["meet me here {}", "coordinates {}"], "ru": ["координаты {}", "я тут {} , подъезжай"]}),
    "own": (lambda chance: f"XK-{_number(chance, 5)}", {"en": ["{} goes to court on Monday"], "ru": ["по делу {} пока тихо"]}),
}
MENTIONS = {
    "en": ["did {} call you back?", "I met {} at the market", "say hi to {} from me", "and {} said no"],
    "ru": ["а {} тоже там был?", "мне {} всё рассказал", "это {} придумал, не я", "завтра {} заедет"],
}

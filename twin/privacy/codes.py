"""One-time and login codes, those of doors and locks, and backup codes: known by what is said beside them.

What makes another code of a code (an error's, a shop's, a town's) rules it out. Not here: PINs and the codes of cards (passwords.py).
"""

from __future__ import annotations

import regex

from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.wording import ALONE, BARE, CLAUSE, CODE_ENDS, COUNTED, ENDS, GAP, IS, NUMBERED, ODD, SIX, UNITS

_NO_CODE_BEFORE = (
    # The first part is for speed: what stands before a word is looked at only where the word may be a code.
    r"(?<!\p{L})(?=код|kod|c[oó]d|digi|mtan|push|sms|otp|отп|tan|pass|best|sich|anm|veri|zug|einm|frei|akti|comb|комб)"
    r"(?<!\b(?:error|err|exit|exited with|failed with|fails with|crashed with|ended with|status|return|returned|response|result|"
    r"http|https|zip|zipcode|postal|post|area|"
    r"country|dial|dialing|dialling|city|region|state|promo|promotional|discount|coupon|voucher|referral|sale|bus|dress|source|qr|"
    r"bar|colou?r|hex|product|item|order|booking|"
    r"tracking|tax|swift|bic|sort|branch|vendor|store|stop|flight|airport|stock|class|course|subject|model|part|paint|fault|"
    r"stop|morse|genetic|penal|civil|criminal|labou?r|"
    r"reason|event|charge|vs|visual studio|of|промо|qr|штрих|исходный|исходного|исходном|почтовый|телефонный|междугородний|"
    r"друга|ошибка с|ошибку с|http|двоичный|бинарный|binary|machine|уголовный|налоговый|"
    r"генетический|цветовой|трек|баркод|region|postleitzahl|fehler|promo)[ \t:-]{1,2})"
)
"""What makes another code of a code: none that opens anything."""
_NO_CODE_AFTER = (
    r"(?![ \t-]+(?:ошибк|город|стран|регион|област|товар|заказ|оквэд|окпо|октмо|мкб|бик|валют|продукт|возврат|ответ|посылк|отслеж|"
    r"тн[ \t]вэд|smell|фильм|модел|краск|цвет|налог|"
    r"подраздел|брон|купон|скидк|специальн|дисциплин|предмет|класс|ошыб|причин|review|base|editor|name|word|error|red|blue|geass|"
    r"freeze|quality|coverage|style|complete|monkey|camp|of[ \t]+(?:\d|conduct|hono|ethic|practice|law|silence)|окпд|оквед)\p{L}*)"
)
_CODE = (
    r"(?:код(?:а|у|ом|е|ы|ов|ами|ик)?|kod|codes?|otp|отп|(?:door |lock |safe )?combination|комбинация|(?:m|push|sms-?)?tan|digicode|c[oó]digo|codice"
    r"|passcode|"
    r"(?:bestätigungs|sicherheits|anmelde|verifizierungs|zugangs|einmal|freischalt|freigabe|aktivierungs)code)"
)
_CODE_WORDS = frozenset(
    (
        "code codes kod mtan digicode отп combination комбинация код кода коду кодом коде коды кодов кодами кодик otp tan código codigo codice "
        "passcode bestätigungscode "
        "sicherheitscode anmeldecode verifizierungscode "
        "freigabecode pushtan smstan zugangscode einmalcode freischaltcode aktivierungscode"
    ).split()
)
_DIGITS = r"(?:(?-i:[A-Z]{1,2})-\d{5,8}|\d{3}[ -]\d{3}|\d{4}[ -]\d{3,4}|\d\d(?:[ -]\d\d){1,3}|\d(?:[ -]\d){3,7}+|\d{3}-\d\d-\d{3}|\d{2,5}[*#]\d{2,5}|\d{4,8})"
_OPENS = (
    r"(?:verification|confirmation|security|log-?in|sign-?in|access|guard|auth\p{L}*|activation|one-?time|single-use|2fa|two-factor|"
    r"sms|telegram|whatsapp|google|discord|steam|"
    r"подтвержд\p{L}*|доступа|входа|безопасности|авторизаци\p{L}*|активаци\p{L}*|одноразов\p{L}*|проверочн\p{L}*|проверки|из[ \t](?:смс|sms)|регистрации)"
)
"""What makes of a code one that opens something."""

_LOCKED = (
    r"(?:lock ?box|key ?(?:box|safe)|entry ?phone|intercom|alarm|barrier|wc|toilet|restroom|(?:gym|bike|shed) lock(?:er)?|keypad|door|ключниц\p{L}"
    r"|бокс\p{L}?|шлагбаум\p{L}?|"
    r"парадн\p{L}{2}|двер\p{L}{1,2}|калитк\p{L}|ворот\p{L}{0,2}|сейф\p{L}?|сигналк\p{L}|сигнализаци\p{L}|охран\p{L}|туалет\p{L}?|паркинг\p{L}?"
    r"|гараж\p{L}?|экран\p{L}?|"
    r"домофон\p{L}?|замок|haustür|tür|schlüsselbox)"
)
"""What is locked by digits."""
_SERVICE = (
    r"(?:telegram|tg|whats ?app|google|gmail|apple|icloud|facebook|fb|insta(?:gram)?|discord|steam|microsoft|outlook|paypal|revolut|amazon|uber|bolt|tinder|"
    r"signal|viber|binance|bybit|coinbase|bank|monzo|chase|wise|klarna|snap(?:chat)?|tiktok|twitter|linkedin|netflix|ebay|epic(?: games)?|yahoo|github"
    r"|airbnb|"
    r"тг|телег\p{L}{1,6}|вотс?ап\p{L}{0,2}|ватс?ап\p{L}{0,2}|вацап\p{L}{0,2}|гугл\p{L}{0,2}|госуслуг\p{L}{0,3}|сбер\p{L}{0,5}|сбол|тиньк\p{L}{0,5}"
    r"|т-банк|альф\p{L}{1,5}|"
    r"втб|банк\p{L}{0,2}|авито|вк|вконтакте|яндекс\p{L}{0,2}|озон\p{L}{0,2}|вб|вайлдберри\p{L}{1,2}|стим\p{L}{0,2}|дискорд\p{L}{0,2}|инст\p{L}{1,6}"
    r"|вайбер\p{L}{0,2}|"
    r"мтс|билайн\p{L}{0,2}|мегафон\p{L}{0,2}|мос\.?ру|mos\.ru|налогов\p{L}{2,3})"
)
"""Who sends codes."""
_SAY = (
    r"(?:it['’]?s?|this|that['’]?s?|is|was|here|the|one|my|new|now|ok(?:ay)?|yes|ye[ap]h?|yep|sure|and|so|then|just|got|get|i|we|u|you|ur|me|they|he"
    r"|she|what|received|"
    r"sent|says?|said|try|use|enter|type|put|in|wait|hm+|quick(?:ly)?|fast|hurry|go|again|look|take|lo+l|pls|plz|please|digits?|six|number|works?"
    r"|worked|did|does|"
    r"вот|это|да|ага|ну|на|щас|ща|сейчас|так|тут|там|держи|лови|бери|пиши|запиши|записывай|диктую|читаю|вводи|введи|вбивай|вбей|быстро|быстрее|скорее"
    r"|срочно|мне|"
    r"тебе|ещё|еще|раз|новый|приш[её]л|пришло|прислали|прислал[аио]?|прилетел[ои]?|сказал[аи]?|говорит|пишет|вроде|точно|только|что|тогда|короче"
    r"|попробуй|давай|"
    r"продиктуй|скидываю|последний|цифры|робот|есть|ок|окей|смотри|успел[аи]?|успеешь|первый|второй|один|не|а|подош[её]л|didn['’]?t)"
)
"""What is said where six digits are sent, and nothing else."""
_NUMBER_WORD = (
    r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty|double|"
    r"ноль|нуль|один|два|три|четыре|пять|шесть|семь|восемь|девять|десять|(?:один|две|три|четыр|пят|шест|сем|восем|девят)надцать|двадцать|тридцать|сорок"
    r"|пятьдесят|"
    r"шестьдесят|семьдесят|восемьдесят|девяносто|сто|двести|(?:три|четыре)ста|(?:пять|шесть|семь|восемь|девять)сот)(?!\p{L})"
)


def _drawn_code(value: str) -> bool:
    """Whether it is a code of letters and digits, and neither a word nor a version, a date or a plain number."""
    bare = value.replace("-", "")
    return (
        any(map(str.isdigit, bare))
        and any(map(str.isalpha, bare))
        and not regex.fullmatch(r"(?i)v\d+|\d+(?:[kmxchp]|[mg]b|px|st|nd|rd|th|\p{Cyrillic}+)", bare)
    )


def _drawn_word(value: str) -> bool:
    return value.isupper() or _drawn_code(value) or regex.search(r"[a-z][A-Z].*[a-z][A-Z]|[_-]", value) is not None


_LOCK_WORDS = frozenset(
    (
        "звёздочка звездочка решётка решетка star hash pound замок haustür tür schlüsselbox card карты телефона entryphone intercom barrier wc "
        "toilet restroom locker ключница ключнице бокс боксе шлагбаум шлагбаума парадную охрана охраны охрану туалет туалета паркинг паркинга "
        "гараж гаража экран экрана двери ворота сигналка сигналки разблокировать разблокируй button buttons кнопки кнопка entry phone "
        "enter punch type press dial buzz ring tap набери наберёшь набираешь набирай наберите нажми нажмёшь нажмешь нажимаешь нажимай жми жмёшь "
        "жмешь тыкай тыкаешь вводи "
        "вводишь keypad ворота ворот калитке калиткой домофон домофона подъезд подъезда дверь двери дверью входная входной входную "
        "key door garage gate парадная парадной lock unlock doorlock lockbox box safe keysafe keypad alarm сигнализация сигнализации сигнализацию "
        "замок замка замке замку разблокировка разблокировки "
        "разблокировку сейф сейфа сейфе сейфу калитка калитки калитке калитку code код кода кодом коде"
    ).split()
)
"""For the two rules about codes that are pressed."""

RULES: tuple[Rule, ...] = (
    Rule(
        "code-after-colon",
        Kind.CODE,
        rf"(?i){_NO_CODE_BEFORE}{_CODE}{ENDS}{_NO_CODE_AFTER}(?:[ \t]+[^\s:=.!?]{{1,24}}+){{0,6}}?"
        rf"(?:[\"'`*_)\]]{{0,3}}[ \t]{{0,3}}[:=→][*_`]{{0,3}}\s{{0,4}}|\??[ \t]+[-–—]+[ \t]*|\??[ \t]*\n\s{{0,3}})"
        rf"[\"'`«*#(]{{0,3}}(?P<value>{_DIGITS}){CODE_ENDS}",
        Trigger.WORD,
        words=_CODE_WORDS,
        true=(
            "Login code: ⟦12345⟧. Do not give this code to anyone",
            "Код подтверждения: ⟦12345⟧",
            "Код для входа в приложение: ⟦123 456⟧.",
            "your Telegram code\n⟦48213⟧",
            "код - ⟦4821⟧",
            "what was the code? - ⟦482193⟧",
            "код от домофона: #⟦4821⟧",
            "Bestätigungscode: ⟦482193⟧",
            "the code for your order at 5 pm: ⟦482-193⟧",
        ),
        false=(
            "error code: 1045",
            "код ошибки: 1045",
            "zip code: 90210",
            "код города: 4952",
            "code: 404",
            "the code: 2000 lines",
            "promo code: 20202020",
            "код товара - 482193",
            "exited with code: 1234",
            "code review: 2024",
        ),
    ),
    Rule(
        "code-said",
        Kind.CODE,
        rf"(?i){_NO_CODE_BEFORE}{_CODE}{ENDS}{_NO_CODE_AFTER}(?:(?:[ \t]+(?:for|to|from|in|on|of|at|by|via|для|из|от|на|в|с|по|"
        rf"к|{_OPENS})(?:[ \t]+[^\s\d:=.!?,]{{1,20}}+){{0,4}}?)?"
        rf"[ \t]+{IS}(?:[ \t]+(?:now|still|just|теперь|такой))?[ \t:]+"
        # With nothing between but what the code is for, a number like a year is a year.
        rf"|(?:[ \t]+(?:(?:от|для|на|for|to)[ \t]+)?(?:{_OPENS}|домофона|подъезда|двери|калитки|сейфа|замка|смс"
        rf"|sms))?(?:[ \t]+такой)?[ \t]+(?<!(?-i:[A-Z]\p{{Ll}}+[ \t][A-Z]\p{{Ll}}+)[ \t]code[ \t](?=(?:19|20)\d\d(?!\d)))"
        rf"|[ \t]+(?:подтверждения|получения|выдачи|активации)(?:[ \t]+[^\s\d:=.!?,]{{1,20}}+){{1,3}}?[ \t]+{ODD}"
        rf"|[ \t]+(?:for|to|from|для|из|от|на|в|с)(?:[ \t]+[^\s\d:=.!?,]{{1,20}}+){{1,3}}?[ \t]+(?!(?:19|20)\d\d(?!\d)))"
        rf"[\"'`«*#(]{{0,3}}(?P<value>{_DIGITS}){CODE_ENDS}",
        Trigger.WORD,
        words=_CODE_WORDS,
        true=(
            "your code is ⟦123456⟧",
            "Никому не говорите код ⟦4821⟧",
            "код из смс ⟦482193⟧",
            "the verification code ⟦123 456⟧",
            "код от подъезда ⟦4821⟧",
            "OTP is ⟦482193⟧",
            "пришёл код ⟦12-34-56⟧?",
            "код домофона ⟦48 21⟧",
            "код такой ⟦4821⟧",
            "use code ⟦4821⟧ to log in",
            "код подтверждения заказа ⟦4821⟧",
            "the bank code is ⟦910447⟧",
        ),
        false=(
            "code 404",
            "the code is bad",
            "bus code 24",
            "the code is 2000 lines long",
            "error code 1045",
            "failed with code 3221",
            "код на Python 2023",
            "Advent of Code 2024",
            "the Da Vinci code 2006",
            "VS Code 2022",
            "код 1С 2000 рублей",
            "QR-код 482193",
            "promo code 20202020",
            "код ошибки 1045",
            "код 4.8.2193",
        ),
    ),
    Rule(
        "code-of-letters",
        Kind.CODE,
        rf"(?i){_NO_CODE_BEFORE}{_CODE}{ENDS}{_NO_CODE_AFTER}(?:[ \t]+[^\s\d:=.!?]{{1,20}}+){{0,5}}?(?:[ \t]+{IS}[ \t:]+|"
        rf"[ \t]{{0,3}}[:=→][*_`]{{0,3}}\s{{0,4}}|[ \t]+[-–—]+[ \t]*)"
        r"[\"'`«*#(]{0,3}(?P<value>[A-Z0-9]{4,12}|[A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6}){1,4})(?![\p{L}\d_]|[.,:/@-]\w)",
        Trigger.WORD,
        words=_CODE_WORDS,
        check=lambda value: _drawn_code(value) or regex.fullmatch("[A-Z]{4}-[A-Z]{4}", value) is not None,
        true=("device code: ⟦ABCD-EFGH⟧", "Code: ⟦A1B2C3⟧", "код: ⟦a1b2c3⟧", "your sign-in code is ⟦R5KX7⟧", "код для восстановления - ⟦AB12-CD34-EF56⟧"),
        false=(
            "promo code: SPRING20",
            "promo code SPRING20",
            "discount code is SALE2024",
            "the code is broken",
            "code: 200 OK",
            "error code: 0x80070005",
            "code: v2024",
            "код: 2000р",
        ),
    ),
    Rule(
        "code-of-capitals",
        Kind.CODE,
        # Letters and digits mixed, and not a word with a number behind it, as the codes of shops are.
        rf"(?:(?i:{_NO_CODE_BEFORE}{_CODE}{ENDS}{_NO_CODE_AFTER})(?:[ \t]+\p{{Ll}}{{2,15}}){{0,2}}?[ \t]+|(?i:(?<!\p{{L}})(?:enter|введи(?:те)?))[ \t]+)"
        r"(?![A-Z]{3,}-?\d{1,4}(?!\w))(?=[A-Z-]{0,6}\d)(?=[\d-]{0,6}[A-Z])"
        r"(?P<value>[A-Z0-9]{5,10}|[A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6}){1,4})(?![\p{L}\d_]|[.,:/@-]\w)"
        rf"|(?i:{_NO_CODE_BEFORE}{_CODE}{ENDS}{_NO_CODE_AFTER})(?:[ \t]+\p{{Ll}}{{2,15}}){{0,2}}?[ \t]+(?=[a-z]{{1,6}}\d{{1,3}}[a-z]"
        rf"|\d{{1,4}}[a-z]{{1,6}}\d)(?P<value>[a-z0-9]{{5,10}})(?![\w@-])",
        Trigger.WORD,
        words=_CODE_WORDS | {"enter", "введи", "введите"},
        check=_drawn_code,
        true=("pairing code ⟦AB7K2Q⟧", "код приглашения ⟦AB7K2Q⟧", "enter ⟦AB7K2Q⟧ to pair", "code ⟦AB7-K2Q⟧", "join code ⟦x7k2mq⟧"),
        false=("use code SAVE482 at checkout", "promo code AB7K2Q", "error code E1234", "code BISCUIT2014 gives 20%", "code ABCDEF"),
    ),
    Rule(
        "code-of-login",
        Kind.CODE,
        rf"(?i)(?<!\p{{L}})(?:{_OPENS}[ \t-]+{_CODE}{ENDS}|{_CODE}[ \t]+(?:для[ \t]+|of[ \t]+|for[ \t]+)?{_OPENS}{ENDS})"
        rf"(?:(?:[ \t]+[^\s\d:=.!?]{{1,20}}+){{0,4}}?(?:[ \t]+{IS}[ \t:]+|[ \t]{{0,3}}[:=][*_`]{{0,3}}\s{{0,4}})[\"'`«*]{{0,3}}"
        r"(?-i:(?P<value>[A-Z0-9]{4,10}|[A-Za-z0-9_-]{8,16}|[a-z]{3,12}(?:-[a-z]{3,12}){2,4}))"
        r"|[ \t]+(?-i:(?P<value>(?=[A-Z]{0,7}\d)[A-Z0-9]{5,8})))(?![\p{L}\d_]|[.,:/@-]\w)",
        Trigger.WORD,
        words=_CODE_WORDS,
        check=_drawn_word,
        true=("Steam Guard code: ⟦RKXTV⟧", "Steam Guard code ⟦RKX4V⟧", "This is your login code:\n⟦aBcDeFgHiJk⟧", "your login code is ⟦misty-ocean-fern⟧"),
        false=("the security code is important", "login code: something", "код безопасности: обязателен", "the access code is required"),
    ),
    Rule(
        "code-of-capitals-first",
        Kind.CODE,
        rf"(?<![\w-])(?P<value>[A-Z0-9]{{5,10}}|[A-Z0-9]{{3,4}}-[A-Z0-9]{{3,4}})(?i:[ \t]*[-–—=][ \t]*|[ \t]+(?:is|это)[ \t]+)(?i:(?:your|the|my|ваш"
        rf"|твой|a)[ \t]+)?"
        rf"(?:[^\W\d]{{2,15}}[ \t]+){{0,2}}?(?i:{_NO_CODE_BEFORE}{_OPENS}[ \t-]+{_CODE}|{_NO_CODE_BEFORE}{_CODE}[ \t]+(?:для[ \t]+)?{_OPENS}){ENDS}",
        Trigger.WORD,
        words=_CODE_WORDS,
        check=lambda value: value.isupper() and not value.isdigit(),
        true=("Yahoo: ⟦KZQPWXYR⟧ is your verification code", "⟦AB7-K2Q⟧ — ваш код подтверждения"),
        false=("SAVE20 is your promo code", "HTTPS is a security measure", "JSON - код ошибки"),
    ),
    Rule(
        "steam-code",
        Kind.CODE,
        # The letters and digits of which Steam makes them; without a digit only where a code is spoken of.
        r"(?i:(?<!\p{L})(?:steam(?:[ ]?guard)?|guard|стим\p{L}{0,2}(?:[ ]?гард)?)(?!\p{L}))[^\n\d]{0,25}?[ \t:]"
        r"(?:(?P<value>(?![RG]TX)(?=[A-Z]{0,4}\d)(?=\d{0,4}[A-Z])[2-9BCDFGHJKMNPQRTVWXY]{5})|(?<=(?i:guard|code|гард"
        r"|код)[ \t:]{1,3})(?P<value>[BCDFGHJKMNPQRTVWX]{5}))(?![\w-])",
        Trigger.WORD,
        words=frozenset("steam guard steamguard стим стима стиме стиму стимгард гард".split()),
        true=("steam guard ⟦K7XQ2⟧", "Steam Guard says ⟦B2CD3⟧.", "стим гард: ⟦7KXQ2⟧", "код стим ⟦PNQG3⟧", "steam guard ⟦PNQGK⟧"),
        false=(
            "steam guard is on",
            "guard dog 12345",
            "on guard since K2",
            "steam guard HELLO",
            "steam key K7XQ2-K7XQ3-K7XQ4",
            "steam 4821 hours",
            "steam sale RTX47",
        ),
    ),
    Rule(
        "intercom-code",
        Kind.CODE,
        r"(?i)(?<!\p{L})(?:код\p{L}{0,2}|домофон\p{L}{0,2}|подъезд\p{L}{0,2})(?!\p{L})[^\n\d.!?]{0,25}?[ \t:#*]"
        r"(?P<value>\d{1,4}[кkвb#*]\d{2,6}|(?<=домофон[ \t:-]{1,3})\d{4,6}|\d{2,6}[#*](?!\d)|(?<=(?:подъезд\p{L}?"
        r"|домофон\p{L}?)[ \t:-]{1,3})\d{2,4}[вb])(?![\p{L}\d]|[.,:/-]\d|[ \t]*(?:р|₽|тыс|г))",
        Trigger.WORD,
        words=frozenset("код кода кодом домофон домофона домофоне домофону подъезд подъезда подъезде".split()),
        true=("домофон ⟦48К4821⟧", "код двери ⟦48к21⟧", "домофон: ⟦4821⟧", "код подъезда: ⟦12#345⟧", "подъезд ⟦482#⟧", "на подъезде ⟦48В⟧"),
        false=("домофон сломан с 2019", "домофон 2019 года", "подъезд 4", "домофон 5000 руб", "код 4к", "подъезд 12, квартира 345", "домофон за 5000 рублей"),
    ),
    Rule(
        "code-before",
        Kind.CODE,
        rf"(?i)(?<![\p{{L}}\d.,:/№#-])(?<!№ )(?<!(?<!\p{{L}})(?:flat|room|apt|order|заказ|кв|квартира|кабинет|bus|ticket"
        rf"|номер)[ \t])(?P<value>{_DIGITS})(?![\p{{L}}\d]|[.,:/]\d)(?:[\"'»)*`]{{0,2}}[ \t]*(?:(?:[-–—=]|is|was|это|thats|that['’]s|"
        rf"ist|est|es|as|,)[ \t]*+(?:[^\s\d.!?]{{1,20}}[ \t]+){{0,5}}?|[:(\n][ \t]*+(?:[^\s\d.!?]{{1,20}}[ \t]+){{0,2}}?)"
        rf"{_NO_CODE_BEFORE}{_CODE}{ENDS}{_NO_CODE_AFTER}|[ \t]+to[ \t]+(?:verify|confirm|log[ \t]?in|sign[ \t]?in)|[ \t]+(?:для"
        rf"[ \t]+)?(?:входа|подтверждения)(?!\p{{L}}))"
        rf"|(?=\d[\d -]{{4}}){BARE}(?<!(?:order|заказ|number|номер|ticket|артикул)[ \t]){ODD}(?P<value>{SIX})[ \t]+(?:[^\s\d.!?,:;]{{1,12}}[ \t]+){{0,2}}?"
        rf"{_NO_CODE_BEFORE}{_CODE}{ENDS}{_NO_CODE_AFTER}"
        rf"|(?:\A|\n|(?<!\p{{L}})(?:it['’]?s|это|вот|try|use|enter|попробуй|введи|say|(?:tell|give) (?:them|him|her)|скажи|скажи (?:им|ему"
        rf"|ей))[ \t])[ \t]*{ODD}(?P<value>{SIX}){CODE_ENDS}{COUNTED}"
        rf"(?:(?!{NUMBERED})[^\d\n]){{1,35}}?{_NO_CODE_BEFORE}{_CODE}{ENDS}{_NO_CODE_AFTER}"
        rf"|(?:\A|:[ \t]){ODD}(?P<value>\d{{4,8}})[ \t]+(?:(?:the|your|my|твой|мой|новый)[ \t]+)?(?:{_OPENS}[ \t]+)?(?:code|код)(?:[ \t]+(?:для[ \t]+"
        rf"|for[ \t]+)?{_OPENS})?(?=[.!)]{{0,3}}\s*\Z)",
        Trigger.WORD,
        words=_CODE_WORDS | frozenset("verify confirm log login sign подтверждения входа".split()),
        true=(
            "⟦123456⟧ is your Google verification code",
            "⟦G-123456⟧ is your Google verification code.",
            "⟦4821⟧ — ваш код",
            "⟦482 193⟧ - код для входа",
            "use ⟦123456⟧ to verify your account",
            "enter ⟦482193⟧ as your login code",
            "⟦4821⟧ для подтверждения",
            "⟦932360⟧ thats the code",
            "⟦482719⟧ пришел код",
            "⟦482 193⟧ (код из смс)",
            "its ⟦521327⟧ quick, the code",
            "it's ⟦800906⟧. no wait, new one, code 377005",
            "⟦2803⟧ код",
            "just tell them ⟦604813⟧ when they ask for the code",
            "⟦FB-67845⟧ is your Facebook code",
        ),
        false=(
            "404 is an error code",
            "1045 is an error code",
            "90210 is the zip code",
            "2000 lines of code",
            "order 482193 - the bag",
            "482193 lines of code",
            "заказ 482193 код товара",
            "4952 - код города",
            "12.05.2024 - код",
            "2019 код",
            "flat 4821, code of conduct",
            "482193 rows of test code",
            "1768: I know nothing of the code",
        ),
    ),
    Rule(
        "code-near",
        Kind.CODE,
        # It came, it was sent, it is asked for and given: with a code spoken of, six digits are one, and four where they end what is said.
        rf"(?i){_NO_CODE_BEFORE}{_CODE}{ENDS}{_NO_CODE_AFTER}{GAP}{BARE}{ODD}"
        rf"(?:(?P<value>{SIX}){CODE_ENDS}{COUNTED}|(?P<value>G-\d{{5,8}}|\d{{4}}[ -]\d{{4}}|\d\d[ -]\d\d|\d(?:[ -]\d){{3}}|\d{{4,8}}){CODE_ENDS}{CLAUSE})",
        Trigger.WORD,
        words=_CODE_WORDS,
        true=(
            "u got a code? yes ⟦943898⟧",
            "ok the code came 🙌 ⟦682940⟧",
            "code's ⟦6 1 1 8 0 9⟧",
            "код ватсапа ⟦505-751⟧",
            "код подтв ⟦6823⟧",
            "отправили код, ⟦472411⟧",
            "did the code arrive?\nyep, ⟦4827⟧",
            "тебе на телефон код придёт а мне пришёл ⟦67592⟧ лол",
            "скинь код\nщас. ⟦482193⟧ вот",
            "код разблокировки ⟦842676⟧",
            "the combination of the lock is ⟦48-21-17⟧",
        ),
        false=(
            "the code handles 100000 rows",
            "the code for order 482193 is ready",
            "писал код с 2009",
            "I deleted the code, all 4821 lines",
            "мой код упал на 482193 запросах",
            "код в накладной, заказ 482193",
            "promo code, order 482193",
            "the code costs 4500",
            "code review, ticket 482193",
        ),
    ),
    Rule(
        "code-with-sum",
        Kind.CODE,
        # What is paid stands between, and the code behind the last verb or colon.
        rf"(?i){_NO_CODE_BEFORE}{_CODE}{ENDS}{_NO_CODE_AFTER}(?=[^\n\d]{{0,80}}+\d)"
        rf"(?:[ \t]+(?!{NUMBERED})\S{{1,24}}+){{1,14}}?(?:[ \t]+(?:is|это|be|lautet|ist|est|es|è|[-–—=])|(?<=:))[ \t]+"
        rf"{BARE}{ODD}(?P<value>{_DIGITS}){CODE_ENDS}{CLAUSE}",
        Trigger.WORD,
        words=_CODE_WORDS,
        true=(
            "your code to confirm the payment of GBP 42.10 is ⟦289385⟧",
            "код для перевода 15 000 р на карту *1234: ⟦4821⟧",
            "Code for a payment of $1,250.00 to Bob - ⟦289 385⟧.",
        ),
        false=(
            "code 404 and the order number is 482193",
            "the code from 12.05 is 2000 lines",
            "код ошибки 12: 482193",
            "в коде 15 строк - 4800",
        ),
    ),
    Rule(
        "code-sent",
        Kind.CODE,
        # No word for a code, but for how it comes, where it shows or what asks for it.
        r"(?i)(?<!\p{L})(?:(?:authenticator|authy|[2m]fa|totp|sms|(?:the|a) text|texted(?: me| you| u| us)?|последни\p{L}{1,2}(?: 4|"
        r" четыре)? цифр\p{L}(?: номера)?|last(?: 4| four)? digits|смс(?:ки|ку|ка|кой|ке)?|пуш\p{L}{0,2}|аутентификатор\p{L}{0,2}|"
        r"проверочн\p{L}{2}(?: слово| число)?|последние (?:4|четыре)|(?:робот|голос)\p{L}? (?:сказал|продиктовал|говорит)\p{L}?|\A\s*цифры)"
        rf"{ENDS}{GAP}(?<!(?<!\p{{L}})(?:на|to|at|in|by|with|from|от|с|в|к|about|за|до|по)[ \t]){BARE}{ODD}(?P<value>\d{{4,8}}){CODE_ENDS}{CLAUSE}|"
        r"(?:(?:verification|log-?in|one-time) number|confirm|two[ -]?factor|двухфакторк\p{L}|постамат\p{L}{0,2}|pickup|"
        r"authenticator|authy|[2m]fa|2фа|totp|sms|captcha|смс(?:ки|ку|ка|кой|ке)?|пуш\p{L}{0,2}|аутентификатор\p{L}{0,2}|verif(?:y|ication)|"
        r"верификаци\p{L}|подтверждени\p{L}|подтверди\p{L}{0,4}|подтв|auth|авторизаци\p{L}|"
        r"(?:it|app|phone|screen|tv) (?:says|shows|said)|показывает|host key|home ?kit|push-?tan|токен\p{L}?|(?:ключ|access)(?=:)|dial in|(?:just"
        r"|i) got|emailed|digits?(?! of)|цифр\p{L}{0,2}(?![ ]за)|reçu|recibí|recibido|lleg[óo]|ricevuto|bekommen|(?:they|was) sent|received|log-?in"
        r"|log in|sign-?in|sign in|вход\p{L}{0,2}|"
        r"войти|"
        r"(?:texted|emailed|messaged|sent)(?:[ ](?:me|you|u|us))|прислал[аио]?|пришл[оаи]|приш[её]л|прилетел[оа]?|type(?: it)?(?: in)?|punch in|"
        rf"введи(?:те)?|вводи(?:те)?|вбей(?:те)?|вбивай|набери(?:те)?|enter){ENDS}{GAP}{BARE}{ODD}(?P<value>{SIX}){CODE_ENDS}{COUNTED})",
        Trigger.WORD,
        words=frozenset(
            (
                "показывает host homekit home pushtan токен токена ключ access dial llegó llego reçu recibí recibido ricevuto bekommen received 2фа "
                "робот голос confirm number factor двухфакторка двухфакторки двухфакторке двухфакторку постамат постамата постамате pickup проверочный "
                "проверочное последние "
                "text got auth авторизации авторизация авторизацию says shows said digit digits цифр цифры цифрами authenticator authy 2fa mfa totp sms "
                "captcha "
                "смс смски смску смска смской смске пуш пуша пуше пушу пушем аутентификатор аутентификатора "
                "аутентификаторе verify verification верификация верификации верификацию подтверждение подтверждения подтверждению подтвердить подтверди "
                "подтвердите подтв login log sign вход входа входе входу войти texted emailed messaged sent прислал прислала прислали прислало пришло пришла "
                "пришли пришел пришёл прилетело прилетела type punch введи введите вводи вводите вбей вбейте вбивай набери наберите enter"
            ).split()
        ),
        true=(
            "it texted me ⟦932360⟧, type it in",
            "authenticator says ⟦854 754⟧",
            "for the login it wants ⟦188410⟧",
            "из смс: ⟦482193⟧",
            "sms says ⟦4827⟧",
            "bank texted me ⟦4827⟧",
            "последние 4 цифры номера: ⟦4827⟧",
            "just got ⟦482719⟧ from google",
            "смс пришла, ⟦4827⟧.",
            "the 6 digits are ⟦482719⟧",
            "пришло ⟦472411⟧, вводи",
            "введи ⟦482193⟧ там",
            "двухфакторка ⟦580593⟧",
            "my verification number is ⟦910447⟧",
            "постамат ⟦482193⟧",
            "цифры ⟦4821⟧",
        ),
        false=(
            "it texted me at 12:30",
            "подтвердите бронь 482193",
            "цифры: 4821 продаж",
            "пришло 150 000 на карту",
            "прислали счёт 482193",
            "sent me order 482193",
            "пришло 123456 рублей",
            "вход 1500",
            "the first digits of pi 314159",
            "just got 15000 from work",
            "отправь смс на 8464",
            "sms about 4500 rub",
            "she sent me £482193",
            "I sent 482193 to you",
        ),
    ),
    Rule(
        "code-to-type",
        Kind.CODE,
        rf"(?i)(?=\d[\d -]{{4}}){BARE}{ODD}(?P<value>{SIX})(?![\p{{L}}\d_]|[.,:/-]\d)[ \t]*[,.:;(–—-]*[ \t]*"
        r"(?:(?:is|was|what|the|in|from|just|it|это|в|из|мне|что|тут|только|просто|давай|скорее)[ \t]+){0,4}"
        r"(?:type|enter|punch|put|вводи|введи|вбей|вбивай|набери|sms|смс|authenticator|[2m]fa|двухфакторк\p{L}|"
        r"аутентификатор\p{L}{0,2}|texted|came|пришло|пришла|пришли|прислали)(?!\p{L})"
        rf"|\A\s*+{ODD}(?P<value>\d{{4,5}})[ \t]+(?:вводи|введи|вбей|вбивай|type it|enter it)(?!\p{{L}})"
        rf"|(?:\A|\n|[,.!?][ \t])(?:(?:ну|щас|ща|быстро|быстрее|скорее|давай|ok|now|so|then|quick)[ ,]{{1,2}}){{0,2}}(?:вводи|введи|вбей|вбивай|type"
        rf"|enter)[ \t:]+(?:тогда[ \t]+|in[ \t]+)?{ODD}(?P<value>\d{{4,5}})(?=[.!)]{{0,3}}\s*\Z)"
        r"|(?<!\p{L})(?:набери(?:те)?|нажми(?:те)?|dial|press|punch in)[ \t]+(?P<value>\d{3,6}[#*])(?!\d)",
        Trigger.WORD,
        words=frozenset(
            "2fa mfa двухфакторка двухфакторки двухфакторке двухфакторку аутентификатор аутентификатора аутентификаторе набери наберите нажми dial "
            "press type enter punch put вводи введи вбей вбивай набери sms смс authenticator texted came пришло пришла пришли прислали".split()
        ),
        true=(
            "вводи ⟦4821⟧",
            "⟦4821⟧ вводи быстрее",
            "набери ⟦4821#⟧",
            "⟦91 04 47⟧ is the 2fa",
            "⟦932360⟧, type it in",
            "⟦482193⟧ вводи",
            "got it: ⟦482719⟧ is what the sms says",
            "щас, ⟦482719⟧ пришло",
            "⟦482 193⟧ - введи его",
        ),
        false=(
            "введи 2023",
            "вводи 1500",
            "enter 2 if you agree",
            "набери 4821931",
            "I was 1500 when I type it",
            "2024, enter the dragon",
            "100000 put away",
            "48 22 type",
        ),
    ),
    Rule(
        "code-for-site",
        Kind.CODE,
        # The last line of a message with a code bound to a site: https://wicg.github.io/sms-one-time-codes/.
        r"(?<!\S)@[\w-]{1,60}(?:\.[\w-]{1,60}){1,4}[ \t]+#(?P<value>[A-Za-z0-9]{4,10})(?!\w)",
        Trigger.AT,
        true=("@bank.example #⟦202932⟧", "482193 is it\n@login.example.org #⟦482193⟧"),
        false=("@bob #202932", "bob@bank.example #202932", "@bank.example 202932"),
    ),
    Rule(
        "code-kept-secret",
        Kind.CODE,
        r"(?i)(?:(?:don.?t|do not|never)[ \t]+(?:share|tell|give|forward)|никому[ \t]+(?:его[ \t]+|этот[ \t]+код[ \t]+)?не"
        r"[ \t]+(?:сообщ|говор|показ|перед|дав)\p{L}{0,6})(?:[\s:,–—-]+(?:anyone|anybody|this|the|that|your|code|it|with|to|этот|код|"
        r"кода|его)){0,4}[\s:,–—-]+"
        rf"(?<![\p{{L}}\d.,:/#-])(?P<value>{_DIGITS}){CODE_ENDS}"
        rf"|(?<![\p{{L}}\d.,:/#-])(?P<value>{_DIGITS})(?![\p{{L}}\d]|[.,:/]\d)[^\d]{{0,60}}?(?:(?:don.?t|do not|never)"
        rf"[ \t]+(?:share|tell|give|forward)[ \t]+(?:this|it|the[ \t]+code|your)"
        r"|никому[ \t]+(?:его[ \t]+|этот[ \t]+код[ \t]+|код[ \t]+)?не[ \t]+(?:сообщ|говор|показ|перед|дав)|не[ \t]+(?:сообщайте|"
        r"говорите)[ \t]+(?:его|код|никому))",
        Trigger.WORD,
        words=frozenset("share tell give forward сообщайте сообщай говорите говори показывайте показывай передавайте передавай давайте давай".split()),
        true=("Никому не говорите ⟦4821⟧", "⟦48213⟧. Никому не сообщайте", "⟦123456⟧\nDo not share this with anyone", "never share this: ⟦123 456⟧"),
        false=("never share a photo of 12 people", "в 12:30, никому не говори", "don't tell anyone but I earn 2000 a month", "никому не сообщайте пароль"),
    ),
    Rule(
        "backup-codes",
        Kind.CODE,
        r"(?i)(?<!\p{L})(?:(?:backup|back-up|recovery|emergency|scratch|rescue)[ \t]+(?:verification[ \t]+)?(?:codes?|keys?)|[2m]fa[ \t]+(?:backups?"
        r"|recovery)(?:[ \t]+codes?)?|(?:резервн|"
        r"запасн|аварийн)\p{L}{2}[ \t]+код\p{L}{0,3}|код\p{L}{0,2}[ \t]+восстановления)"
        r"[^\n\d]{0,60}?[:\n \t][^\w]{0,6}(?:\d{1,2}[.)][ \t]*+)?(?P<value>(?=[^\s\d]{0,20}\d)[A-Z0-9]{4,12}(?:[ -][A-Z0-9]{4,6}){0,9}(?![\p{L}])"
        r"(?:[\s,;*•-]{1,6}(?:\d{1,2}[.)][ \t]*+)?(?=[^\s\d]{0,20}\d)[A-Z0-9]{4,12}(?:[ -][A-Z0-9]{4,6}){0,9}(?![\p{L}])){0,40}+)",
        Trigger.WORD,
        words=_CODE_WORDS | frozenset("backup backups recovery".split()),
        true=(
            "my 2fa backup: ⟦a1b2-c3d4 e5f6-g7h8⟧",
            "recovery key: ⟦ABCD-1234-EFGH-5678-IJKL⟧",
            "backup codes:\n⟦1234 5678\n2345 6789\n3456 7890⟧",
            "Recovery codes: ⟦a1b2c-d3e4f, g5h6i-j7k8l⟧",
            "резервные коды:\n1. ⟦12345678\n2. 23456789⟧",
            "резервный код ⟦12345678⟧",
        ),
        false=("print your backup codes", "резервные коды лежат в столе", "recovery code: ask support"),
    ),
    Rule(
        "lock",
        Kind.CODE,
        rf"(?i){ALONE}(?:(?:bike|door|phone|smart|gate|screen)[ -]?(?:un)?lock|unlock(?: code)?|lock ?box|key ?(?:safe|box)|"
        rf"keypad|alarm(?!(?:[ \t:=–—-]|is){{1,6}}(?:[01]\d|2[0-3])[0-5]\d(?!\d))|сигнализаци\p{{L}}|зам[ко]\p{{L}}{{0,2}}|"
        rf"разблокир\p{{L}}{{2,6}}|сейф\p{{L}}{{0,2}}|калитк\p{{L}}){ENDS}"
        rf"(?:[ \t]*[:=–—-][ \t]*|[ \t]+)(?:(?:is|это|code|код)[ \t]+)?#?{ODD}(?P<value>\d{{4,6}}){CODE_ENDS}{CLAUSE}"
        rf"|{ALONE}(?:(?:front |back )?door|garage|gate|парадн\p{{L}}{{2}}){ENDS}(?:[ \t]*[:=–—-][ \t]*|"
        rf"[ \t]+is[ \t]+){ODD}(?P<value>\d{{4,6}}){CODE_ENDS}{CLAUSE}"
        rf"|{ALONE}(?:(?:front|back|main|office|side|outer|inner|entrance)[ \t]+door|входн\p{{L}}{{2}}(?:[ \t]+двер\p{{L}})?|парадн\p{{L}}{{2}}"
        rf"|двер\p{{L}}){ENDS}"
        rf"[ \t]+{ODD}(?P<value>\d{{4,6}}){CODE_ENDS}(?:{CLAUSE}|(?=[ \t]+(?:for|on|для|на)[ \t]))"
        rf"|{ALONE}(?:код\p{{L}}{{0,2}}|code){ENDS}[^\d\n]{{0,25}}?{ALONE}(?:lock|suitcase|bike|чемодан|замк|сейф|ячейк|велосипед|велик)"
        rf"\p{{L}}{{0,3}}[^\d\n]{{0,6}}?[ \t]"
        rf"(?P<value>\d{{3}}){CODE_ENDS}{CLAUSE}",
        Trigger.WORD,
        words=_LOCK_WORDS,
        true=(
            "bike lock ⟦4827⟧",
            "lockbox: ⟦4827⟧",
            "front door is ⟦4827⟧#",
            "сигнализация ⟦482719⟧",
            "phone unlock ⟦482719⟧",
            "код от чемодана ⟦482⟧",
            "code for the bike lock is ⟦482⟧",
            "office door ⟦4827⟧",
        ),
        false=(
            "alarm at 0730",
            "замок 5000 рублей",
            "the safe is 48 kg",
            "сейф 2019",
            "unlock 4827 coins",
            "alarm is 0630",
            "код сейфа забыла",
            "lock 12",
            "дверь 2100 на 900",
            "the door is 2104 mm",
            "press 4 for the door",
            "enter the door at 1430",
            "дверь поставили за 48271",
            "the alarm rang by 4827 people",
            "гараж 4827 руб",
        ),
    ),
    Rule(
        "lock-near",
        Kind.CODE,
        # What is pressed, and where; and four digits with which a line ends that speaks of a lock.
        rf"(?i){ALONE}(?:enter|punch in|punch|type|press|dial|buzz|ring|tap|набер\p{{L}}{{1,3}}|набира\p{{L}}{{1,4}}|нажм\p{{L}}{{1,3}}"
        rf"|нажима\p{{L}}{{1,4}}|жм\p{{L}}{{1,2}}|тыка\p{{L}}{{1,3}}"
        rf"|вводи\p{{L}}{{0,2}})[ \t:]+(?:(?:in|in the code|сначала|там"
        rf"|код)[ \t]+)?{ODD}(?P<value>[#*]?\d{{3,6}}[#*]?)[ ,]{{1,2}}[^\d\n]{{0,25}}?(?<!\p{{L}})"
        rf"(?:keypad|door|gate|panel|pad|bell|(?:green|call|ok|enter) button|вызов|двер|калитк|домофон|кнопк|решётк|решетк|откро|звоно|звонок|подъезд"
        rf"|intercom|barrier|elevator|(?:in|on) the (?:app|site|website|terminal|reader)|(?:if|when) it asks|приложени|сайт|терминал|шлагбаум|(?:если"
        rf"|когда) (?:по|с)прос)"
        rf"|(?:\A\s*+|{ALONE}(?:it['’]?s|это)[ \t]+){ODD}(?P<value>\d{{4,6}}[#*]?)[ \t]+(?:for|to|от|на|для)[ \t]+(?:(?:the|my|our)[ \t]+)?(?:(?:front"
        rf"|back|main|office)[ \t]+)?(?:{_LOCKED}|card|phone|карты|телефона)(?=[.!)]{{0,3}}\s*\Z)"
        rf"|{ALONE}(?:звёздочка|звездочка|решётка|решетка|star|hash|pound)[ \t]+(?P<value>\d{{3,6}}){CODE_ENDS}"
        rf"|{ALONE}(?:{_LOCKED}(?:['’]s)?){ENDS}(?=[^\d\n]{{1,30}}+\d{{4}})(?:(?!{NUMBERED}|\b(?:cost|стоит|купил"
        rf"|постав))[^\d\n]){{1,30}}?(?<!(?<!\p{{L}})(?:на|for|around|около"
        rf"|at|by|in|since|until|till|from|за|с|до|в|к|от)[ \t])"
        rf"{BARE}{ODD}(?!(?:[01]\d|2[0-3])[0-5]\d(?!\d))(?P<value>\d{{4}}|\d{{6}}){CODE_ENDS}(?=[.!)]{{0,3}}[ \t]*(?:\n|\Z))"
        rf"|{ALONE}(?:buttons?|кнопк\p{{L}}){ENDS}[ \t:]+(?P<value>\d(?:[ +-]?\d){{1,4}})(?=[ \t]+(?:\p{{L}}{{2,12}}[ \t]+)?(?:together|at once"
        rf"|одновременно|вместе|сразу|разом)(?!\p{{L}}))",
        Trigger.WORD,
        words=_LOCK_WORDS,
        true=(
            "it's ⟦4827⟧ for the front door",
            "ключи в боксе ⟦4827⟧",
            "the alarm wants ⟦4827⟧",
            "кнопки ⟦4-8-2⟧ одновременно",
            "enter ⟦4827⟧ if it asks",
            "enter ⟦4827⟧ on the keypad",
            "набираешь ⟦4827#⟧ и дверь открыта",
            "жми ⟦4827⟧, потом вызов",
        ),
        false=(
            "press 4 for the door",
            "enter the door at 1430",
            "дверь поставили за 48271",
            "the alarm rang by 4827 people",
            "гараж 4827 руб",
            "the door cost 4827",
        ),
    ),
    Rule(
        "code-again",
        Kind.CODE,
        # The second one, or the new one.
        rf"(?i)(?:{_NO_CODE_BEFORE}{_CODE}{ENDS}{_NO_CODE_AFTER}|{ALONE}(?:door|gate|keypad|lock|двер\p{{L}}|калитк\p{{L}}|домофон\p{{L}}?"
        rf"|ворот\p{{L}}){ENDS})[^\d]{{0,30}}{_DIGITS}(?![\d.,:/-]\d)"
        rf"(?:(?!{NUMBERED})[^\d]){{0,35}}?(?:(?<!\p{{L}})(?:new|another|second|other|next|upstairs|inside|and|or|not|then|now|нов\p{{L}}{{2}}"
        rf"|втор\p{{L}}{{2}}"
        rf"|друг\p{{L}}{{2}}|и|или|а|"
        rf"теперь|потом)(?!\p{{L}})|[,;/\n])(?:[ \t:,–—-]+(?:one|code|is|was|the|код|это|вот|уже|был|вроде)){{0,4}}[ \t:,–—-]+"
        rf"{BARE}{ODD}(?P<value>{SIX}|\d{{4,8}}){CODE_ENDS}(?:{CLAUSE}|(?=[ \t]+(?:for|on|для|на)[ \t]))",
        Trigger.WORD,
        words=_CODE_WORDS | frozenset("door gate keypad lock дверь двери калитка калитке калитки домофон домофона ворота ворот".split()),
        true=(
            "gate: 4827, then ⟦9352⟧ for the inner door",
            "code was 910447 but expired, new one ⟦337201⟧",
            "codes: 910447 and ⟦337201⟧",
            "первый код 482193 второй ⟦337201⟧",
            "последний код был 4821, а новый ⟦3372⟧",
        ),
        false=("code 4821 and order 337201", "код 482193, оплата 1500", "code 404 and 2000 lines"),
    ),
    Rule(
        "code-answered",
        Kind.CODE,
        # Asked for in one line, and given alone in the next or the one behind it.
        rf"(?i)(?:{_NO_CODE_BEFORE}{_CODE}{ENDS}{_NO_CODE_AFTER}[^\n]{{0,40}}\n(?:[^\n]{{0,20}}\n)?[ \t]*(?:(?:its|it['’]s|it is|yes|yep|ok|okay|here|got it|"
        rf"да|ага|это|вот|вроде|щас|ща)[ \t,:.!–—-]+){{0,3}}{ODD}(?P<value>{_DIGITS})"
        rf"|(?<!\p{{L}})(?:(?:get|got) (?:it|smth|something|anything)|приш[её]л|пришло|дошл[ао])[^\n\d]{{0,15}}\n[ \t]*(?:(?:yes|yep|yeah|да|ага"
        rf"|вот)[ \t,:.!–—-]+)?"
        rf"{ODD}(?P<value>{SIX}))(?=[.!)]{{0,3}}\s*(?:\Z|\n))",
        Trigger.WORD,
        words=_CODE_WORDS | frozenset("get got пришел пришёл пришло дошло дошла".split()),
        true=("send me the code\n1 sec\n⟦9104⟧", "send me the code\n1 sec\nits ⟦9104⟧", "did u get it\nyes ⟦910447⟧"),
        false=("the code is broken\n2024", "did u get it\nyes 48 of them", "push the code\nby 1430 please", "did u get it\nyes 1430"),
    ),
    Rule(
        "code-alone",
        Kind.CODE,
        # A line that has nothing but it and what is said when one is passed on; four digits only where it has come or is asked for.
        rf"(?i)(?:\A|\n|[,.!?;][ \t])[ \t]*(?:{_SAY}(?!\p{{L}})[ \t.,:!?…–—-]{{1,4}}){{0,6}}+[\"'«(`*]{{0,2}}{ODD}(?P<value>\d{{6}}|\d{{3}}[ -]\d{{3}}"
        rf"|\d\d \d\d \d\d)"
        rf"(?<!{NUMBERED}[^\n]{{0,40}}(?:\n[^\n]{{0,30}})?)(?!\d)(?:[ \t.,:!?…–—\"'»)`*-]{{1,5}}{_SAY}"
        rf"(?!\p{{L}})){{0,6}}+[ \t.,:!?…\"'»)`*\p{{So}}-]{{0,5}}(?=\n|\Z)"
        r"|(?:\A|\n)[ \t]*(?P<value>[*#]?\d{4,6}#)[ \t]*(?=\n|\Z)"
        rf"|\A\s*(?:(?:да|ага|yes|ok|ок)[ ,]{{1,2}})?(?:приш[её]л|пришло|прилетел|(?:подтвердите|confirm)(?:[ \t]+(?:your[ \t]+)?(?:вход|login|log-in"
        rf"|sign-?in|номер|регистрацию))?[ \t]*:)[ \t,:–—-]+"
        rf"{ODD}(?!(?:[01]\d|2[0-3])[0-5]\d(?!\d))(?P<value>\d{{4,6}})(?=[.!)]{{0,3}}\s*\Z)",
        Trigger.DIGITS,
        true=(
            "⟦902817⟧",
            "ok try ⟦902 817⟧!",
            "did it work?\n⟦902817⟧ hurry",
            "диктую: ⟦90 28 17⟧",
            "⟦902817⟧ вот что пришло",
            "Подтвердите вход: ⟦7194⟧",
            "confirm: ⟦9104⟧",
            "⟦*4821#⟧",
            "пришёл ⟦4821⟧",
        ),
        false=(
            "150000",
            "902817 rub",
            "#902817",
            "$902817",
            "9028",
            "номер заказа?\n902817",
            "it has 902817 rows",
            "пришел 1430",
            "confirm: 1400",
            "Confirm meeting: 1430",
            "подтвердите заявку 482193-24",
            "пришёл в 4821 раз",
            "2 902817",
        ),
    ),
    Rule(
        "code-of-service",
        Kind.CODE,
        rf"(?i)(?<![\p{{L}}\d.@/-]){_SERVICE}(?![\p{{L}}\d@/])(?:[^\d\n]{{0,12}}?[ \t](?:sent|says?|texted|emailed|пишет|прислал[аио]?|пришл[аио]"
        rf"|приш[её]л|шл[её]т|отправил[аио]?)"
        rf"(?!\p{{L}})[^\d\n]{{0,15}}?[ \t:]{ODD}(?P<value>{SIX}|\d{{4,5}}){CODE_ENDS}{COUNTED}{CLAUSE}"
        rf"|[ \t]*[:–—-][ \t]*{ODD}(?P<value>{SIX}|\d{{5}}){CODE_ENDS}{COUNTED}{CLAUSE}|[ \t]+(?:(?:ключ|key|онлайн|online|id"
        rf"|web)[ \t:]+)?{ODD}(?P<value>\d{{6}}|\d{{3}}[ -]\d{{3}}){CODE_ENDS}{COUNTED}{CLAUSE})"
        rf"|\A\s*{ODD}(?P<value>\d{{5,6}}|\d{{3}}[ -]\d{{3}})[ \t]*(?:[–—(<-]+[ \t]*|[ \t](?:is|это)[ \t]+)?(?:(?:it['’]?s|from|for|для|от|из|с|the"
        rf"|это)[ \t]+){{0,2}}{_SERVICE}"
        r"(?=[.!)]{0,3}\s*\Z)",
        Trigger.DIGITS,
        true=(
            "сбер прислал ⟦90281⟧",
            "госуслуги: ⟦902817⟧",
            "это госуслуги ⟦902817⟧",
            "apple sent me ⟦902817⟧",
            "⟦90281⟧ от телеги",
            "⟦902 817⟧ (whatsapp)",
            "google: ⟦902817⟧.",
        ),
        false=(
            "вк: 902817 подписчиков",
            "озон прислал 3 заказа",
            "apple: 1999",
            "сбер перевёл 127350 руб",
            "telegram 4821",
            "google.com/902817",
            "steam sale 2024",
            "150000 от сбера",
        ),
    ),
    Rule(
        "code-in-words",
        Kind.CODE,
        rf"(?i)(?:{_NO_CODE_BEFORE}{_CODE}{_NO_CODE_AFTER}|(?<!\p{{L}})(?:pin(?: ?code)?|passcode|password|пин(?:-?код)?|парол\p{{L}}{{1,3}}"
        rf"|домофон\p{{L}}?)){ENDS}"
        rf"(?:[^\w\n]{{1,4}}(?!{_NUMBER_WORD})[\p{{L}}'’]{{1,15}}+){{0,3}}+[^\w\n]{{1,4}}(?P<value>{_NUMBER_WORD}"
        rf"(?:[ ,.-]{{1,3}}{_NUMBER_WORD}){{2,11}}+){UNITS}",
        Trigger.WORD,
        words=_CODE_WORDS | frozenset("pin passcode password пин пинкод пароль пароля домофон домофона домофоне".split()),
        true=(
            "the code is ⟦four eight two one⟧",
            "код ⟦девять ноль два восемь⟧, вводи",
            "пин: ⟦сорок восемь двадцать один⟧",
            "пароль от телефона ⟦один два три четыре⟧",
            "code for the gate: ⟦nine-oh-two-eight⟧.",
        ),
        false=(
            "the code is one of three",
            "this code is two or three years old",
            "пароль: восемь цифр",
            "коду два три года",
            "в коде сто двадцать две строки",
            "код один",
        ),
    ),
    Rule(
        "combination",
        Kind.CODE,
        r"(?i)(?<!\p{L})(?:comb(?:o|ination)|комбинаци[яию])(?:[ \t]+(?:is|это|for|от|the|my|locker|lock|safe|сейфа|замка)){0,4}[ \t:=–—-]{1,4}"
        r"(?P<value>(?=[\d -]{0,6}\d\d)\d{1,2}[ -]+\d{1,2}[ -]+\d{1,2})(?![\p{L}\d]|[.,:/-]\d)",
        Trigger.WORD,
        words=frozenset("combo combination комбинация комбинации комбинацию".split()),
        true=("safe combo: ⟦12-34-56⟧", "locker 14, combination ⟦24 6 38⟧", "комбинация сейфа ⟦12-34-56⟧"),
        false=("combo 2 with fries", "combo 1-2-3", "the combination of 4821 factors"),
    ),
    Rule(
        "locker",
        Kind.CODE,
        # Where the lock has three digits, or a place of a number.
        rf"(?i)(?<!\p{{L}})(?:(?:padlock|(?:luggage|suitcase|gym|shed) lock|кодов\p{{L}}{{2}} зам\p{{L}}{{2,3}}|(?:lock|замок|замка) (?:on|на|for|от"
        rf"|of)(?: the| my)? (?:bike|suitcase|shed|locker|вел|чемодан|шкаф|кладов|калит|"
        rf"подвал|сара)\p{{L}}{{0,6}})[ \t:=–—-]{{1,4}}(?:(?:is|code|код|это)[ \t:]+){{0,2}}"
        rf"|(?:шкафчик\p{{L}}{{0,2}}|ячейк\p{{L}}|камер\p{{L}} хранения|locker|suitcase"
        rf"|чемодан\p{{L}}{{0,2}})(?!\p{{L}})[^\n]{{0,25}}?(?<!\p{{L}})(?:код|code|pin|пин)[ \t:=–—-]{{1,4}}(?:is[ \t]+)?"
        rf"|(?:сейф|замок|телефон|айфон|дверь|калитка|домофон|door|phone|safe|gate|сигналк\p{{L}}|буззер|buzz(?:er)?|intercom)(?:[ \t]+(?:открывается"
        rf"|разблокируется|unlocks|opens)"
        rf"(?:[ \t]+(?:with|на|по|кодом))?[ \t]+|(?<=сигналк\p{{L}}|buzz|buzzer|intercom)[ \t:=–—-]{{1,4}})(?=\d{{4}}))"
        rf"{ODD}(?P<value>\p{{L}}?\d{{3,6}}){CODE_ENDS}{CLAUSE}"
        rf"|(?<!\p{{L}})(?:выдач|пункт|постамат|посылк|озон|вб(?!\p{{L}})|вайлдберр|заказ|курьер|pick-?up|parcel|locker|courier|driver"
        rf"|\d\d/\d\d(?!\d))[^\d\n]{{0,25}}?(?<!\p{{L}})"
        rf"(?:код|code|pin)[ \t:–—-]{{1,3}}(?:is[ \t]+)?(?P<value>\d{{3}}){CODE_ENDS}{CLAUSE}"
        rf"|\A\s*замок[ \t:–—-]{{1,3}}{ODD}(?P<value>\d{{3}})(?=[.!)]{{0,3}}\s*\Z)"
        r"|(?<!\p{L})(?:door|gate|entrance|garage|калитк\p{L}|двер\p{L}|ворот\p{L}|домофон\p{L}?"
        r"|подъезд\p{L}?)(?!\p{L})[^\n]{0,25}?[ \t:=–—-](?P<value>[#*]?\d{3,6}[#*])(?![\d*])"
        rf"|(?<!\p{{L}})(?:safe|lockbox|keypad|padlock|сейф\p{{L}}?|панел\p{{L}})(?!\p{{L}})(?:[ \t]+(?!at|by|until|till|since|for|about|cost|weigh"
        rf"|from|стоит|за|до|купил|весит|от)"
        rf"\p{{L}}{{1,10}}){{0,3}}[ \t:=–—,-]{{1,3}}{ODD}(?P<value>\d{{4}}|\d{{6}})(?=[.!)]{{0,3}}[ \t]*(?:\n|\Z))"
        rf"|(?<!\p{{L}})(?:tell|show|quote|скажи|скажешь|назови|назов[её]шь|покажи|продиктуй)[ \t]+(?:(?:the[ \t]+)?(?:driver|courier|them"
        rf"|водител\p{{L}}|курьер\p{{L}}"
        rf"|таксист\p{{L}}|им|ему|ей|там|на кассе|на выдаче|на ресепшене)[ \t:,]+{ODD}(?P<value>\d{{4,6}})(?=[.!)]{{0,3}}[ \t]*(?:\n|\Z))"
        rf"|{ODD}(?P<value>\d{{4,6}})(?=[.!)]{{0,3}}[ \t]*(?:\n|\Z)|[ \t]+(?:на выдаче|курьер|водител|таксист|в пункт|to the (?:driver|courier)"
        rf"|at the (?:desk|counter|door|gate|till))))",
        Trigger.WORD,
        words=frozenset(
            (
                "show quote скажешь назовёшь назовешь покажи продиктуй код code pin tell скажи назови lockbox keypad сейфа сейфе сейфу панели панель "
                "домофон подъезд padlock кодовый кодового lock замок замка шкафчик "
                "шкафчика шкафчике ячейка ячейки ячейке камера камере locker suitcase чемодан чемодана сейф телефон "
                "айфон дверь калитка домофон door phone safe gate сигналка сигналки buzz buzzer intercom entrance garage калитки двери ворота"
            ).split()
        ),
        true=(
            "padlock ⟦482⟧",
            "шкафчик 14, код ⟦482⟧",
            "камера хранения 14, код ⟦k482⟧",
            "замок на велике ⟦482⟧",
            "сейф открывается ⟦4821⟧",
            "сигналка ⟦4821⟧",
            "door ⟦9104#⟧",
            "buzz ⟦9104⟧",
            "сейф в номере ⟦1357⟧",
            "I set the safe to ⟦1357⟧",
            "домофон 45, потом ⟦1357#⟧",
            "tell the driver ⟦6048⟧",
            "пункт выдачи, код ⟦482⟧",
            "назови ⟦4821⟧ на выдаче",
            "замок ⟦482⟧",
        ),
        false=(
            "safe at 1430",
            "сейф стоит 4821",
            "tell the driver 1500",
            "padlock 1500",
            "шкафчик 482",
            "door 1412",
            "сигналка 5000",
            "сейф открывается ключом",
            "buzz 2024",
            "gate 4821",
            "чемодан 482 евро",
        ),
    ),
    Rule(
        "google-code",
        Kind.CODE,
        r"(?<![\w-])G-\d{6}(?![\w-])",
        Trigger.DIGITS,
        true=("⟦G-123456⟧", "вот: ⟦G-123456⟧"),
        false=("LG-123456", "G-1234567", "G-12345", "G-123456-A"),
    ),
)

"""What the rules for codes share: the words for one, what makes another code of it, who sends one, and what is locked by one.

Not here: any rule (codes.py, codes_sent.py, locks.py).
"""

from __future__ import annotations

import regex

NO_CODE_BEFORE = (
    # The first part is for speed: what stands before a word is looked at only where the word may be a code.
    r"(?<!\p{L})(?=код|kod|c[oó]d|digi|mtan|push|sms|otp|отп|tan|pass|best|sich|anm|veri|zug|einm|frei|akti|comb|комб)"
    r"(?<!\b(?:error|err|exit|exited with|failed with|fails with|crashed with|ended with|status|return|returned|response|result|"
    r"http|https|zip|zipcode|postal|post|area|"
    r"country|dial|dialing|dialling|city|region|state|promo|promotional|discount|coupon|voucher|referral|sale|bus|dress|source|qr|"
    r"bar|colou?r|hex|product|item|order|booking|"
    r"tracking|tax|swift|bic|sort|branch|vendor|store|stop|flight|airport|stock|class|course|subject|model|part|paint|fault|"
    r"stop|morse|genetic|penal|civil|criminal|labou?r|"
    r"reason|event|charge|vs|visual studio|of|hs|html|css|ascii|building|fire|geo|ошибка|ошибку|ошибки|промо|qr|штрих|исходный|исходного|исходном|почтовый"
    r"|телефонный|междугородний|"
    r"друга|ошибка с|ошибку с|http|двоичный|бинарный|binary|machine|уголовный|налоговый|"
    r"генетический|цветовой|трек|баркод|region|postleitzahl|fehler|promo)[ \t:-]{1,2})"
)

"""What makes another code of a code: none that opens anything."""

NO_CODE_AFTER = (
    r"(?![ \t-]+(?:принтер|картридж|детал|запчаст|ошибк|город|стран|регион|област|товар|заказ|оквэд|окпо|октмо|мкб|бик|валют|продукт|возврат|ответ|посылк"
    r"|отслеж|"
    r"тн[ \t]вэд|smell|фильм|модел|краск|цвет|налог|"
    r"подраздел|брон|купон|скидк|специальн|дисциплин|предмет|класс|ошыб|причин|review|base|editor|name|word|error|red|blue|geass|"
    r"freeze|quality|coverage|style|complete|monkey|camp|of[ \t]+(?:\d|conduct|hono|ethic|practice|law|silence)|окпд|оквед)\p{L}*)"
)

CODE = (
    r"(?:код(?:а|у|ом|е|ы|ов|ами|ик)?|kod|codes?|otp|отп|(?:door |lock |safe )?combination|комбинация|(?:m|push|sms-?)?tan|digicode|c[oó]digo|codice"
    r"|passcode|"
    r"(?:bestätigungs|sicherheits|anmelde|verifizierungs|zugangs|einmal|freischalt|freigabe|aktivierungs)code)"
)

CODE_WORDS = frozenset(
    (
        "code codes kod mtan digicode отп combination комбинация код кода коду кодом коде коды кодов кодами кодик otp tan código codigo codice "
        "passcode bestätigungscode "
        "sicherheitscode anmeldecode verifizierungscode "
        "freigabecode pushtan smstan zugangscode einmalcode freischaltcode aktivierungscode"
    ).split()
)

DIGITS = (
    r"(?:(?-i:[A-Z]{1,2})-\d{5,8}|\d{3}[ -]\d{3}|\d{4}[ -]\d{2,4}|\d\d[ -]\d{3}(?![ -]\d)|\d\d(?:[ -]\d\d){1,3}"
    r"|\d(?:[ -]\d){3,7}+|\d{3}-\d\d-\d{3}|\d{2,5}[*#]\d{2,5}|\d{4,8})"
)

OPENS = (
    r"(?:verification|confirmation|security|log-?in|sign-?in|access|guard|auth\p{L}*|activation|one-?time|single-use|2fa|two-factor|"
    r"sms|telegram|whatsapp|google|discord|steam|"
    r"подтвержд\p{L}*|доступа|входа|безопасности|авторизаци\p{L}*|активаци\p{L}*|одноразов\p{L}*|проверочн\p{L}*|проверки|из[ \t](?:смс|sms)|регистрации)"
)

"""What makes of a code one that opens something."""

LOCKED = (
    r"(?:lock ?box|key ?(?:box|safe)|entry ?phone|intercom|alarm|barrier|wc|toilet|restroom|(?:gym|bike|shed) lock(?:er)?|keypad|door|ключниц\p{L}"
    r"|бокс\p{L}?|шлагбаум\p{L}?|"
    r"парадн\p{L}{2}|двер\p{L}{1,2}|калитк\p{L}|ворот\p{L}{0,2}|сейф\p{L}?|сигналк\p{L}|сигнализаци\p{L}|охран\p{L}|туалет\p{L}?|паркинг\p{L}?"
    r"|гараж\p{L}?|экран\p{L}?|"
    r"домофон\p{L}?|замок|haustür|tür|schlüsselbox)"
)

"""What is locked by digits."""

SERVICE = (
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

SUM = (
    r"(?:total|sum|balance|score|count|views|population|id\b|sku|phone|tel|amount|steps|salary|result|answer|likes|followers|users|votes|distance|record"
    r"|mileage|"
    r"итог|баланс|сумм|сч[её]т|просмотр|подписчик|тел\b|телефон|остат|доход|расход|пробег|рекорд|результат|ответ|шаг|население|показан|лайк|оплат)"
)

"""How words begin before numbers that are counted, or are somebody's."""

SAY = (
    r"(?:for|from|to|at|on|with|by|of|don['’]?t|lose|share|other|another|again|mom|mum|dad|phone|app|screen|text|e-?mail|mail|came|come|comes|through"
    r"|arrived|changed|"
    r"gave|gives|needs?|wants?|asks?|shows?|showing|log(?:ging)?|sign(?:ing)?|payment|transfer|driver|courier|fob|token|rsa|"
    r"из|от|с|на|в|для|по|у|же|уже|теперь|другой|другие|это|меня|приложени\p{L}{1,2}|экране?|телефоне?|почт[уыае]|звонка|смс|sms|смски|банка?|перевода|оплаты|"
    r"регистраци\p{L}|активаци\p{L}|получени[ея]|подпис[ьи]|подтвержда\p{L}{1,2}|вход\p{L}?|войди|маме|мамин|папе|курьеру|водителю|таксисту|покажи|назови"
    r"|скажи|кассе|пункте|"
    r"it['’]?s?|this|that['’]?s?|is|was|here|the|one|my|new|now|ok(?:ay)?|yes|ye[ap]h?|yep|sure|and|so|then|just|got|get|i|we|u|you|ur|me|they|he"
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

NUMBER_WORD = (
    r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty|double|"
    r"ноль|нуль|один|два|три|четыре|пять|шесть|семь|восемь|девять|десять|(?:один|две|три|четыр|пят|шест|сем|восем|девят)надцать|двадцать|тридцать|сорок"
    r"|пятьдесят|"
    r"шестьдесят|семьдесят|восемьдесят|девяносто|сто|двести|(?:три|четыре)ста|(?:пять|шесть|семь|восемь|девять)сот)(?!\p{L})"
)

MISTYPED = frozenset(
    (
        "cod ode cde coe ccode coode codde codee ocde cdoe coed xode vode cide cpde cosde cofe cose coce corde codr codw cods coxe c0de kode koд "
        "кд ккод коод кодд окд кдо кож крд клд уод еод коб кол кодл кдо вод код1 коди кодн кодк"
    ).split()
)

"""The word for a code, as fast fingers leave it."""


def drawn_code(value: str) -> bool:
    """Whether it is a code of letters and digits, and neither a word nor a version, a date or a plain number."""
    bare = value.replace("-", "")
    return (
        any(map(str.isdigit, bare))
        and any(map(str.isalpha, bare))
        and not regex.fullmatch(r"(?i)v\d+|\d+(?:[kmxchp]|[mg]b|px|st|nd|rd|th|\p{Cyrillic}+)", bare)
    )


def drawn_word(value: str) -> bool:
    """Whether it is a code of letters only, or of letters and digits, and no word."""
    return value.isupper() or drawn_code(value) or regex.search(r"[a-z][A-Z].*[a-z][A-Z]|[_-]", value) is not None


LOCK_WORDS = frozenset(
    (
        "звёздочка звездочка решётка решетка star hash pound замок haustür tür schlüsselbox card карты телефона entryphone intercom barrier wc "
        "toilet restroom locker ключница ключнице бокс боксе шлагбаум шлагбаума парадную охрана охраны охрану туалет туалета паркинг паркинга "
        "гараж гаража экран экрана двери ворота сигналка сигналки разблокировать разблокируй button buttons кнопки кнопка entry phone "
        "enter punch type press dial buzz ring tap набери наберёшь набираешь набирай наберите нажми нажмёшь нажмешь нажимаешь нажимай жми жмёшь "
        "жмешь тыкай тыкаешь вводи "
        "вводишь keypad ворота ворот калитке калиткой домофон домофона подъезд подъезда дверь двери дверью входная входной входную "
        "key door garage gate парадная парадной lock unlock doorlock lockbox box safe keysafe keypad alarm сигнализация сигнализации сигнализацию "
        "lockscreen подъезде замок замка замке замку разблокировка разблокировки "
        "разблокировку сейф сейфа сейфе сейфу калитка калитки калитке калитку code код кода кодом коде"
    ).split()
)

"""For the two rules about codes that are pressed."""

"""Pieces of patterns that the rules for passwords and those for codes share: how a value is tied to its word, and what digits are no secret.

Not here: any rule (passwords.py, codes.py).
"""

from __future__ import annotations

ALONE = r"(?<![\p{L}\d])"
ENDS = r"(?![\p{L}\d])"
IS = (
    r"(?:is|was|are|used to be|turned out to be|should be|will be|has been|works as|остался|оказался|остаётся|раньше был|был раньше|был всегда|"
    r"ist|lautet|est|es|è|это|такой|такая|такие|будет|был|была|стоит|стоял|теперь|now)"
)
UNITS = (
    r"(?![ \t]*(?:[%€$₽£]|(?:times|chars?|characters?|symbols|letters|digits|lines?|bytes|[kmg]b|people|m|meters|miles|feet|ft|km|kg|lbs|px|pixels"
    r"|words|steps|points|users|years?|days?|hours?|"
    r"minutes?|mins?|sec|usd|eur|rub|bucks|dollars|euros|"
    r"раз[а]?|символ\p{L}*|знак\p{L}*|цифр\p{L}*|букв\p{L}*|строк\p{L}*|байт\p{L}*|человек|людей|лет|год\p{L}*|дн\p{L}+|час\p{L}*|"
    r"минут\p{L}*|мин|сек\p{L}*|руб\p{L}*|р|тыс\p{L}*|"
    r"долл\p{L}*|евро|штук\p{L}*|шт|км|кг|м)(?!\p{L})))"
)
"""Not followed by what is counted."""
CODE_ENDS = rf"(?![\p{{L}}\d_]|[.,:/-]\d){UNITS}"
ODD = r"(?!(?:19|20)\d\d(?!\d))(?!\d[\d ]{0,7}00(?!\d))"
"""Before digits: neither a year nor a round sum."""
DRAWN = r"(?!(?:19|20)\d\d(?!\d))(?!\d{1,3}00(?!\d))(?!\d[\d ]{0,6}000(?!\d))"
"""The same where a code is spoken of: of long numbers only those are round that end in three zeros."""
SIX = r"(?:\d{3}[ -]\d{3}|\d\d[ -]\d\d[ -]\d\d|\d(?:[ -]\d){4,7}+|\d{6})"
"""What nearly all codes look like that are sent."""
NUMBERED = (
    r"(?<!\p{L})(?:order|invoice|ticket|track|room|flat|apt|apartment|pages?\b|line|port\b|version|build|issue|pr\b|number|total|price|cost|salary|worth|zip"
    r"|promo|"
    r"error|coupon|discount|review|заказ|накладн|трек|тикет|номер|комнат|кабинет|аудитор|квартир|сумм|цен[аоуы]|сто[ия]|зарплат|верси|билд|сборк|порт\b|"
    r"booking|reservation|request|брон|заявк|страниц|стр\b|строк|рейс|ошибк|промо|индекс|договор|сч[её]т|лот\b|артикул|скидк|купон|№)"
)
"""How words begin whose numbers are no code."""
GAP = rf"(?=[^\d]{{1,45}}+\d[\d -]{{3}})(?:(?!{NUMBERED})[^\d])++"
"""To the next digits, where they are near enough and nothing else is numbered by them; the first look is for speed."""
BARE = r"(?<![\p{L}\d.,:/№#$€£₽+_-])(?<![$€£₽№#][ \t])"
LIGHTLY = (
    r"(?:lo+l|lmao|(?:ha){2,4}|pl[sz]|please|plz|quick(?:ly)?|hurry|asap|rn|right|now|btw|then|again|here|there|and|but|or|so|if|just|not|no|yes|i|u|you|we"
    r"|he|she|"
    r"they|me|it|it['’]?s|that|that['’]?s|this|for|from|to|in|on|at|by|with|via|is|was|do(?:n['’]?t|es)?|did|ok(?:ay)?|thx|thanks|ty|enter|type|try|use|put"
    r"|say|"
    r"expires?|valid|works?|worked|sorry|bro|mom|mum|dad|babe|"
    r"лол|[ах]{3,9}|плз|плиз|пж|пжл?ст|быстр\p{L}{0,3}|скорее|срочно|давай|потом|если|и|а|но|или|чтобы?|только|даже|не|вот|да|ок|ага|это|для|от|из|на|в|с|к|по|"
    r"у|до|мне|тебе|тебя|ей|ему|им|нам|вам|вроде|кажется|пока|когда|уже|тут|там|вводи(?:те)?|введи(?:те)?|никому|действу\p{L}{1,3}|действит\p{L}{1,6}|спс"
    r"|спасибо|"
    r"пожалуйста|попробуй|пришл\p{L}|приш[её]л|лови|держи|мам|пап|ща|щас)(?!\p{L})"
)
"""What goes on where a number was the whole of what there was to say."""
CLAUSE = r"(?=[\"'»)*`#]{0,2}[ \t]*(?:[.,;!?)(]|\s*\Z|\n|[-–—]|\p{So}|" + LIGHTLY + "))"
COUNTED = (
    r"(?![ \t]+(?:rows?|requests?|records?|items|views|points|tokens|entries|files|commits|ms|records|visitors|subscribers|steps|km|запис|запрос|просмотр|"
    r"подписчик|шаг|файл|коммит|мс)(?:\p{L}{0,3})(?!\p{L}))"
)

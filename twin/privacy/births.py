"""Rules for when a person was born: a date that is said to be of birth. A date by itself is no birthday, and a year only where it is said to be one."""

from __future__ import annotations

import regex

from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.spelling import said, words_of

# Dates, day first or month first; the numbers are those of a calendar.
_DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_YEAR = r"(?:1[89][0-9]{2}|20[0-9]{2})"
_MONTHS_EN = "january february march april may june july august september october november december jan feb mar apr jun jul aug sept sep oct nov dec".split()
_MONTHS_RU = (
    "январь января февраль февраля март марта апрель апреля май мая июнь июня июль июля август августа сентябрь сентября октябрь октября ноябрь ноября "
    "декабрь декабря янв фев апр авг сент сен окт ноя дек"
).split()
_MONTHS = frozenset([*_MONTHS_EN, *_MONTHS_RU, *"mai juni juli mayo junio julio maggio giugno luglio enero abril avril".split()])
_EN = rf"(?i:{'|'.join(_MONTHS_EN)})(?!\p{{L}})\.?"
_RU = rf"(?i:{'|'.join(_MONTHS_RU)})(?!\p{{L}})\.?"
_RU_IN = r"(?i:январе|феврале|марте|апреле|мае|июне|июле|августе|сентябре|октябре|ноябре|декабре)(?!\p{L})"
_ABROAD = (
    r"(?i:janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre|décembre|decembre|januar|jänner|februar|märz|juni|juli|"
    r"oktober|dezember|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|"
    r"settembre|ottobre|dicembre|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|dezembro|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|"
    r"sierpnia|września|października|listopada|grudnia|січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня|"
    r"august|april|september|november)(?!\p{L})"
)
_DAY_EN = (
    r"(?i:(?:twenty|thirty)?[ -]?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|twelfth|"
    r"(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)"
)
_DAY_RU = (
    r"(?i:(?:двадцать |тридцать )?(?:перв|втор|четв[её]рт|пят|шест|седьм|восьм|девят)(?:ого|ое)|(?:двадцать )?треть(?:его|е)|"
    r"(?:десят|(?:один|две|три|четыр|пят|шест|сем|восем|девят)надцат|двадцат|тридцат)(?:ого|ое))"
)
_AGES = (
    "двадцать|тридцать|сорок|пятьдесят|шестьдесят|семьдесят|восемнадцать|шестнадцать|пять|шесть|семь|восемь|девять|десять|одиннадцать|двенадцать|четыре|три|два|один|год|годик|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    "thirteen|sixteen|eighteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_TH = r"(?i:st|nd|rd|th)?"
_WHOLE = rf"(?:{_DAY}[./-]{_DAY}[./-](?:{_YEAR}|[0-9]{{2}})|{_YEAR}[./-]{_MONTH}[./-]{_DAY})(?![0-9])(?: ?г(?!\.? ?р)(?:ода|\.)?(?!\p{{L}})|-?го(?!\p{{L}}))?"
_YEAR_FIRST = (
    rf"(?:['’][0-9]{{2}}|{_YEAR}(?! ?[./-] ?[0-9])(?:[- ]?(?i:году|года|год|м|ом)(?!\p{{L}})|[- ]?г(?!\p{{L}})\.?)?|(?<![0-9])[4-9][0-9](?:[- ]?(?i:м|ом|й|"
    rf"го)| (?i:году|года|год|г))(?!\p{{L}})\.?)"
    r"(?: ?(?i:г\.? ?р\.?|рождения|р\.))?(?:,?\s|[./-](?=\S))(?:(?i:on|the|в|of)\s){0,2}"
)
_YEAR_SAID = (
    r"(?=\p{L})(?i:(?:nineteen|two thousand|twenty)(?:[ -](?:and )?[a-z]{3,9}(?<=ty|teen|one|two|three|four|five|six|seven|eight|nine|hundred)){0,2}|"
    r"(?:тысяча девятьсот )?(?:двадцат|тридцат|сороков|пятидесят|шестидесят|семидесят|восьмидесят|девяност)(?:ого|ый)|(?:тысяча девятьсот )?(?:двадцать|"
    r"тридцать|"
    r"сорок|пятьдесят|шестьдесят|семьдесят|восемьдесят|девяносто) (?:перв|втор|треть|четв[её]рт|пят|шест|седьм|восьм|девят)(?:ого|его))(?!\p{L})"
)
_NAMED = (
    rf"(?=[0-9]{{0,4}}[^\p{{L}}\n]{{0,12}}+\p{{L}})(?:{_YEAR_FIRST})?(?:(?:{_DAY}{_TH}|(?<!\p{{L}}){_DAY_EN})(?:,? (?i:of )?|[./-])?{_EN}|"
    rf"(?<!\p{{L}}){_EN}(?: (?i:the )?|[./-])(?:{_DAY}{_TH}(?![0-9])|{_DAY_EN}(?!\p{{L}}))"
    rf"|(?:{_DAY}(?:-?(?:го|е|ое|ого))?|(?<!\p{{L}}){_DAY_RU})(?: (?i:числа))?[ .-]{_RU}"
    rf"|(?<!\p{{L}}){_EN} (?:of )?(?:{_YEAR}|['’][0-9]{{2}}),? (?:(?i:on|the) ){{0,2}}{_DAY}(?i:st|nd|rd|th)"
    rf"|(?<!\p{{L}}){_EN} the {_DAY}{_TH}(?![0-9])"
    rf"|(?<!\p{{L}})(?:{_RU}|{_RU_IN}),? {_DAY}(?:-?го)?(?![0-9]|[.,:][0-9])(?: (?i:числа))?|{_DAY}(?:er|[.º°])? (?i:de |di )?{_ABROAD})"
    rf"(?:(?:,?(?: (?i:of|de|del|в|in))?[ ./-]?|,? \()(?:{_YEAR}|['’][0-9]{{2}}|[0-9]{{2}}(?:[- ]?(?:го|й|г\.?|года|м)(?!\p{{L}}))?(?![\p{{L}}:%./-]|,[0-9]| "
    rf"(?!г)\p{{L}})|{_YEAR_SAID})(?![0-9])(?:\s?г(?:ода|оду|\.)?(?!\p{{L}})|-?го(?!\p{{L}}))?)?"
)
_SHORT = rf"(?:{_DAY}/{_DAY}|{_DAY}[.,](?:0[1-9]|1[0-2])|(?<!(?i:родил|born)[^\n]{{0,40}}){_DAY}\.[1-9])(?![0-9]|[.,/:][0-9]|\s?(?i:am|pm|kg|кг|%|lbs?))"
_LOOSE = (
    rf"(?:{_DAY}\s?[./ -]\s?{_DAY}\s?[./ -]\s?(?:{_YEAR}|[0-9]{{2}})|{_YEAR} {_MONTH} {_DAY}|{_DAY_RU} {_DAY_RU}(?: {_YEAR_SAID})?|{_DAY}[ ./-](?:I{{1,3}}|"
    rf"IV|VI{{0,3}}|IX|XI{{0,2}}|X)[ ./-]{_YEAR}|"
    r"(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2}|"
    r"(?:19[0-9]{2}|20[01][0-9])(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])(?:19[0-9]{2}|20[01][0-9]))(?![0-9])"
)
_MONTH_ONLY = (
    rf"(?<!\p{{L}})(?:{_EN}(?: of | |/)|(?:{_RU_IN}|{_RU}) )(?:19[0-9]{{2}}|20[012][0-9]|['’][0-9]{{2}}|[4-9][0-9](?=[\s.,!?)-]|\Z)(?! ?(?i:degrees|days|"
    rf"people|"
    rf"%))(?:-?го|-?м)?)(?![\p{{L}}\p{{N}}]|[.,:/][0-9])(?: ?г(?:ода|оду|\.)?(?!\p{{L}}))?"
)
"""A month with its year."""
_FORM = (
    r"(?i:sex|gender|male|female|nationality|citizenship|passport(?: no| number)?|place of birth|birth ?place|пол|муж(?:ской|\.)?|жен(?:ский|\.)?|гражданство|"
    r"гражданин|гражданка|паспорт|снилс|полис|место рождения)"
)
"""What stands beside a date of birth in forms."""
_OLD = r"(?=[^\n]{0,16}(?:19[0-9]{2}|200[0-9]|201[0-6])(?![0-9]))"
_DATE_EDGE = (
    r"(?=[0-9JFMASONDTEjfmasondteЯФМАИСОНДяфмаисонд])(?<![\p{L}\p{N}]|\p{N}[.,/:-])(?=[0-9]|(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|fir|sec|thi|"
    r"fou|"
    r"fif|six|sev|eig|nin|ten|ele|twe)|(?i:янв|фев|мар|апр|ма[йяе]|ию|авг|сен|окт|ноя|дек)\p{L}{0,6},? [0-9])"
)

_BORN = tuple(
    "born,was born,birthday,birthdays,bdays,dobs,birthday's,bday,b day,dob,d.o.b,date of birth,birth date,birthdate,birthday is,birth,"
    "cake day,cakeday,рождением,деньрожденька,день рожденьки,день рожденький,дни варенья,date of birthday,день рождения,дни рождения,дней "
    "рождения,юбилей,дня рождения,днем рождения,днём рождения,дню рождения,день рожденья,день рождение,свидетельство о "
    "рождении,рождении,birth certificate,d/o/b,into this world,into the world,popped out,днюшечка,днюшку,деньрождения,дата "
    "рождения,дату рождения,даты рождения,"
    "др,д р,д.р,д. р,hbd,dateofbirth,днюха,днюху,днюхи,днюхе,днюхой,юбилея,именинник,именинница,родился,родилась,родились,родилося,рожден,рождён,"
    "рождена,рождены,"
    "деньрож,деньрожд,дрюха,birfday,народився,народился,народилась,народилася,день народження,дата "
    "народження,рожд,д/р,д/рожд,рождения,рождение,рождённый,рожденный,рождённая,рожденная,"
    "b'day,bornday,днюшка,деньрождение,день рож,датарождения,деньрожденья,день варенья,день варения,дэрэ,бездник,бёздник,рожденья,дата "
    "рожденья,дата рождение,родила,родили,появилась на свет,"
    "появился на свет,появились на свет,туған күні,туған күн,gave birth,geb.-datum,cumple,cumplo años,compio gli anni,compleanno,urodziny,"
    "дата рожд,день рожд,bdate,b date,birth day,brithday,bithday,"
    "на свет,дн рождения,bd,b d,anniv,urodziłam,urodził,urodziłem,urodziła,geboren,geburtstag,geburtsdatum,geb,né le,née "
    "le,né,née,naissance,nacido,nacida,nací,naci,nació,nacimiento,cumpleaños,nato il,nata il,nato,nata,nascita,"
    "compleanno,nascido,nascida,nasci,nascimento,aniversário,anniversaire,urodzony,urodzona,urodzenia,urodziny,doğum tarihi".split(",")
)
_BORN_WORDS = (
    r"(?!(?i:party|rate|control|weight|before|until|dinner|lunch|drinks|cakes?|gifts?|presents?|cards?|invite|invitation|bash|trip|sale|movie|see|you|meet|"
    r"met|will|ready|"
    r"but|raised|grew|to|we|of(?! (?i:the (?:child|baby|applicant|patient|passenger|holder)|my|our|his|her|your|mine)(?!\p{L}))|вечеринк\p{L}|"
    r"подар\p{L}{2,6}|торт\p{L}?|открытк\p{L}|увидимся|встре\p{L}+|едем|поедем|концерт|билет\p{L}?|фирмы|компании|"
    r"города|"
    r"проекта|канала|магазина|клуба|школы|сайта|ресторан|кафе|бронь|столик|но|вырос\p{L}?|отметим|перенес\p{L}+|приходи|поздрав\p{L}+)(?!\p{L}))"
    r"\p{L}[\p{L}’'-]{0,15}+|[0-9]{1,2}(?:[:.][0-9]{2}|am|pm| years ago| лет назад| утра| вечера| ночи| дня)"
)
"""Words between a birth and its date, but those that make it the date of something else."""
_BORN_GAP = r"(?:(?:(?<=[рb])\.)?[^\w\n.!]{1,4}(?:BORNWORD)(?:[^\w\n.!?]{1,3}(?:BORNWORD)){0,6}?)??[^\w\n]{0,5}?".replace("BORNWORD", _BORN_WORDS)
_BORN_AFTER = (
    r"(?:[!.?] (?=(?i:that|it|this|это|вот)(?!\p{L})))?(?:(?:[^\w\n.!?]{1,3}|(?<=[!.?] ))(?:(?i:thats|as|for|on (?:the|my|his|her) (?:form|passport|card|"
    r"certificate|licen[cs]e)|у [а-яё]{2,12}|мо\p{L}{1,3}|наш\p{L}{0,3}|то|the|that|this|when|is|s|it|was|my|his|her|our|date|day|"
    r"we|i|he|she|in|hat|habe|ich|mein|wir|es|mon|c|est|mi|il|mio|è|"
    r"день|дата|я|он|она|мой|моя|его|е[её]|у|меня|него|не[её]|мамы|папы|это|было?|будет|же|\d{1,3}(?:st|nd|rd|th|-й|-летие)|\p{L}{2,12}['’]s)|"
    r"\p{Lu}\p{L}{1,15})(?!\w)){0,4}"
    r"(?:[^\w\n.!?]{1,3}|(?=г\.? ?р))(?i:birthday|bday|b-day|day of birth|date of birth|dob(?!\w)|д[./]\s?р(?!\w)|geboren(?!\w)|г/р(?!\w)|geburtstag(?!\w)|"
    r"день рожд|дне?м? рожд|день варенья|деньрож\p{L}*|деньрожд\p{L}*|cake day|anniversaire|cumple|compleanno|"
    r"др(?![\w.])|днюха|(?:and |so )?(?:when|what)['’]?s? ?(?:is )?(?:yours|ur|your)(?! (?:(?!b)\w+))|г\.? ?р\.?(?!\w)|года рождения|г\. рождения|"
    r"рождения|рожд(?!\w)|(?<=свет )(?:я |он |она )?появил\p{L}{2,3}|baby(?! shower)|рожд[её]н[аы]?(?!\w)|born|родил(?:ся|ась|ись)(?!\w))"
)

_NO_THING = (
    r"(?<!(?i:(?<!\p{L})(?:проект|компания|фирма|идея|мем|канал|группа|бот|сервис|игра|традиция|шутка|фраза|стартап|бренд|клуб|команда|сайт|план|мысль|песня|"
    r"альбом|миф|версия|вопрос|приложение|чат|блог|магазин|project|company|band|idea|startup|channel|group|brand|club|team|site|plan|song|album|app|show|"
    r"meme|nation|republic|state|union|game)(?!\p{L}) (?:was |is |were |уже |и |наш |наша |так ){0,2}))"
)


def _since_1900(value: str) -> bool:
    year = regex.search(r"1[0-9]{3}|20[0-9]{2}", value)
    return year is None or year[0] >= "1900"


def _long_ago(value: str) -> bool:
    year = regex.search(r"(?:19|20)\d\d", value)
    return year is not None and "1900" <= year[0] <= "2016"


_AGE = (
    rf"[^\p{{N}}\n.!?]{{0,15}}?(?:[0-9]{{1,3}}|(?<!\p{{L}})(?i:{_AGES}))"
    r"(?:th|st|nd|rd)?(?: исполн(?:ится|илось|яется)| стукнет)?(?i: years old| лет(?:ия|ие)?| год| года| y\.?o\.?| anni| años| ans)?[,(–-]? [(]?"
    r"(?:(?i:on|this|next|coming|in|is|falls|el|il|le|am|birthday|bday|last|yesterday|today|tomorrow|just|вчера|сегодня|завтра|уже|как раз|the|"
    r"\p{L}{3,6}day,?)(?!\w) ){0,3}[(]?"
)
"""An age, and what leads from it to a date."""

RULES: tuple[Rule, ...] = (
    Rule(
        name="birth",
        kind=Kind.BIRTH,
        # not "и др.", nor the hour of the party
        pattern=rf"(?!(?<=(?<!\p{{L}})(?i:и) )(?i:др|д\.? ?р)(?!\p{{L}}))(?<!(?i:(?<!\p{{L}})с (?:наступающим |прошедшим )?"
        rf"(?:дн[её]м )?)){_NO_THING}{said(_BORN, '(?!)')}{_BORN_GAP}"
        rf"(?:[^\w\n]{{0,2}}/[^\d\n]{{2,25}})?(?:[^\w\n]{{0,2}}\s?\n\s?)?(?<!\p{{N}}|\p{{N}}[.,/:-])"
        rf"(?<value>{_WHOLE}|{_LOOSE}|{_NAMED}|(?<!(?i:\W(?:at|в)) ){_SHORT})(?!\p{{N}}| 1[0-7][0-9]{{2}})",
        trigger=Trigger.WORD,
        words=words_of(_BORN),
        true=(
            "born on ⟦3 May 1990⟧",
            "my birthday is ⟦12/04/1987⟧",
            "DOB: ⟦1990-05-03⟧",
            "я родилась ⟦12.04.1987⟧",
            "день рождения ⟦5 мая 1990⟧",
            "date of birth ⟦March 3rd, 1985⟧",
            "др у меня ⟦05.05⟧",
            "ДР: ⟦05.05.1990⟧",
            "I was born in London on the ⟦3rd of May 1990⟧",
            "др Маши ⟦7 июня⟧",
            "д.р. ⟦15.07.1991⟧",
            "день рождения у мамы ⟦7 июня⟧",
            "my birthday's on ⟦May 3rd⟧",
            "родился ⟦1 января 2001 г.⟧ в Твери",
            "дата рождения — ⟦01.02.1999⟧",
            "né le ⟦14 juillet 1991⟧ à Brest",
            "nací el ⟦5 de mayo de 1994⟧",
            "data di nascita ⟦21/12/1978⟧",
            "рожд. ⟦10.10.1969⟧",
            "число рождения моё ⟦6 ноября 1982⟧",
            "родился в ⟦октябре 5 числа 1974⟧",
            "д/р ⟦22.01.1965⟧",
            "дата рожд. ⟦1986-07-20⟧",
            "dob ⟦03MAY1990⟧",
            "др ⟦май 5⟧",
            "родился ⟦двадцать пятого мая 1990⟧",
            "born on the ⟦twenty-first of May 1990⟧",
            "DOB ⟦19900503⟧",
            "др: ⟦03 . 05 . 1990⟧",
            "D.O.B: ⟦3 May 90⟧",
            "born in ⟦May '90, the 3rd⟧",
            "I was born in ⟦1990 on the 3rd of May⟧",
            "я родился в ⟦1987 году, 12 апреля⟧",
            "родилась в ⟦87м, 12 апреля⟧",
            "год рождения ⟦1987, 12 апреля⟧",
            "родился я ⟦12 апреля 87-го⟧",
            "жена родила ⟦12 апреля⟧!",
            "появилась на свет ⟦12 апреля 1987⟧",
            "датарождения ⟦29.02.1996⟧",
            "день рождения кота ⟦4.04.2022⟧",
            "when were you born?\n⟦3 May 1990⟧",
            "Дата рождения/Date of birth\n⟦03.05.1990⟧",
            "mein Geburtstag ist der ⟦4. März⟧",
            "mi cumple es el ⟦5 de mayo⟧",
            "mon anniversaire c'est le ⟦14 juillet⟧",
            "родился ⟦12.IV.1987⟧",
            "др ⟦120487⟧",
            "у Саши др ⟦3 ноября⟧",
            "др когда?\n⟦23 сентября⟧",
            "you know my birthday right? ⟦30.11⟧.",
            "born, as they say, ⟦May 3⟧",
        ),
        false=(
            "the company was founded on 3 May 1990",
            "born ready, see you",
            "родился 3.5 кг",
            "день рождения в 18.10",
            "книги и др. 5 мая",
            "с днём рождения!",
            "birthday cake for 12.50",
            "happy birthday! see you 5 may",
            "родилась двойня, 2.5 и 2.7",
            "Пушкин родился 6 июня 1799",
            "день рождения, а билеты на 5 мая",
            "born in 1990",
            "birthday party at 7.10 pm",
            "birthday dinner on 12/05",
            "проект родился 12.05.2024",
            "the band was born 3 May 1990",
            "с днём рождения 5 мая поздравим",
            "идея родилась 5 мая",
        ),
    ),
    Rule(
        name="birth-far",
        kind=Kind.BIRTH,
        # a year long ago makes it a birth, and no party, whatever stands between, an hour and a weight too
        pattern=rf"(?<!(?i:(?<!\p{{L}})с (?:наступающим |прошедшим )?(?:дн[её]м )?)){_NO_THING}{said(_BORN, '(?!)')}(?! to )(?=[^\n]{{0,80}}?(?:19|"
        rf"20)[0-9]{{2}})"
        rf"[^\n!?]{{0,60}}?{_DATE_EDGE}(?<value>{_WHOLE}|{_NAMED})(?!\p{{N}})",
        trigger=Trigger.WORD,
        words=words_of(_BORN),
        check=_long_ago,
        true=(
            "my birthday, since you forgot, is ⟦3 May 1990⟧",
            "день рождения, как ты помнишь, у неё ⟦12.04.1987⟧",
            "dob for the form please: ⟦1990-05-03⟧",
            "she was born in a small town near Kyiv on ⟦3 May 1990⟧",
            "родился в 5 утра ⟦12 апреля 1987⟧",
        ),
        false=("birthday party is moved to 3 May 2024", "birthday dinner on 12/05", "день рождения фирмы отметим 5 мая", "born in 1990. On 3 May we met"),
    ),
    Rule(
        name="birth-month",
        kind=Kind.BIRTH,
        pattern=rf"{_NO_THING}(?:(?i:(?<![\p{{L}}-])(?:born|birth|dob|родил(?:ся|ась|ись)|рожд[её]н[аы]?|"
        rf"рождения))(?!\p{{L}}){_BORN_GAP}(?<value>{_MONTH_ONLY})"
        rf"|(?<value>{_MONTH_ONLY})(?:[^\w\n.!?]{{1,3}}(?:{_BORN_WORDS})){{0,2}}[^\w\n.!?]{{1,3}}(?i:born|родил(?:ся|ась|ись)|рожд[её]н[аы]?)(?!\p{{L}}))",
        trigger=Trigger.WORD,
        words=frozenset("born birth dob родился родилась родились рожден рождён рождена рождены рождения".split()),
        check=_since_1900,
        true=(
            "born in ⟦May 1987⟧",
            "i was born ⟦july '85⟧",
            "родился в ⟦декабре 86⟧",
            "в ⟦мае 1987⟧ родилась",
            "date of birth: ⟦Jan 1990⟧",
            "born in ⟦february of 1978⟧",
        ),
        false=("born to run came out in august 1975", "Пушкин родился в июне 1799", "born in May, 20 people came", "the band was born in May 1990"),
    ),
    Rule(
        name="birth-year",
        kind=Kind.BIRTH,
        pattern=rf"{_DATE_EDGE}(?<value>(?:{_DAY} {_RU} )?(?:{_YEAR}|[4-9][0-9](?:-?го)?) ?(?i:г\.? ?р\.?|г(?:ода|\.) ?рожд(?:ения)?|р\.? ?н\.?|року "
        rf"народження)(?!\p{{L}})(?:,? \(?{_DAY} {_RU})?)",
        trigger=Trigger.WORD,
        words=frozenset("рождения рожд народження н р гр".split()),
        true=("⟦1990 г.р., 5 мая⟧", "⟦5 мая 1990 г.р.⟧", "она ⟦1987 года рождения, 12 апреля⟧", "я ⟦1985 года рождения⟧"),
        false=("1990 г. 5 мая", "1990 г., район 5", "5 мая 1990 г. рабочие", "год рождения 5 котят"),
    ),
    Rule(
        name="birth-child",
        kind=Kind.BIRTH,
        pattern=rf"(?i:(?<!\p{{L}})(?:baby|twins|little one|son|daughter|niece|nephew|grandson|granddaughter|boy|girl|малыш(?:ка)?|сын(?:ок|уля|ишка)?|дочь|"
        rf"доч[кау]{{1,2}}|внук|внучка|племянник|племянница))(?!\p{{L}})(?: \p{{L}}{{1,12}}){{0,2}}? "
        rf"(?i:arrived|joined us|made (?:his|her) entrance|was here|is here|появил(?:ся|ась|ись)|родил(?:ся|ась|"
        rf"ись))(?!\p{{L}})(?: \p{{L}}{{1,8}}){{0,2}}?[!,:.–—-]? ?{_DATE_EDGE}(?<value>{_WHOLE}|{_NAMED})(?!\p{{N}})",
        trigger=Trigger.WORD,
        words=frozenset(
            "baby twins little son daughter niece nephew grandson granddaughter малыш малышка сын сынок сынуля дочь доча дочка внук внучка племянник "
            "племянница".split()
        ),
        true=(
            "baby arrived ⟦May 3, 2023⟧, 7 lbs",
            "our son Leo arrived on ⟦3 May⟧",
            "the twins arrived at dawn ⟦12/05/2021⟧",
            "the twins arrived! ⟦12.05.2021⟧",
        ),
        false=("baby shower on May 3", "my son is away until May 3", "my son came on 3 May", "daughter sings, 3 May"),
    ),
    Rule(
        name="birth-weight",
        kind=Kind.BIRTH,
        # someone arrives, and is weighed
        pattern=rf"(?i:(?<!\p{{L}})(?:arrived|born|joined|welcomed?|(?:появил|родил)\p{{L}}{{1,4}}|here))(?!\p{{L}})[^\n.!?]{{0,30}}?{_DATE_EDGE}"
        rf"(?<value>{_WHOLE}|{_NAMED})(?!\p{{N}})(?=[^\n]{{1,30}}(?<!\p{{N}})[1-9][0-9.,]{{0,4}} ?(?i:lbs?|kg|pounds|кг|кило|г|гр|грамм)(?!\p{{L}}))",
        trigger=Trigger.WORD,
        words=frozenset("lb lbs kg pounds кг кило гр грамм".split()) | {f"{pounds}lb" for pounds in range(4, 12)} | {f"{pounds}lbs" for pounds in range(4, 12)},
        true=("Arthur arrived on ⟦21 January 2022⟧, 7lb 4oz", "появилась ⟦5 мая⟧, 3.2 кг", "here she is, ⟦3 May⟧, 6 lbs of joy"),
        false=("parcel arrived, 5 kg", "arrived on May 3 by train", "появится 5 мая, 3.2 кг"),
    ),
    Rule(
        name="birth-form",
        kind=Kind.BIRTH,
        # in a form: beside the sex, the passport, or a name with its patronymic
        pattern=rf"(?<!\p{{L}}){_FORM}(?!\p{{L}})[ ,;:\n]{{1,3}}(?:\p{{Lu}}[\p{{L}}.-]*[ ,;\n]{{1,3}}){{0,3}}{_DATE_EDGE}(?<value>{_WHOLE}|{_NAMED})(?!\p{{N}})"
        rf"|{_DATE_EDGE}(?<value>{_WHOLE})[ ,;\n]{{1,3}}{_FORM}(?!\p{{L}})"
        rf"|(?<=\p{{L}}(?:[оеё]вич|[оеё]вич[ау]|[оеи]вна|[оеи]вн[уы]|ична|инична)[ ,;:(\n]{{1,4}}){_DATE_EDGE}(?<value>{_WHOLE}|{_NAMED})(?!\p{{N}})",
        trigger=Trigger.DIGITS,
        check=_long_ago,
        true=(
            "Joe Diaz, male, ⟦07/22/1991⟧",
            "Смирнов Пётр Ильич ⟦12.03.1985⟧, паспорт потом",
            "Anna Bell, ⟦12/03/1990⟧, passport to follow",
            "Орлова Вера Львовна, ⟦5 мая 1970⟧",
        ),
        false=("male 12.05", "passport until 12.03.2030", "Анна Ивановна придёт 12.03.2024", "Пётр Ильич, 12.03.2024"),
    ),
    Rule(
        name="birth-from",
        kind=Kind.BIRTH,
        pattern=rf"(?i:(?<!\w)(?:i['’]?m|i am|s?he['’]?s|s?he is|we['’]?re|я|он|она|мы))(?i: (?:from|с|от|of)(?: the)?) {_DATE_EDGE}(?<value>{_WHOLE}|{_NAMED})"
        rf"(?=\s?(?:[,.!?;)\n]|\Z| (?i:so|и|а|рожд)))",
        trigger=Trigger.DIGITS,
        check=_long_ago,
        true=("I'm from ⟦11 november 1975⟧, older than you", "я с ⟦12 апреля 1990⟧", "она от ⟦5.05.1985⟧, вроде"),
        false=("I'm from 5 May street", "я с 12 апреля в отпуске", "он с 12.04.2024", "я с 5 мая 2010 тут работаю"),
    ),
    Rule(
        name="birth-short",
        kind=Kind.BIRTH,
        pattern=rf"(?:(?<![\p{{L}}\p{{N}}_./-])(?i:(?:geb|ur|nac|nat|рожд|род|г\.? ?р)[.:]{{1,2}} ?(?:в )?|b\. ?{_OLD})|(?:(?<=\A|[,;\n] ?)р\. |"
        rf"(?<=\()(?i:b|n|р|"
        rf"\*)\.? ?){_OLD})(?<value>{_WHOLE}|{_NAMED})(?!\p{{N}})",
        trigger=Trigger.WORD,
        words=frozenset("b n geb ur nac nat рожд род р".split()),
        check=lambda value: regex.search(r"(?:19|20)[0-9]{2}", value) is not None,
        true=(
            "grandma, b. ⟦15 May 1949⟧",
            "Иванов И. (р. ⟦5 мая 1970⟧)",
            "Anna Schmidt, geb. ⟦12.04.1987⟧",
            "г.р.: ⟦07.06.1981⟧",
            "мальчик, род. ⟦05.11.2017⟧",
            "р. ⟦12 окт. 1949⟧ в Саратове",
        ),
        false=("b 12.04.1987", "1500 р. 5 мая 1990", "plan b. 15 May 2024", "b. 12"),
    ),
    Rule(
        name="birth-more",
        kind=Kind.BIRTH,
        # several are told at once: the kids were born then, and then
        pattern=rf"{_DATE_EDGE}(?={_WHOLE}|{_NAMED}|{_SHORT})(?<=(?i:(?<!\w)(?:born|birth|birthdays?|bdays?|dobs?|др|рождения|родил(?:ся|ась|"
        rf"ись)))(?!\w)[^\n!?]{{2,60}}[0-9][^\n!?]{{0,15}}"
        rf"(?:[,;&/+]|(?<!\w)(?i:and|и|а)) ?(?:(?!(?i:met|until|see|we|я|мы)(?!\p{{L}}))[\p{{L}}’'-]{{1,15}}:? ){{0,2}})(?<value>{_WHOLE}|{_NAMED}|"
        rf"{_SHORT})(?!\p{{N}})",
        trigger=Trigger.WORD,
        words=frozenset("born birth birthday birthdays bday bdays dob dobs др рождения родился родилась родились".split()),
        true=(
            "the kids were born 10 Oct 2012 and ⟦4 Nov 2015⟧",
            "дни рождения: Маша 12.04.1987, Петя ⟦03.05.1990⟧",
            "родились 5 мая 1990, а сестра ⟦7 июня 1995⟧",
            "sister's bday sept 4, mum's ⟦oct 9⟧",
            "др мамы 5.08, папы ⟦7.07⟧",
        ),
        false=("born 10 Oct 2012 and met 4 Nov", "born in Kyiv and raised there until 3 May 2024", "the show ran 10 Oct 2012 and 4 Nov 2015"),
    ),
    Rule(
        name="birth-sign",
        kind=Kind.BIRTH,
        pattern=rf"(?i:(?<!\p{{L}})(?:aries|taurus|gemini|cancer|leo|virgo|libra|scorpio|sagittarius|capricorn|aquarius|pisces|овен|телец|близнецы|рак|лев|"
        rf"дева|весы|"
        rf"скорпион|стрелец|козерог|водолей|рыбы))(?: (?i:here|too|btw|тоже|кстати|я))?[,.:]? [(]?(?:(?i:on|born|the|от|я) ){{0,2}}(?<value>{_NAMED})(?! ?[-–—]"
        rf"|(?i: to| по) )",
        trigger=Trigger.WORD,
        words=frozenset(
            "aries taurus gemini cancer leo virgo libra scorpio sagittarius capricorn aquarius pisces овен телец близнецы рак лев дева весы скорпион "
            "стрелец козерог "
            "водолей рыбы".split()
        ),
        true=("i'm a taurus, ⟦may 3rd⟧", "я телец, ⟦5 мая⟧", "leo, born ⟦aug 2⟧", "capricorn here (⟦jan 2⟧)"),
        false=("leo is away till 3 May", "Aries March 21 - April 19", "весы за 5 мая"),
    ),
    Rule(
        name="birth-turn",
        kind=Kind.BIRTH,
        # an age is reached on a day
        pattern=r"(?i:(?<!\w)(?:turn(?:s|ed|ing)?|исполн(?:яется|ится|илось)|стукнет|стукнуло|юбилей(?! (?:фирм|компан|город|школ|завод|клуб))|cumpl[oe]s?|"
        rf"compi[oe]|f[êe]te (?:mes|ses)))(?!\w){_AGE}(?<value>{_WHOLE}|{_NAMED}|{_SHORT})(?!\p{{N}})",
        trigger=Trigger.DIGITS | Trigger.WORD,
        words=_MONTHS,
        true=(
            "I turn 30 on ⟦May 3rd⟧",
            "мне исполнится 25 ⟦5 мая⟧",
            "she's turning 40 this ⟦June 12th⟧",
            "she's turning five on ⟦May 3⟧",
            "мне исполняется 30 ⟦12.03⟧",
            "у бабули юбилей 80 лет ⟦5.04⟧",
            "cumplo 30 años el ⟦5 de mayo⟧",
        ),
        false=(
            "turn left on May 3rd",
            "turn 30 degrees",
            "turns 30 on average",
        ),
    ),
    Rule(
        name="birth-be",
        kind=Kind.BIRTH,
        pattern=r"(?i:(?<!\w)(?:будет|aur(?:ai|a)|werde(?: ich)?|wird|(?:my|his|her|['’]s)(?= [0-9]{1,2}(?:th|st|nd|rd) (?:birthday |bday )?(?:is|falls))|"
        r"(?<=(?:i|he|she|we|they)(?:['’]ll| will|['’](?:m|s|re) gonna| am gonna| is gonna) )be|have been(?= [0-9]{2,3} )|would be(?= [0-9]{2,3} )|"
        rf"(?<=(?:i|he|she)['’])(?:m|s))|(?<=\p{{L}})['’]s(?= [0-9]{{1,2}}(?:th|st|nd|rd) (?:birthday |bday )?(?:is|falls)))(?!\w){_AGE}(?<value>{_WHOLE}|"
        rf"{_NAMED})(?!\p{{N}})",
        trigger=Trigger.DIGITS | Trigger.WORD,
        words=_MONTHS,
        true=(
            "ему будет 18 лет ⟦12.04.2027⟧",
            "i'll be 30 on ⟦May 3⟧",
            "I'm 30 on the ⟦3rd of May⟧",
            "my 30th is ⟦22 October⟧",
            "mum's 60th is on ⟦8 March⟧",
        ),
        false=(
            "будет 5 мая",
            "будет 25 градусов 5 мая",
            "it will be 30 on May 3",
            "there will be 5 on May 3",
        ),
    ),
    Rule(
        name="birth-after",
        kind=Kind.BIRTH,
        pattern=rf"{_DATE_EDGE}(?<value>{_WHOLE}|{_NAMED}|{_SHORT})(?:\.(?= Geburtstag| geboren))?{_BORN_AFTER}",
        trigger=Trigger.WORD,
        words=frozenset(
            "dob dobs рожд деньрожденька деньрожденье cake when geboren geburtstag anniversaire cumple cumpleaños compleanno birthday bday b birth "
            "день др днюха р гр рождения рожденья "
            "рождение born baby рожден рождён рождена рождены дня родился родилась родились".split()
        ),
        true=(
            "⟦3 May⟧ is my birthday",
            "⟦5 мая⟧ у меня день рождения",
            "⟦12.04.1987⟧ г.р.",
            "⟦07.06⟧ др у Кати",
            "⟦5 мая 1990 года⟧ я родилась",
            "⟦March 3rd⟧ — his bday",
            "⟦5 мая 1990 года⟧ рождения",
        ),
        false=("3 May is a Friday", "5 мая концерт", "1.5 г.", "12.04.1987 г. родители", "2.5 др."),
    ),
    Rule(
        name="birth-ages",
        kind=Kind.BIRTH,
        # someone's age beside a day
        pattern=rf"{_DATE_EDGE}(?<value>(?:{_WHOLE}|{_NAMED}))[ ,]{{1,2}}(?:мне|ему|ей|им) (?:уже )?[0-9]{{1,3}}(?: лет| год| года)?(?=[,.!)]|\Z)"
        rf"|(?i:(?<!\p{{L}})(?:мне|ему|ей|им)) (?<value>{_NAMED}) (?:(?i:будет|уже) )?[0-9]{{1,3}}(?= (?i:лет|год|исполн|стук)|[,.!)]|\Z)"
        r"|[0-9]{1,2} (?:лет|год|года) (?:(?:уже|будет|исполнится) )?(?:мне|ему|ей|маме|папе|сыну|дочери|дочке|жене|мужу|бабушке|дедушке|деду|брату|сестре) "
        rf"(?<value>{_WHOLE}|{_NAMED})"
        rf"|(?i:(?<!\p{{L}})(?:мне|ему|ей|им)|(?<!\p{{L}})\p{{L}}{{2,9}}[еу]) [0-9]{{1,2}} (?:(?:лет|год|года) )?(?:исполн\p{{L}}{{2,5}}|"
        rf"стукн\p{{L}}{{2,3}}) (?<value>{_WHOLE}|{_NAMED}|{_SHORT})",
        trigger=Trigger.WORD,
        words=frozenset(
            "мне ему ей им маме папе сыну дочери дочке жене мужу бабушке дедушке деду брату сестре исполнится исполняется исполнилось стукнет".split()
        ),
        true=("сегодня, ⟦5 августа⟧, мне 30", "40 лет маме ⟦5 мая⟧", "мне 30 исполняется ⟦22 октября⟧", "мне ⟦3 июля⟧ 25 стукнет"),
        false=("мне 5 мая 30 штук", "5 мая мне 30 рублей дали", "30 лет назад 5 мая", "ему 5 мая идти"),
    ),
    Rule(
        name="birth-turned",
        kind=Kind.BIRTH,
        pattern=rf"{_DATE_EDGE}(?<value>(?:{_WHOLE}|{_NAMED})|{_SHORT}(?= (?:\p{{L}}{{1,12}} ){{0,2}}(?i:исполн|стук|turn)))[ ,]{{1,2}}(?:"
        r"(?:(?i:i|she|he|we|мне|ему|ей|ей уже)[ '’])?(?i:(?:ll|will|would)? ?(?:be|am)(?:ing)? [0-9]{1,3}(?! (?:km|miles|degrees|min)))|"
        rf"(?:\p{{L}}{{1,12}} ){{0,3}}(?i:turn(?:s|ed|ing)? (?:[0-9]{{1,3}}|{_AGES})(?! (?:km|miles|degrees|min)))|"
        r"(?:\p{L}{1,12} ){0,3}[0-9]{1,3} (?:лет |год |года )?(?:исполн(?:ится|яется|илось)|стукнет|стукнуло)(?!\p{L})|"
        rf"(?:\p{{L}}{{1,12}} ){{0,3}}(?:исполнится|исполняется|исполнилось|стукнет|стукнуло) (?:\p{{L}}{{1,12}} ){{0,2}}(?:(?:{_AGES})(?!\p{{L}})|"
        rf"[0-9]{{1,3}})|"
        rf"(?:(?i:мне|ему|ей|им|\p{{L}}{{2,10}}[еу]) )?будет (?:уже )?(?:(?:{_AGES})(?!\p{{L}})|[0-9]{{1,3}}(?! (?:градус|км|руб|мин|чел|"
        rf"штук))))(?![\p{{N}}.,%:])",
        # the months, as every other message has "be" in it
        trigger=Trigger.DIGITS | Trigger.WORD,
        words=_MONTHS,
        true=(
            "⟦5 мая⟧ мне исполнится 30",
            "On ⟦May 3rd⟧ I'll be 40",
            "⟦12.04.2027⟧ ей стукнет 18",
            "ему ⟦22-го октября⟧ 7 лет исполнится",
            "⟦15 июня⟧ мне стукнет тридцать",
            "папе ⟦8.09⟧ исполняется 60 лет",
            "on ⟦June 3rd⟧ my mum turns 60",
        ),
        false=("5 мая будет 25 градусов", "5 мая мне идти", "on May 3rd I will be late", "мне 5 мая 30 штук"),
    ),
    Rule(
        name="birth-day-only",
        kind=Kind.BIRTH,
        # of this month or the next, or the month as digits: a day and no more, so the word must be near
        pattern=rf"(?<!(?i:(?<!\p{{L}})с (?:наступающим |прошедшим )?(?:дн[её]м )?)){_NO_THING}(?i:(?<![\w-])(?:birthday|bday|b-day|birth ?date|cake day"
        rf"|день рождения|др|днюха|день рожд|днюху))(?:['’]s)?{_BORN_GAP}"
        r"(?:the )?(?<![\p{N}.,/:-])(?<value>(?:3[01]|[12][0-9]|[1-9])(?i:st|nd|rd|th)(?! (?:floor|time|year|birthday|bday|anniversary|avenue|street|one"
        r"|place|annual)|-)"
        r"|(?:3[01]|[12][0-9]|[1-9])(?:-?го)?(?: числа|-го)(?!\p{L}))(?!\p{N})"
        r"|(?i:(?<![\w-])(?:birthday|bday|b-day|dob|др|д\.р\.|день рождения))(?: is| это)?[ :=–—-]{1,3}(?!(?:19|20)\d\d)"
        r"(?<value>(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?![\p{N}\p{L}]|[.,:/-]\d| (?:руб|р|usd|eur"
        r"|people)(?!\p{L}))",
        trigger=Trigger.WORD,
        words=frozenset("birthday bday b birthdate birth cake dob д день др днюха днюху рождения".split()),
        true=("my birthday's the ⟦22nd⟧ of this month", "днюха у Пети ⟦11 числа⟧", "bday ⟦0704⟧ as in july 4", "др ⟦1805⟧"),
        false=("birthday party on the 5th floor", "her birthday was the 3rd time", "birthday 2019", "др стоит 1500", "с днём рождения 5 числа"),
    ),
    Rule(
        name="birth-year-said",
        kind=Kind.BIRTH,
        pattern=rf"(?i:(?<!\p{{L}})(?:year of birth|birth ?year|год(?:а|у)? рождения|г\.? ?р\.?)(?!\p{{L}}))[ :=–—-]{{1,3}}(?:(?i:is|это|у меня|мой|—) ){{0,2}}"
        rf"(?<value>{_YEAR}|['’][0-9]{{2}}|[4-9][0-9](?= ?[-–]?(?:й|го)?(?![\p{{N}}\p{{L}}])))(?!\p{{N}}|[.,/-]\p{{N}})"
        rf"|(?<!\p{{L}})(?<value>{_YEAR_SAID})(?= года? рождения(?!\p{{L}}))",
        trigger=Trigger.WORD,
        words=frozenset("birth birthyear рождения г р гр".split()),
        check=lambda value: not value[:4].isdigit() or _since_1900(value),
        true=("year of birth ⟦1979⟧, put that in", "год рождения ⟦2001⟧ впиши", "бабуля ⟦тридцать шестого⟧ года рождения"),
        false=("year of birth unknown", "год рождения 5 котят", "the year 1979", "год рождения 1799"),
    ),
    Rule(
        name="birth-before",
        kind=Kind.BIRTH,
        # a whole date long ago, and further on in what is said that it is of birth
        pattern=rf"{_DATE_EDGE}(?<value>{_WHOLE}|{_NAMED})(?!\p{{N}})(?=[^\n.!?]{{1,60}}"
        rf"(?:\.[^\n.!?]{{1,30}}){{0,2}}(?<!\p{{L}})(?i:dates? of birth|dobs?|birth ?dates?|birthdays?"
        rf"|даты рождения|дни рождения|дата рождения)(?!\p{{L}}))",
        trigger=Trigger.WORD,
        words=frozenset("birth dob dobs birthdate birthdates birthday birthdays рождения".split()),
        check=_long_ago,
        true=(
            "Sam (⟦12.1.2001⟧) and Kit (⟦30.7.2003⟧), dates of birth for the insurance",
            "⟦12.04.1987⟧, если спросят, моя дата рождения",
            "⟦3 May 1990⟧ should be on the form as birth date",
        ),
        false=("12.05.2024 is the party, birthdays later", "3 May 2019 we met. Her birthday is soon", "12.1.2001 and 5 people"),
    ),
    Rule(
        name="birth-cheered",
        kind=Kind.BIRTH,
        # good wishes, and then the day
        pattern=rf"(?i:(?<!\p{{L}})с (?:дн[её]м рождения|днюхой|др|рождением \p{{L}}{{3,12}})|(?<!\p{{L}})happy (?:birthday|bday)"
        rf"|(?<!\p{{L}})hbd)(?: \p{{L}}{{1,12}}){{0,2}} ?[!)]{{1,3}} ?"
        rf"(?<value>{_NAMED}|{_SHORT})(?=[\s,.!)—-]|\Z)(?!\p{{N}})",
        trigger=Trigger.WORD,
        words=frozenset("birthday bday hbd рождения днюхой др рождением".split()),
        true=("happy bday to me!! ⟦june 2⟧", "с днюхой! ⟦3 октября⟧ лучший день", "поздравляю с рождением дочки! ⟦28.10⟧ запомним"),
        false=("с днём рождения! увидимся 5 мая", "с днём рождения 5 мая поздравим", "с др! 500 рублей"),
    ),
)

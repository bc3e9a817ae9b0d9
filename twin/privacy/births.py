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
    "двадцать|тридцать|сорок|пятьдесят|шестьдесят|семьдесят|восемнадцать|шестнадцать|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
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
_DATE_EDGE = r"(?=[0-9]|[JFMASONDjfmasond][A-Za-z]{2}|[яфмаисондЯФМАИСОНД]\p{L}{2,8},? [0-9])(?<![\p{L}\p{N}]|\p{N}[.,/:-])"

_BORN = tuple(
    "born,was born,birthday,birthdays,bdays,dobs,birthday's,bday,b day,dob,d.o.b,date of birth,birth date,birthdate,birthday is,birth,"
    "день рождения,дни рождения,дней рождения,юбилей,дня рождения,днем рождения,днём рождения,дню рождения,день рожденья,день рождение,деньрождения,дата "
    "рождения,дату рождения,даты рождения,"
    "др,д р,д.р,днюха,днюху,днюхи,именинник,именинница,родился,родилась,родились,родилося,рожден,рождён,рождена,рождены,"
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
_BORN_GAP = r"(?:(?:(?<=[рb])\.)?[^\w\n.!]{1,4}(?:BORNWORD)(?:[^\w\n.!?]{1,3}(?:BORNWORD)){0,4}?)??[^\w\n]{0,5}?".replace(
    "BORNWORD",
    r"(?!(?i:party|dinner|lunch|drinks|cakes?|gifts?|presents?|cards?|invite|invitation|bash|trip|sale|week|movie|see|you|meet|met|will|ready|"
    r"but|raised|grew|to|we|of|вечеринк\p{L}|подар\p{L}{2,6}|торт\p{L}?|открытк\p{L}|увидимся|встре\p{L}+|едем|поедем|концерт|билет\p{L}?|фирмы|компании|"
    r"города|"
    r"проекта|канала|магазина|клуба|школы|сайта|ресторан|кафе|бронь|столик|но|вырос\p{L}?|отметим|перенес\p{L}+|приходи|поздрав\p{L}+)(?!\p{L}))"
    r"\p{L}[\p{L}’'-]{0,15}+|[0-9]{1,2}(?:[:.][0-9]{2}|am|pm| years ago| лет назад| утра| вечера| ночи| дня)",
)
_BORN_AFTER = (
    r"(?:[^\w\n.!?]{1,3}(?:(?i:у [а-яё]{2,12}|мо\p{L}{1,3}|наш\p{L}{0,3}|то|the|that|this|when|is|s|it|was|my|his|her|our|date|day|"
    r"we|i|he|she|in|hat|habe|ich|mein|wir|es|mon|c|est|mi|il|mio|è|"
    r"день|дата|я|он|она|мой|моя|его|е[её]|у|меня|него|не[её]|мамы|папы|это|было?|будет|же)|"
    r"\p{Lu}\p{L}{1,15})(?!\w)){0,4}"
    r"(?:[^\w\n.!?]{1,3}|(?=г\.? ?р))(?i:birthday|bday|b-day|day of birth|date of birth|dob(?!\w)|д[./]\s?р(?!\w)|geboren(?!\w)|г/р(?!\w)|geburtstag(?!\w)|"
    r"день рожд|дне?м? рожд|день варенья|anniversaire|cumple|compleanno|"
    r"др(?![\w.])|днюха|г\.? ?р\.?(?!\w)|года рождения|г\. рождения|"
    r"рождения|(?<=свет )(?:я |он |она )?появил\p{L}{2,3}|baby(?! shower)|рожд[её]н[аы]?(?!\w)|born|родил(?:ся|ась|ись)(?!\w))"
)

_NO_THING = (
    r"(?<!(?i:(?<!\p{L})(?:проект|компания|фирма|идея|мем|канал|группа|бот|сервис|игра|традиция|шутка|фраза|стартап|бренд|клуб|команда|сайт|план|мысль|песня|"
    r"альбом|миф|версия|вопрос|приложение|чат|блог|магазин|project|company|band|idea|startup|channel|group|brand|club|team|site|plan|song|album|app|show|"
    r"meme|nation|republic|state|union|game)(?!\p{L}) (?:was |is |were |уже |и |наш |наша |так ){0,2}))"
)


def _long_ago(value: str) -> bool:
    year = regex.search(r"(?:19|20)\d\d", value)
    return year is not None and "1900" <= year[0] <= "2016"


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
        pattern=rf"(?i:(?<!\p{{L}})(?:baby|twins|little one|son|daughter|niece|nephew|grandson|granddaughter))(?!\p{{L}})(?: \p{{L}}{{1,12}}){{0,2}}? "
        rf"(?i:arrived|joined us|made (?:his|her) entrance)(?!\p{{L}})(?: \p{{L}}{{1,8}}){{0,2}}? ?{_DATE_EDGE}(?<value>{_WHOLE}|{_NAMED})(?!\p{{N}})",
        trigger=Trigger.WORD,
        words=frozenset("baby twins little son daughter niece nephew grandson granddaughter".split()),
        true=("baby arrived ⟦May 3, 2023⟧, 7 lbs", "our son Leo arrived on ⟦3 May⟧", "the twins arrived at dawn ⟦12/05/2021⟧"),
        false=("baby shower on May 3", "my son is away until May 3", "my son came on 3 May", "daughter sings, 3 May"),
    ),
    Rule(
        name="birth-short",
        kind=Kind.BIRTH,
        pattern=rf"(?:(?<![\p{{L}}\p{{N}}_./-])(?i:b|geb|ur|nac|nat|рожд|род|г\.? ?р)[.:]{{1,2}} ?|(?<=\()(?i:b|n|р|"
        rf"\*)\.? ?)(?<value>{_WHOLE}|{_NAMED})(?!\p{{N}})",
        trigger=Trigger.WORD,
        words=frozenset("b n geb ur nac nat рожд род р".split()),
        check=_long_ago,
        true=("grandma, b. ⟦15 May 1949⟧", "Иванов И. (р. ⟦5 мая 1970⟧)", "Anna Schmidt, geb. ⟦12.04.1987⟧", "г.р.: ⟦07.06.1981⟧"),
        false=("b 12.04.1987", "1500 р. 5 мая 1990", "plan b. 15 May 2024", "b. 12"),
    ),
    Rule(
        name="birth-more",
        kind=Kind.BIRTH,
        # several are told at once: the kids were born then, and then
        pattern=rf"{_DATE_EDGE}(?={_WHOLE}|{_NAMED}|{_SHORT})(?<=(?i:(?<!\w)(?:born|birthdays?|bdays?|dobs?|др|рождения|родил(?:ся|ась|"
        rf"ись)))(?!\w)[^\n!?]{{2,60}}[0-9][^\n!?]{{0,15}}"
        rf"(?:[,;&/+]|(?<!\w)(?i:and|и|а)) ?(?:(?!(?i:met|until|see|we|я|мы)(?!\p{{L}}))[\p{{L}}’'-]{{1,15}}:? ){{0,2}})(?<value>{_WHOLE}|{_NAMED}|"
        rf"{_SHORT})(?!\p{{N}})",
        trigger=Trigger.WORD,
        words=frozenset("born birthday birthdays bday bdays dob dobs др рождения родился родилась родились".split()),
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
        rf"скорпион|стрелец|козерог|водолей|рыбы)),? (?:(?i:on|born|the|от|я) ){{0,2}}(?<value>{_NAMED})(?! ?[-–—]|(?i: to| по) )",
        trigger=Trigger.WORD,
        words=frozenset(
            "aries taurus gemini cancer leo virgo libra scorpio sagittarius capricorn aquarius pisces овен телец близнецы рак лев дева весы скорпион "
            "стрелец козерог "
            "водолей рыбы".split()
        ),
        true=("i'm a taurus, ⟦may 3rd⟧", "я телец, ⟦5 мая⟧", "leo, born ⟦aug 2⟧"),
        false=("leo is away till 3 May", "Aries March 21 - April 19", "весы за 5 мая"),
    ),
    Rule(
        name="birth-turn",
        kind=Kind.BIRTH,
        pattern=r"(?i:(?<!\w)(?:turn(?:s|ed|ing)?|исполн(?:яется|ится|илось)|стукнет|стукнуло|будет|(?<!\p{L})мне(?= [0-9]{1,2} (?:лет )?(?:исполн|"
        r"стук))|(?:my|his|her)(?= [0-9]{1,2}(?:th|st|nd|rd) (?:birthday )?is)|(?<=(?:i|he|she)(?:['’]ll| will|['’]m gonna| am gonna) )be|(?<="
        r"(?:i|he|she)['’])(?:m|s)))(?!\w)"
        rf"[^\p{{N}}\n.!?]{{0,15}}?(?:[0-9]{{1,2}}|(?<!\p{{L}})(?i:{_AGES}))"
        r"(?:th|st|nd|rd)?(?: исполн(?:ится|илось|яется)| стукнет)?(?i: years old| лет| год| года| y\.?o\.?)?[,(–-]? [(]?(?:(?i:on|this|next|coming|in|"
        r"is|birthday|last|уже|как раз|the|\p{L}{3,6}day,?)(?!\w) ){0,3}"
        rf"(?<value>{_WHOLE}|{_NAMED})(?!\p{{N}})",
        trigger=Trigger.WORD,
        words=frozenset("мне my his her turn turns turned turning i he she исполняется исполнится исполнилось стукнет стукнуло будет".split()),
        true=(
            "I turn 30 on ⟦May 3rd⟧",
            "мне исполнится 25 ⟦5 мая⟧",
            "she's turning 40 this ⟦June 12th⟧",
            "ему будет 18 лет ⟦12.04.2027⟧",
            "i'll be 30 on ⟦May 3⟧",
            "she's turning five on ⟦May 3⟧",
            "I'm 30 on the ⟦3rd of May⟧",
            "мне 30 исполняется ⟦22 октября⟧",
            "my 30th is ⟦22 October⟧",
        ),
        false=(
            "turn left on May 3rd",
            "turn 30 degrees",
            "будет 5 мая",
            "turns 30 on average",
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
            "geboren geburtstag anniversaire cumple cumpleaños compleanno birthday bday b birth день др днюха р гр рождения рожденья "
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
        name="birth-turned",
        kind=Kind.BIRTH,
        pattern=rf"{_DATE_EDGE}(?<value>{_WHOLE}|{_NAMED})[ ,]{{1,2}}(?:(?:(?i:i|she|he|we|мне|ему|ей|ей уже)[ '’])?"
        r"(?i:(?:ll|will|would)? ?(?:be|turn|turned|am)(?:ing)? [0-9]{1,3}(?! (?:km|miles|degrees|min))|"
        r"[0-9]{1,3} (?:лет |год |года )?(?:исполн(?:ится|яется|илось)|стукнет|стукнуло)(?!\p{L})|"
        rf"(?:исполнится|исполняется|исполнилось|стукнет|стукнуло|будет) (?:(?:{_AGES})(?!\p{{L}})|[0-9]{{1,3}}(?! (?:градус|км|руб|мин))))(?![\p{{N}}.,%:])"
        r"|(?:мне|ему|ей|им) (?:уже )?[0-9]{1,3}(?: лет| год| года)?(?=[,.!)]|\Z))|(?i:(?<!\p{L})(?:мне|ему|ей|им)) "
        rf"(?<value>{_NAMED}) (?:(?i:будет|уже) )?[0-9]{{1,3}}(?= (?i:лет|год)|[,.!)]|\Z)",
        # the months, as every other message has "be" in it
        trigger=Trigger.DIGITS | Trigger.WORD,
        words=frozenset([*_MONTHS_EN, *_MONTHS_RU]),
        true=(
            "⟦5 мая⟧ мне исполнится 30",
            "On ⟦May 3rd⟧ I'll be 40",
            "⟦12.04.2027⟧ ей стукнет 18",
            "ему ⟦22-го октября⟧ 7 лет исполнится",
            "⟦15 июня⟧ мне стукнет тридцать",
            "сегодня, ⟦5 августа⟧, мне 30",
        ),
        false=("5 мая будет 25 градусов", "5 мая мне идти", "on May 3rd I will be late", "мне 5 мая 30 штук"),
    ),
)

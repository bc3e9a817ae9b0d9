"""One-time and login codes, and backup codes: known by a word for a code beside them.

What makes another code of a code (an error's, a shop's, a town's) rules it out. Beside it: codes of which only is said how they came (codes_sent.py)
and those of locks (locks.py); all are in RULES. Not here: PINs and the codes of cards (pins.py).
"""

from __future__ import annotations

import regex

from twin.privacy import codes_sent, locks
from twin.privacy.code_words import CODE, CODE_WORDS, DIGITS, MISTYPED, NO_CODE_AFTER, NO_CODE_BEFORE, NUMBER_WORD, OPENS, drawn_code, drawn_word
from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.wording import ALONE, BARE, CLAUSE, CODE_ENDS, COUNTED, DRAWN, ENDS, GAP, IS, NUMBERED, ODD, SIX, UNITS

_SAID: tuple[Rule, ...] = (
    Rule(
        "code-after-colon",
        Kind.CODE,
        rf"(?i){NO_CODE_BEFORE}{CODE}{ENDS}{NO_CODE_AFTER}(?:[ \t]+[^\s:=.!?]{{1,24}}+){{0,6}}?"
        rf"(?:[\"'`*_)\]]{{0,3}}[ \t]{{0,3}}[:=→][*_`]{{0,3}}\s{{0,4}}|\??[ \t]+[-–—]+[ \t]*|\??[ \t]*\n\s{{0,3}})"
        rf"[\"'`«*#(]{{0,3}}(?P<value>{DIGITS}){CODE_ENDS}",
        Trigger.WORD,
        words=CODE_WORDS,
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
        rf"(?i){NO_CODE_BEFORE}{CODE}{ENDS}{NO_CODE_AFTER}(?:(?:[ \t]+(?:for|to|from|in|on|of|at|by|via|для|из|от|на|в|с|по|"
        rf"к|{OPENS})(?:[ \t]+[^\s\d:=.!?,]{{1,20}}+){{0,4}}?)?"
        rf"[ \t]+{IS}(?:[ \t]+(?:now|still|just|теперь|такой))?[ \t:]+"
        # With nothing between but what the code is for, a number like a year is a year.
        rf"|(?:[ \t]+(?:(?:от|для|на|for|to)[ \t]+)?(?:{OPENS}|домофона|подъезда|двери|калитки|сейфа|замка|смс"
        rf"|sms))?(?:[ \t]+такой)?[ \t]+(?<!(?-i:[A-Z]\p{{Ll}}+[ \t][A-Z]\p{{Ll}}+)[ \t]code[ \t](?=(?:19|20)\d\d(?!\d)))"
        rf"|[ \t]+(?:подтверждения|получения|выдачи|активации)(?:[ \t]+[^\s\d:=.!?,]{{1,20}}+){{1,3}}?[ \t]+{ODD}"
        rf"|[ \t]+(?:for|to|from|для|из|от|на|в|с)(?:[ \t]+[^\s\d:=.!?,]{{1,20}}+){{1,3}}?[ \t]+(?!(?:19|20)\d\d(?!\d)))"
        rf"[\"'`«*#(]{{0,3}}(?P<value>{DIGITS}){CODE_ENDS}",
        Trigger.WORD,
        words=CODE_WORDS,
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
        rf"(?i){NO_CODE_BEFORE}{CODE}{ENDS}{NO_CODE_AFTER}(?:[ \t]+[^\s\d:=.!?]{{1,20}}+){{0,5}}?(?:[ \t]+{IS}[ \t:]+|"
        rf"[ \t]{{0,3}}[:=→][*_`]{{0,3}}\s{{0,4}}|[ \t]+[-–—]+[ \t]*)"
        r"[\"'`«*#(]{0,3}(?P<value>[A-Z0-9]{4,12}|[A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6}){1,4})(?![\p{L}\d_]|[.,:/@-]\w)",
        Trigger.WORD,
        words=CODE_WORDS,
        check=lambda value: drawn_code(value) or regex.fullmatch("[A-Z]{4}-[A-Z]{4}", value) is not None,
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
        rf"(?:(?i:{NO_CODE_BEFORE}{CODE}{ENDS}{NO_CODE_AFTER})(?:[ \t]+\p{{Ll}}{{1,15}}){{0,3}}?(?::[ \t]*|[ \t]+)|(?i:(?<!\p{{L}})(?:enter"
        rf"|введи(?:те)?))[ \t]+)"
        r"(?![A-Z]{3,}-?\d{1,4}(?!\w))(?=[A-Z-]{0,6}\d)(?=[\d-]{0,6}[A-Z])"
        r"(?P<value>[A-Z0-9]{5,10}|(?=\d{0,3}[A-Z]\d{0,3}[A-Z])[A-Z0-9]{4}|[A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6}){1,4})(?![\p{L}\d_]|[.,:/@-]\w)"
        rf"|(?i:{NO_CODE_BEFORE}{CODE}{ENDS}{NO_CODE_AFTER})(?:[ \t]+\p{{Ll}}{{2,15}}){{0,2}}?[ \t]+(?=[a-z]{{1,6}}\d{{1,3}}[a-z]"
        rf"|\d{{1,4}}[a-z]{{1,6}}\d)(?P<value>[a-z0-9]{{5,10}})(?![\w@-])",
        Trigger.WORD,
        words=CODE_WORDS | {"enter", "введи", "введите"},
        check=drawn_code,
        true=(
            "pairing code ⟦AB7K2Q⟧",
            "room code ⟦NB6R⟧",
            "код с телевизора ⟦AB7K2Q⟧",
            "код приглашения ⟦AB7K2Q⟧",
            "enter ⟦AB7K2Q⟧ to pair",
            "code ⟦AB7-K2Q⟧",
            "join code ⟦x7k2mq⟧",
        ),
        false=("use code SAVE482 at checkout", "promo code AB7K2Q", "error code E1234", "code BISCUIT2014 gives 20%", "code ABCDEF"),
    ),
    Rule(
        "code-of-login",
        Kind.CODE,
        rf"(?i)(?<!\p{{L}})(?:{OPENS}[ \t-]+{CODE}{ENDS}|{CODE}[ \t]+(?:для[ \t]+|of[ \t]+|for[ \t]+)?{OPENS}{ENDS})"
        rf"(?:(?:[ \t]+[^\s\d:=.!?]{{1,20}}+){{0,4}}?(?:[ \t]+{IS}[ \t:]+|[ \t]{{0,3}}[:=][*_`]{{0,3}}\s{{0,4}})[\"'`«*]{{0,3}}"
        r"(?-i:(?P<value>[A-Z0-9]{4,10}|[A-Za-z0-9_-]{8,16}|[a-z]{3,12}(?:-[a-z]{3,12}){2,4}))"
        r"|[ \t]+(?-i:(?P<value>(?=[A-Z]{0,7}\d)[A-Z0-9]{5,8})))(?![\p{L}\d_]|[.,:/@-]\w)",
        Trigger.WORD,
        words=CODE_WORDS,
        check=drawn_word,
        true=("Steam Guard code: ⟦RKXTV⟧", "Steam Guard code ⟦RKX4V⟧", "This is your login code:\n⟦aBcDeFgHiJk⟧", "your login code is ⟦misty-ocean-fern⟧"),
        false=("the security code is important", "login code: something", "код безопасности: обязателен", "the access code is required"),
    ),
    Rule(
        "code-of-capitals-first",
        Kind.CODE,
        rf"(?<![\w-])(?P<value>[A-Z0-9]{{5,10}}|[A-Z0-9]{{3,4}}-[A-Z0-9]{{3,4}})(?i:[ \t]*[-–—=][ \t]*|[ \t]+(?:is|это)[ \t]+)(?i:(?:your|the|my|ваш"
        rf"|твой|a)[ \t]+)?"
        rf"(?:[^\W\d]{{2,15}}[ \t]+){{0,2}}?(?i:{NO_CODE_BEFORE}{OPENS}[ \t-]+{CODE}|{NO_CODE_BEFORE}{CODE}[ \t]+(?:для[ \t]+)?{OPENS}){ENDS}",
        Trigger.WORD,
        words=CODE_WORDS,
        check=lambda value: value.isupper() and not value.isdigit(),
        true=("Yahoo: ⟦KZQPWXYR⟧ is your verification code", "⟦AB7-K2Q⟧ — ваш код подтверждения"),
        false=("SAVE20 is your promo code", "HTTPS is a security measure", "JSON - код ошибки"),
    ),
    Rule(
        "code-before",
        Kind.CODE,
        rf"(?i)(?<![\p{{L}}\d.,:/№#-])(?<!№ )(?<!(?<!\p{{L}})(?:flat|room|apt|order|заказ|кв|квартира|кабинет|bus|ticket"
        rf"|номер)[ \t])(?P<value>{DIGITS})(?![\p{{L}}\d]|[.,:/]\d)(?:[\"'»)*`]{{0,2}}[ \t]*(?:(?:[-–—=]|is|was|это|thats|that['’]s|"
        rf"ist|est|es|as|,)[ \t]*+(?:[^\s\d.!?]{{1,20}}[ \t]+){{0,5}}?|[:(\n][ \t]*+(?:[^\s\d.!?]{{1,20}}[ \t]+){{0,2}}?)"
        rf"(?:{NO_CODE_BEFORE}{CODE}|{OPENS}[ \t-]+(?:pin|number|пин)){ENDS}{NO_CODE_AFTER}|[ \t]+to[ \t]+(?:verify|confirm|log[ \t]?in|sign[ \t]?in)"
        rf"|[ \t]+(?:для"
        rf"[ \t]+)?(?:входа|подтверждения)(?!\p{{L}}))"
        rf"|(?=\d[\d -]{{4}}){BARE}(?<!(?:order|заказ|number|номер|ticket|артикул)[ \t]){DRAWN}(?P<value>{SIX})[ \t]+(?:[^\s\d.!?,:;]{{1,12}}[ \t]+){{0,2}}?"
        rf"{NO_CODE_BEFORE}{CODE}{ENDS}{NO_CODE_AFTER}"
        rf"|(?:\A|\n|(?<!\p{{L}})(?:it['’]?s|это|вот|try|use|enter|попробуй|введи|say|(?:tell|give) (?:them|him|her)|скажи|скажи (?:им|ему"
        rf"|ей))[ \t])[ \t]*{DRAWN}(?P<value>{SIX}){CODE_ENDS}{COUNTED}"
        rf"(?:(?!{NUMBERED})[^\d\n]){{1,35}}?{NO_CODE_BEFORE}{CODE}{ENDS}{NO_CODE_AFTER}"
        rf"|(?:\A|:[ \t]){DRAWN}(?P<value>\d{{4,8}})[ \t]+(?:(?:the|your|my|твой|мой|новый)[ \t]+)?(?:{OPENS}[ \t]+)?(?:code|код)(?:[ \t]+(?:для[ \t]+"
        rf"|for[ \t]+)?{OPENS})?{NO_CODE_AFTER}{CLAUSE}",
        Trigger.WORD,
        words=CODE_WORDS | frozenset("verify confirm log login sign подтверждения входа pin number пин".split()),
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
            "⟦2803⟧ код от озона",
            "⟦508182⟧ is your verification PIN",
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
        "code-mistyped",
        Kind.CODE,
        rf"(?i){ALONE}(?:{'|'.join(sorted(MISTYPED))}){ENDS}(?:[ \t]+(?:is|was|it['’]?s|это|такой|вот|пришел|пришёл))?[ \t:=–—-]{{1,4}}"
        rf"{DRAWN}(?:(?P<value>{SIX}|\d\d \d\d)|(?<=[:=–—-][ \t]*|is[ \t])(?P<value>\d{{4,8}})){CODE_ENDS}{COUNTED}{CLAUSE}",
        Trigger.WORD,
        words=MISTYPED,
        true=("cod is ⟦79 61⟧", "codee ⟦300667⟧", "the coce is ⟦4827⟧", "коод ⟦774086⟧", "кодд: ⟦4827⟧"),
        false=("cod 2019", "coda 3", "кодд 4827", "cdoe 100000"),
    ),
    Rule(
        "code-near",
        Kind.CODE,
        # It came, it was sent, it is asked for and given: with a code spoken of, six digits are one, and four where they end what is said.
        rf"(?i){NO_CODE_BEFORE}{CODE}{ENDS}{NO_CODE_AFTER}{GAP}{BARE}{DRAWN}"
        rf"(?:(?P<value>{SIX}){CODE_ENDS}{COUNTED}|(?P<value>G-\d{{5,8}}|\d{{4}}[ -]\d{{2,4}}|\d\d[ -]\d{{3}}|\d\d[ -]\d\d|\d(?:[ -]\d){{3}}"
        rf"|\d{{4,8}}){CODE_ENDS}{CLAUSE})",
        Trigger.WORD,
        words=CODE_WORDS,
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
        rf"(?i){NO_CODE_BEFORE}{CODE}{ENDS}{NO_CODE_AFTER}(?=[^\n\d]{{0,80}}+\d)"
        rf"(?:[ \t]+(?!{NUMBERED})\S{{1,24}}+){{1,14}}?(?:[ \t]+(?:is|это|be|lautet|ist|est|es|è|[-–—=])|(?<=:))[ \t]+"
        rf"{BARE}{DRAWN}(?P<value>{DIGITS}){CODE_ENDS}{CLAUSE}",
        Trigger.WORD,
        words=CODE_WORDS,
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
        "backup-codes",
        Kind.CODE,
        r"(?i)(?<!\p{L})(?:(?:backup|back-up|recovery|emergency|scratch|rescue)[ \t]+(?:verification[ \t]+)?(?:codes?|keys?)|[2m]fa[ \t]+(?:backups?"
        r"|recovery)(?:[ \t]+codes?)?|(?:резервн|"
        r"запасн|аварийн)\p{L}{2}[ \t]+код\p{L}{0,3}|код\p{L}{0,2}[ \t]+восстановления)"
        r"[^\n\d]{0,60}?[:\n \t][^\w]{0,6}(?:\d{1,2}[.)][ \t]*+)?(?P<value>(?=[^\s\d]{0,20}\d)[A-Z0-9]{4,12}(?:[ -][A-Z0-9]{4,6}){0,9}(?![\p{L}\d])"
        r"(?:[\s,;*•-]{1,6}(?:\d{1,2}[.)][ \t]*+)?(?=[^\s\d]{0,20}\d)[A-Z0-9]{4,12}(?:[ -][A-Z0-9]{4,6}){0,9}(?![\p{L}\d])){0,40}+)",
        Trigger.WORD,
        words=CODE_WORDS | frozenset("backup backups recovery".split()),
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
        "code-again",
        Kind.CODE,
        # The second one, or the new one.
        rf"(?i)(?:{NO_CODE_BEFORE}{CODE}{ENDS}{NO_CODE_AFTER}|{ALONE}(?:door|gate|keypad|lock|двер\p{{L}}|калитк\p{{L}}|домофон\p{{L}}?"
        rf"|ворот\p{{L}}){ENDS})[^\d]{{0,30}}{DIGITS}(?![\d.,:/-]\d)"
        rf"(?:(?!{NUMBERED})[^\d]){{0,35}}?(?:(?<!\p{{L}})(?:new|another|second|other|next|upstairs|inside|and|or|not|then|now|нов\p{{L}}{{2}}"
        rf"|втор\p{{L}}{{2}}"
        rf"|друг\p{{L}}{{2}}|и|или|а|"
        rf"теперь|потом)(?!\p{{L}})|[,;/\n])(?:[ \t:,–—-]+(?:one|code|is|was|the|код|это|вот|уже|был|вроде)){{0,4}}[ \t:,–—-]+"
        rf"{BARE}{DRAWN}(?P<value>{SIX}|\d{{4,8}}){CODE_ENDS}(?:{CLAUSE}|(?=[ \t]+(?:for|on|для|на)[ \t]))",
        Trigger.WORD,
        words=CODE_WORDS | frozenset("door gate keypad lock дверь двери калитка калитке калитки домофон домофона ворота ворот".split()),
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
        rf"(?i)(?:{NO_CODE_BEFORE}{CODE}{ENDS}{NO_CODE_AFTER}[^\n]{{0,40}}\n(?:[^\n]{{0,20}}\n)?[ \t]*(?:(?:its|it['’]s|it is|yes|yep|ok|okay|here|got it|"
        rf"да|ага|это|вот|вроде|щас|ща)[ \t,:.!–—-]+){{0,3}}{DRAWN}(?P<value>{DIGITS})"
        rf"|(?<!\p{{L}})(?:(?:get|got) (?:it|smth|something|anything)|приш[её]л|пришло|дошл[ао])[^\n\d]{{0,15}}\n[ \t]*(?:(?:yes|yep|yeah|да|ага"
        rf"|вот)[ \t,:.!–—-]+)?"
        rf"{DRAWN}(?P<value>{SIX}))(?=[.!)]{{0,3}}\s*(?:\Z|\n))",
        Trigger.WORD,
        words=CODE_WORDS | frozenset("get got пришел пришёл пришло дошло дошла".split()),
        true=("send me the code\n1 sec\n⟦9104⟧", "send me the code\n1 sec\nits ⟦9104⟧", "did u get it\nyes ⟦910447⟧"),
        false=("the code is broken\n2024", "did u get it\nyes 48 of them", "push the code\nby 1430 please", "did u get it\nyes 1430"),
    ),
    Rule(
        "code-in-words",
        Kind.CODE,
        rf"(?i)(?:{NO_CODE_BEFORE}{CODE}{NO_CODE_AFTER}|(?<!\p{{L}})(?:pin(?: ?code)?|passcode|password|пин(?:-?код)?|парол\p{{L}}{{1,3}}"
        rf"|домофон\p{{L}}?)){ENDS}"
        rf"(?:[^\w\n]{{1,4}}(?!{NUMBER_WORD})[\p{{L}}'’]{{1,15}}+){{0,3}}+[^\w\n]{{1,4}}(?P<value>{NUMBER_WORD}"
        rf"(?:[ ,.-]{{1,3}}{NUMBER_WORD}){{2,11}}+){UNITS}",
        Trigger.WORD,
        words=CODE_WORDS | frozenset("pin passcode password пин пинкод пароль пароля домофон домофона домофоне".split()),
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
)

RULES: tuple[Rule, ...] = (*_SAID, *codes_sent.RULES, *locks.RULES)

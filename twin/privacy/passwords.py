r"""Passwords, as people write them to each other: known by a word for one beside them, and by how they look.

What follows the word is taken when it looks like a password (a digit, a symbol, capitals inside), or when it is an uncommon word and nothing else
stands there. The less that ties the two ("password: x", "the password is x", "password x"), the more it must look like one.
Beside it: what is known by the thing that it opens (password_places.py), logins (logins.py), PINs (pins.py); all are in RULES.
Not here: codes (codes.py), keys with a shape of their own and what programs assign (keys.py), links with a login (urls.py).
"""

from __future__ import annotations

import regex

from twin.privacy import logins, password_places, pins
from twin.privacy.password_words import (
    ARTICLE,
    CHANGED,
    ELSE,
    GOES_ON,
    HARD,
    HOW,
    LAST,
    LOGIN,
    LOGIN_WORDS,
    NOT_IT,
    OF,
    PASS,
    PAST,
    PLAIN,
    SECRETIVE,
    SERVICES,
    SOFT,
    SPELT,
    SPELT_OUT,
    STRONG,
    TELLING,
    TOKEN,
    WORDS,
    looks_secret,
    loosely_said,
    named,
    phrase,
    uncommon,
    unsaid,
)
from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.wording import ALONE, BARE, CLAUSE, CODE_ENDS, DRAWN, ENDS, GAP, IS, LIGHTLY, UNITS

_SAID: tuple[Rule, ...] = (
    Rule(
        "password-after-colon",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:(?:{STRONG}|{LOGIN}){ENDS}(?:[ \t]+(?!{NOT_IT})[^\s:=]{{1,20}}+){{0,5}}?"
        rf"|{PASS}{ENDS}(?:[ \t]+{OF}(?:[ \t]+[^\s:=]{{1,20}}+){{1,3}}?)?){HARD}{TOKEN}",
        Trigger.WORD,
        words=WORDS | LOGIN_WORDS,
        check=looks_secret,
        true=(
            "password: ⟦hunter2⟧",
            "login: ⟦bob_92⟧ password: ⟦Tr0ub4dor&3⟧.",
            "Password:\n⟦qwerty123!⟧",
            '{"password": "⟦my pass 2⟧"}',
            "пароль от вайфая на даче: ⟦12345678⟧",
            "**Пароль:** ⟦ромашка77⟧",
            "логин: ⟦vasya@example.org⟧, пароль:«⟦крокодил 5⟧»",
            "Passwort: ⟦Geheim99⟧",
            "mot de passe : ⟦soleil2000⟧",
            "la contraseña del wifi: ⟦hola1234⟧",
            "wifi pass -> ⟦Guest#Guest⟧",
        ),
        false=(
            "password reset link: https://example.org/help",
            "password: ********",
            "password: <your password>",
            "the password manager: 1Password",
            "Password length: 12345",
            "last login: 2024-05-01",
            "какой пароль?",
            "пароль: спроси у Пети",
            "ski pass: 5000",
            "you pass either one of them: true2",
            "login https://tracker.example/KEY-12",
        ),
    ),
    Rule(
        "password-assigned",
        Kind.PASSWORD,
        # The word inside a longer name, as programs have them.
        rf"(?i)(?=[:=])(?<=(?:(?:_|pg|mysql)(?:pass(?:word|wd|phrase)?|pwd|pw)|(?:pass(?:word|wd|phrase)|pwd)_\w{{1,15}})[\"'`]?[ \t]{{0,3}})"
        rf"[:=]+>?[ \t]{{0,3}}{TOKEN}",
        Trigger.WORD | Trigger.TOKEN,
        words=frozenset(
            (
                "pgpassword pgpass mysql_pwd db_password db_pass db_pwd user_password user_pass admin_password admin_pass root_password mysql_password "
                "postgres_password wifi_password "
                "ssh_password smtp_password email_password sudo_pass password_hash password_old"
            ).split()
        ),
        check=looks_secret,
        true=(
            "DB_PASSWORD=⟦hunter2example⟧",
            "PGPASSWORD=⟦hunter22⟧ psql",
            'wifi_password = "⟦hunter22⟧"',
            '{"user_password": "⟦my pass 2⟧"}',
            "export PGPASSWORD_PROD=x ROOT_PWD='⟦hunter22⟧'",
        ),
        false=("DB_PASSWORD=$DB_PASSWORD", "user_password: string", "reset_password=true", "reset_password_link: https://example.org"),
    ),
    Rule(
        "password-word-after-colon",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:(?:{PASS}|{LOGIN}){ENDS}(?:[ \t]+(?!{NOT_IT})[^\s:=]{{1,20}}+){{0,3}}?"
        rf"|{STRONG}{ENDS},?(?:[ \t]+(?!{NOT_IT})[^\s:=.!?]{{1,20}}+){{0,8}}?){HARD}{PLAIN}(?=[.!)"
        rf"\"'`»”\]]{{0,3}}(?:[ \t]*(?:\n|$)|[,;]|[ \t]+(?:login|user|логин|юзер|почта|email)\b)|{SPELT})",
        Trigger.WORD,
        words=WORDS | LOGIN_WORDS,
        check=uncommon,
        true=(
            "password: ⟦swordfish⟧",
            "login: ⟦bob⟧, pass: ⟦swordfish⟧.",
            "пароль: ⟦ромашка⟧",
            "пароль: ⟦ромашка⟧ без пробелов",
            'Kennwort: "⟦Sonnenschein⟧"',
            "пароль от компа:\n⟦ромашка⟧",
        ),
        false=(
            "password: required",
            "password: ask your brother",
            "пароль: забыл",
            "пароль: тот же",
            "login: yes",
            "my password: wrong",
            "пароль: надо спросить, не помню",
        ),
    ),
    Rule(
        "password-said",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:{PASS}|{LOGIN}){ENDS}(?:[ \t]+(?!{NOT_IT})[^\s:=.!?]{{1,20}}+){{0,5}}?{SOFT}{TOKEN}{UNITS}",
        Trigger.WORD,
        words=WORDS | LOGIN_WORDS,
        check=loosely_said,
        true=(
            "the password is ⟦hunter2⟧",
            "pw is still ⟦Hunter-2⟧, don't tell",
            "pass - ⟦12345678⟧",
            "the wifi pass is ⟦cafe2024⟧",
            "пароль такой ⟦qwerty123⟧",
            "пароль от роутера — ⟦admin-1⟧",
            "das Passwort ist ⟦Geheim99⟧",
            "мой логин - ⟦vasya_92⟧",
        ),
        false=(
            "the password is too long",
            "the password is 8 characters long",
            "the password is 100% correct",
            "password is 1234567 characters",
            "I forgot my password - help",
            "пароль - это важно",
            "the password is password-protected",
            "пароль был вчера",
            "пароль такой же",
            "a day pass - 5000",
        ),
    ),
    Rule(
        "password-word-said",
        Kind.PASSWORD,
        rf"(?im)(?:{ALONE}{PASS}{ENDS}(?![ \t]+\d)[\"'»”]?(?:[ \t]+(?!{NOT_IT})[^\s:=.!?,]{{1,20}}+){{0,5}}?(?:['’]s|[ \t]+(?:is|ist|lautet|est|c['’]est|es|è"
        rf"|это|такой"
        rf"|такая|просто|тупо|just))"
        rf"(?:[ \t]+(?:now|still|just|literally|simply|actually|like|all|seriously|honestly|currently|просто|тупо|буквально)){{0,3}}[ \t]+"
        rf"|{ALONE}{STRONG}{ENDS}[ \t]+(?:от|к|на|для|for|to|of)[ \t]+(?:{ARTICLE}[ \t]+)?\p{{L}}{{2,15}}[ \t]*[-–—]+[ \t]+(?:просто[ \t]+)?"
        rf"|^[ \t]*(?:wi-?fi[ \t]+)?{PASS}{ENDS}[ \t]*[-–—]+[ \t]+(?:(?:просто|тупо|just)[ \t]+)?){PLAIN}(?=[.!)\"'`»”]{{0,3}}[ \t]*(?:\n|\Z)|{SPELT}"
        rf"|[\"'`»”]?{GOES_ON})",
        Trigger.WORD,
        words=WORDS,
        check=lambda value: uncommon(value) and not PAST.fullmatch(value) and not SERVICES.fullmatch(value),
        true=(
            "the password is ⟦swordfish⟧",
            "the password is ⟦swordfish⟧, dont ask",
            "the password is literally ⟦swordfish⟧ lol",
            "pass - ⟦swordfish⟧",
            "пароль такой: ромашка\nпароль — ⟦ромашка⟧",
            "the wifi password is still ⟦swordfish⟧!",
            "the password's ⟦swordfish⟧",
            "the password is ⟦swordfish⟧ with a capital S",
            "пароль просто ⟦жираф⟧",
            "le mot de passe c'est ⟦tournesol⟧",
            "пароль к архиву — ⟦отчет⟧",
        ),
        false=(
            "the password is wrong",
            "the password is hidden, ask him",
            "the password check is fixed",
            "the password is incorrect",
            "пароль такой странно",
            "I forgot my password - help",
            "the pass is closed today",
            "pass 2 of the compiler is slow",
            "the password's wrong",
            "пароль просто забыла",
            "пароль от почты - проблема",
            "пароль это секрет",
        ),
    ),
    Rule(
        "password-spelt",
        Kind.PASSWORD,
        rf"(?i){ALONE}{PASS}{ENDS}(?:[ \t]+{OF}(?:[ \t]+{ARTICLE})?[ \t]+\p{{L}}{{2,15}})?[ \t]*[,:(–—-]?[ \t]*(?:(?:is|it['’]s"
        rf"|это)[ \t]+)?{HOW}(?:[ \t,]+{HOW}){{0,2}}"
        rf"[),]?(?:[ \t]*[:–—-]+[ \t]*|[ \t]+)[\"'«“]?(?P<value>\p{{L}}{{4,30}})(?:[ \t]+(?:twice|дважды|два раза))?{LAST}",
        Trigger.WORD,
        words=WORDS,
        check=named,
        true=(
            "the password is all lowercase ⟦greenapple⟧",
            "password with a capital G: ⟦Greenapple⟧",
            "пароль слитно ⟦вишнёвыйсад⟧",
            "password (no spaces): ⟦greenapple⟧",
            "the password is the word ⟦giraffe⟧ twice",
        ),
        false=("password in lowercase please", "пароль русскими буквами скинь", "the password is one word", "пароль с большой буквы пиши"),
    ),
    Rule(
        "passphrase",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:{PASS}{ENDS}(?:(?:[ \t]+{OF}(?:[ \t]+{ARTICLE})?[ \t]+\p{{L}}{{2,15}}|[ \t]+\p{{L}}{{2,10}})?(?:{HARD}"
        rf"|[ \t]+(?:(?:{IS}|it['’]s|вроде|кажется|опять|у меня|вот|again)(?:[ \t]+(?:now|still|just|probably|like|просто|вроде|всегда))?"
        rf"|[-–—]+)[ \t]+)[\"'«“]?"
        rf"(?P<value>\p{{L}}{{2,20}}(?:[ -]\p{{L}}{{2,20}}){{3,9}}?)(?:{LAST}|[ \t]*(?:[,(][ \t]*{SPELT_OUT}|\)\)|\p{{So}}|,|[ \t]{LIGHTLY})|{SPELT})"
        rf"|(?:[ \t]+\p{{L}}{{4,12}})?[ \t:–—-]{{1,3}}(?-i:(?P<value>[a-z]{{4}}(?: [a-z]{{4}}){{3}})){LAST}"
        rf"|(?:[ \t]+{OF}[ \t]+\p{{L}}{{2,15}})?(?:{HARD}"
        rf"|[ \t]+is[ \t]+)[\"'«“]?(?P<value>\p{{L}}{{2,15}}(?:[ ]\p{{L}}{{2,15}}){{0,3}}[ ]\d{{1,4}}){LAST})"
        rf"|{ALONE}(?:passphrase|pass phrase|(?:master|recovery) password|мастер-пароль|(?:кодовая|парольная) фраза){ENDS}[ \t]+"
        rf"(?P<value>\p{{L}}{{2,20}}(?:[ -]\p{{L}}{{2,20}}){{3,9}}){LAST}"
        rf"|(?:фраза|слова|phrase|words?|the words?)[ \t:–—-]+[\"«]?(?P<value>\p{{L}}{{2,20}}(?:[ -]\p{{L}}{{2,20}}){{2,9}})[\"»]?[ \t]*(?:это|[-–—]+"
        rf"|is)[ \t]+"
        rf"(?:the[ \t]+)?{STRONG}{ENDS})",
        Trigger.WORD,
        words=WORDS,
        check=phrase,
        true=(
            "passphrase: ⟦correct horse battery staple⟧",
            "password is ⟦correct horse battery staple⟧",
            "кодовая фраза: ⟦рыжий слон пьёт кофе⟧",
            "password is ⟦correct horse battery staple⟧, with spaces",
            "пароль: ⟦моя вишня 20⟧",
            "app password ⟦abcd efgh ijkl mnop⟧",
            "фраза ⟦синий кит ест хлеб⟧ это пароль",
            "мастер-пароль ⟦giraffe walnut pretzel falcon⟧",
        ),
        false=(
            "password: ask your brother about that",
            "password: it will be the same as before",
            "пароль: спроси у мамы вечером",
            "пароль: нужно минимум 12",
            "password is correct horse",
        ),
    ),
    Rule(
        "password-unsaid",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:{STRONG}{ENDS}(?:(?>[ \t]+{OF}(?:[ \t]+{ARTICLE})?+[ \t]+[^\s:=]{{1,25}})(?:[ \t]+(?!{OF}[ \t])"
        rf"[^\s\d:=]{{2,20}}){{0,2}}?){{0,2}}[ \t]+"
        rf"|{STRONG}{ENDS}[ \t]+(?!{NOT_IT}|{OF}[ \t]|{ARTICLE}[ \t])[^\s\d:=.,!?]{{2,20}}[ \t]+(?!\d{{4}}(?!\S))"
        rf"|{PASS}{ENDS}[ \t]+(?=[^\s\d]{{0,40}}\d)(?=[^\s\p{{L}}]{{0,40}}\p{{L}})(?=\S{{6}})|{PASS}{ENDS}[ \t]+(?=qwert|йцук|letmein|"
        rf"iloveyou))(?!{NOT_IT}){SECRETIVE}{TOKEN}{UNITS}",
        Trigger.WORD,
        words=WORDS,
        check=unsaid,
        true=(
            "wifi password ⟦hunter22⟧",
            "пароль от вайфая ⟦12345678⟧",
            "pw ⟦hunter22⟧ ok?",
            "пароль вайфая ⟦qwerty2020⟧ если что",
            "the password for my laptop ⟦abc-1234⟧",
            "pass ⟦swordfish77⟧",
            "с паролем ⟦Qwerty_1⟧",
            "пароль ⟦йцукен⟧",
            "mysqldump --password ⟦hunter22⟧",
        ),
        false=(
            "I forgot my password 1000 times",
            "forgot the password for Windows11 again",
            "пароль от iPhone забыла",
            "пароль на 8 символов",
            "password must have 12chars",
            "you have to pass 2024 exams",
            "the password from 2019",
            "changed the password 12.05.2024",
            "пароль от PS5 не подходит",
            "password for the iCloud account",
            "пароль 3 раза ввела",
            "asks for a password at boot (11.10)",
            "pass --force-2x to it",
        ),
    ),
    Rule(
        "password-first",
        Kind.PASSWORD,
        rf"(?i)(?<![^\s\"'`«“(])(?=\S{{6}})(?<!commit[ \t])(?<!коммит[ \t])(?<!коммите[ \t])"
        rf"{TELLING}(?P<value>[^\s\"'`«“»”]{{5,59}}[^\s.,;:)\"'`«“»”])(?=[.,;:)\"'`»”]{{0,4}}\s)[.,;:)\"'`»”]{{0,4}}+[ \t]*+[-–—=(←<]{{0,3}}+\s*+"
        rf"(?:(?!{ELSE}|not\b|(?:most|more|very|самый) |forg|забы|lost|need|reset|ask|want|wrong|спр[ао]|прос|вв[её]л|enter|tr[yi]|хо[тч]|утер|потер|сброс)"
        rf"[^\s\d]{{1,20}}+[ \t]+){{0,9}}?"
        rf"(?:{STRONG}|(?:pass|пасс?)(?=[.!)]{{0,3}}\s*\Z)|for[ \t]+(?:the[ \t]+|my[ \t]+)?log-?in|для[ \t]+входа){ENDS}(?!['’]?[ \t-]*{NOT_IT})",
        Trigger.WORD,
        words=WORDS | LOGIN_WORDS | {"log", "входа"},
        true=(
            "its ⟦rocketmango3⟧, thats the wifi password",
            "⟦P@ssw0rd#4⟧ (пароль от почты)",
            "вот ⟦ромашка77⟧ как пароль",
            "⟦koala-lucky-mango⟧ - new password",
            "its ⟦tigger474⟧ (all lowercase)  the netflix pass",
            "use ⟦hunter22⟧ for the login",
            "⟦hunter22⟧ is what I use for the password",
        ),
        false=(
            "my iPhone15 wants the password",
            "bob92 forgot the password",
            "in commit 3f2a9b8c the password is hashed",
            "2fa or password",
            "at 12:30 I changed the password",
            "bob@example.org password",
            "see login.html, password field",
        ),
    ),
    Rule(
        "password-word-used",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:use|using|type|enter|put|try|пиши|вводи|введи|набери"
        rf"|ставь){ENDS}[ \t]+[\"'«]?(?P<value>\p{{L}}{{4,30}}(?:_\p{{L}}{{3,20}})?)[\"'»]?[ \t]+"
        rf"(?:as|for|как|в качестве|в поле)[ \t]+(?:both[ \t]+)?(?:{ARTICLE}[ \t]+)?(?:(?:user(?:name)?|login|логин)[ \t]*(?:and|и|/)[ \t]*)?{STRONG}{ENDS}"
        rf"|{ALONE}{STRONG}{ENDS}(?:[ \t]+{OF}[ \t]+\p{{L}}{{2,15}})?[ \t:–—-]+(?:(?:слово|the word)[ \t]+)?[\"'«]?(?P<value>\p{{L}}{{4,30}})[\"'»]?"
        r"[ \t,(]+(?:(?:все |всё |весь |с |по[- ])?(?:маленьк|больш|строчн|заглавн|латин|кирил|англ|русск)|слитно|капсом"
        r"|(?:all |in |with |with a |no )(?:lower|upper|small|capital|caps|spaces))"
        rf"|{ALONE}(?:wi-?fi|вай-?фа\p{{L}}{{1,2}}){ENDS}(?:[ \t]*[:?–—-]+[ \t]*|[ \t]+(?:is|это)[ \t]+)(?P<value>\p{{L}}{{4,30}})"
        r"[ \t,(]+(?:все |всё |all |in |no )?(?:маленьк|больш|заглавн|lower|upper|capital|caps|spaces)"
        r"|(?<!\p{L})(?:(?:на|от|к)[ \t]+)?вай-?фа\p{L}{1,2}(?:[ \t]*[:–—-]+[ \t]*|[ \t]+)(?-i:(?P<value>[a-z]{5,20}))(?=[.!)]{0,3}[ \t]*(?:\n|\Z))",
        Trigger.WORD,
        words=WORDS | frozenset("wifi fi вайфай вайфая вайфаю фай фая фаю".split()),
        check=lambda value: uncommon(value) and not SERVICES.fullmatch(value),
        true=(
            "just type ⟦hamster⟧ as the password",
            "type ⟦giraffe⟧ for both user and password",
            "пароль ⟦зенит⟧ маленькими буквами",
            "wifi is ⟦penguin⟧ all lowercase",
            "на вайфай ⟦midnight⟧",
        ),
        false=("use it as a password", "type something as the password", "пароль маленькими буквами", "вайфай online", "вайфай у нас норм"),
    ),
    Rule(
        "password-quoted",
        Kind.PASSWORD,
        rf"(?i){ALONE}{STRONG}{ENDS}(?:[ \t]+{OF}(?:[ \t]+[^\s:=\"«“(]{{2,20}}+){{1,3}})?[ \t]+[\"`«“(](?P<value>[^\s\"`»”)]{{3,40}})[\"`»”)]"
        rf"|{ALONE}(?:wi-?fi|вай-?фай|wlan|wireless|hotspot){ENDS}[^\n\"«“]{{0,15}}[?:,–—-][ \t]*[\"«“](?P<value>[^\s\"»”]{{4,30}})[\"»”]",
        Trigger.WORD,
        words=WORDS | frozenset("wifi fi wi вайфай вай wlan wireless hotspot".split()),
        check=lambda value: uncommon(value) and not PAST.fullmatch(value) and not value.endswith("="),
        true=('the wifi? "⟦bananapancakes⟧"', "пароль «⟦рыжийкот⟧»", 'password for the archive "⟦swordfish⟧" ok'),
        false=("пароль «тот же»", 'the password "required" field', "the password is “long enough”"),
    ),
    Rule(
        "password-digits",
        Kind.PASSWORD,
        rf"(?i){ALONE}{PASS}{ENDS}{GAP}(?<!(?<!\p{{L}})(?:в|in|at|since|с|до|от|from|на)[ \t]){BARE}"
        rf"(?P<value>\d{{6,12}}|0000|{DRAWN}\d{{4,5}}){CODE_ENDS}{CLAUSE}",
        Trigger.WORD,
        words=WORDS,
        true=("пароль восемь восьмёрок, ⟦88888888⟧", "password = my birthday, ⟦14081987⟧", "пароль телефона ⟦0000⟧"),
        false=(
            "забыл пароль, заказ 482719",
            "password asked 48 times",
            "пароль поменяла в 2019",
            "reset the password for order 482719",
            "пароль сбросили, плати 5000",
        ),
    ),
    Rule(
        "password-answered",
        Kind.PASSWORD,
        rf"(?i){ALONE}{PASS}{ENDS}[^\n.!?]{{0,30}}\?+\s{{1,3}}(?:[-–—>]{{1,2}}[ \t]*)?(?P<value>\d{{4,12}}|\p{{L}}{{5,20}})(?=[.)]?\s*\Z)",
        Trigger.WORD,
        words=WORDS,
        check=lambda value: value.isdigit() or named(value),
        true=("what's the wifi password? ⟦12345678⟧", "какой пароль?\n⟦48213344⟧", "какой пароль?\n- ⟦барсик⟧", "password? ⟦sunshine⟧"),
        false=("какой пароль? забыл", "what's the password? please", "пароль?\nскинь", "password? anyone?", "пароль помнишь? 12:30", "new password? thinking"),
    ),
    Rule(
        "password-word-alone",
        Kind.PASSWORD,
        rf"(?i)\A\s*(?:(?:wi-?fi|вай-?фай|the|our|новый|new|мой|my|лови|держи|вот|тогда|guest|temp|zip|pdf|rar|archive|laptop|router|office|hotspot"
        rf"|wlan|sheet|doc|app|server|game|"
        rf"netflix|try|use|enter|webinar|meeting|zoom|vpn|email|for|попробуй|введи|архив|файл|под|с|стоит|на|от|для|к|вебинар\p{{L}}?|созвон\p{{L}}?"
        rf"|зум\p{{L}}?"
        rf"|почт\p{{L}})[ \t]+){{0,3}}(?:{STRONG}|"
        rf"пасс){ENDS}(?:[ \t]+(?:вайфая|компа|охраны|архива|файла|почты|роутера|ноута|сервера|(?:от|for|в|к|для|of)[ \t]+\p{{L}}{{2,15}}))?"
        r"(?:[ \t]+(?:там|у нас|наш|прямо?|слово|обычный|прежний|же|ведь|по-моему|вроде бы|the usual|usual),?){0,3}"
        r"(?:[ \t]+|[ \t]*[-–—][ \t]+)(?P<value>\p{L}{4,20})(?=[.!)]{0,3}\s*\Z|,?[ \t]+(?:login|user|логин|юзер|лог)[ \t:]|" + SPELT + r")",
        Trigger.WORD,
        words=WORDS,
        check=named,
        true=(
            "пароль ⟦пельмень⟧",
            "password ⟦sunshine⟧",
            "новый пасс - ⟦барсик⟧",
            "лови пароль ⟦барсик⟧",
            "пароль ⟦солнышко⟧ маленькими",
            "вайфай пароль ⟦барсик⟧",
            "пароль от вайфая ⟦ромашка⟧",
            "архив под паролем ⟦ромашка⟧",
            "пароль обычный, ⟦ромашка⟧",
            "пароль у нас прям ⟦ромашка⟧",
            "пароль ⟦жирафик⟧, логин bob",
            "try password ⟦giraffe⟧",
        ),
        false=(
            "пароль забыла",
            "пароль скинь",
            "пароль компа",
            "пароль сложный",
            "пароль слетел",
            "пароль вайфая",
            "пароль от вайфая скинь",
            "password please",
            "password protected",
            "password netflix",
            "password incorrect",
            "пароль неизвестен",
            "пароль подошел",
            "пароль брата",
        ),
    ),
    Rule(
        "password-changed",
        Kind.PASSWORD,
        rf"(?i)(?<!\p{{L}})(?:{CHANGED}[^\n.:]{{0,20}}?{ALONE}{STRONG}{ENDS}|{STRONG}{ENDS}[^\n.:]{{0,20}}?[ \t]{CHANGED})"
        rf"[^\n.:]{{0,25}}?[ \t](?:to|as|на)[ \t]+{SECRETIVE}{TOKEN}",
        Trigger.WORD,
        words=WORDS,
        check=unsaid,
        true=("I changed the password to ⟦hunter22⟧", "поменяла пароль на почте на ⟦ромашка77⟧", "set your password as ⟦Qwerty-1⟧."),
        false=("change your password to something better", "поменяй пароль на айфоне", "set a password to protect it"),
    ),
    Rule(
        "password-next-line",
        Kind.PASSWORD,
        rf"(?i){ALONE}{PASS}{ENDS}[^\n.!?]{{0,30}}[:.?]{{0,2}}[ \t]{{0,5}}\n\s{{0,5}}(?:[-–—>]{{1,2}}[ \t]+)?{TOKEN}{LAST}",
        Trigger.WORD,
        words=WORDS,
        check=loosely_said,
        true=("here is the password\n⟦hunter2⟧", "Пароль от вайфая\n\n⟦12345678⟧\n", "wifi pass\n⟦Guest_net⟧"),
        false=("I forgot my password\nhelp", "какой пароль\n12:30", "password\nhttps://example.org", "нужен пароль\nв 2019 был другой"),
    ),
    Rule(
        "password-before",
        Kind.PASSWORD,
        rf"(?i)(?<!\S)[\"'`«]?(?P<value>[^\s\"'`«]{{4,40}})(?<![.,;:)\"'`»])[\"'`»]?,?[ \t]+(?:is|это|[-–—=])[ \t]+(?:(?:{ARTICLE}|"
        rf"new|новый|wi-?fi)[ \t]+){{0,3}}{STRONG}{ENDS}(?![ \t-]*{NOT_IT})",
        Trigger.WORD,
        words=WORDS,
        check=unsaid,
        true=("⟦hunter22⟧ is the password", "⟦12345678⟧ - пароль от вайфая", "«⟦ромашка77⟧» это новый пароль", "⟦hunter22⟧ is my wifi password"),
        false=("1Password is my password manager", "this is the password", "там - пароль", "2fa is the password policy"),
    ),
    Rule(
        "password-at-end",
        Kind.PASSWORD,
        # A word alone, with which the message ends, and before it what it is for.
        rf"(?i)(?:[,;/|\n]|\A\s*(?:сеть|network|ssid|почта|e-?mail|логин|login|user|акк|wi-?fi|вай-?фай)[ \t:–—-]+\S{{2,40}}(?<![,;]))[ \t]*(?:(?:the"
        rf"|и|а|там|тут|and|its|his)[ \t]+)?"
        rf"(?:{STRONG}|пасс?){ENDS}(?:[ \t]+(?:к нему|от него|к ней|от не[её]|to it|for it|там))?(?:[ \t]*[-–—]+)?[ \t]+(?:(?:is|was|был|это"
        rf"|просто)[ \t]+)?(?!{NOT_IT})(?P<value>\p{{L}}{{4,20}})(?=[.!)]{{0,3}}\s*\Z|{SPELT})",
        Trigger.WORD,
        words=WORDS,
        check=named,
        true=(
            "network: HomeNet, password ⟦giraffe⟧",
            "сеть Lipa5, а пароль к нему ⟦жирафики⟧",
            "router login is admin, password ⟦admin⟧",
            "сеть HomeNet пароль ⟦жирафик⟧",
            "почта bob@example.org пароль ⟦giraffe⟧",
        ),
        false=("скинь логин, пароль тоже", "no login, password only", "email, password reset", "логин есть, пароль забыл", "use your login, password required"),
    ),
    Rule(
        "password-in-latin",
        Kind.PASSWORD,
        # A word of another script than the talk's.
        rf"(?i)(?<!\p{{L}})(?:парол[ьяюие]\p{{L}}{{0,2}}|пасс)(?:[ \t]+(?!{NOT_IT}|{ELSE})\p{{Cyrillic}}{{1,15}}){{0,4}}?(?:[ \t]*[,–—-])?[ \t]+"
        rf"(?<!(?<!\p{{L}})(?:от|на|к|ко|для|в|из|с|у|и|или|про|через|не|как|по"
        rf"|в[еи]ч\p{{L}}+)[ \t])(?P<value>[a-z]{{4,20}}(?:[_.-][a-z]{{2,15}})?)(?=[.!)]{{0,3}}\s*\Z|\n"
        rf"|,|[ \t]+это(?!\p{{L}})|{SPELT})",
        Trigger.WORD,
        words=WORDS,
        check=named,
        true=("пароль просто ⟦parol⟧", "архив под паролем ⟦giraffe⟧", "пароль вайфая там ⟦oatmilk⟧, если что", "пасс ⟦giraffe⟧"),
        false=(
            "красивый пас messi",
            "пароль от genshin",
            "пароль не password",
            "пароль скинь please",
            "пароль на wifi",
            "пароль слили lmao",
            "пароль стима и epic",
        ),
    ),
    Rule(
        "password-asked",
        Kind.PASSWORD,
        # Asked for in one line, and a word alone in the next or the one behind it.
        rf"(?i)(?<!\p{{L}})(?:what|which|send|give|gimme|tell|remind|need|got|know|remember|как|скаж|скин|дай|напомн|подскаж|пришл|напиш|знаешь|помнишь)"
        rf"[^\n]{{0,40}}?{ALONE}{PASS}{ENDS}[^\n]{{0,30}}(?:\n[^\n]{{1,15}})?\n\s{{0,3}}(?:[-–—>]{{1,2}}[ \t]*)?"
        rf"(?:(?:its|it['’]s|it is|i think|try|это|вроде|кажется|ну|вот|типа)[ \t,:]+){{0,2}}[\"«]?(?P<value>\p{{L}}{{5,20}})(?=[.!)»\"]{{0,3}}\s*\Z)",
        Trigger.WORD,
        words=WORDS,
        check=named,
        true=(
            "какой пароль от вайфая\n⟦жирафик⟧",
            "whats the netflix password again\nits ⟦purplegiraffe⟧",
            "send me the pw\nlemme check\n⟦purplegiraffe⟧",
        ),
        false=("какой пароль\nспроси у мамы", "what's the password\nthe usual", "whats the password\ndunno", "скажи пароль\nне знаю", "какой пароль\nпрежний"),
    ),
    Rule(
        "password-word-first",
        Kind.PASSWORD,
        rf"(?i)\A\s*[\"'«]?(?P<value>\p{{L}}{{4,20}})[\"'»]?(?:(?:[ \t]*[-–—=]+(?:[ \t]+это)?|[ \t]+это)[ \t]+(?:(?:{ARTICLE}|new|новый)[ \t]+){{0,2}}"
        rf"|[ \t]+is[ \t]+(?:my|our|the[ \t]+(?:new|wi-?fi|netflix|router|laptop|zip|guest"
        rf"|current))[ \t]+(?:new[ \t]+)?)(?:wi-?fi[ \t]+)?{STRONG}{ENDS}(?:[ \t]+(?:от|for|to|of)(?:[ \t]+{ARTICLE})?[ \t]+\p{{L}}{{2,15}}"
        rf"|[ \t]+вай-?фая)?{LAST}",
        Trigger.WORD,
        words=WORDS,
        check=lambda value: named(value) and not regex.search("(?i)^(?:login|логин|user|email|почт|секрет|secur|answer|ответ)", value),
        true=("⟦жирафик⟧ - пароль", "⟦жирафик⟧ это пароль от вайфая", "⟦swordfish⟧ is the wifi password"),
        false=(
            "love is the password",
            "swordfish is the password in like every old movie",
            "this is the password",
            "login = password",
            "главное - пароль",
            "логин - пароль",
        ),
    ),
    Rule(
        "password-restated",
        Kind.PASSWORD,
        # It is told in a roundabout way, and then itself.
        rf"(?i){ALONE}{STRONG}{ENDS}(?:[^\n?]{{1,70}}?[,;.–—-][ \t]*(?:"
        rf"(?:so|i\.?e\.?|that is|meaning|namely|то есть|т\. ?е\.|а именно|то бишь|значит|получается|итого)[ \t,:–—-]+[\"'«]?"
        rf"(?:(?P<value>\p{{L}}{{5,25}}){LAST}|{SECRETIVE}(?P<value>[^\s\"'«»]{{5,40}}[^\s.,;:)\"'»])"
        rf"|(?P<value>(?=[a-z]{{0,15}}[;\[\]'])[a-z;\[\]',]{{4,20}}){LAST})"
        rf"|(?:the )?(?:new one|new|новый|теперь)[ \t,:–—-]+(?:is[ \t]+|это[ \t]+)?[\"'«]?{SECRETIVE}(?P<value>[^\s\"'«»]{{5,40}}[^\s.,;:)\"'»]))"
        rf"|[^\n?]{{1,40}}?(?<!\p{{L}})(?:plus|with|minus|только|плюс|с"
        rf"|без)[ \t][^\n?:]{{2,40}}[,:][ \t]*(?P<value>(?-i:\p{{Lu}})[\p{{L}}\d]{{4,25}}[!?#*]?){LAST}"
        rf"|[^\n?]{{0,60}}?[.…,:–—-][ \t]*(?P<value>(?-i:\p{{Lu}}\p{{Ll}}{{2,15}}[-_]\p{{Lu}}\p{{Ll}}{{2,15}})){LAST}"
        rf"|[ \t]+(?:{IS}|[–—-])[ \t]+(?:{ARTICLE}[ \t]+)?(?-i:\p{{Ll}}{{3,12}})(?:[ \t]+(?-i:\p{{Ll}}{{3,12}}))?[ \t]+"
        rf"(?P<value>(?-i:\p{{Lu}}\p{{Ll}}{{3,20}})){LAST})"
        rf"|{ALONE}(?:(?:кодов|контрольн|секретн)\p{{L}}{{2}} (?:слово|фраза)|code ?word|safe ?word"
        rf"|memorable word){ENDS}(?:[ \t]+\p{{L}}{{1,12}}){{1,4}}[ \t]+(?P<value>\p{{L}}{{4,20}}){LAST}"
        rf"|{ALONE}(?:decrypt|unlock|unzip|расшифр)\p{{L}}*[^\n.]{{0,50}}?{ALONE}(?:phrase|words|фраз\p{{L}}"
        rf"|слова)[ \t:]+(?:is[ \t]+)?(?P<value>\p{{L}}{{2,15}}(?: \p{{L}}{{2,15}}){{2,7}}){LAST}",
        Trigger.WORD,
        words=WORDS | frozenset("decrypt unlock unzip расшифровать расшифруй phrase".split()),
        check=lambda value: phrase(value) if " " in value else looks_secret(value) or named(value) or regex.search(r"[;\[\],']\p{L}", value) is not None,
        true=(
            "the password is the same twice, so ⟦giraffegiraffe⟧",
            "пароль английскими буквами «жираф», то есть ⟦;bhfa⟧",
            "server password changed, new one ⟦giraffeZoo⟧, keep it",
            "the password is the old one plus a mark, ⟦Giraffe!⟧",
            "кодовое слово в банке у меня ⟦жираф⟧",
            "I'll text you the password. ... ⟦Copper-Giraffe⟧",
            "the password is our street ⟦Giraffewood⟧",
            "to decrypt it you need the phrase ⟦slow green giraffe⟧",
        ),
        false=(
            "I lost the password, so annoying",
            "the password expired, so whatever",
            "пароль забыла, значит потом",
            "password changed, new one later",
            "кодовое слово для банка придумай",
            "to unlock it use the phrase we always use for it",
        ),
    ),
)

RULES: tuple[Rule, ...] = (*_SAID, *password_places.RULES, *logins.RULES, *pins.RULES)

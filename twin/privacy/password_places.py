"""Passwords that are known by what they open, a network above all, or only by how they look: no word for a password need stand beside them."""

from __future__ import annotations

import regex

from twin.privacy.password_words import (
    ARTICLE,
    CHANGED,
    ELSE,
    LAST,
    LOGIN_WORDS,
    NEAR_WORDS,
    NOT_IT,
    SPELT,
    STRONG,
    TELLING,
    THING,
    THINGS,
    WORDS,
    AmongRule,
    alone,
    drawn,
    named,
    uncommon,
    unsaid,
)
from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.wording import ALONE, ENDS

RULES: tuple[Rule, ...] = (
    AmongRule(
        "password-among",
        Kind.PASSWORD,
        # What looks like nothing else, in a message that speaks of one.
        rf"(?i)(?<![^\s.,:;…~>→=|/(\"'`«“\p{{So}}-]){TELLING}(?P<value>[^\s\"'`«“(.,:;…=>"
        rf"|/-](?:(?:(?!\.\.)[^\s\"«»“”…→\p{{So}}])*[^\s.,;:)\"'`»”…→\p{{So}}])?)",
        Trigger.WORD,
        words=WORDS
        | NEAR_WORDS
        | LOGIN_WORDS
        | THINGS
        | frozenset("passwords passes pws пароли пассы log sign creds credentials account acc зайди войди акк учетка учётка".split()),
        true=(
            "what's the password? ⟦sunny2019⟧",
            "какой пароль?\n⟦kotik4421⟧",
            "скинь пароль\n— ⟦P@ssw0rd#4⟧",
            "пороль ⟦Rr=v%8wOB⟧",
            "пароль..⟦ромашка77⟧",
            "password👉⟦hunter22⟧",
            "пароль от компа ⟦koala-lucky-mango⟧",
            "пасс ⟦rocket-panda-falcon-kitten⟧",
            "the passwrod should still be ⟦hunter@Home⟧",
            "пароль, если не путаю, вроде ⟦ромашка77⟧.",
            "passwords: netflix ⟦giraffe99⟧, hulu ⟦Monkey_88⟧",
            "password might be ⟦giraffe99⟧ or ⟦giraffe98⟧",
            "old password was ⟦hunter22⟧ new one is ⟦pepper-pretzel-falcon⟧",
            "пасс от нетфликса ⟦giraffe99⟧",
            "the psswrd of the router I think is ⟦giraffe99⟧",
            "new wifi!! ⟦giraffe99⟧",
            "zip's encrypted, use ⟦giraffe99⟧",
            "sign in w/ ⟦Giraffe281!⟧",
            "впн: bob ⟦Iu9RJs1x2q⟧",
            "роутер админ ⟦barsik884⟧",
        ),
        false=(
            "forgot the password for Windows11 again",
            "пароль спрашивает на iPhone15",
            "the password needs 12chars and a sign",
            "password for bob@example.org is lost",
            "пароль не помню, буду 12:30",
            "the password is in notes2.txt",
            "what a state-of-the-art password",
            '<input type="password" name="pw1">',
            "пароль сброшен в 2019году",
            "the password fix is in commit 3f2a9b8c7d",
            "забыла пароль, рейс SU1234",
            "passwords leaked in 2013, Adobe lost them",
            "пароли меняй, каждый месяц",
            "passwords: never reuse, use KeePass",
            "use a password or a yubikey",
            "the password expired, new one is needed",
            "forgot the password to my new iPhone15",
            "wifi on my Archer_AX55",
            "laptop is a thinkpad480",
            "логин занят, bob_92",
            "wifi and season2 of it on netflix",
        ),
    ),
    Rule(
        "wifi",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:wi-?fi|вай[ -]?фа(?:й|я|ю|ем|е|ю)|wlan|internet|интернет"
        rf"|инет){ENDS}(?=[^\d@#$%^&*+=~!_.-]{{0,100}}+[\d@#$%^&*+=~!_.-])(?:[ \t]*[:=?–—-]\s*|[ \t]+|[ \t]*\n)"
        rf"(?:(?!{ELSE}|name|call|называ|имя|роутер|router)[^\s\d]{{1,12}}+\s+){{0,4}}?(?:[^\s/|]{{2,30}}+[ \t]*[/|][ \t]*)?[\"'`«(]{{0,2}}"
        rf"(?:{TELLING}(?P<value>[^\s\"«“](?:\S*[^\s.,;:)\"'`»”])?)|(?P<value>\d{{8,12}})(?![\w@]|[.,:/-]\d))",
        Trigger.WORD,
        words=frozenset("internet интернет инет wifi wi вайфай вайфая вайфаю вайфаем вайфае вай wlan".split()),
        true=(
            "вайфай ⟦zaika1987⟧ сеть Lipa",
            "wifi: ⟦hunter22⟧",
            "wifi: Lipa_5G / ⟦hunter22!⟧",
            "wifi network Lipa, key ⟦koalamango77⟧",
            "вай-фай — ⟦12345678⟧",
            "wifi? it's ⟦koala-lucky-mango⟧",
        ),
        false=("я на wifi, 5000 кб", "wifi: 5G or 2.4G?", "вайфай 100мбит", "wifi on my iPhone15", "вайфай с 12.05.2024", "wifi 2.4ghz"),
    ),
    Rule(
        "password-of-thing",
        Kind.PASSWORD,
        # No word for a password, but whose it is, and nothing else.
        rf"(?i)(?:\A|\n)[ \t]*(?:(?:(?:{ARTICLE}[ \t]+)?{THING}(?:[ \t]+(?:thing|one|login|account|acc))?[ \t]*[:=–—-]+[ \t]*|(?:(?:от|для|на|к|for"
        rf"|on)[ \t]+(?:{ARTICLE}[ \t]+)?{THING}|(?:netflix|spotify|hulu"
        rf"|нетфликс|кинопоиск))[ \t]+)"
        rf"[\"'«]?{TELLING}(?=[^\s\d]{{0,40}}\d)(?P<value>[^\s\"'«»]{{5,40}}[^\s.,;:)\"'»])"
        rf"|(?:here(?: (?:you|u|ya) go)?|вот|держи|лови|it['’]?s|try"
        rf"|попробуй)[ \t,:–—-]+{TELLING}(?=[^\s\d]{{0,40}}\d)(?P<value>[^\s\"'«»]{{5,40}}[^\s.,;:)\"'»])!?"
        rf"[ \t]*[-–—(<]+[ \t]*(?:(?:for|от|для)[ \t]+)?{THING}){LAST}",
        Trigger.WORD,
        words=THINGS,
        check=lambda value: (
            sum(map(str.isdigit, value)) > 1 and sum(map(str.isalpha, value)) > 2 and not regex.search(r"^[A-Z]{2,}-?\d+|\.\w{2,4}$|\d\.\d", value)
        ),
        true=("laptop: ⟦giraffe123⟧", "от кинопоиска ⟦Giraffe20⟧", "на компе ⟦Giraffe20⟧", "here u go ⟦Giraffe2024!⟧ (netflix)", "Netflix ⟦Giraffe_88⟧"),
        false=("laptop: i5-1240P", "на компе Windows11", "от кинопоиска 299 рублей", "phone: Galaxy23", "for the laptop", "netflix season2"),
    ),
    Rule(
        "password-alone",
        Kind.PASSWORD,
        # Nothing is said at all: it must look like nothing else, or stand behind a name.
        rf"\A\s*(?:(?P<value>(?=\S{{0,40}}\p{{Lu}})(?=\S{{0,40}}\p{{Ll}})(?=\S{{0,40}}\d)(?!\p{{L}}+\d+\s*\Z|\S*\d\.\d)[^\s/\\:]{{8,40}})"
        rf"|(?i:\p{{L}}[\w.+-]{{2,30}}(?::|(?<=[\d_.]\p{{L}}{{0,9}})[ \t]*[/|][ \t]*)"
        rf"{TELLING}(?=[^\s\d]{{0,40}}\d)(?P<value>[^\s:/|]{{7,40}})))\s*\Z",
        Trigger.DIGITS | Trigger.TOKEN,
        check=alone,
        true=("⟦xK9mP2vLq74⟧", "⟦P@ssw0rd#4821⟧", "bob_92:⟦Giraffe88⟧", "bob_92 / ⟦Giraffe88⟧"),
        false=("iPhone15Pro", "Vishnya20", "https://example.org/aB3dE5gH", "Ryzen5600X", "log4j:log4j-core2", "macOS14.2.1", "B08N5WRWNW", "#100DaysOfCode"),
    ),
    Rule(
        "opens-with",
        Kind.PASSWORD,
        # No word for a password, but what it opens, or whose login it goes with.
        rf"(?i)(?<!\p{{L}})(?:(?:opens?|unlocks?|decrypts?|открыв\p{{L}}{{2,5}}|откро\p{{L}}{{1,4}}|разблокир\p{{L}}{{2,6}}|запаролен\p{{L}}{{0,2}}"
        rf"|зашифрован\p{{L}}{{0,2}}"
        rf"|запаролил\p{{L}}?(?:[ \t]+\p{{L}}{{3,10}})?|(?:connect|join)(?:[ \t]+(?:to[ \t]+)?\S{{2,30}})?|открыть файл|файл под|protected|locked"
        rf"|encrypted|unzip|unrar|extract(?:ed)?)[ \t,:–—-]+(?:(?:[^\s\d]{{1,12}}[ \t]+){{0,4}}?(?:with|using|by|via|по|через|на|с|паролем)[ \t]+"
        rf"|(?:it[ \t]+)?)"
        rf"|(?:log(?:ged)?[ -]?in|sign(?:ed)?[ -]?in|зайди|зайти|заходи|войти|захожу)[ \t]+(?:with|using|as|с|под"
        rf"|через)[ \t]+\S{{1,40}}@\S{{3,40}}[ \t]*(?:and|и|[/,+&])[ \t]*|(?:log(?:ged)?[ -]?[io]n|sign(?:ed)?[ -]?in|зайди|заходи|войди)[ \t]+(?:as"
        rf"|под)[ \t]+[^\s,]{{2,30}},?[ \t]+(?:(?:and|then|и|потом|дальше)[ \t]+){{0,2}}(?:type|enter|введи|вводи|use)[ \t]+)"
        rf"[\"'«]?{TELLING}(?=[^\s\d]{{0,40}}\d)(?P<value>[^\s\"'«»]{{5,40}}[^\s.,;:)\"'»])",
        Trigger.WORD,
        words=frozenset(
            (
                "запаролил запаролила connect join открыть файл protected locked encrypted unzip unrar extract extracted use зашифрован зашифровано "
                "зашифрована open opens unlock unlocks decrypt decrypts log logged sign signed login открывается открываю открывать откроется открой "
                "разблокируется "
                "разблокировать запаролен запаролено запаролена зайди зайти заходи войти захожу"
            ).split()
        ),
        check=lambda value: (
            (sum(map(str.isdigit, value)) > 1 or len(value) > 7) and not regex.fullmatch(r"\p{Lu}\p{Ll}+-?\d+|[A-Z]{2,}-\d+|[\w-]+\.\w{2,4}", value)
        ),
        true=(
            "the laptop unlocks with ⟦giraffe99⟧",
            "архив открывается по ⟦жираф77⟧",
            "log in with bob@example.org and ⟦giraffe99⟧",
            "unlock the tablet with ⟦giraffe0⟧",
            "log on as bob, then type ⟦giraffe99⟧",
        ),
        false=("pdf opens with Acrobat2020", "opens with 7zip", "sign in with bob_1992", "дверь открывается на 180градусов", "opens at 10am"),
    ),
    Rule(
        "wifi-first",
        Kind.PASSWORD,
        rf"(?i)\A\s*(?:(?:its|it['’]s|here|вот|лови|держи|try|use)[ \t,:]+)?(?:[^\s/|]{{2,30}}[ \t]*[/"
        rf"|][ \t]*)?[\"'«]?{TELLING}(?P<value>[^\s\"'«»]{{5,40}}[^\s.,;:)\"'»])"
        rf"[\"'»]?[ \t]*[-–—=←<(,]{{0,3}}[ \t]*(?:(?:is|for|это|на|от|для|the|our|my|your|thats|that['’]s|it['’]?s|code|key|ключ|pass|new"
        rf"|guest)[ \t]+){{0,6}}(?:wi-?fi|вай-?фай"
        rf"|вай-?фая|вай-?фаю)"
        r"(?=[.!)]{0,3}\s*\Z)",
        Trigger.WORD,
        words=frozenset("wifi fi вайфай вайфая вайфаю фай фая".split()),
        true=(
            "⟦oatmilk2020⟧ вайфай",
            "⟦giraffe99⟧ for the wifi",
            "its ⟦giraffe99⟧ <- wifi",
            "⟦oatmilk2020⟧ это вайфай",
            "Cafe_Guest / ⟦oatmilk2020⟧ is the wifi",
        ),
        false=("iPhone15 wifi", "router Archer_AX55 for the wifi", "5000mbit wifi", "no wifi"),
    ),
    Rule(
        "wifi-word",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:wi-?fi|вай-?фай|wlan|ssid|network|сеть){ENDS}(?:[^\n]{{0,50}}?(?:\n[^\n]{{0,10}}?)?{ALONE}(?:key|ключ|пасс?|pass"
        rf"|code){ENDS}(?:[ \t]+(?:is"
        rf"|это))?[ \t:=–—-]{{1,4}}"
        r"|[ \t]*[:=–—-][ \t]*(?-i:(?=[^\s\/|]{0,20}[\p{Lu}\d_]))[^\s\/|]{2,30}[ \t]*[/"
        rf"|][ \t]*(?-i:(?=\p{{Ll}})))(?:(?P<value>\p{{L}}{{5,20}})(?=[.!)]{{0,3}}[ \t]*(?:\n|\Z))|(?P<value>\d{{8,12}})(?!\w)"
        rf"|{TELLING}(?P<value>[^\s\"«“]{{5,40}}[^\s.,;:)\"'`»”]))"
        rf"|{ALONE}(?:wi-?fi|вай-?фай|wlan){ENDS}[ \t]*[:=–—-][ \t]*(?P<value>\p{{L}}{{5,20}})(?={SPELT})"
        rf"|{ALONE}(?:wi-?fi|вай-?фай|wlan|wireless|hotspot){ENDS}(?:[^\n]{{0,60}}?{ALONE}(?:enter|type|вводи(?:те)?|введи(?:те)?"
        rf"|пиши(?:те)?)[ \t:]+(?P<value>\p{{L}}{{5,20}}){LAST})",
        Trigger.WORD,
        words=frozenset("wifi fi вайфай фай wlan ssid network сеть".split()),
        check=lambda value: not value.isalpha() or named(value),
        true=(
            "network Lipa, key is ⟦35468487⟧",
            "wifi is ASUS_5G and the key is ⟦bananapancake⟧",
            "wifi: FlatWhite / ⟦oatmilk⟧",
            "вайфай Lipa, ключ ⟦жирафик⟧",
            "wifi для гостей, просто вводите ⟦жирафик⟧",
        ),
        false=("wifi: slow / unstable", "wifi / bluetooth", "wifi is the key to happiness", "WiFi: USB / Bluetooth", "wifi: TP-Link / Keenetic"),
    ),
    Rule(
        "security-answer",
        Kind.PASSWORD,
        r"(?i)(?<!\p{L})(?:(?:mother['’]?s|mom['’]?s|mum['’]?s) maiden name|maiden name for (?:the|my) bank|девичья фамилия (?:матери|мамы"
        r"|моей мамы))(?:[ \t]+(?:is|это))?[ \t:=–—-]{1,4}"
        r"(?-i:(?P<value>\p{Lu}\p{L}{2,20}))(?=[.!)]{0,3}[ \t]*(?:\n|\Z|,))|(?<!\p{L})(?:security|secret|секретн\p{L}{2}"
        r"|контрольн\p{L}{2})[ \t]+(?:question|вопрос\p{L}?)"
        r"(?:[^\n]{0,50}?[\s,;?](?:answer|ответ)|(?<=(?:answer|ответ)[ \t]+(?:to|на)[ \t]+(?:the[ \t]+)?[^\n]{0,25}))(?:[ \t]+(?:is"
        r"|это))?[ \t:=–—-]{1,4}(?P<value>\p{L}{3,20})(?=[.!)]{0,3}[ \t]*(?:\n|\Z))",
        Trigger.WORD,
        words=frozenset("maiden девичья security secret секретный секретного контрольный".split()),
        check=uncommon,
        true=(
            "девичья фамилия матери ⟦Жирафова⟧",
            "секретный вопрос: кличка, ответ ⟦жираф⟧",
            "mother's maiden name: ⟦Giraffe⟧",
            "ответ на секретный вопрос ⟦Мурзик⟧",
        ),
        false=("девичья фамилия мамы?", "секретный вопрос забыла", "security question, the answer is wrong"),
    ),
    Rule(
        "password-for-everything",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:use|used|using|have|put|ставлю|стоит|использую|юзаю|пишу){ENDS}(?:[ \t]+[^\s\d]{{1,12}}){{0,2}}?[ \t]+"
        rf"[\"'«]?{TELLING}(?P<value>[^\s\"'«»]{{5,40}}[^\s.,;:)\"'»])[\"'»]?[ \t]+(?:everywhere|for everything|for all|везде|на вс[её]|для всего)(?!\p{{L}})",
        Trigger.WORD,
        words=frozenset("everywhere everything all везде все всё всего".split()),
        true=("i use ⟦giraffe47⟧ everywhere", "у меня стоит ⟦giraffe47⟧ везде"),
        false=("i use python3 everywhere", "везде стоит giraffe47", "i use a yubikey for everything"),
    ),
    Rule(
        "password-entered",
        Kind.PASSWORD,
        # What is entered, and behind it, in the same message, that a password is.
        rf"(?i){ALONE}(?:use|try|enter|type|typed|put|give (?:it|them)|ask for|with|is|was|it['’]?s|or|введи(?:те)?|вводи(?:те)?|вбей|попробуй|пиши|стоит|это"
        rf"|или|с)"
        rf"[ \t:]+[\"'«]?{TELLING}(?P<value>[^\s\"'«»]{{5,40}}[^\s.,;:)\"'»?!])[\"'»]?(?=[^\n]{{1,60}}?{ALONE}{STRONG}{ENDS}(?!['’]?[ \t-]*{NOT_IT}))",
        Trigger.WORD,
        words=WORDS,
        check=lambda value: drawn(value) or regex.fullmatch(r"\p{L}*\p{L}\d\p{L}{2}\S*|(?:\p{L}+-){2,}\d+", value) is not None,
        true=(
            "enter ⟦GiraffeZoo2019⟧ when it asks for the password",
            "it is ⟦g1raffe_zoo⟧ or ⟦giraffe-zoo-2⟧, one of them is the password",
            "введи ⟦giraffe2019⟧, если попросит пароль",
        ),
        false=("use python3 to reset the password", "it is in release12 with the password fix", "with bob_92 no password", "try iPhone15 with the password"),
    ),
    Rule(
        "password-handed",
        Kind.PASSWORD,
        # It is handed over, and behind it is said what for.
        rf"(?i)(?:\A|[\n.,!?:;]|\p{{So}})[ \t]*(?:(?:here|btw|ok|so|and|yes|yep|try|use|its|it['’]s|now|вот|держи|лови|это|да|ну|пиши)[ \t,:!\p{{So}}]+){{0,3}}"
        rf"[\"'«]?{TELLING}(?=[^\s\d]{{0,40}}\d)(?P<value>[^\s\"'«»]{{5,40}}[^\s.,;:)\"'»])[\"'»]?"
        rf"(?:[ \t]*[-–—(<,.]+[ \t]*(?:это|that['’]?s|it['’]?s|for|от|для|на|к)[ \t]+|[ \t]+(?:это|still works|works|is|for|от|для|на|к)[ \t]+)"
        rf"(?:(?:for|on|to|от|для|на|к|works)[ \t]+){{0,2}}(?:{ARTICLE}[ \t]+)?(?:{THING}|wi-?fi|вай-?фа\p{{L}}{{1,2}})(?:[ \t]+(?:account|acc|login|one|key"
        rf"|акк\p{{L}}{{0,6}}))?"
        rf"(?=[.,!?;)\n]|[ \t]*\Z|[ \t]+\p{{So}}|[ \t]+(?:and|but|btw|и|а|но)[ \t])",
        Trigger.WORD,
        words=THINGS | frozenset("wifi fi вайфай вайфая вайфаю фай фая".split()),
        check=lambda value: (
            (drawn(value) or regex.fullmatch(r"\p{L}\d\p{L}{3,}|\p{Ll}{7,}\d|\p{L}+[_-]\p{Ll}+\d+", value) is not None)
            and not value.casefold().startswith(("user", "ver"))
        ),
        true=(
            "btw ⟦giraffes7⟧ still works for the hbo account",
            "вот: ⟦Жираф2015⟧. это почта, не потеряй",
            "wait, yes: ⟦g1raffe⟧. thats the wifi one",
            "⟦giraffe_77⟧ — от облака",
        ),
        false=("order Galaxy2023 for the phone", "my nick is bob1992 on discord", "3.5 for the laptop", "see 2019-report for the server"),
    ),
    Rule(
        "password-set-to",
        Kind.PASSWORD,
        # A login, and what something of it was changed to.
        rf"(?i){ALONE}(?:portal|log-?in|logged|account|acc|e?-?mail|locked out|kicked me out|почт\p{{L}}|кабинет\p{{L}}?"
        rf"|акк(?:аунт\p{{L}}?)?){ENDS}[^\n]{{0,60}}?"
        rf"{CHANGED}[ \t]+(?:(?:it|mine|this|that|его|е[её])[ \t]+)?(?:to|as|на)[ \t]+[\"'«]?{TELLING}(?P<value>[^\s\"'«»]{{5,40}}[^\s.,;:)\"'»])",
        Trigger.WORD,
        words=frozenset("portal login logged account acc mail email out почта почте почту кабинет кабинета аккаунт аккаунта акк".split()),
        check=unsaid,
        true=("the portal kicked me out, i reset it to ⟦Giraffe-Zoo1⟧", "на почте сменила на ⟦giraffe77⟧"),
        false=("I logged in and changed it to python3", "the account was updated to version12", "email set to bob@example.org"),
    ),
    Rule(
        "thing-opens-with-word",
        Kind.PASSWORD,
        rf"(?i){ALONE}{THING}(?:[ \t]+\p{{L}}{{2,12}})?[ \t]+(?:открывается|разблокируется|unlocks|opens)[ \t]+(?:на|по|with"
        rf"|by)[ \t]+(?:слов\p{{L}}{{1,2}}[ \t]+)?"
        rf"[\"'«]?(?P<value>\p{{L}}{{5,20}})[\"'»]?{LAST}",
        Trigger.WORD,
        words=THINGS,
        check=named,
        true=("айпад Пети открывается на ⟦giraffik⟧", "the laptop unlocks with ⟦giraffe⟧"),
        false=("phone unlocks with fingerprints", "ноут открывается на кухне", "pdf opens with Acrobat on the laptop"),
    ),
)

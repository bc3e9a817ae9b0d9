"""Passwords beside the name or the address that they go with."""

from __future__ import annotations

import regex

from twin.privacy.password_words import HARD, LAST, LOGIN_WORDS, NOT_IT, PASS, TELLING, WORDS, letter_and, looks_secret, named, pair, unsaid
from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.wording import ALONE, ENDS

RULES: tuple[Rule, ...] = (
    Rule(
        "login-and-password",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:login|log|user(?:name)?|логин|лог|юзер)(?:[ \t]*[:=][ \t]*|[ \t]+(?:[-–—][ \t]+|is[ \t]+)?)"
        rf"(?P<value>(?!(?:and|or|и|или|with|without|by|с|без|your)[ \t])"
        rf"[^\s,;/]{{2,60}}+[ \t]*[,;/]?\s{{1,3}}(?:and[ \t]+|и[ \t]+|а[ \t]+)?{PASS}(?:[ \t]*[:=][ \t]*|[ \t]+(?:[-–—][ \t]+"
        rf"|is[ \t]+)?)[^\s,;]{{3,60}}){LAST}"
        rf"|{ALONE}(?:login|log|user(?:name)?|логин|лог|юзер|email|почта)[ \t]*(?:[/|&+,:-]|и|and)?[ \t]*{PASS}{ENDS}(?:{HARD}|[ \t]+(?:[-–—][ \t]+)?)"
        r"(?P<value>[^\s/|:;,]{2,60}+(?:[ \t]+(?:и|and)[ \t]+|[ \t]*[/|:;,][ \t]*|\s{1,3})[^\s.,;]{2,60})"
        r"|(?<!\S)(?P<value>[^\s/|:;,]{2,60}+(?:[ \t]*[/|:,][ \t]*|[ \t]+)[^\s/|:;,]{3,60})[ \t]+(?:is|are|это|[-–—])[ \t]+(?:[^\s\d]{1,15}[ \t]+){0,3}?"
        rf"(?:log-?in|user(?:name)?|логин|юзер)[ \t]*(?:[/|&+,]|и|and)[ \t]*{PASS}{ENDS}"
        rf"|{ALONE}(?:logins?|log|user(?:name)?|acc(?:ount)?|логин|лог|юзер"
        rf"|акк(?:аунт)?){ENDS}(?=[^\n:=–—-]{{0,105}}+[:=–—-])(?:[ \t]+(?!{NOT_IT})[^\s:=]{{1,20}}+){{0,5}}?[ \t]*[:=–—-][ \t]*"
        rf"(?P<value>[^\s/|:;,]{{2,60}}[ \t]*[/|:;,][ \t]*{TELLING}[^\s/|;,]{{4,60}}){LAST}"
        rf"|{ALONE}(?:creds?|credentials|log-?in (?:details|info|data)|данные(?: для входа)?|доступ[ыа]?|уч[её]тк[аиу]|креды|u/p|логпасс?|лог[:/]пасс?"
        rf"|(?:зайди|заходи|вход) под (?:моим|мной|этим)){ENDS}(?:[ \t]+(?:for|to|on|от|для|на|к|в)(?:[ \t]+[^\s\d:]{{1,15}}){{1,2}})?(?:[ \t]*[:=–—-][ \t]*"
        rf"|[ \t]+)"
        rf"(?P<value>[^\s/|:;,]{{2,60}}+(?:[ \t]*[/|:;,][ \t]*|[ \t]+){TELLING}[^\s/|;,]{{4,60}}){LAST}"
        rf"|{ALONE}(?:login|user(?:name)?|логин|юзер|почта|e?-?mail){ENDS}[ \t:=–—-]+(?P<value>[^\s/|;,]{{2,60}}[ \t]*\n[ \t]*{TELLING}[^\s/"
        rf"|;,]{{5,60}}){LAST}",
        Trigger.WORD,
        words=WORDS
        | LOGIN_WORDS
        | frozenset(
            "u логпас логпасс logins креды зайди заходи вход email mail почта cred creds credentials данные доступ доступы доступа учетка учетки учетку "
            "учётка учётки учётку log user acc account лог юзер акк аккаунт".split()
        ),
        check=pair,
        true=(
            "логин ⟦admin пароль qwerty12⟧",
            "login: ⟦bob\npassword: hunter22⟧",
            "логин/пароль: ⟦admin/qwerty⟧",
            "login and password: ⟦bob hunter22⟧",
            "login: ⟦bob / hunter_22⟧",
            "creds ⟦bob92 hunter_22⟧",
            "данные для входа: ⟦bob92/hunter_22⟧",
            "логин ⟦petya пароль барсик⟧",
            "user ⟦root, pass toor77⟧",
            "⟦guest / hunter22⟧ is the wifi login and password",
            "⟦vasya:qwerty12⟧ - логин/пароль",
            "логин и пароль: ⟦vasya93 и qwerty12⟧",
            "логин пароль ⟦vasya93 qwerty12⟧",
            "данные: ⟦vasya93 / qwerty12⟧",
            "here's the login for the portal: ⟦jlind / Tulip$77⟧",
            "логин ⟦ira.k\nShashlik_77⟧",
        ),
        false=("login and password", "логин и пароль от почты", "login with password only", "логин и пароль: см ниже", "enter your login and your password"),
    ),
    Rule(
        "known-login",
        Kind.PASSWORD,
        r"(?i)(?<![\w./@:-])(?:admin|administrator|root|guest|ubuntu|postgres|админ)(?::|[ \t]*[/|][ \t]*)(?P<value>[^\s:/]{4,40})(?!\S)"
        rf"|(?<![\w./@:-])(?:root|sudo|рут|рутом|админом)[ \t]+{TELLING}(?=[^\s\d]{{0,40}}\d)(?P<value>[^\s:/]{{6,40}}){LAST}",
        Trigger.WORD,
        words=frozenset("admin administrator root guest ubuntu postgres админ sudo рут рутом админом".split()),
        check=letter_and(unsaid),
        true=("admin:⟦hunter22⟧", "зайди под root:⟦toor1234⟧", "admin / ⟦hunter22⟧", "под рутом ⟦hunter22⟧"),
        false=("admin: I will", "root:wheel", "guest:12345", "https://admin:x1"),
    ),
    Rule(
        "email-and-password",
        Kind.PASSWORD,
        r"(?i)@[\w-]{1,60}(?:\.[\w-]{1,20}){1,3}(?:[:;|](?P<value>[^\s:;|]{4,40})(?!\S)"
        rf"|[ \t]*[/|,;–—-]?\s{{1,3}}{TELLING}(?=[^\s\d]{{0,40}}\d)(?P<value>[^\s:;|]{{6,40}}){LAST})",
        Trigger.AT,
        check=letter_and(unsaid),
        true=("bob@example.org:⟦hunter22⟧", "вася@example.org;⟦Qwerty77⟧", "netflix: bob@example.org / ⟦Hunter_22x⟧"),
        false=("bob@example.org: hi there", "proxy bob@example.org:8080", "git@example.org:project/repository"),
    ),
    Rule(
        "password-after-login-letter",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:u|un|usr|user|l|л|ю)[ \t]*[:=][ \t]*(?P<value>[^\s,;:]{{2,60}}[\s,;/|]{{1,3}}(?:p|pw|п)[ \t]*[:=][ \t]*[^\s,;:]{{3,60}})"
        rf"|\A\s*(?:p|п)[ \t]*[:=][ \t]*{TELLING}(?P<value>[^\s,;:]{{5,60}}){LAST}|{ALONE}(?:u|l|л)[ \t]+(?P<value>[^\s,;:]{{2,60}}[\s,;/|]{{1,3}}(?:p|pw"
        rf"|п)[ \t]+{TELLING}[^\s,;:]{{5,60}})",
        Trigger.WORD,
        words=frozenset("p pw п".split()),
        check=lambda value: looks_secret(regex.split(r"[\s:=]+", value)[-1]) or named(regex.split(r"[\s:=]+", value)[-1]),
        true=("u: ⟦bob p: giraffe99⟧", "л: ⟦bob\nп: жираф7⟧", "u=⟦bob, p=giraffe⟧", "л ⟦vasya93 п giraffe99⟧", "p: ⟦giraffe99⟧"),
        false=("u: what p: nothing", "u p for it?", "l: 5 p: 7"),
    ),
    Rule(
        "email-and-word",
        Kind.PASSWORD,
        rf"(?i)(?<!\p{{L}})(?:netflix|spotify|gmail|hulu|disney|hbo|steam|apple|icloud|zoom|login|acc(?:ount)?|нетфликс|почта|логин|акк|кинопоиск"
        rf"|стим)[ \t:=–—-]{{1,4}}"
        rf"\S{{1,40}}@[\w.-]{{3,40}}[ \t]*[/|,;][ \t]*(?P<value>\p{{L}}{{5,20}}){LAST}",
        Trigger.AT,
        check=named,
        true=("netflix: bob@example.org / ⟦giraffe⟧", "логин bob@example.org, ⟦жирафик⟧"),
        false=("gmail: bob@example.org / telegram", "bob@example.org / giraffe", "почта bob@example.org, спасибо"),
    ),
    Rule(
        "command-line-password",
        Kind.PASSWORD,
        r"(?i)(?<!\w)(?:(?:curl|wget)[ \t][^\n]{0,150}?(?<=[ \t])(?:-u|--user)[ =]{1,2}[\"']?(?P<value>[^\s:\"']{1,60}:[^\s\"']{1,60})"
        r"|mysql\w{0,8}[ \t][^\n]{0,100}?(?<=[ \t])-p(?P<value>[^\s\"']{4,60})|sshpass[ \t]+-p[ \t]*[\"']?(?P<value>[^\s\"']{3,60})|"
        r"wifi:(?:[tsh]:[^;\n]{0,60};){0,3}p:(?P<value>[^;\n]{3,64}))",
        Trigger.WORD,
        words=frozenset({"mysql", "mysqldump", "curl", "wget", "sshpass", "wifi"}),
        true=(
            "mysql -u root -p⟦hunter22⟧ shop",
            "curl -s -u ⟦bob:hunter22⟧ https://example.org",
            "sshpass -p '⟦hunter22⟧' ssh bob@example.org",
            "WIFI:T:WPA;S:cafe;P:⟦hunter22⟧;;",
        ),
        false=("curl -u bob https://example.org", "install sshpass with apt", "wifi: p is for public"),
    ),
)

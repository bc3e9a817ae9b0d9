"""What the rules for passwords share: the words for one, what has one, how one is tied to its word, and how one looks.

Not here: any rule (passwords.py, password_places.py, logins.py, pins.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import regex

from twin.privacy.keys import random_looking
from twin.privacy.rule import Rule
from twin.privacy.wording import ALONE, ENDS, IS

ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюя")


def mistyped(word: str) -> tuple[str, set[str]]:
    """A word with a letter left out, too many or another in its place, or two swapped: as a pattern, and all that this matches."""
    letters = f"[{ALPHABETS[not word.isascii()]}]"
    less = {word[:at] + word[at + 1 :] for at in range(len(word))} | {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
    # The first letter stays: it is seldom that which goes wrong, and another makes another word.
    more = {word[:at] + letters + word[at + kept :] for at in range(1, len(word)) for kept in (0, 1)}
    words = {one.replace(letters, letter) for one in more for letter in letters[1:-1]}
    return "|".join(sorted((less - {word}) | more)), less | words


TYPOS, MISTYPED = zip(*map(mistyped, ("password", "пароль")), strict=True)

SHORT_PATTERN = r"p[a@]?s{0,3}w(?:[o0]?r?d|rd)s?"

SHORT = {f"p{a}{'s' * count}w{end}" for a in ("", "a") for count in range(4) for end in ("od", "ord", "rd", "d", "0rd", "ords")}

"""The consonants of it, as the word is cut short."""

OTHERWISE = (
    "парол parol parolya паролек паролёк паролька поролю порол паролик паролика поролик парольчик пасворд пасворда пасвордом пассворд пассворда пассв "
    "passwirt passworf passeord oassword"
).split()

STRONG = (
    rf"(?:p[a@4]ss(?:[ -]?w[o0]rds?|wd|[ -]?phrase|[ -]?code)|p@ss|pw|p/w|pwd|psw|psk|wi-?fi[ -]key|{SHORT_PATTERN}|{'|'.join(TYPOS)}|{'|'.join(OTHERWISE)}|"
    r"(?:secret|code|security|safe|memorable) ?word|security answer|(?:1password|keepass|bitwarden|lastpass) (?:master|vault)|(?:wpa2?|wlan|wep) (?:key"
    r"|passkey)|passkey|парольн\p{L}{2} фраза|"
    r"ключ[ \t]+(?:сети|вай-?фая|от вай-?фая|wi-?fi)|(?:network|security|encryption) key(?=[^\n]{0,4}[ :])|мастер-пароль|"
    r"парол[ьяюие]\p{L}{0,2}(?:-то)?|пассворд\p{L}{0,2}|кодов\p{L}{2} "
    r"(?:слово|фраза)|кодовое(?= для)|(?:секретн|контрольн)\p{L}{2} (?:слово|фраза)|"
    r"has[łl]o|passw[oö]rt(?:er)?|kennwort|zugangscode|mot de passe|mdp|contrase[nñ]as?|senha|parola d['’]ordine)"
)

"""What means a password and nothing else."""

PASS = rf"(?:{STRONG}|(?<!\b(?:ski|day|boarding|bus|train|metro|travel|season|gym|guest|mountain|free|to|will|can|ll)[ -])pass|пасс?|пасс(?:а|ом|ик)|clave)"

"""That, and what means other things too."""

LOGIN = r"(?:(?<!last[ -])login|username|user name|(?<!последний )логин|юзернейм|benutzername|identifiant|usuario)"

WORDS = frozenset(
    (
        "w ss ssword ssw0rd passw0rd мастер ключ key secret codeword security парольная парольную фраза password passwords passwd passphrase passcode pass "
        "пасса пассом "
        "пассик pw pwd psw psk key "
        "пароль пароля паролю паролем пароле пароли паролей "
        "паролям паролями паролях пас пасс пассворд пассворда "
        "hasło haslo 1password keepass bitwarden lastpass кодовое слово слова словом фраза фразу фразы фразой word codeword safeword passkey passwort "
        "passworter passwörter kennwort zugangscode passe mdp contraseña "
        "contraseñas contrasena contrasenas senha clave ordine"
    ).split()
    + OTHERWISE
) | SHORT.union(*MISTYPED)

LOGIN_WORDS = frozenset("login username name логин юзернейм benutzername identifiant usuario".split())

THINGS = frozenset(
    (
        "cloud xbox playstation ps4 ps5 minecraft roblox twitter twitch tiktok облако облака облаке яндекс яндекса яндексе госуслуг госуслуги озон озона авито "
        "netflix spotify hulu disney hbo steam psn rdp epic origin icloud gmail google outlook zoom laptop computer pc mac macbook phone tablet ipad router "
        "server vpn "
        "archive zip rar pdf excel hotspot instagram facebook discord account acc "
        "нетфликс нетфликса нетфликсу кинопоиск кинопоиска стим стима почта почты почту почте ноут ноута ноуте ноуту комп компа компе компу компьютер "
        "компьютера "
        "рдп впна админка админку раздача роутеру роутер роутера роутере сервер сервера сервере впн архив архива архиву айпад айпада планшет планшета "
        "планшете телефон телефона телефоне эксель "
        "экселя "
        "акк акка аккаунт аккаунта инста инсты вк айклауд айклауда зум зума"
    ).split()
)

"""What has a password."""

THING = rf"(?:{'|'.join(sorted(THINGS))})"

NOT_IT = (
    r"(?:https?:|count|reset|link|manager|length|rules?|must|should|has|change|hint|polic|recover|protect|generat|strength|hash|field|require|"
    r"expire|every(?!where)|since|until|before|prompt|box|screen|page|form|"
    r"attempt|сброс|ссылк|менеджер|длин|подсказк|правил|долж|ист[её]к|обновл|восстанов|попыт|меня|смен|помен|кажд|длиной|состоит|содерж|минимум)"
)

"""How words begin that make another thing of the password they follow: its manager, its length, that it has expired."""

ELSE = (
    r"(?:https?:|www\.|manager|менеджер|commit|коммит|branch|ветк|верси|version|order|заказ|номер|room|error|ошибк|file|файл|ссылк|link|рейс|flight|"
    r"трек|track|user\b|юзер|логин\b|login\b|ник\b|nick\b|id\b)"
)

"""How words begin whose numbers are no password, though a password is spoken of."""

OF = r"(?:for|to|of|on|from|in|at|от|ото|для|на|к|ко|в|во|с|из|у|für|von|zum|du|de|del|della|per|para|pour)"

ARTICLE = r"(?:the|my|our|your|a|an|this|that|his|her|their|мой|моего|моей|наш|нашего|твой|этого|этой|dem|der|das|le|la|el|il|mein|mon|ma|mi|mio)"

HARD = r"[\"'`*_)\]]{0,3}[ \t]{0,3}(?:[:=]+>?|->|→|⇒|➡\ufe0f?|👉)[*_`]{0,3}\s{0,6}[*_`(]{0,3}"

SOFT = rf"(?:[ \t]+{IS}(?:[ \t]+(?:now|still|just|теперь|сейчас|просто|такой|вот))?[ \t:]+|['’]s[ \t]+|[ \t]+(?!--\w)[-–—]+[ \t]*|[ \t]*[-–—]+[ \t]+|[–—]+)"

TOKEN = (
    r"(?>\"(?P<value>[^\"\n]{3,64})\"|'(?P<value>[^'\n]{3,64})'(?!\w)|«(?P<value>[^»\n]{3,64})»|“(?P<value>[^”\n]{3,64})”"
    r"|(?P<value>[^\s\"«“](?:\S*[^\s.,;:)\"'`»”])?))"
)

"""In quotes, or up to the next space without the stop before it."""

SECRETIVE = r"(?!--)(?=\S{0,60}?(?:[\d@#$%^&*_+=~]|(?-i:\p{Ll}\p{Lu}))|qwert|йцук|letmein|iloveyou)"

"""Before a token: what is no word."""

PLAIN = r"[\"'`«“]?(?P<value>\p{L}[\p{L}'’-]{2,30})"

SPELT = (
    r"(?:[ \t,(–—-]+(?:(?:все |всё |весь |с |в |на |по[- ])?(?:маленьк|больш|строчн|заглавн|латин|кирил|англ|русск)|без |слитно|одним|капсом|если что|"
    r"(?:all |in |with |with a |no |just )?(?:lower|upper|small|capital|caps|spaces|one word|without)|alles |tutto min|tout en min|en min|minuscol"
    r"|twice|дважды|два раза|lo+l|lmao|btw|and (?:the )?log-?in|аха|хах|\p{So}))"
)

"""How a word is followed when it was a password: told how it is written, or laughed at."""

HOW = (
    r"(?:(?:all |in |with |with a |just |the |is )*(?:lower[ -]?case|upper[ -]?case|small letters|capital(?:s| letters?| \p{L}(?!\p{L}))?|caps|(?:no"
    r"|without) spaces|one word|the word)"
    r"|(?:(?:все|всё|весь|с|в|на|по|просто)[ -])*(?:маленьк|больш|строчн|заглавн|латин|кирил|англ|русск)\p{L}{1,6}(?: букв\p{L}{0,4}| раскладк\p{L}{1,2})?"
    r"|без пробел\p{L}{1,2}|слитно|одним словом|слово|капсом|alles klein|alles gro(?:ß|ss))"
)

"""How it is written, told before it."""

GOES_ON = r"(?:[ \t]*(?:[,;—]|\p{So})|[ \t]+(?:lo+l|lmao|(?:ha){2,4}|and|but|so|don['’]?t|pl[sz]|а|и|но|только|не|ах[ах]{2,9})(?!\p{L}))"

"""What a sentence that was whole goes on with."""

SPELT_OUT = r"(?=(?:all|with|no|one|in|lower\w*|without|spaces|без|с|через|слитно|всё|все|маленьк\p{L}+)(?!\p{L}))"

CHANGED = r"(?:re-?set|set|chang|updat|switch|смен|помен|измен|постав|установ|обнов)\p{L}{0,8}"

LAST = r"(?=[.!)\"'`»”]{0,3}[ \t]*(?:\n|$))"

TELLING = (
    # Not a name, a link, a time, a version, what is counted, an address of e-mail or a file, nor something sold under a name with a number.
    r"(?<!--)(?!--|[@#/<\[{$(]|[\w:-]{1,30}=[\"']|https?:|www\.|\d{1,2}:\d\d|\d{1,2}(?:-\p{L}+|\p{L}{1,4}|(?:char|symbol|letter|minute|second|digit|number"
    r"|month|point|percent|player"
    r"|people)\p{L}*)(?![^\s.,;:!?)])|\d+[.,]\d+\p{L}+(?![^\s.,;:!?)])"
    r"|\d+-?(?:\p{Cyrillic}{1,3}|(?:год|лет|симв|знак|букв|цифр|раз|мин|час|сек|дней|руб|тыщ|штук|мега|гига|кило|градус|процент|минут|[мкг]?бит|январ|феврал"
    r"|март|апрел|мая|июн|июл"
    r"|август|сентяб|октяб|нояб|декаб|этаж|курс|класс|числ|метр|литр)\p{Cyrillic}*|[kmg]?bits?|chars?|[mg]hz|mbps|fps)(?![^\s.,;:!?)])"
    r"|\d+(?:[./:-]\d+)+\p{L}{0,2}(?![^\s.,;:!?)])"
    r"|\S{0,60}@[\w.-]{1,60}\.\p{L}{2,6}(?![\w!@#$%^&*])|\S{1,60}\.(?:com|org|net|ru|io|me|html?|pdf|docx?|xlsx?|txt|jpe?g|png|zip|py|js|exe|apk)(?!\w)"
    r"|(?:windows|win|office|excel|microsoft|iphone|ipad|ios|macos|macbook|android|galaxy|samsung|redmi|xiaomi|honor|huawei|pixel|nokia|playstation|xbox|"
    r"thinkpad|ryzen|geforce|radeon|intel|core|lenovo|asus|acer|dell|latitude|inspiron|ideapad|vivobook|zenbook|matebook|realme|oneplus|season|episode"
    r"|version|ver|"
    r"build|release|ticket|issue|user|test|node|host|server|vm|srv|айфон|винд\p{L}{0,2}|андроид|covid|wi-?fi|wpa|sha|md|aes|rsa|utf|ipv|bcrypt|argon|scrypt"
    r"|oauth|base|log|python|java|php|mysql|ubuntu|debian|"
    r"minecraft|gta|fifa|formula|channel|route|area|studio|room|gate|photoshop)-?\d"
    r"|(?-i:[A-Z]{2}\d{3,4})(?!\w)|\S{0,40}-(?:and|the|for|not|out|you|или|как|что)-)"
    r"(?=\S{6})(?:(?=[^\s\d]{0,40}\d)(?=[^\s\p{L}]{0,40}\p{L})"
    r"|(?=\S{0,40}\p{L}[@#$%^&*+=~!]+[\p{L}#$%^&*+=~])(?=\S{0,40}\p{Ll})"
    r"|(?=\p{L}{3,15}(?:[-_.]\p{L}{3,15}){2,7}(?![^\s.,;:!?)\"'»`])))"
)

"""Before a token: what is hardly anything but a password, in a text that speaks of one: letters with digits or signs among them, or words tied together."""

ORDINARY = frozenset(
    (
        "the and not you your yours mine his her our its this that there here what which who how why when where ask same different "
        "other another none nothing nope "
        "yes yeah yep nah sure okay correct incorrect right wrong good bad fine great weak strong long short easy hard simple "
        "complex complicated old new expired "
        "invalid valid empty blank missing lost forgotten needed required optional unknown known secret private public hidden safe "
        "unsafe secure insecure changed "
        "updated reset set sent given saved stored working broken off out back ready done gone later soon now today tomorrow "
        "yesterday always never again below "
        "above attached enclosed inside please thanks thank sorry lol haha hmm help stupid dumb annoying terrible crazy random "
        "case-sensitive everything anything "
        "other later never longer shorter server user users owner holder number over under after together however ever either rather whatever "
        "easier harder stronger weaker better error author reminder letter character parameter printer browser computer router folder header per for "
        "autofill twice first only also anyway online offline everywhere never дичь фигня ерунда "
        "hello dunno lemme gimme welcome moment wait check google noidea really seriously literally lmao lmfao bruh omg wtf pls plz idk check love-it "
        "check whatever maybe usual weird cool nice sweet cheers perfect awesome "
        "проблема беда боль огонь бомба отстой топ прежний понял понятно момент погоди супер капец пипец норм "
        "something someone everyone nobody nowhere somewhere string null none undefined true false text hash encrypted password "
        "pass login username user email "
        "pin code key phone name number default admin-only mandatory confidential important obvious impossible leaked stolen compromised "
        "тот это этот такой такая такое какой какая какое же тоже там тут здесь где как что кто чей мой твой наш ваш его её свой новый старый другой один "
        "прежний простой сложный длинный короткий лёгкий легкий трудный слабый сильный надёжный надежный верный неверный правильный "
        "неправильный неизвестен "
        "нет нету есть был была будет надо нужен нужно обязателен забыл забыла забыли помню знаю знаешь скажи скажу скинь скину "
        "пришли напиши напишу дай дам потом "
        "позже завтра сегодня вчера сейчас пока уже ещё еще снова опять прежнему стандартный обычный общий личный секрет секретный "
        "тайна пустой утерян потерян "
        "истёк истек изменён изменен сменили сброшен сбросили готов готово ниже выше внутри спасибо пожалуйста прости извини ага угу ок окей ладно "
        "хорошо плохо "
        "пароль логин пин код ключ имя почта телефон номер святое важно ужас жесть бред странно подойдёт подойдет подходит работает одинаковый разный "
        "falsch richtig vergessen leer neu alt gleich faux oublié nouveau pareil correcta incorrecta incorrecto igual nueva sbagliata giusta uguale"
    ).split()
)

"""What stands where a password could, and is none."""

DATE = regex.compile(r"\d{1,4}[./:-]\d{1,2}(?:[./:-]\d{1,4})?|\d+(?:\.\d+)+")

COUNT = regex.compile(r"(?i)\d{1,3}(?:[%+x]|st|nd|rd|th|fa|-[\p{L}]+|\p{Cyrillic}+|chars?)?")

HIDDEN = regex.compile(r"[*•●·.xXхХ_\-–—?!…#]+|[<{\[%][^\d]*[>}\]%]|[<{\[]\p{Ll}+|\$\{?[A-Z_]+\}?|(?i:https?:|www\.|t\.me/).*|[@#]\w+")

SENTENCE = regex.compile(
    r"(?i)\b(?:a|an|the|is|are|was|be|been|it|its|that|this|my|your|our|his|her|their|i|me|you|he|she|we|they|to|in|on|of|at|if|as|"
    r"by|do|don|for|from|with|about|when|what|which|"
    r"will|same|not|and|or|but|so|just|я|ты|вы|мы|он|она|они|это|тот|же|и|а|но|в|на|не|у|с|к|от|за|по|до|для|из|мне|нам|тебе|как|"
    r"что|где|если|когда|надо|нужно|есть|был|была|см|минимум|максимум|версия|version|min|max|minimum|maximum|шаг|пункт|page|note|попытка|раз)\b"
    r"|^(?:ask|see|use|check|tell|look|try|enter|спроси|смотри|посмотри|узнай|введи|попробуй|напиши|скинь)\b"
)


def looks_secret(value: str) -> bool:
    """Whether it has what passwords have and words have not."""
    if HIDDEN.fullmatch(value) or value.casefold() in {"1password", "lastpass", "keepass", "keepassxc", "bitwarden"}:
        return False
    if any(map(str.isdigit, value)):
        return len(value) > 2 and (value.isdigit() or not COUNT.fullmatch(value))
    inside = value.strip("?!@#")
    return bool(regex.search(r"[@#$%^&*_+=!~?<>|\\]\S|\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}", inside)) or (value[:1] in {"$", "&", "!"} and len(value) > 4)


def loosely_said(value: str) -> bool:
    """Whether it looks like a password, and like no date."""
    return len(value) > 3 and not DATE.fullmatch(value.strip("()")) and looks_secret(value)


def unsaid(value: str) -> bool:
    """Nothing says that it is the password but where it stands."""
    if random_looking(value, 10) or regex.match("(?i)qwert|йцук|letmein|iloveyou", value):
        return True
    digits = sum(map(str.isdigit, value))
    symbols = regex.search(r"\p{L}[@#$%^&*_+=!~?]+\p{L}", value) is not None and len(value) > 5
    return (
        loosely_said(value)
        and not value.startswith("@")
        and not regex.fullmatch(r"(?:19|20)\d\d", value)
        and (digits > 3 or (digits > 0 and any(map(str.isalpha, value))) or symbols)
    )


def alone(value: str) -> bool:
    """Nothing is said at all but it, or a name before it."""
    digits = sum(map(str.isdigit, value))
    drawn = value.isalnum() and 2 * len(value) < 5 * len(regex.findall("[A-Z]?[a-z]+|[A-Z]+|[0-9]+", value))
    return (
        digits > 1
        and value[0] not in "#@"
        and (drawn or regex.search(r"\p{L}.*[@#$%^&*!+=?~].*\d|\d\p{L}*[@#$%^&*!+=?~]|\p{L}{4,}\d{2,}\Z", value) is not None)
    )


def uncommon(value: str) -> bool:
    """Whether it is a word that is not usually said of a password."""
    return value.casefold() not in ORDINARY and not regex.fullmatch(r"(?i)(?:your|my|the|мой|твой)[-_]?\p{L}*", value)


def phrase(value: str) -> bool:
    """Words that make no sentence."""
    return not SENTENCE.search(value) and sum(word in ORDINARY for word in value.casefold().split()) < 2


SERVICES = regex.compile(
    r"(?i)(?:wi-?fi|вай-?фа|комп|ноут|телеф|роутер|сервер|сайт|айфон|айпад|айклауд|акк|мак|банк|ютуб|инст|телег|стим|дискорд|гугл|яндекс|вк|почт|админ|"
    r"мейл|net?flix|spotify|steam|discord|google|gmail|apple|icloud|telegram|insta|router|laptop|phone|amazon|zoom|email|server|site|account|user|screen|"
    r"facebook|github|gitlab|windows|linux|whatsapp|viber|tiktok|twitter|reddit|epic|origin|xbox|playstation|psn|ozon|avito|wildberries|uber|airbnb|"
    r"booking|paypal|ebay|aliexpress|excel|word|ubuntu|yandex|mail|vpn|docker|jira|slack|teams|skype|dropbox|chrome|safari|firefox|opera|hotmail|outlook|"
    r"yahoo|proton|blizzard|battle|minecraft|roblox|fortnite|genshin|tinder|badoo|hulu|disney|twitch|youtube|office|onedrive|kindle|signal|bluetooth|"
    r"ethernet|bitwarden|keepass|lastpass|dashlane|телеф|видеорег|облак)"
    r"\p{L}*"
)

INFLECTED = regex.compile(
    r"(?i)(?:с|под|за|до|по|в|у|от|при|из|до|о|об|про|пере)*(?:кинь|прав[ьт]|верь|став[ьт]|будь|бавь|бросьт?е?|шли|мень)"
    r"|pl[sz]|плиз|пл[зс]|пж\p{L}*|пжлст|щас|пливет"
    r"|\p{L}*(?:[тчш]ь|ти|[аеиоуыяё]л|л[аио]|[сш]я|сь|[йуюы]|(?<!чк|ик)и|(?<!шк|чк)о|(?<!нц)е|[еи]шь|[еиуюая]т|[еиоыа][мх]|[её]н|ная|ная|ую|(?<![чшжн][к]"
    r"|нь[к])а"
    r"|(?<!н)я)"
    r"|\p{ASCII}*(?:ed|ing|(?<!f|je|ho|li)ly|[ts]ion|ment|[vgdk]ers?|tors?|ity|ness|less|able|es|'?s|n['’]?t)"
)

"""How words end that say something of a password, and are none: verbs, adjectives, what is in another case than the first."""

PAST = regex.compile(r"(?i)\p{L}+(?:ed|ing|[ьнч]но|л|ла|ли|ть|лся|лась|ется|ый|ий|ой|ная)|на|не|в|от")

"""Verbs and adjectives, of which less is sure."""


def named(value: str) -> bool:
    """Whether a word that alone follows the word for a password may be one: a thing, and not what happened to it or what it is for."""
    return uncommon(value) and not SERVICES.fullmatch(value) and not INFLECTED.fullmatch(value)


def pair(value: str) -> bool:
    """Whether it may be a login with its password."""
    words = regex.split(r"[\s/|:;,]+", value)
    return any(map(looks_secret, words)) or "/" in value or ("парол" in value and named(words[0]) and named(words[-1]))


def letter_and(check: Callable[[str], bool]) -> Callable[[str], bool]:
    """A check that wants a letter, too."""
    return lambda value: any(map(str.isalpha, value)) and check(value)


NEAR_SAID = regex.compile(
    r"(?i)(?<![\p{L}\d.@/])(?:wi-?fi|ви-?фи|вай[ -]?фа\p{L}{1,2}|wlan|hotspot|netflix|spotify|hulu|disney|hbo|нетфликс\p{L}?|кинопоиск\p{L}?|окко|иви"
    r"|(?:network|сет[ьи])(?=[ \t])|1password|bitwarden|keepass|lastpass|vault|"
    r"encrypted|password-protected|unlocks?|запаролен\p{L}{0,2}|запаролил\p{L}{0,2}|зашифрован\p{L}{0,2}|разблокир\p{L}{2,6}|подключ\p{L}{2,6}"
    r"|коннект\p{L}{0,4})(?!\p{L}|\.\p{L})"
)

"""What is said where a password may be near, and other things as well."""

NEAR_WORDS = frozenset(
    (
        "vault 1password bitwarden keepass lastpass wifi fi вифи вайфай вайфая вайфаю вайфаем вайфае фай фая фаю wlan hotspot netflix spotify hulu "
        "disney hbo нетфликс нетфликса нетфликсу кинопоиск "
        "кинопоиска окко иви network сеть сети encrypted unlock unlocks запаролен запаролено запаролила запаролил зашифрован зашифрована "
        "подключайся подключись подключиться разблокируй разблокировать коннектись"
    ).split()
)

SAID = regex.compile(rf"(?i){ALONE}(?:{STRONG}|passwords|passes|pws|пароли|пассы){ENDS}(?![ \t]+(?:must|needs|has to|contains?)\b)")

SAID_SHORT = regex.compile(rf"(?i){ALONE}{PASS}{ENDS}")

OTHER = regex.compile(rf"(?i)(?<!\p{{L}}){ELSE}")

LOGGED = regex.compile(
    r"(?i)(?<![\p{L}\d./])(?:log[ -]?in|sign[ -]?in|username|юзер|creds|credentials|account|acc|логин|зайди|заходи|войди|акк|аккаунт"
    r"|уч[её]тк\p{L})(?![\p{L}/.])"
)

OWNED = regex.compile(rf"(?i)(?<![\p{{L}}\d./@]){THING}(?!\p{{L}}|\.\p{{L}})")

END = regex.compile(r"[.!)]{0,3}[ \t]*(?:\n|\Z)")

FAR, MIDDLE, NEAR = 160, 80, 40

"""How far behind what is said of it a password may be, in characters, by how little else that means."""


def drawn(value: str) -> bool:
    """What is no name of a thing with its number: several digits by a word, or signs among letters."""
    digits = sum(map(str.isdigit, value))
    if "/" in value or regex.search(r"^[A-Z]{2,}-?\d+|^\p{Lu}\p{L}+_[A-Z0-9]{1,4}$|[._-]\p{L}{2,4}$|\d\.\d", value):
        return False
    signs = regex.search(r"\p{L}[!@#$%^&*]|[!@#$%^&*]\p{L}", value) is not None
    if digits < 2:
        return signs and regex.search(r"\p{Ll}\p{Lu}", value) is not None
    return signs or random_looking(value, 8) or regex.search(r"\p{L}{4,}[^\p{L}\d]?\d{2,}|\d{2,}\p{L}{4,}", value) is not None


@dataclass(frozen=True, slots=True, eq=False)
class AmongRule(Rule):
    """Its pattern finds what looks like a password; what was said before it tells whether it is one."""

    def find(self, text: str) -> list[tuple[int, int]]:
        """All such in a text, as far as they are not too far from what is said of them and numbered as nothing else."""
        strong = [match.end() for match in SAID.finditer(text)]
        short = [match.end() for match in SAID_SHORT.finditer(text)]
        weak = [match.end() for match in NEAR_SAID.finditer(text)]
        logged = [match.end() for match in LOGGED.finditer(text)]
        owned = [match.end() for match in OWNED.finditer(text)]
        if not (strong or short or weak or logged or owned):
            return []
        return [
            (start, end)
            for start, end in super(AmongRule, self).find(text)
            if any(self._leads(text, said, start, FAR) for said in strong)
            or any(self._leads(text, said, start, MIDDLE) for said in short)
            or (drawn(text[start:end]) and any(self._leads(text, said, start, NEAR) and "\n" not in text[said:start] for said in weak))
            or (
                drawn(text[start:end])
                and regex.search(r"\p{L}.*[!@#$%^&*]|[!@#$%^&*].*\p{L}", text[start:end])
                and any(self._leads(text, said, start, NEAR) and "\n" not in text[said:start] for said in logged)
            )
            or (
                drawn(text[start:end])
                and END.match(text, end)
                and any(self._leads(text, said, start, NEAR) and "\n" not in text[said:start] for said in (*logged, *owned))
            )
        ]

    @staticmethod
    def _leads(text: str, said: int, start: int, reach: int) -> bool:
        return 0 <= start - said <= reach and not OTHER.search(text, said, start) and text[said:start].count("/") < 2

r"""Passwords, PINs and logins, as people write them to each other: known by what is said beside them, and by how they look.

What follows the word for a password is taken when it looks like one (a digit, a symbol, capitals inside), or when it is an uncommon word and nothing
else stands there. The less that ties the two ("password: x", "the password is x", "password x"), the more it must look like one.
Not here: codes (codes.py), keys with a shape of their own and what programs assign (keys.py), links with a login (urls.py).
"""

from __future__ import annotations

from collections.abc import Callable

import regex

from twin.privacy.keys import random_looking
from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.wording import ALONE, BARE, CLAUSE, CODE_ENDS, ENDS, GAP, IS, NUMBERED, ODD, UNITS

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")


def _typos(word: str) -> list[str]:
    """The word with a letter left out, doubled, in its neighbour's place, or the one beside it on the keyboard."""
    left_out = [word[:at] + word[at + 1 :] for at in range(len(word))]
    doubled = [word[:at] + letter + word[at:] for at, letter in enumerate(word)]
    swapped = [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]
    beside = [
        word[:at] + row[place + step] + word[at + 1 :]
        for at, letter in enumerate(word)
        for row in _KEYBOARD
        for place, key in enumerate(row)
        if key == letter
        for step in (-1, 1)
        if 0 <= place + step < len(row)
    ]
    return sorted({*left_out, *doubled, *swapped, *beside} - {word})


_MISTYPED = [
    *(
        "pasword paswword passwrod passowrd paswrd paswd psswd psswrd parol parolya pssword passwirt passward passwird pasaword passworf passeord oassword "
        "паролек паролёк паролька пороль пороля поролю порол паролб апроль праоль паролъ паролик паролика поролик парольчик пасворд пасворда пасвордом "
        "пассворд пассворда"
    ).split(),
    *_typos("password"),
    *_typos("пароль"),
]
"""The word for a password, as fast fingers leave it."""
_STRONG = (
    rf"(?:p[a@4]ss(?:[ -]?w[o0]rds?|wd|[ -]?phrase|[ -]?code)|p@ss|pw|pwd|psw|psk|wi-?fi[ -]key|{'|'.join(_MISTYPED)}|"
    r"(?:secret|code|security|safe|memorable) ?word|security answer|(?:1password|keepass|bitwarden|lastpass) (?:master|vault)|(?:wpa2?|wlan|wep) (?:key"
    r"|passkey)|passkey|парольн\p{L}{2} фраза|"
    r"парол[ьяюие]\p{L}{0,2}|пассворд\p{L}{0,2}|кодов\p{L}{2} "
    r"(?:слово|фраза)|кодовое(?= для)|(?:секретн|контрольн)\p{L}{2} (?:слово|фраза)|"
    r"has[łl]o|passw[oö]rt(?:er)?|kennwort|zugangscode|mot de passe|mdp|contrase[nñ]as?|senha|parola d['’]ordine)"
)
"""What means a password and nothing else."""
_PASS = rf"(?:{_STRONG}|(?<!\b(?:ski|day|boarding|bus|train|metro|travel|season|gym|guest|mountain|free|to|will|can|ll)[ -])pass|пасс?|пасс(?:а|ом|ик)|clave)"
"""That, and what means other things too."""
_LOGIN = r"(?:(?<!last[ -])login|username|user name|(?<!последний )логин|юзернейм|benutzername|identifiant|usuario)"
_WORDS = frozenset(
    (
        "ss ssword ssw0rd passw0rd secret codeword security парольная парольную фраза password passwords passwd passphrase passcode pass пасса пассом "
        "пассик pw pwd psw psk key "
        "пароль пароля паролю паролем пароле пароли паролей "
        "паролям паролями паролях пас пасс пассворд пассворда "
        "hasło haslo 1password keepass bitwarden lastpass кодовое слово слова словом фраза фразу фразы фразой word codeword safeword passkey passwort "
        "passworter passwörter kennwort zugangscode passe mdp contraseña "
        "contraseñas contrasena contrasenas senha clave ordine"
    ).split()
    + _MISTYPED
)
_LOGIN_WORDS = frozenset("login username name логин юзернейм benutzername identifiant usuario".split())

_THINGS = frozenset(
    (
        "netflix spotify hulu disney hbo steam epic origin icloud gmail google outlook zoom laptop computer pc mac macbook phone tablet ipad router "
        "server vpn "
        "archive zip rar pdf excel hotspot instagram facebook discord account acc "
        "нетфликс нетфликса нетфликсу кинопоиск кинопоиска стим стима почта почты почту почте ноут ноута ноуте ноуту комп компа компе компу компьютер "
        "компьютера "
        "роутер роутера роутере сервер сервера сервере впн архив архива архиву айпад айпада планшет планшета планшете телефон телефона телефоне эксель "
        "экселя "
        "акк акка аккаунт аккаунта инста инсты вк айклауд айклауда зум зума"
    ).split()
)
"""What has a password."""
_THING = rf"(?:{'|'.join(sorted(_THINGS))})"

_NOT_IT = (
    r"(?:count|reset|link|manager|length|rules?|must|should|has|change|hint|polic|recover|protect|generat|strength|hash|field|require|"
    r"expire|every|since|until|before|prompt|box|screen|page|form|"
    r"attempt|сброс|ссылк|менеджер|длин|подсказк|правил|долж|ист[её]к|обновл|восстанов|попыт|меня|смен|помен|кажд|длиной|состоит|содерж|минимум)"
)
"""How words begin that make another thing of the password they follow: its manager, its length, that it has expired."""
_ELSE = (
    r"(?:https?:|www\.|manager|менеджер|commit|коммит|branch|ветк|верси|version|order|заказ|номер|room|error|ошибк|file|файл|ссылк|link|рейс|flight|"
    r"трек|track|user\b|юзер|логин\b|login\b|ник\b|nick\b|id\b)"
)
"""How words begin whose numbers are no password, though a password is spoken of."""
_OF = r"(?:for|to|of|on|from|in|at|от|ото|для|на|к|ко|в|во|с|из|у|für|von|zum|du|de|del|della|per|para|pour)"
_ARTICLE = r"(?:the|my|our|your|a|an|this|that|his|her|their|мой|моего|моей|наш|нашего|твой|этого|этой|dem|der|das|le|la|el|il|mein|mon|ma|mi|mio)"
_HARD = r"[\"'`*_)\]]{0,3}[ \t]{0,3}(?:[:=]+>?|->|→|⇒|➡\ufe0f?|👉)[*_`]{0,3}\s{0,6}[*_`(]{0,3}"
_SOFT = rf"(?:[ \t]+{IS}(?:[ \t]+(?:now|still|just|теперь|сейчас|просто|такой|вот))?[ \t:]+|['’]s[ \t]+|[ \t]+[-–—]+[ \t]*|[ \t]*[-–—]+[ \t]+|[–—]+)"
_TOKEN = (
    r"(?>\"(?P<value>[^\"\n]{3,64})\"|'(?P<value>[^'\n]{3,64})'(?!\w)|«(?P<value>[^»\n]{3,64})»|“(?P<value>[^”\n]{3,64})”"
    r"|(?P<value>[^\s\"«“](?:\S*[^\s.,;:)\"'`»”])?))"
)
"""In quotes, or up to the next space without the stop before it."""
_SECRETIVE = r"(?=\S{0,60}?(?:[\d@#$%^&*_+=~]|(?-i:\p{Ll}\p{Lu}))|qwert|йцук|letmein|iloveyou)"
"""Before a token: what is no word."""
_PLAIN = r"[\"'`«“]?(?P<value>\p{L}[\p{L}'’-]{2,30})"
_SPELT = (
    r"(?:[ \t,(–—-]+(?:(?:все |всё |весь |с |в |на |по[- ])?(?:маленьк|больш|строчн|заглавн|латин|кирил|англ|русск)|без |слитно|одним|капсом|если что|"
    r"(?:all |in |with |with a |no |just )?(?:lower|upper|small|capital|caps|spaces|one word|without)|alles |tutto min|tout en min|en min|minuscol"
    r"|twice|дважды|два раза|lo+l|lmao|btw|and (?:the )?log-?in|аха|хах|\p{So}))"
)
"""How a word is followed when it was a password: told how it is written, or laughed at."""
_HOW = (
    r"(?:(?:all |in |with |with a |just |the |is )*(?:lower[ -]?case|upper[ -]?case|small letters|capital(?:s| letters?| \p{L}(?!\p{L}))?|caps|(?:no"
    r"|without) spaces|one word|the word)"
    r"|(?:(?:все|всё|весь|с|в|на|по|просто)[ -])*(?:маленьк|больш|строчн|заглавн|латин|кирил|англ|русск)\p{L}{1,6}(?: букв\p{L}{0,4}| раскладк\p{L}{1,2})?"
    r"|без пробел\p{L}{1,2}|слитно|одним словом|слово|капсом|alles klein|alles gro(?:ß|ss))"
)
"""How it is written, told before it."""
_SPELT_OUT = r"(?=(?:all|with|no|one|in|lower\w*|without|spaces|без|с|через|слитно|всё|все|маленьк\p{L}+)(?!\p{L}))"
_LAST = r"(?=[.!)\"'`»”]{0,3}[ \t]*(?:\n|$))"
_TELLING = (
    # Not a name, a link, a time, a version, what is counted, an address of e-mail or a file, nor something sold under a name with a number.
    r"(?![@#/<\[{$(]|https?:|www\.|\d{1,2}:\d\d|\d{1,2}-?\p{L}+(?![^\s.,;:!?)])|\d+[.,]\d+\p{L}+(?![^\s.,;:!?)])"
    r"|\d+-?(?:\p{Cyrillic}+|[kmg]?bits?|chars?|[mg]hz|mbps|fps)(?![^\s.,;:!?)])|\d+(?:[./:-]\d+)+\p{L}{0,2}(?![^\s.,;:!?)])"
    r"|\S{0,60}@[\w.-]{1,60}\.\p{L}{2,6}(?![\w!@#$%^&*])|\S{1,60}\.(?:com|org|net|ru|io|me|html?|pdf|docx?|xlsx?|txt|jpe?g|png|zip|py|js|exe|apk)(?!\w)"
    r"|(?:windows|win|office|excel|microsoft|iphone|ipad|ios|macos|macbook|android|galaxy|samsung|redmi|xiaomi|honor|huawei|pixel|nokia|playstation|xbox|"
    r"айфон|винд\p{L}{0,2}|андроид|covid|wi-?fi|wpa|sha|md|aes|rsa|utf|ipv|bcrypt|argon|scrypt|oauth|base|log|python|java|php|mysql|ubuntu|debian|"
    r"minecraft|gta|fifa|formula|channel|route|area|studio|room|gate|photoshop)-?\d"
    r"|(?-i:[A-Z]{2}\d{3,4})(?!\w)|\S{0,40}-(?:and|the|for|not|out|you|или|как|что)-)"
    r"(?=\S{6})(?:(?=[^\s\d]{0,40}\d)(?=[^\s\p{L}]{0,40}\p{L})"
    r"|(?=\S{0,40}\p{L}[@#$%^&*+=~!]+[\p{L}#$%^&*+=~])(?=\S{0,40}\p{Ll})"
    r"|(?=\p{L}{3,15}(?:[-_.]\p{L}{3,15}){2,7}(?![^\s.,;:!?)\"'»`])))"
)
"""Before a token: what is hardly anything but a password, in a text that speaks of one: letters with digits or signs among them, or words tied together."""


_ORDINARY = frozenset(
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

_DATE = regex.compile(r"\d{1,4}[./:-]\d{1,2}(?:[./:-]\d{1,4})?|\d+(?:\.\d+)+")
_COUNT = regex.compile(r"(?i)\d{1,3}(?:[%+x]|st|nd|rd|th|fa|-[\p{L}]+|\p{Cyrillic}+|chars?)?")
_HIDDEN = regex.compile(r"[*•●·.xXхХ_\-–—?!…#]+|[<{\[%][^\d]*[>}\]%]|[<{\[]\p{Ll}+|\$\{?[A-Z_]+\}?|(?i:https?:|www\.|t\.me/).*|[@#]\w+")


_SENTENCE = regex.compile(
    r"(?i)\b(?:a|an|the|is|are|was|be|been|it|its|that|this|my|your|our|his|her|their|i|me|you|he|she|we|they|to|in|on|of|at|if|as|"
    r"by|do|don|for|from|with|about|when|what|which|"
    r"will|same|not|and|or|but|so|just|я|ты|вы|мы|он|она|они|это|тот|же|и|а|но|в|на|не|у|с|к|от|за|по|до|для|из|мне|нам|тебе|как|"
    r"что|где|если|когда|надо|нужно|есть|был|была|см|минимум|максимум|версия|version|min|max|minimum|maximum|шаг|пункт|page|note|попытка|раз)\b"
    r"|^(?:ask|see|use|check|tell|look|try|enter|спроси|смотри|посмотри|узнай|введи|попробуй|напиши|скинь)\b"
)


def _looks_secret(value: str) -> bool:
    """Whether it has what passwords have and words have not."""
    if _HIDDEN.fullmatch(value) or value.casefold() in {"1password", "lastpass", "keepass", "keepassxc", "bitwarden"}:
        return False
    if any(map(str.isdigit, value)):
        return len(value) > 2 and (value.isdigit() or not _COUNT.fullmatch(value))
    inside = value.strip("?!@#")
    return bool(regex.search(r"[@#$%^&*_+=!~?<>|\\]\S|\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}", inside)) or (value[:1] in {"$", "&", "!"} and len(value) > 4)


def _loosely_said(value: str) -> bool:
    return len(value) > 3 and not _DATE.fullmatch(value.strip("()")) and _looks_secret(value)


def _unsaid(value: str) -> bool:
    """Nothing says that it is the password but where it stands."""
    if random_looking(value, 10) or regex.match("(?i)qwert|йцук|letmein|iloveyou", value):
        return True
    digits = sum(map(str.isdigit, value))
    symbols = regex.search(r"\p{L}[@#$%^&*_+=!~?]+\p{L}", value) is not None and len(value) > 5
    return (
        _loosely_said(value)
        and not value.startswith("@")
        and not regex.fullmatch(r"(?:19|20)\d\d", value)
        and (digits > 3 or (digits > 0 and any(map(str.isalpha, value))) or symbols)
    )


def _alone(value: str) -> bool:
    """Nothing is said at all but it, or a name before it."""
    digits = sum(map(str.isdigit, value))
    drawn = value.isalnum() and 2 * len(value) < 5 * len(regex.findall("[A-Z]?[a-z]+|[A-Z]+|[0-9]+", value))
    return (
        digits > 1
        and value[0] not in "#@"
        and (drawn or regex.search(r"\p{L}.*[@#$%^&*!+=?~].*\d|\d\p{L}*[@#$%^&*!+=?~]|\p{L}{4,}\d{2,}\Z", value) is not None)
    )


def _uncommon(value: str) -> bool:
    return value.casefold() not in _ORDINARY and not regex.fullmatch(r"(?i)(?:your|my|the|мой|твой)[-_]?\p{L}*", value)


def _phrase(value: str) -> bool:
    """Words that make no sentence."""
    return not _SENTENCE.search(value)


_SERVICES = regex.compile(
    r"(?i)(?:wi-?fi|вай-?фа|комп|ноут|телеф|роутер|сервер|сайт|айфон|айпад|айклауд|акк|мак|банк|ютуб|инст|телег|стим|дискорд|гугл|яндекс|вк|почт|админ|"
    r"мейл|net?flix|spotify|steam|discord|google|gmail|apple|icloud|telegram|insta|router|laptop|phone|amazon|zoom|email|server|site|account|user|screen|"
    r"facebook|github|gitlab|windows|linux|whatsapp|viber|tiktok|twitter|reddit|epic|origin|xbox|playstation|psn|ozon|avito|wildberries|uber|airbnb|"
    r"booking|paypal|ebay|aliexpress|excel|word|ubuntu|yandex|mail|vpn|docker|jira|slack|teams|skype|dropbox|chrome|safari|firefox|opera|hotmail|outlook|"
    r"yahoo|proton|blizzard|battle|minecraft|roblox|fortnite|genshin|tinder|badoo|hulu|disney|twitch|youtube|office|onedrive|kindle|signal|bluetooth|"
    r"ethernet|bitwarden|keepass|lastpass|dashlane|телеф|видеорег|облак)"
    r"\p{L}*"
)
_INFLECTED = regex.compile(
    r"(?i)(?:с|под|за|до|по|в|у|от|при|из|до|о|об|про|пере)*(?:кинь|прав[ьт]|верь|став[ьт]|будь|бавь|бросьт?е?|шли|мень)"
    r"|pl[sz]|плиз|пл[зс]|пж\p{L}*|пжлст|щас|пливет"
    r"|\p{L}*(?:[тчш]ь|ти|[аеиоуыяё]л|л[аио]|[сш]я|сь|[йуюыи]|(?<!шк|чк)о|(?<!нц)е|[еи]шь|[еиуюая]т|[еиоыа][мх]|[её]н|ная|ная|ую|(?<![чшжн][к]|нь[к])а"
    r"|(?<!н)я)"
    r"|\p{ASCII}*(?:ed|ing|ly|ion|ment|ers?|or|ity|ness|less|able|es|'?s|n['’]?t)"
)
"""How words end that say something of a password, and are none: verbs, adjectives, what is in another case than the first."""


_PAST = regex.compile(r"(?i)\p{L}+(?:ed|ing|л|ла|ли|ть|лся|лась|ется|ый|ий|ой|ная)|на|не|в|от")
"""Verbs and adjectives, of which less is sure."""


def _named(value: str) -> bool:
    """Whether a word that alone follows the word for a password may be one: a thing, and not what happened to it or what it is for."""
    return _uncommon(value) and not _SERVICES.fullmatch(value) and not _INFLECTED.fullmatch(value)


def _pair(value: str) -> bool:
    words = regex.split(r"[\s/|:;,]+", value)
    return any(map(_looks_secret, words)) or "/" in value or ("парол" in value and _named(words[0]) and _named(words[-1]))


def _letter_and(check: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda value: any(map(str.isalpha, value)) and check(value)


RULES: tuple[Rule, ...] = (
    Rule(
        "password-after-colon",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:(?:{_STRONG}|{_LOGIN}){ENDS}(?:[ \t]+(?!{_NOT_IT})[^\s:=]{{1,20}}+){{0,5}}?"
        rf"|{_PASS}{ENDS}(?:[ \t]+{_OF}(?:[ \t]+[^\s:=]{{1,20}}+){{1,3}}?)?){_HARD}{_TOKEN}",
        Trigger.WORD,
        words=_WORDS | _LOGIN_WORDS,
        check=_looks_secret,
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
        ),
    ),
    Rule(
        "password-assigned",
        Kind.PASSWORD,
        # The word inside a longer name, as programs have them.
        rf"(?i)(?=[:=])(?<=(?:(?:_|pg|mysql)(?:pass(?:word|wd|phrase)?|pwd|pw)|(?:pass(?:word|wd|phrase)|pwd)_\w{{1,15}})[\"'`]?[ \t]{{0,3}})"
        rf"[:=]+>?[ \t]{{0,3}}{_TOKEN}",
        Trigger.WORD | Trigger.TOKEN,
        words=frozenset(
            (
                "pgpassword pgpass mysql_pwd db_password db_pass db_pwd user_password user_pass admin_password admin_pass root_password mysql_password "
                "postgres_password wifi_password "
                "ssh_password smtp_password email_password sudo_pass password_hash password_old"
            ).split()
        ),
        check=_looks_secret,
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
        rf"(?i){ALONE}(?:{_PASS}|{_LOGIN}){ENDS}(?:[ \t]+(?!{_NOT_IT})[^\s:=]{{1,20}}+){{0,3}}?{_HARD}{_PLAIN}(?=[.!)"
        rf"\"'`»”\]]{{0,3}}(?:[ \t]*(?:\n|$)|[,;]|[ \t]+(?:login|user|логин|юзер|почта|email)\b)|{_SPELT})",
        Trigger.WORD,
        words=_WORDS | _LOGIN_WORDS,
        check=_uncommon,
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
        rf"(?i){ALONE}(?:{_PASS}|{_LOGIN}){ENDS}(?:[ \t]+(?!{_NOT_IT})[^\s:=.!?]{{1,20}}+){{0,5}}?{_SOFT}{_TOKEN}{UNITS}",
        Trigger.WORD,
        words=_WORDS | _LOGIN_WORDS,
        check=_loosely_said,
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
        rf"(?im)(?:{ALONE}{_PASS}{ENDS}[\"'»”]?(?:[ \t]+(?!{_NOT_IT})[^\s:=.!?,]{{1,20}}+){{0,5}}?(?:['’]s|[ \t]+(?:is|ist|lautet|est|c['’]est|es|è|это|такой"
        rf"|такая|просто|тупо|just))"
        rf"(?:[ \t]+(?:now|still|just|literally|simply|actually|like|all|seriously|honestly|currently|просто|тупо|буквально)){{0,3}}[ \t]+"
        rf"|{ALONE}{_STRONG}{ENDS}[ \t]+(?:от|к|на|для|for|to|of)[ \t]+(?:{_ARTICLE}[ \t]+)?\p{{L}}{{2,15}}[ \t]*[-–—]+[ \t]+(?:просто[ \t]+)?"
        rf"|^[ \t]*(?:wi-?fi[ \t]+)?{_PASS}{ENDS}[ \t]*[-–—]+[ \t]+(?:(?:просто|тупо|just)[ \t]+)?){_PLAIN}(?=[.!)\"'`»”]{{0,3}}[ \t]*(?:\n|\Z)|{_SPELT})",
        Trigger.WORD,
        words=_WORDS,
        check=lambda value: _uncommon(value) and not regex.fullmatch(_PAST, value),
        true=(
            "the password is ⟦swordfish⟧",
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
            "the password check is fixed",
            "the password is incorrect",
            "пароль такой странно",
            "I forgot my password - help",
            "the pass is closed today",
            "the password's wrong",
            "пароль просто забыла",
            "пароль от почты - проблема",
            "пароль это секрет",
        ),
    ),
    Rule(
        "password-spelt",
        Kind.PASSWORD,
        rf"(?i){ALONE}{_PASS}{ENDS}(?:[ \t]+{_OF}(?:[ \t]+{_ARTICLE})?[ \t]+\p{{L}}{{2,15}})?[ \t]*[,:(–—-]?[ \t]*(?:(?:is|it['’]s"
        rf"|это)[ \t]+)?{_HOW}(?:[ \t,]+{_HOW}){{0,2}}"
        rf"[),]?(?:[ \t]*[:–—-]+[ \t]*|[ \t]+)[\"'«“]?(?P<value>\p{{L}}{{4,30}})(?:[ \t]+(?:twice|дважды|два раза))?{_LAST}",
        Trigger.WORD,
        words=_WORDS,
        check=_named,
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
        rf"(?i){ALONE}(?:{_STRONG}{ENDS}(?:(?:{_HARD}|[ \t]+(?:is|[-–—]+)[ \t]+)[\"'«“]?"
        rf"(?P<value>\p{{L}}{{2,20}}(?:[ -]\p{{L}}{{2,20}}){{3,9}})(?:{_LAST}|[ \t]*[,(][ \t]*{_SPELT_OUT})"
        rf"|(?:[ \t]+\p{{L}}{{4,12}})?[ \t:–—-]{{1,3}}(?-i:(?P<value>[a-z]{{4}}(?: [a-z]{{4}}){{3}})){_LAST}"
        rf"|(?:[ \t]+{_OF}[ \t]+\p{{L}}{{2,15}})?(?:{_HARD}"
        rf"|[ \t]+is[ \t]+)[\"'«“]?(?P<value>\p{{L}}{{2,15}}(?:[ ]\p{{L}}{{2,15}}){{0,3}}[ ]\d{{1,4}}){_LAST})"
        rf"|(?:фраза|слова|phrase|words?|the words?)[ \t:–—-]+[\"«]?(?P<value>\p{{L}}{{2,20}}(?:[ -]\p{{L}}{{2,20}}){{2,9}})[\"»]?[ \t]*(?:это|[-–—]+"
        rf"|is)[ \t]+"
        rf"(?:the[ \t]+)?{_STRONG}{ENDS})",
        Trigger.WORD,
        words=_WORDS,
        check=_phrase,
        true=(
            "passphrase: ⟦correct horse battery staple⟧",
            "password is ⟦correct horse battery staple⟧",
            "кодовая фраза: ⟦рыжий слон пьёт кофе⟧",
            "password is ⟦correct horse battery staple⟧, with spaces",
            "пароль: ⟦моя вишня 20⟧",
            "app password ⟦abcd efgh ijkl mnop⟧",
            "фраза ⟦синий кит ест хлеб⟧ это пароль",
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
        rf"(?i){ALONE}(?:{_STRONG}{ENDS}(?:(?>[ \t]+{_OF}(?:[ \t]+{_ARTICLE})?+[ \t]+[^\s:=]{{1,25}})(?:[ \t]+(?!{_OF}[ \t])"
        rf"[^\s\d:=]{{2,20}}){{0,2}}?){{0,2}}[ \t]+"
        rf"|{_STRONG}{ENDS}[ \t]+(?!{_NOT_IT}|{_OF}[ \t]|{_ARTICLE}[ \t])[^\s\d:=.,!?]{{2,20}}[ \t]+(?!\d{{4}}(?!\S))"
        rf"|{_PASS}{ENDS}[ \t]+(?=[^\s\d]{{0,40}}\d)(?=[^\s\p{{L}}]{{0,40}}\p{{L}})(?=\S{{6}})|{_PASS}{ENDS}[ \t]+(?=qwert|йцук|letmein|"
        rf"iloveyou))(?!{_NOT_IT}){_SECRETIVE}{_TOKEN}{UNITS}",
        Trigger.WORD,
        words=_WORDS,
        check=_unsaid,
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
        ),
    ),
    Rule(
        "password-near",
        Kind.PASSWORD,
        # With little or nothing that ties the two, but then it must look like nothing else.
        rf"(?i){ALONE}(?:{_STRONG}{ENDS}(?:['’]s)?(?![ \t]+(?:must|needs|has to"
        rf"|contains?)\b)[^\s\p{{L}}\d]{{0,4}}(?=[^\d@#$%^&*+=~!_.-]{{0,170}}+[\d@#$%^&*+=~!_.-])"
        rf"(?:\s+(?!{_ELSE})\S{{1,24}}+){{0,7}}?|{_PASS}{ENDS}[^\s\p{{L}}\d]{{0,4}})"
        rf"(?:\s+|(?<=[.;…~>→|\p{{So}}-]))[\"'`«“(]{{0,2}}{_TELLING}(?P<value>[^\s\"«“](?:\S*[^\s.,;:)\"'`»”])?)",
        Trigger.WORD,
        words=_WORDS,
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
            "password? yeah, I think it's ⟦hunter22⟧",
            "пароль, если не путаю, вроде ⟦ромашка77⟧.",
        ),
        false=(
            "forgot the password for Windows11 again",
            "пароль спрашивает на iPhone15",
            "the password needs 12chars and a sign",
            "password for bob@example.org is lost",
            "пароль не помню, буду 12:30",
            "the password is in notes2.txt",
            "what a state-of-the-art password",
            "пароль сброшен в 2019году",
            "the password fix is in commit 3f2a9b8c7d",
            "забыла пароль, рейс SU1234",
        ),
    ),
    Rule(
        "password-first",
        Kind.PASSWORD,
        rf"(?i)(?<![^\s\"'`«“(])(?=\S{{6}})(?<!commit[ \t])(?<!коммит[ \t])(?<!коммите[ \t])"
        rf"{_TELLING}(?P<value>[^\s\"'`«“»”]{{5,59}}[^\s.,;:)\"'`«“»”])(?=[.,;:)\"'`»”]{{0,4}}\s)[.,;:)\"'`»”]{{0,4}}+[ \t]*+[-–—=(←<]{{0,3}}+\s*+"
        rf"(?:(?!{_ELSE}|not\b|(?:most|more|very|самый) |forg|забы|lost|need|reset|ask|want|wrong|спр[ао]|прос|вв[её]л|enter|tr[yi]|хо[тч]|утер|потер|сброс)"
        rf"[^\s\d]{{1,20}}+[ \t]+){{0,6}}?"
        rf"(?:{_STRONG}|(?:pass|пасс?)(?=[.!)]{{0,3}}\s*\Z)|for[ \t]+(?:the[ \t]+|my[ \t]+)?log-?in|для[ \t]+входа){ENDS}(?!['’]?[ \t-]*{_NOT_IT})",
        Trigger.WORD,
        words=_WORDS | _LOGIN_WORDS | {"log", "входа"},
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
        "password-contrast",
        Kind.PASSWORD,
        rf"(?i){ALONE}{_STRONG}{ENDS}[^\n]{{0,30}}?[ \t](?:не|not|был|was|used to be)[ \t:]+\S{{3,60}}[ \t,;.—–-]+(?:а|but|it['’]?s|теперь|now|сейчас|стал)"
        rf"(?:[ \t]+(?:it['’]?s|is|теперь|now|сейчас|стал|вот|просто))?[ \t]+(?=\S{{4}}){_SECRETIVE}{_TOKEN}{UNITS}",
        Trigger.WORD,
        words=_WORDS,
        check=_loosely_said,
        true=(
            "пароль не Pass-1 а ⟦kartoshka3⟧",
            "the password was hunter22, now it's ⟦hunter23⟧",
            "пароль был ромашка, а теперь ⟦ромашка77⟧",
            "password is not hunter but ⟦hunter-2⟧",
        ),
        false=("пароль не тот а другой", "the password was wrong, now it works", "пароль не меняла, а в 12:30 просит новый"),
    ),
    Rule(
        "password-quoted",
        Kind.PASSWORD,
        rf"(?i){ALONE}{_STRONG}{ENDS}(?:[ \t]+{_OF}(?:[ \t]+[^\s:=\"«“(]{{2,20}}+){{1,3}})?[ \t]+[\"`«“(](?P<value>[^\s\"`»”)]{{3,40}})[\"`»”)]",
        Trigger.WORD,
        words=_WORDS,
        check=_named,
        true=("пароль «⟦рыжийкот⟧»", 'password for the archive "⟦swordfish⟧" ok'),
        false=("пароль «тот же»", 'the password "required" field', "the password is “long enough”"),
    ),
    Rule(
        "password-digits",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:{_STRONG}|пасс){ENDS}{GAP}(?<!(?<!\p{{L}})(?:в|in|at|since|с|до|от|from|на)[ \t]){BARE}"
        rf"(?P<value>\d{{6,12}}|0000|{ODD}\d{{4,5}}){CODE_ENDS}{CLAUSE}",
        Trigger.WORD,
        words=_WORDS,
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
        rf"(?i){ALONE}{_PASS}{ENDS}[^\n.!?]{{0,30}}\?+\s{{1,3}}(?:[-–—>]{{1,2}}[ \t]*)?(?P<value>\d{{4,12}}|\p{{L}}{{5,20}})(?=[.)]?\s*\Z)",
        Trigger.WORD,
        words=_WORDS,
        check=lambda value: value.isdigit() or _named(value),
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
        rf"|почт\p{{L}})[ \t]+){{0,3}}(?:{_STRONG}|"
        rf"пасс){ENDS}(?:[ \t]+(?:вайфая|компа|охраны|архива|файла|почты|роутера|ноута|сервера|(?:от|for)[ \t]+\p{{L}}{{2,15}}))?"
        r"(?:[ \t]+(?:там|у нас|наш|прямо?|слово|обычный|прежний|же|ведь|по-моему|вроде бы|the usual|usual),?){0,3}"
        r"(?:[ \t]+|[ \t]*[-–—][ \t]+)(?P<value>\p{L}{4,20})(?=[.!)]{0,3}\s*\Z|,?[ \t]+(?:login|user|логин|юзер|лог)[ \t:]|" + _SPELT + r")",
        Trigger.WORD,
        words=_WORDS,
        check=_named,
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
        "wifi",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:wi-?fi|вай[ -]?фа(?:й|я|ю|ем|е|ю)|wlan|internet|интернет"
        rf"|инет){ENDS}(?=[^\d@#$%^&*+=~!_.-]{{0,100}}+[\d@#$%^&*+=~!_.-])(?:[ \t]*[:=?–—-]\s*|[ \t]+|[ \t]*\n)"
        rf"(?:(?!{_ELSE}|name|call|называ|имя|роутер|router)[^\s\d]{{1,12}}+\s+){{0,4}}?(?:[^\s/|]{{2,30}}+[ \t]*[/|][ \t]*)?[\"'`«(]{{0,2}}"
        rf"(?:{_TELLING}(?P<value>[^\s\"«“](?:\S*[^\s.,;:)\"'`»”])?)|(?P<value>\d{{8,12}})(?![\w@]|[.,:/-]\d))",
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
        "password-changed",
        Kind.PASSWORD,
        rf"(?i)(?<!\p{{L}})(?:re-?set|set|chang|updat|смен|помен|измен|постав|установ)"
        rf"\p{{L}}{{0,8}}[^\n.:]{{0,20}}?{ALONE}{_STRONG}{ENDS}[^\n.:]{{0,25}}?[ \t](?:to|as|на)[ \t]+{_SECRETIVE}{_TOKEN}",
        Trigger.WORD,
        words=_WORDS,
        check=_unsaid,
        true=("I changed the password to ⟦hunter22⟧", "поменяла пароль на почте на ⟦ромашка77⟧", "set your password as ⟦Qwerty-1⟧."),
        false=("change your password to something better", "поменяй пароль на айфоне", "set a password to protect it"),
    ),
    Rule(
        "password-next-line",
        Kind.PASSWORD,
        rf"(?i){ALONE}{_PASS}{ENDS}[^\n.!?]{{0,30}}[:.?]{{0,2}}[ \t]{{0,5}}\n\s{{0,5}}(?:[-–—>]{{1,2}}[ \t]+)?{_TOKEN}{_LAST}",
        Trigger.WORD,
        words=_WORDS,
        check=_loosely_said,
        true=("here is the password\n⟦hunter2⟧", "Пароль от вайфая\n\n⟦12345678⟧\n", "wifi pass\n⟦Guest_net⟧"),
        false=("I forgot my password\nhelp", "какой пароль\n12:30", "password\nhttps://example.org", "нужен пароль\nв 2019 был другой"),
    ),
    Rule(
        "password-before",
        Kind.PASSWORD,
        rf"(?i)(?<!\S)[\"'`«]?(?P<value>[^\s\"'`«]{{4,40}})(?<![.,;:)\"'`»])[\"'`»]?,?[ \t]+(?:is|это|[-–—=])[ \t]+(?:(?:{_ARTICLE}|"
        rf"new|новый|wi-?fi)[ \t]+){{0,3}}{_STRONG}{ENDS}(?![ \t-]*{_NOT_IT})",
        Trigger.WORD,
        words=_WORDS,
        check=_unsaid,
        true=("⟦hunter22⟧ is the password", "⟦12345678⟧ - пароль от вайфая", "«⟦ромашка77⟧» это новый пароль", "⟦hunter22⟧ is my wifi password"),
        false=("1Password is my password manager", "this is the password", "там - пароль", "2fa is the password policy"),
    ),
    Rule(
        "login-and-password",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:login|log|user(?:name)?|логин|лог|юзер)(?:[ \t]*[:=][ \t]*|[ \t]+(?:[-–—][ \t]+|is[ \t]+)?)"
        rf"(?P<value>(?!(?:and|or|и|или|with|without|by|с|без|your)[ \t])"
        rf"[^\s,;/]{{2,60}}+[ \t]*[,;/]?\s{{1,3}}(?:and[ \t]+|и[ \t]+|а[ \t]+)?{_PASS}(?:[ \t]*[:=][ \t]*|[ \t]+(?:[-–—][ \t]+"
        rf"|is[ \t]+)?)[^\s,;]{{3,60}}){_LAST}"
        rf"|{ALONE}(?:login|log|user(?:name)?|логин|лог|юзер|email|почта)[ \t]*(?:[/|&+,:-]|и|and)?[ \t]*{_PASS}{ENDS}(?:{_HARD}|[ \t]+(?:[-–—][ \t]+)?)"
        r"(?P<value>[^\s/|:;,]{2,60}+(?:[ \t]+(?:и|and)[ \t]+|[ \t]*[/|:;,][ \t]*|\s{1,3})[^\s.,;]{2,60})"
        r"|(?<!\S)(?P<value>[^\s/|:;,]{2,60}+(?:[ \t]*[/|:,][ \t]*|[ \t]+)[^\s/|:;,]{3,60})[ \t]+(?:is|are|это|[-–—])[ \t]+(?:[^\s\d]{1,15}[ \t]+){0,3}?"
        rf"(?:log-?in|user(?:name)?|логин|юзер)[ \t]*(?:[/|&+,]|и|and)[ \t]*{_PASS}{ENDS}"
        rf"|{ALONE}(?:logins?|log|user(?:name)?|acc(?:ount)?|логин|лог|юзер"
        rf"|акк(?:аунт)?){ENDS}(?=[^\n:=–—-]{{0,105}}+[:=–—-])(?:[ \t]+(?!{_NOT_IT})[^\s:=]{{1,20}}+){{0,5}}?[ \t]*[:=–—-][ \t]*"
        rf"(?P<value>[^\s/|:;,]{{2,60}}[ \t]*[/|:;,][ \t]*{_TELLING}[^\s/|;,]{{4,60}}){_LAST}"
        rf"|{ALONE}(?:creds?|credentials|log-?in (?:details|info|data)|данные(?: для входа)?|доступ[ыа]?|уч[её]тк[аиу]|креды|u/p|логпасс?|лог[:/]пасс?"
        rf"|(?:зайди|заходи|вход) под (?:моим|мной|этим)){ENDS}(?:[ \t]*[:=–—-][ \t]*|[ \t]+)"
        rf"(?P<value>[^\s/|:;,]{{2,60}}+(?:[ \t]*[/|:;,][ \t]*|[ \t]+){_TELLING}[^\s/|;,]{{4,60}}){_LAST}"
        rf"|{ALONE}(?:login|user(?:name)?|логин|юзер|почта|e?-?mail){ENDS}[ \t:=–—-]+(?P<value>[^\s/|;,]{{2,60}}[ \t]*\n[ \t]*{_TELLING}[^\s/"
        rf"|;,]{{5,60}}){_LAST}",
        Trigger.WORD,
        words=_WORDS
        | _LOGIN_WORDS
        | frozenset(
            "u логпас логпасс logins креды зайди заходи вход email mail почта cred creds credentials данные доступ доступы доступа учетка учетки учетку "
            "учётка учётки учётку log user acc account лог юзер акк аккаунт".split()
        ),
        check=_pair,
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
        rf"|(?<![\w./@:-])(?:root|sudo|рут|рутом|админом)[ \t]+{_TELLING}(?=[^\s\d]{{0,40}}\d)(?P<value>[^\s:/]{{6,40}}){_LAST}",
        Trigger.WORD,
        words=frozenset("admin administrator root guest ubuntu postgres админ sudo рут рутом админом".split()),
        check=_letter_and(_unsaid),
        true=("admin:⟦hunter22⟧", "зайди под root:⟦toor1234⟧", "admin / ⟦hunter22⟧", "под рутом ⟦hunter22⟧"),
        false=("admin: I will", "root:wheel", "guest:12345", "https://admin:x1"),
    ),
    Rule(
        "email-and-password",
        Kind.PASSWORD,
        r"(?i)@[\w-]{1,60}(?:\.[\w-]{1,20}){1,3}(?:[:;|](?P<value>[^\s:;|]{4,40})(?!\S)"
        rf"|[ \t]*[/|,;–—-]?\s{{1,3}}{_TELLING}(?=[^\s\d]{{0,40}}\d)(?P<value>[^\s:;|]{{6,40}}){_LAST})",
        Trigger.AT,
        check=_letter_and(_unsaid),
        true=("bob@example.org:⟦hunter22⟧", "вася@example.org;⟦Qwerty77⟧", "netflix: bob@example.org / ⟦Hunter_22x⟧"),
        false=("bob@example.org: hi there", "proxy bob@example.org:8080", "git@example.org:project/repository"),
    ),
    Rule(
        "password-at-end",
        Kind.PASSWORD,
        # A word alone, with which the message ends, and before it what it is for.
        rf"(?i)(?:[,;/|\n]|\A\s*(?:сеть|network|ssid|почта|e-?mail|логин|login|user|акк|wi-?fi|вай-?фай)[ \t:–—-]+\S{{2,40}}(?<![,;]))[ \t]*(?:(?:the"
        rf"|и|and|its|his)[ \t]+)?"
        rf"(?:{_STRONG}|пасс?){ENDS}(?:[ \t]*[-–—]+)?[ \t]+(?:(?:is|это|просто)[ \t]+)?(?!{_NOT_IT})(?P<value>\p{{L}}{{4,20}})(?=[.!)]{{0,3}}\s*\Z|{_SPELT})",
        Trigger.WORD,
        words=_WORDS,
        check=_named,
        true=(
            "network: HomeNet, password ⟦giraffe⟧",
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
        rf"(?i)(?<!\p{{L}})(?:парол[ьяюие]\p{{L}}{{0,2}}|пасс)(?:[ \t]+(?!{_NOT_IT}|{_ELSE})\p{{Cyrillic}}{{1,15}}){{0,3}}?(?:[ \t]*[,–—-])?[ \t]+"
        rf"(?<!(?<!\p{{L}})(?:от|на|к|ко|для|в|из|с|у|и|или|про|через|не|как|по|в[еи]ч\p{{L}}+)[ \t])(?P<value>[a-z]{{4,20}})(?=[.!)]{{0,3}}\s*\Z|\n"
        rf"|,|[ \t]+это(?!\p{{L}})|{_SPELT})",
        Trigger.WORD,
        words=_WORDS,
        check=_named,
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
        rf"[^\n]{{0,40}}?{ALONE}{_PASS}{ENDS}[^\n]{{0,30}}(?:\n[^\n]{{1,15}})?\n\s{{0,3}}(?:[-–—>]{{1,2}}[ \t]*)?"
        rf"(?:(?:its|it['’]s|it is|i think|try|это|вроде|кажется|ну|вот|типа)[ \t,:]+){{0,2}}[\"«]?(?P<value>\p{{L}}{{5,20}})(?=[.!)»\"]{{0,3}}\s*\Z)",
        Trigger.WORD,
        words=_WORDS,
        check=_named,
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
        rf"(?i)\A\s*[\"'«]?(?P<value>\p{{L}}{{4,20}})[\"'»]?(?:(?:[ \t]*[-–—=]+(?:[ \t]+это)?|[ \t]+это)[ \t]+(?:(?:{_ARTICLE}|new|новый)[ \t]+){{0,2}}"
        rf"|[ \t]+is[ \t]+(?:my|our|the[ \t]+(?:new|wi-?fi|netflix|router|laptop|zip|guest"
        rf"|current))[ \t]+(?:new[ \t]+)?)(?:wi-?fi[ \t]+)?{_STRONG}{ENDS}(?:[ \t]+(?:от|for|to|of)(?:[ \t]+{_ARTICLE})?[ \t]+\p{{L}}{{2,15}}"
        rf"|[ \t]+вай-?фая)?{_LAST}",
        Trigger.WORD,
        words=_WORDS,
        check=lambda value: _named(value) and not regex.search("(?i)^(?:login|логин|user|email|почт|секрет|secur|answer|ответ)", value),
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
        "password-after-login-letter",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:u|un|usr|user|l|л|ю)[ \t]*[:=][ \t]*(?P<value>[^\s,;:]{{2,60}}[\s,;/|]{{1,3}}(?:p|pw|п)[ \t]*[:=][ \t]*[^\s,;:]{{3,60}})"
        rf"|{ALONE}(?:u|l|л)[ \t]+(?P<value>[^\s,;:]{{2,60}}[\s,;/|]{{1,3}}(?:p|pw|п)[ \t]+{_TELLING}[^\s,;:]{{5,60}})",
        Trigger.WORD,
        words=frozenset("p pw п".split()),
        check=lambda value: _looks_secret(regex.split(r"[\s:=]+", value)[-1]) or _named(regex.split(r"[\s:=]+", value)[-1]),
        true=("u: ⟦bob p: giraffe99⟧", "л: ⟦bob\nп: жираф7⟧", "u=⟦bob, p=giraffe⟧", "л ⟦vasya93 п giraffe99⟧"),
        false=("u: what p: nothing", "u p for it?", "l: 5 p: 7"),
    ),
    Rule(
        "password-of-thing",
        Kind.PASSWORD,
        # No word for a password, but whose it is, and nothing else.
        rf"(?i)(?:\A|\n)[ \t]*(?:(?:{_THING}[ \t]*[:=–—-]+[ \t]*|(?:(?:от|для|на|к|for|on)[ \t]+(?:{_ARTICLE}[ \t]+)?{_THING}|(?:netflix|spotify|hulu"
        rf"|нетфликс|кинопоиск))[ \t]+)"
        rf"[\"'«]?{_TELLING}(?=[^\s\d]{{0,40}}\d)(?P<value>[^\s\"'«»]{{5,40}}[^\s.,;:)\"'»])"
        rf"|(?:here(?: (?:you|u|ya) go)?|вот|держи|лови|it['’]?s|try"
        rf"|попробуй)[ \t,:–—-]+{_TELLING}(?=[^\s\d]{{0,40}}\d)(?P<value>[^\s\"'«»]{{5,40}}[^\s.,;:)\"'»])!?"
        rf"[ \t]*[-–—(<]+[ \t]*(?:(?:for|от|для)[ \t]+)?{_THING}){_LAST}",
        Trigger.WORD,
        words=_THINGS,
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
        rf"{_TELLING}(?=[^\s\d]{{0,40}}\d)(?P<value>[^\s:/|]{{7,40}})))\s*\Z",
        Trigger.DIGITS | Trigger.TOKEN,
        check=_alone,
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
        rf"|encrypted|unzip|unrar|extract(?:ed)?)[ \t,:–—-]+(?:(?:it|with|using|by|via|по|через|на|с|паролем)[ \t]+){{0,2}}"
        rf"|(?:log(?:ged)?[ -]?in|sign(?:ed)?[ -]?in|зайди|зайти|заходи|войти|захожу)[ \t]+(?:with|using|as|с|под"
        rf"|через)[ \t]+\S{{1,40}}@\S{{3,40}}[ \t]*(?:and|и|[/,+&])[ \t]*)"
        rf"[\"'«]?{_TELLING}(?=[^\s\d]{{0,40}}\d)(?P<value>[^\s\"'«»]{{5,40}}[^\s.,;:)\"'»])",
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
            (sum(map(str.isdigit, value)) > 1 or len(value) > 8) and not regex.fullmatch(r"\p{Lu}\p{L}+-?\d+|[A-Z]{2,}-\d+|[\w-]+\.\w{2,4}", value)
        ),
        true=("the laptop unlocks with ⟦giraffe99⟧", "архив открывается по ⟦жираф77⟧", "log in with bob@example.org and ⟦giraffe99⟧"),
        false=("pdf opens with Acrobat2020", "opens with 7zip", "sign in with bob_1992", "дверь открывается на 180градусов", "opens at 10am"),
    ),
    Rule(
        "passwords-listed",
        Kind.PASSWORD,
        # The second of them and the others.
        rf"(?is)(?<![^\s,;:(\"'«])(?=[^\s\d]{{0,40}}\d)(?=[^\s\p{{L}}]{{0,40}}\p{{L}}){_TELLING}(?P<value>[^\s,;\"'»)]{{5,40}}[^\s.,;:)\"'»])"
        r"(?=[.,;:)\"'»]{0,3}(?:\s|\Z))"
        r"(?<=(?<!\p{L})(?:(?:passwords|passes|pws|пароли|пассы)(?!\p{L}).{0,250}|(?:password|pass|pw|pwd|парол[ья]"
        r"|пасс?)(?!\p{L})[^\n]{0,120}[\s,](?:or|либо|или)[ \t]+\S{0,60}))",
        Trigger.WORD,
        words=_WORDS | frozenset("passwords passes pws пароли пассы".split()),
        true=(
            "passwords: netflix ⟦giraffe99⟧, hulu ⟦Monkey_88⟧",
            "пароли:\nвк - ⟦жираф77⟧\nстим - ⟦Monkey_88⟧",
            "пароли: вк ⟦жираф77⟧ почта ⟦Monkey_88⟧",
            "password might be giraffe99 or ⟦giraffe98⟧",
        ),
        false=(
            "passwords leaked in 2013, Adobe lost them",
            "пароли меняй, каждый месяц",
            "passwords: never reuse, use KeePass",
            "use a password or a yubikey",
        ),
    ),
    Rule(
        "password-new-one",
        Kind.PASSWORD,
        rf"(?i){ALONE}{_STRONG}{ENDS}[^\n]{{0,80}}?[ \t,.;(](?:(?:the[ \t]+)?new(?:[ \t]+(?:one|pw|pass))?|новый|теперь|сейчас|второй|another"
        rf"|second one)(?:[ \t]+(?:is|это)|['’]s)?[ \t:–—-]+"
        rf"[\"'«]?{_TELLING}(?P<value>[^\s\"'«»]{{5,60}}[^\s.,;:)\"'»])",
        Trigger.WORD,
        words=_WORDS,
        true=("old password was hunter22 new one is ⟦pepper-pretzel-falcon⟧", "пароль Ромашка77 не катит, новый ⟦ромашка78⟧"),
        false=("the password expired, new one is needed", "forgot the password to my new iPhone15", "пароль забыл, новый ставлю"),
    ),
    Rule(
        "wifi-first",
        Kind.PASSWORD,
        rf"(?i)\A\s*(?:(?:its|it['’]s|here|вот|лови|держи|try|use)[ \t,:]+)?(?:[^\s/|]{{2,30}}[ \t]*[/"
        rf"|][ \t]*)?[\"'«]?{_TELLING}(?P<value>[^\s\"'«»]{{5,40}}[^\s.,;:)\"'»])"
        rf"[\"'»]?[ \t]*[-–—=←<(,]{{0,3}}[ \t]*(?:(?:is|for|это|на|от|для|the|our|my|your|thats|that['’]s|it['’]?s)[ \t]+){{0,3}}(?:wi-?fi|вай-?фай"
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
        rf"(?i){ALONE}(?:wi-?fi|вай-?фай|wlan|ssid|сеть){ENDS}(?:[^\n]{{0,50}}?(?:\n[^\n]{{0,10}}?)?{ALONE}(?:key|ключ|пасс?|pass|code){ENDS}(?:[ \t]+(?:is"
        rf"|это))?[ \t:=–—-]{{1,4}}"
        r"|[ \t]*[:=–—-][ \t]*(?-i:(?=[^\s\/|]{0,20}[\p{Lu}\d_]))[^\s\/|]{2,30}[ \t]*[/"
        rf"|][ \t]*(?-i:(?=\p{{Ll}})))(?:(?P<value>\p{{L}}{{5,20}})(?=[.!)]{{0,3}}[ \t]*(?:\n|\Z))|{_TELLING}(?P<value>[^\s\"«“]{{5,40}}[^\s.,;:)\"'`»”]))"
        rf"|{ALONE}(?:wi-?fi|вай-?фай|wlan){ENDS}[ \t]*[:=–—-][ \t]*(?P<value>\p{{L}}{{5,20}})(?={_SPELT})",
        Trigger.WORD,
        words=frozenset("wifi fi вайфай фай wlan ssid сеть".split()),
        check=lambda value: not value.isalpha() or _named(value),
        true=("wifi is ASUS_5G and the key is ⟦bananapancake⟧", "wifi: FlatWhite / ⟦oatmilk⟧", "вайфай Lipa, ключ ⟦жирафик⟧"),
        false=("wifi: slow / unstable", "wifi / bluetooth", "wifi is the key to happiness", "WiFi: USB / Bluetooth", "wifi: TP-Link / Keenetic"),
    ),
    Rule(
        "email-and-word",
        Kind.PASSWORD,
        rf"(?i)(?<!\p{{L}})(?:netflix|spotify|gmail|hulu|disney|hbo|steam|apple|icloud|zoom|login|acc(?:ount)?|нетфликс|почта|логин|акк|кинопоиск"
        rf"|стим)[ \t:=–—-]{{1,4}}"
        rf"\S{{1,40}}@[\w.-]{{3,40}}[ \t]*[/|,;][ \t]*(?P<value>\p{{L}}{{5,20}}){_LAST}",
        Trigger.AT,
        check=_named,
        true=("netflix: bob@example.org / ⟦giraffe⟧", "логин bob@example.org, ⟦жирафик⟧"),
        false=("gmail: bob@example.org / telegram", "bob@example.org / giraffe", "почта bob@example.org, спасибо"),
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
        check=_uncommon,
        true=(
            "девичья фамилия матери ⟦Жирафова⟧",
            "секретный вопрос: кличка, ответ ⟦жираф⟧",
            "mother's maiden name: ⟦Giraffe⟧",
            "ответ на секретный вопрос ⟦Мурзик⟧",
        ),
        false=("девичья фамилия мамы?", "секретный вопрос забыла", "security question, the answer is wrong"),
    ),
    Rule(
        "puk",
        Kind.PASSWORD,
        r"(?i)(?<!\p{L})(?:puk|пак|пук|(?:код|code)[ -](?:puk|пак|пук))\d?(?:[ -]?(?:code|код))?[ \t:=–—-]{1,4}(?P<value>\d{8})(?!\d)",
        Trigger.WORD,
        words=frozenset("puk пак пук puk1 puk2 пук1 пук2".split()),
        true=("пак ⟦48213377⟧", "puk: ⟦48213377⟧"),
        false=("пук 2019", "пак на 4821 руб"),
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
    Rule(
        "pin",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:pin(?:[ -]?code)?|пин(?:[ -]?код\p{{L}}{{0,3}}|чик)?|puk|geheimzahl){ENDS}(?:['’]s| number| no)?"
        rf"(?:(?:[ \t]+[^\s\d:=.!?]{{1,20}}+){{0,5}}?(?:[ \t]+{IS}[ \t:]+|[ \t]*[:=?–—-][\s\"'«*]{{0,4}}|[ \t]*\n[ \t]*)"
        rf"|[ \t]+(?:(?:for|to|of|от|для|к|на|с)[ \t]+(?:{_ARTICLE}[ \t]+)?[^\s\d:=]{{2,20}}[ \t]+|(?:карты|карточки|телефона|симки|сим|sim|"
        rf"сим-карты)[ \t]+)?[\"'«(#]?)"
        rf"(?P<value>\d{{4,8}}|\d\d[ -]\d\d|\d(?:[ -]\d){{3,5}})(?![\p{{L}}\d]|[.,:/-]\d){UNITS}",
        Trigger.WORD,
        words=frozenset("pin pincode пин пинкод пинкода пинкоду пинкодом пинкодик puk geheimzahl".split()),
        true=(
            "my pin is ⟦4821⟧",
            "pin: ⟦48 21⟧",
            "the pin's ⟦4821⟧",
            "пин-код ⟦4821⟧",
            "пин от симки ⟦0000⟧",
            "PIN code for the card - ⟦482193⟧",
            "пин карты ⟦4821⟧",
        ),
        false=("pin the message from 2019", "pin 12 is ground", "пин-код забыла", "pin: 12.05.2024", "pin is 3500 bytes", "pin it"),
    ),
    Rule(
        "pin-near",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:pins?(?:[ -]?codes?)?|пин(?:[ыа]|[ -]?код\p{{L}}{{0,2}})?){ENDS}(?![ \t]+count)"
        rf"[^\d]{{0,40}}?(?<!(?<!\p{{L}})(?:at|by|in|since|в|к|до)[ \t]){BARE}{ODD}(?P<value>\d{{4}}|\d{{6}}|\d{{8}}){CODE_ENDS}(?:{CLAUSE}"
        rf"|(?=[ \t]+(?:for|от|для)[ \t]))",
        Trigger.WORD,
        words=frozenset("пинчик pin pins pincode пин пина пины пинкод пинкода пинкоду пинкодом".split()),
        true=("the pin is the same as always, ⟦4827⟧", "пинкод от симки вроде ⟦4827⟧", "what's the pin? it was ⟦4827⟧.", "pin ⟦4827⟧ for the blue card"),
        false=("pin me at 1412", "pin it, 2000 people saw it", "пин забыла, была там в 2019", "pin number 12", "pin it for 4827 people"),
    ),
    Rule(
        "pin-second",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:pins?(?:[ -]?codes?)?|пин(?:[ыа]"
        rf"|[ -]?код\p{{L}}{{0,2}})?){ENDS}[^\d\n]{{0,40}}\d{{4,6}}(?![\d.,:/-]\d)(?:(?!{NUMBERED})[^\d\n]){{1,40}}?"
        rf"(?<!(?<!\p{{L}})(?:at|by|in|since|в|к|до)[ \t]){BARE}{ODD}(?P<value>\d{{4}}|\d{{6}}){CODE_ENDS}(?:{CLAUSE}|(?=[ \t]+(?:for|от|для)[ \t]))",
        Trigger.WORD,
        words=frozenset("пинчик pin pins pincode пин пина пины пинкод пинкода пинкоду пинкодом".split()),
        true=("pin 4827 for the blue card and ⟦9352⟧ for the red", "пин от синей карты 5571, от красной ⟦9852⟧"),
        false=("pin 4827, take 1500", "пин 4827, действует до 2027", "pin it for 4827 people, order 9352"),
    ),
    Rule(
        "pin-first",
        Kind.PASSWORD,
        rf"(?i)(?<![\p{{L}}\d.,:/#-])(?P<value>\d{{4,8}})(?:[ \t]*[,–—=(-]+[ \t]*|[ \t]+(?:is|это|was|thats|that['’]s)[ \t]+)"
        rf"(?:(?:is|это|that['’]?s|thats|new|old|same|card|phone|новый|старый|наш|{_ARTICLE})[ \t]+){{0,3}}(?:pin|пин)(?:[ -]?(?:code|код))?{ENDS}"
        r"(?=[.!)]{0,3}[ \t]*(?:\n|\Z)|[ \t]+(?:for|to|of|as|от|на|к)[ \t])"
        rf"|\A\s*(?P<value>\d{{4,6}})[ \t]+(?:(?:card|phone|sim)[ \t]+)?(?:pin|пин)(?:[ -]?(?:code|код))?(?:[ \t]+(?:от|for)[ \t]+\p{{L}}{{2,15}})?{_LAST}"
        rf"|(?<!\p{{L}})(?:card|карт\p{{L}}{{1,3}})[ \t]+(?P<value>\d{{4}})[ \t]+(?:pin|пин){_LAST}",
        Trigger.WORD,
        words=frozenset("pin пин пинкод pincode".split()),
        true=("so its ⟦9126⟧, the pin", "⟦4821⟧ - пин от карты", "⟦482193⟧ is my new pin", "⟦4821⟧ пин"),
        false=("1000 pins", "купил за 2000, пин забыл", "in 2019, pin it", "5000 pin badges", "12.05.2024 - пин"),
    ),
    Rule(
        "card-code",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:cv[vc]2?|ccv|csc|цв[вцс]|back of the card|\A\s*сзади)(?:[ -]?(?:code|код))?{ENDS}(?:['’]s)?"
        rf"(?:[ \t]+[^\s\d:=.!?]{{1,20}}){{0,3}}?[\s:=–—\"'«(-]{{0,5}}(?P<value>\d{{3,4}})(?![\p{{L}}\d])"
        rf"|{ALONE}(?:security code|(?:3|three) digits|(?:3|три) цифры){ENDS}[^\d\n]{{0,25}}?[ \t:(](?P<value>\d{{3}}){CODE_ENDS}{CLAUSE}"
        rf"|{ALONE}(?:код|цифры|code|digits|numbers?){ENDS}[^\d\n]{{0,25}}?{ALONE}(?:обратной стороны|обороте|сзади|on the back){ENDS}[^\d\n]{{0,8}}?[ \t]"
        rf"(?P<value>\d{{3}})(?![\p{{L}}\d])",
        Trigger.WORD,
        words=frozenset("код цифры code digits number numbers cvv cvv2 cvc cvc2 ccv csc цвв цвц цвс back сзади".split()),
        true=("cvv ⟦123⟧", "CVC2 is ⟦1234⟧", "цвв: ⟦007⟧", "cvv код ⟦123⟧", "три цифры сзади ⟦482⟧", "security code on the back ⟦482⟧"),
        false=("where is the cvv", "cvv 12", "цвв на обороте", "cvc in 12345 words"),
    ),
)

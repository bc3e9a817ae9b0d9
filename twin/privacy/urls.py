"""Links that open something to whoever has them: with a login, a token or a signature, invitations, shared documents, reset links. Others stay.

The link is taken whole, since what remains of one would be as good as nothing. Not here: webhooks (keys.py), addresses of e-mail.
"""

from __future__ import annotations

import regex

from twin.privacy.keys import random_looking
from twin.privacy.rule import Kind, Rule, Trigger

_OPENING = (
    r"[\w-]{0,20}(?:reset|recover|password|passwd|verif|confirm|activat|invit|magic|unsubscribe|log-?in|sign-?in|signup|"
    r"auth|token|share|shared|join|onboarding|session|secret|private|preview|restore|ical|payments?|pay|checkout|invoice)[\w-]{0,20}"
)
_LINK = (
    rf"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{{1,20}}+://(?:[^\s<>\"«»:]|:(?!//))*?(?:[@=]|(?i:/{_OPENING}[/?]))"
    r"[^\s<>\"«»]*[^\s<>\"«».,;:!?)\]}'`*…]"
)
"""From its scheme to the next space, without the stop behind it, if it has what each of those has that open something: ahead of a link within it, so
that no text is gone through from each of a thousand."""

_SECRETS = regex.compile(
    r"(?i)[?&#;](?:[\w-]{0,40}token|xsrf|x-amz-(?:signature|credential|"
    r"security-token)|x-goog-(?:signature|credential)|"
    r"googleaccessid|awsaccesskeyid|sig|signature|signed|sign|hmac|mtid|magic_?link|[\w-]{0,20}secret|login_?link|pwd|passwd|password|pass|passcode|psw|api_?key|"
    r"app_?key|apikey|private_?key|jwt|bearer|"
    r"session_?id|sess|phpsessid|jsessionid|sessionid|otp|tk|credentials?|recovery|magic|tgwebappdata|tgauthresult|"
    r"hash_?key|resourcekey|authkey|rlkey)"
    r"=(?!$|&|[<{\[]|your|xxx|\.\.\.)[^&#\s]{4,}"
)
"""Parameters that are secret whatever they hold. The names with a hyphen: the documents on signed links of AWS and Google Cloud."""
_PERHAPS = regex.compile(
    r"(?i)[?&#;/](?:key|code|auth|authorization|session|sid|invite|invitation|invitecode|ticket|hash|state|nonce|share|sharing|"
    r"confirm(?:ation)?|verif\w*|activation|reset|login|[\w-]{0,20}link|[\w-]{1,20}_(?:key|code|hash)|t|k|s|st|"
    r"uuid|guid|user_?key|access|oobcode|c|ref_?token|unsubscribe|d|e)=([^&#\s]{10,})"
)
"""Parameters that are when they look drawn at random."""

_SHARED = (
    # How each begins behind the scheme, and what must follow.
    r"(?:t|telegram)\.(?:me|dog)/(?:\+|joinchat/)[\w-]{10,}",
    r"(?:t|telegram)\.me/(?:login/\d+|addlist/[\w-]{8,}|confirmphone\S+|(?:proxy|socks)\?\S+)",
    r"v\.whatsapp\.com/\d{4,}",
    r"(?:chat\.)?whatsapp\.com/(?:invite/)?[A-Za-z0-9]{18,}",
    r"discord(?:\.gg|(?:app)?\.com/invite)/[A-Za-z0-9-]{3,}",
    r"signal\.group/#\S{10,}",
    r"(?:invite\.)?viber\.(?:com|me)/\S{0,20}\?g=\S{10,}",
    r"vk\.(?:me/join|com/call/join|com/join)/\S{8,}",
    r"line\.me/(?:R/)?ti/[gp]/\S{6,}",
    r"join\.slack\.com/t/[\w-]+/(?:shared_invite|signup)/\S{8,}",
    r"(?:[\w-]{1,40}\.){0,3}zoom(?:gov)?\.(?:us|com)/(?:j|s|w|wc|wc/join|my|rec/(?:share|play))/[^\s?]{4,}(?:\?\S*)?",
    r"meet\.google\.com/[a-z]{3}-[a-z]{4}-[a-z]{3}",
    r"teams\.(?:microsoft|live)\.com/(?:l/meetup-join|meet)/\S{8,}",
    r"[\w-]{1,60}\.webex\.com/(?:meet|join|wbxmjs|\S{0,80}(?:j\.php|MTID=))\S*",
    r"(?:global\.gotomeeting\.com/join|meet\.goto\.com|gotomeet\.me|bluejeans\.com|chime\.aws|8x8\.vc|meet\.jit\.si|whereby\.com|join\.skype\.com)/[\w/-]{5,}",
    r"(?:jazz\.sber(?:bank)?|salutejazz|calls\.mail|meet\.kontur)\.ru/\S{5,}",
    r"telemost(?:\.360)?\.yandex\.ru/j/\d{6,}",
    r"(?:docs|drive|sheets|slides|forms)\.google\.com/\S{0,60}?(?:/d/(?:e/)?|/folders/|[?&]id=)[\w-]{15,}",
    r"(?:photos\.app\.goo\.gl|forms\.gle)/[\w-]{6,}",
    r"photos\.google\.com/share/\S{10,}",
    r"calendar\.google\.com/\S{0,200}private-[0-9a-f]{16,}",
    r"(?:www\.)?dropbox\.com/(?:s|sh|scl|l|t|request|transfer)/[\w/-]{6,}",
    r"(?:1drv\.ms|onedrive\.live\.com)/\S{8,}",
    r"[\w-]{1,60}\.sharepoint\.com/:\S{8,}",
    r"(?:disk\.yandex\.\w{2,3}/(?:d|i|a|client)|yadi\.sh/(?:d|i))/[\w-]{6,}",
    r"cloud\.mail\.ru/public/\w{3,}/\w{5,}",
    r"(?:www\.)?icloud\.com/(?:\w{1,20}/)?\w{0,20}#?/?[\w-]{16,}",
    r"mega\.(?:nz|co\.nz|io)/\S{0,40}#\S{10,}",
    # Nextcloud, wherever it stands.
    r"[\w.-]{4,60}/(?:index\.php/)?s/(?=[A-Za-z]{0,14}\d)[A-Za-z0-9]{15}(?!\w)",
    r"we\.tl/t-\w{6,}",
    r"drive\.proton\.me/urls/\w{6,}",
    r"(?:vault|send)\.bitwarden\.\w{2,3}/#\S{8,}",
    r"share\.1password\.\w{2,3}/s#\S{8,}",
    r"(?:app\.box|[\w-]{1,40}\.box)\.com/s/\w{12,}",
    r"(?:www\.)?loom\.com/share/[0-9a-f]{16,}",
    r"(?:www\.)?overleaf\.com/(?:read/\w{8,}|\d{8,}[a-z]{6,})",
    r"share\.icloud\.com/\w{1,20}/[\w-]{10,}",
    r"(?:dropmefiles\.com|gofile\.io/d|wormhole\.app|fex\.net)/\S{4,}",
    r"(?:eu\.)?onetimesecret\.com/secret/\w{8,}",
    r"(?:www\.)?notion\.so/\S{0,100}[0-9a-f]{32}",
    r"(?:www\.)?figma\.com/(?:file|design|proto|board)/\w{15,}",
    r"(?:www\.)?(?:trello\.com/invite|miro\.com/(?:app/board|welcomeonboard)|github\.com/\S{1,80}/invitations)/?\S{0,80}",
    r"accounts\.google\.com/\S{0,200}rapt=\S{8,}",
)
_SHARES = "(?:" + "|".join(_SHARED) + ")"
_PUBLIC = regex.compile(r"(?i)https?://(?:[\w-]{1,40}\.){0,2}(?:x|twitter|reddit|youtube|instagram|tiktok|facebook|aliexpress|amazon|ozon|spotify)\.\w{2,3}/")
"""Where everybody's links to what everybody may see have such parameters, which tell who shared them."""

_OPENS = regex.compile(
    rf"(?i)/{_OPENING}(?=[/?])(?:(?:/[^\s/?#]{{1,60}}){{0,4}}?/([\w.=~-]{{8,200}})(?:[/?#]|$)|(?:/[\w.=~-]{{1,60}}){{0,3}}/?\?(?:[^\s#]{{0,200}}&)?[\w-]{{1,30}}="
    r"(?:(?<=code=|otp=|pin=)(\d{4,8})|([\w.~-]{16,200}))(?=[&#]|$))"
)
"""A path that says what it opens, and a part of it or a parameter behind that for the one who may."""
_LOGIN = regex.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}://(?:[^\s/@:?#]{0,100}:(?!\d{1,5}/)[^\s@/]{1,200}(?:/[^\s@/]{0,100}){0,2}|([^\s/@:?#]{12,400}))@[^\s@]")


def _with_login(link: str) -> bool:
    """RFC 3986, 3.2.1: what stands before the @ is a name and a password, or a key alone."""
    login = _LOGIN.match(link)
    return login is not None and (login[1] is None or any(map(str.isdigit, login[1])))


def _with_token(link: str) -> bool:
    """Whether a parameter is a secret, by its name, or by its name and how it looks."""
    if not any(character in link for character in "?&#;="):
        return False
    if _SECRETS.search(link):
        return True
    return not _PUBLIC.match(link) and any(random_looking(found[1], 10) for found in _PERHAPS.finditer(link))


def _opening(link: str) -> bool:
    found = _OPENS.search(link)
    return found is not None and (found[2] is not None or random_looking(found[1] or found[3], 8))


def _opens_something(link: str) -> bool:
    return _with_login(link) or _with_token(link) or _opening(link)


RULES: tuple[Rule, ...] = (
    Rule(
        "url-opening",
        Kind.URL,
        _LINK,
        Trigger.LINK,
        check=_opens_something,
        true=(
            "⟦https://bob:hunter22@example.org/path⟧",
            "psql ⟦postgres://bob:hunter22@localhost:5432/shop⟧.",
            "⟦redis://:hunter22@example.org⟧, вот",
            "git clone ⟦https://EXAMPLE0000000000@example.org/x.git⟧",
            "⟦vless://00000000-aaaa-0000-bbbb-000000000000@example.org:443?type=tcp#home⟧",
            "прокси ⟦socks5://bob:hunter22@192.0.2.1:1080⟧",
            "⟦https://example.org/a?id=5&token=EXAMPLE0000⟧.",
            "(⟦https://example.org/#access_token=EXAMPLE&type=bearer⟧)",
            "⟦https://example.s3.amazonaws.com/x?X-Amz-Signature=0000000000⟧",
            "⟦https://example.org/cb?code=1a2b3c4d5eEXAMPLE&state=x⟧ жми",
            "⟦https://example.blob.core.windows.net/x?sv=1&sig=EXAMPLE%3D⟧",
            "ссылка: ⟦https://example.org/join?invite=1a2b3c4d5eEX⟧",
            "⟦https://example.org/?key=1a2b3c4d5eEXAMPLE⟧",
            "⟦https://example.org/reset-password/1a2b3c4d5e6fEXAMPLE⟧",
            "⟦https://example.org/account/confirm/en/1a2b3c4d5e6fEXAMPLE/⟧",
            "вход: ⟦https://example.org/magic-login/0a1b2c3d-0000-aaaa-0000-0a1b2c3d4e5f⟧.",
            "⟦https://example.org/users/password/edit?reset_password_token=EXAMPLE1a2b3c⟧ it is",
            "⟦https://example.org/auth/magic?link=1a2b3c4d5e6fEXAMPLE⟧",
            "⟦https://example.org/invite/aB3dE5gH⟧",
            "⟦https://example.org/verify?id=5&code=482193⟧",
            "⟦https://example.webex.com/example/j.php?MTID=m00000000⟧ starts in 10",
        ),
        false=(
            "https://example.org/@bob/12",
            "https://example.org:8080/a@b",
            "https://example.org/?q=a:b@c",
            "ssh://git@example.org/x.git",
            "https://bob@example.org/",
            "https://t.me/bob и bob@example.org",
            "https://example.org/watch?v=EXAMPLE1a2b&t=42",
            "https://example.org/?q=token",
            "https://example.org/shop?code=SPRING20",
            "https://example.org/docs#token=",
            "https://example.org/?token=your_token",
            "https://example.org/?utm_source=chat&utm_campaign=spring-2024-sale",
            "https://example.org/?key=opening-hours",
            "https://example.org/reset-password/",
            "https://example.org/blog/how-to-reset-a-password-in-2024",
            "https://example.org/auth/getting-started-with-tokens",
            "https://example.org/files/1a2b3c4d5e6fEXAMPLE",
            "https://example.org/reset-password/frequently-asked-questions",
            "https://example.org/login?next=/shop/item-12",
            "https://example.org/share?page=2&sort=newest-first-please",
            "https://example.org/news/page?code=482193",
            "https://x.com/bob/status/1234567890?s=46&t=1a2b3c4d5e6fEXAMPLE",
        ),
    ),
    Rule(
        "url-shared",
        Kind.URL,
        rf"(?i)(?<![\w.@/-])(?:https?://)?(?:www\.)?(?=[\w.-]{{3,80}}/){_SHARES}(?:[^\s<>\"«»]*[^\s<>\"«».,;:!?)\]}}'`*…])?",
        Trigger.LINK | Trigger.TOKEN | Trigger.WORD,
        words=frozenset({"discord", "gg"}),
        true=(
            "⟦https://t.me/+EXAMPLE000000000⟧",
            "заходи: ⟦t.me/joinchat/EXAMPLE0000000⟧.",
            "⟦https://chat.whatsapp.com/EXAMPLE000000000000000⟧",
            "⟦discord.gg/example⟧",
            "⟦https://us02web.zoom.us/j/00000000000?pwd=EXAMPLE⟧",
            "вот (⟦https://docs.google.com/document/d/EXAMPLE00000000000000000/edit?usp=sharing⟧)",
            "⟦https://drive.google.com/drive/folders/EXAMPLE00000000000⟧",
            "⟦https://drive.google.com/open?id=EXAMPLE00000000000⟧",
            "⟦https://www.dropbox.com/s/example0000/file.pdf?dl=0⟧",
            "⟦https://disk.yandex.ru/d/EXAMPLE000⟧",
            "⟦https://t.me/proxy?server=example.org&port=443&secret=00⟧",
            "⟦https://meet.google.com/aaa-bbbb-ccc⟧",
            "⟦https://example.webex.com/meet/bob⟧",
            "⟦https://meet.goto.com/000000000⟧",
            "⟦https://cloud.example.org/s/aaaaaaa00000000⟧",
            "⟦https://www.loom.com/share/00000000000000000000000000000000⟧",
            "⟦https://mega.nz/file/EXAMPLE#EXAMPLE00000⟧",
        ),
        false=(
            "https://t.me/durov",
            "https://t.me/durov/123",
            "https://www.youtube.com/watch?v=EXAMPLE0000",
            "https://docs.google.com/",
            "https://discord.com/developers/docs",
            "https://zoom.us/download",
            "https://en.wikipedia.org/wiki/Dropbox",
            "whatsapp.com/download",
        ),
    ),
    Rule(
        "telegram-link",
        Kind.URL,
        r"(?<![a-z])tg:(?://)?(?:join\?invite=|login\?|proxy\?|socks\?|addlist\?|confirmphone\?|passport\?)[^\s<>\"«»]*[^\s<>\"«».,;:!?)\]}'`*…]",
        Trigger.LINK | Trigger.TOKEN,
        true=("⟦tg://join?invite=EXAMPLE0000⟧", "⟦tg://login?token=EXAMPLE⟧.", "⟦tg://proxy?server=example.org&port=443&secret=00⟧"),
        false=("tg://resolve?domain=durov", "tg://settings", "tg: join?"),
    ),
    Rule(
        "proxy-link",
        Kind.URL,
        # All that is in them is in base64, the password too.
        r"(?<![a-z])(?:vmess|ss|ssr|vless|trojan|hysteria2?|hy2|tuic|wireguard|wg|otpauth|otpauth-migration)://[^\s<>\"«»]{8,}",
        Trigger.LINK,
        true=("⟦vmess://EXAMPLE000000000000⟧", "держи ⟦ss://EXAMPLE00000@example.org:443#home⟧", "⟦otpauth://totp/bob?secret=EXAMPLE⟧"),
        false=("vmess://", "https://example.org/vmess", "press://EXAMPLE0000000"),
    ),
    Rule(
        "proxy-login",
        Kind.URL,
        # As lists of proxies are written: without a scheme, but with a port.
        r"(?<![\w.:/@-])[\w.-]{2,60}:[^\s@:/]{3,60}@(?:\d{1,3}(?:\.\d{1,3}){3}|[A-Za-z0-9-]{1,60}(?:\.[A-Za-z0-9-]{1,60}){1,4}):\d{2,5}(?!\d)"
        r"|(?<![\w.:/@-])\d{1,3}(?:\.\d{1,3}){3}:\d{2,5}:[\w.-]{2,60}:[^\s:@/]{3,60}",
        Trigger.AT | Trigger.TOKEN,
        true=("⟦bob:hunter22@192.0.2.1:8080⟧", "прокси: ⟦bob:hunter22@example.org:3128⟧.", "⟦192.0.2.1:8080:bob:hunter22⟧"),
        false=("mail:bob@example.org", "bob@example.org:8080", "192.0.2.1:8080", "at 12:30:45:10 @ 5"),
    ),
)

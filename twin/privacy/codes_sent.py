"""Codes of which only is said how they came, who sent them, where they go or that they are secret, and those that stand alone."""

from __future__ import annotations

import regex

from twin.privacy.code_words import CODE, CODE_WORDS, DIGITS, NO_CODE_AFTER, NO_CODE_BEFORE, SAY, SERVICE, SUM
from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.wording import ALONE, BARE, CLAUSE, CODE_ENDS, COUNTED, DRAWN, ENDS, GAP, NUMBERED, ODD, SIX

RULES: tuple[Rule, ...] = (
    Rule(
        "steam-code",
        Kind.CODE,
        # The letters and digits of which Steam makes them; without a digit only where a code is spoken of.
        r"(?i:(?<!\p{L})(?:steam(?:[ ]?guard)?|guard|стим\p{L}{0,2}(?:[ ]?гард)?)(?!\p{L}))[^\n\d]{0,25}?[ \t:]"
        r"(?:(?P<value>(?![RG]TX)(?=[A-Z]{0,4}\d)(?=\d{0,4}[A-Z])[2-9BCDFGHJKMNPQRTVWXY]{5})|(?<=(?i:guard|code|гард"
        r"|код)[ \t:]{1,3})(?P<value>[BCDFGHJKMNPQRTVWX]{5}))(?![\w-])",
        Trigger.WORD,
        words=frozenset("steam guard steamguard стим стима стиме стиму стимгард гард".split()),
        true=("steam guard ⟦K7XQ2⟧", "Steam Guard says ⟦B2CD3⟧.", "стим гард: ⟦7KXQ2⟧", "код стим ⟦PNQG3⟧", "steam guard ⟦PNQGK⟧"),
        false=(
            "steam guard is on",
            "guard dog 12345",
            "on guard since K2",
            "steam guard HELLO",
            "steam key K7XQ2-K7XQ3-K7XQ4",
            "steam 4821 hours",
            "steam sale RTX47",
        ),
    ),
    Rule(
        "code-sent",
        Kind.CODE,
        # No word for a code, but for how it comes, where it shows or what asks for it.
        r"(?i)(?<!\p{L})(?:(?:(?:text|message|sms|смс\p{L}{0,3}) (?:says|said|reads)|number from the (?:e-?mail|text|sms|app)|authenticator|authy|[2m]fa|totp"
        r"|sms|(?:the|a) text|texted(?: me| you| u| us)?|последни\p{L}{1,2}(?: 4|"
        r" четыре)? цифр\p{L}{1,3}(?: номера)?|last(?: 4| four)? digits|смс(?:ки|ку|ка|кой|ке)?|пуш\p{L}{0,2}|аутентификатор\p{L}{0,2}|"
        r"проверочн\p{L}{2}(?: слово| число)?|последние (?:4|четыре)|(?:робот|голос)\p{L}? (?:сказал|продиктовал|говорит)\p{L}?|\A\s*цифры)"
        rf"{ENDS}{GAP}(?<!(?<!\p{{L}})(?:на|to|at|in|by|with|from|от|с|в|к|about|за|до|по)[ \t]){BARE}{ODD}(?P<value>\d{{4,8}}){CODE_ENDS}{CLAUSE}|"
        rf"(?:verif(?:ication)?|confirmation|authori[sz]ation|(?:одно)?разов\p{{L}}{{2}}|подтвержд\p{{L}}{{2,4}}|авторизация|верификация|пэп|(?:для"
        rf"|на)[ \t]+(?:получени[ея]|перевода|регистраци[июя]|активаци[июя]|входа?)"
        rf"|получение|выдача|регистрация|активация|подпись|confirm(?: with)?|for logging in|one-time|(?:звонка?|номера?)[^\d\n]{{0,15}}?заканчивается на"
        rf"|звонили,? последние"
        rf"|(?:[46]|four|six)-digit|backup|(?:курьеру|водителю|таксисту|(?:give|tell|show) (?:the |your )?(?:driver|courier|guy))"
        rf"|(?:(?:the|four|six|4|6|четыре|шесть)[ \t]+)+(?:digits|цифр\p{{L}}?)){ENDS}(?:[ \t]+(?:pin|number|password|pass|пароль|is|are|was|такие|это))*"
        rf"[ \t]*[:=–—-]?[ \t]*{BARE}{DRAWN}(?P<value>\d{{4,8}}){CODE_ENDS}{CLAUSE}|"
        rf"(?:(?:text|sms|message|email|смс|смску|сообщение|письмо)[ \t]+(?:with|saying|с)|got|it sent|they sent)[ \t]+(?:(?:the|a|number|цифрами"
        rf"|кодом)[ \t]+){{0,2}}"
        rf"{ODD}(?P<value>{SIX})(?:{CODE_ENDS}{COUNTED}(?<=(?:with|saying|с)[ \t]+\D{{0,12}}[\d -]{{6,11}})"
        rf"|(?=[ \t]+(?:from[ \t]+{SERVICE}|to my (?:phone|number|e-?mail|mail)|на (?:мой )?(?:телефон|почту))))|"
        r"(?:3-?d ?secure|3ds|(?:verification|log-?in|one-time) number|confirm|two[ -]?factor|двухфакторк\p{L}|постамат\p{L}{0,2}|pickup|"
        r"authenticator|authy|[2m]fa|2фа|totp|sms|captcha|смс(?:ки|ку|ка|кой|ке)?|пуш\p{L}{0,2}|аутентификатор\p{L}{0,2}|verif(?:y|ication)|"
        r"верификаци\p{L}|подтверждени\p{L}|подтверди\p{L}{0,4}|подтв|auth|авторизаци\p{L}|"
        r"(?:it|app|phone|screen|tv) (?:says|shows|said)|показывает|host key|home ?kit|push-?tan|токен\p{L}?|(?:ключ|access)(?=:)|dial in|(?:just"
        r"|i) got|emailed|digits?(?! of)|цифр\p{L}{0,2}(?![ ]за)|reçu|recibí|recibido|lleg[óo]|ricevuto|bekommen|(?:they|was) sent|received|log-?in"
        r"|log in|sign-?in|sign in|вход\p{L}{0,2}|"
        r"войти|"
        r"(?:texted|emailed|messaged|sent)(?:[ ](?:me|you|u|us))|прислал[аио]?|пришл[оаи]|приш[её]л|прилетел[оа]?|type(?: it)?(?: in)?|punch in|"
        rf"введи(?:те)?|вводи(?:те)?|вбей(?:те)?|вбивай|набери(?:те)?|enter){ENDS}{GAP}{BARE}{ODD}(?P<value>{SIX}){CODE_ENDS}{COUNTED})",
        Trigger.WORD,
        words=frozenset(
            (
                "secure 3ds backup digit confirm подтверждаю подтверждением получение получения регистрация регистрации регистрацию активация "
                "активации активацию "
                "подпись выдача перевода "
                "logging time заканчивается последние курьеру водителю таксисту driver courier guy verif confirmation authorization authorisation разовый "
                "разовая разовое разовые одноразовый одноразовая одноразовое одноразовые пэп письмо "
                "message email сообщение показывает host homekit home pushtan токен токена ключ access dial llegó llego reçu recibí recibido ricevuto "
                "bekommen received 2фа "
                "робот голос confirm number factor двухфакторка двухфакторки двухфакторке двухфакторку постамат постамата постамате pickup проверочный "
                "проверочное последние "
                "text got auth авторизации авторизация авторизацию says shows said digit digits цифр цифры цифрами authenticator authy 2fa mfa totp sms "
                "captcha "
                "смс смски смску смска смской смске пуш пуша пуше пушу пушем аутентификатор аутентификатора "
                "аутентификаторе verify verification верификация верификации верификацию подтверждение подтверждения подтверждению подтвердить подтверди "
                "подтвердите подтв login log sign вход входа входе входу войти texted emailed messaged sent прислал прислала прислали прислало пришло пришла "
                "пришли пришел пришёл прилетело прилетела type punch введи введите вводи вводите вбей вбейте вбивай набери наберите enter"
            ).split()
        ),
        true=(
            "it texted me ⟦932360⟧, type it in",
            "authenticator says ⟦854 754⟧",
            "for the login it wants ⟦188410⟧",
            "из смс: ⟦482193⟧",
            "sms says ⟦4827⟧",
            "bank texted me ⟦4827⟧",
            "последние 4 цифры номера: ⟦4827⟧",
            "just got ⟦482719⟧ from google",
            "смс пришла, ⟦4827⟧.",
            "the 6 digits are ⟦482719⟧",
            "пришло ⟦472411⟧, вводи",
            "введи ⟦482193⟧ там",
            "двухфакторка ⟦580593⟧",
            "my verification number is ⟦910447⟧",
            "постамат ⟦482193⟧",
            "цифры ⟦4821⟧",
            "confirmation: ⟦985167⟧",
            "на получение ⟦5346⟧",
            "give the driver ⟦4081⟧",
            "одноразовый ⟦4635⟧",
            "the 4 digits are ⟦6463⟧",
            "got a text with ⟦320747⟧",
            "it sent ⟦041227⟧ to my phone",
            "got ⟦697983⟧ from telegram",
        ),
        false=(
            "it texted me at 12:30",
            "подтвердите бронь 482193",
            "цифры: 4821 продаж",
            "пришло 150 000 на карту",
            "прислали счёт 482193",
            "sent me order 482193",
            "пришло 123456 рублей",
            "вход 1500",
            "the first digits of pi 314159",
            "just got 15000 from work",
            "отправь смс на 8464",
            "sms about 4500 rub",
            "she sent me £482193",
            "I sent 482193 to you",
            "the confirmation 2 days ago",
            "одноразовые 4821 шт",
            "got 697983 from the sale",
        ),
    ),
    Rule(
        "code-to-type",
        Kind.CODE,
        rf"(?i)(?=\d[\d -]{{4}}){BARE}{DRAWN}(?P<value>{SIX})(?![\p{{L}}\d_]|[.,:/-]\d)[ \t]*[,.:;(–—-]*[ \t]*"
        r"(?:(?:is|was|what|the|in|from|just|it|это|в|из|мне|что|тут|только|просто|давай|скорее)[ \t]+){0,4}"
        r"(?:type|enter|punch|put|вводи|введи|вбей|вбивай|набери|sms|смс|authenticator|[2m]fa|двухфакторк\p{L}|"
        r"аутентификатор\p{L}{0,2}|texted|came|пришло|пришла|пришли|прислали)(?!\p{L})"
        rf"|\A\s*+{DRAWN}(?P<value>\d{{4,6}})[ \t]+(?:(?:это|is)[ \t]+)?(?:(?:из|с|from|in)[ \t]+(?:the[ \t]+)?(?:смс\p{{L}}{{0,2}}|sms|звонка|приложения"
        rf"|text|app|call|письма|почты|e-?mail)"
        rf"|последние(?: 4| четыре)? цифры)(?!\p{{L}})"
        rf"|\A\s*+{DRAWN}(?P<value>\d{{4,5}})[ \t]+(?:вводи|введи|вбей|вбивай|type it|enter it)(?!\p{{L}})"
        rf"|(?:\A|\n|[,.!?][ \t])(?:(?:ну|щас|ща|быстро|быстрее|скорее|давай|ok|now|so|then|quick)[ ,]{{1,2}}){{0,2}}(?:вводи|введи|вбей|вбивай|type"
        rf"|enter)[ \t:]+(?:тогда[ \t]+|in[ \t]+)?{DRAWN}(?P<value>\d{{4,5}})(?=[.!)]{{0,3}}\s*\Z)"
        rf"|{BARE}{ODD}(?P<value>\d{{4,6}})[ \t]+(?:из|from)[ \t]+(?:the[ \t]+)?(?:смс\p{{L}}{{0,2}}|sms|text|смс-?ки)(?!\p{{L}})"
        r"|(?<!\p{L})(?:набери(?:те)?|нажми(?:те)?|dial|press|punch in)[ \t]+(?P<value>\d{3,6}[#*])(?!\d)",
        Trigger.WORD,
        words=frozenset(
            "звонка смски смске смской приложения text app call письма почты email последние 2fa mfa двухфакторка двухфакторки двухфакторке "
            "двухфакторку аутентификатор "
            "аутентификатора аутентификаторе набери наберите нажми dial "
            "press type enter punch put вводи введи вбей вбивай набери sms смс authenticator texted came пришло пришла пришли прислали".split()
        ),
        true=(
            "вводи ⟦4821⟧",
            "⟦6745⟧ из смс",
            "⟦4821⟧ вводи быстрее",
            "продиктовала ему ⟦8812⟧ из смски",
            "набери ⟦4821#⟧",
            "⟦91 04 47⟧ is the 2fa",
            "⟦932360⟧, type it in",
            "⟦482193⟧ вводи",
            "got it: ⟦482719⟧ is what the sms says",
            "щас, ⟦482719⟧ пришло",
            "⟦482 193⟧ - введи его",
        ),
        false=(
            "введи 2023",
            "вводи 1500",
            "enter 2 if you agree",
            "набери 4821931",
            "I was 1500 when I type it",
            "2024, enter the dragon",
            "100000 put away",
            "48 22 type",
        ),
    ),
    Rule(
        "code-for-site",
        Kind.CODE,
        # The last line of a message with a code bound to a site: https://wicg.github.io/sms-one-time-codes/.
        r"(?<!\S)@[\w-]{1,60}(?:\.[\w-]{1,60}){1,4}[ \t]+#(?P<value>[A-Za-z0-9]{4,10})(?!\w)",
        Trigger.AT,
        true=("@bank.example #⟦202932⟧", "482193 is it\n@login.example.org #⟦482193⟧"),
        false=("@bob #202932", "bob@bank.example #202932", "@bank.example 202932"),
    ),
    Rule(
        "code-kept-secret",
        Kind.CODE,
        r"(?i)(?:(?:don.?t|do not|never)[ \t]+(?:share|tell|give|forward)|никому[ \t]+(?:его[ \t]+|этот[ \t]+код[ \t]+)?не"
        r"[ \t]+(?:сообщ|говор|показ|перед|дав)\p{L}{0,6})(?:[\s:,–—-]+(?:anyone|anybody|this|the|that|your|code|it|with|to|этот|код|"
        r"кода|его)){0,4}[\s:,–—-]+"
        rf"(?<![\p{{L}}\d.,:/#-])(?P<value>{DIGITS}){CODE_ENDS}"
        rf"|(?<![\p{{L}}\d.,:/#-])(?P<value>{DIGITS})(?![\p{{L}}\d]|[.,:/]\d)[^\d]{{0,60}}?(?:(?:don.?t|do not|never)"
        rf"[ \t]+(?:share|tell|give|forward)[ \t]+(?:this|it|the[ \t]+code|your)"
        r"|никому[ \t]+(?:его[ \t]+|этот[ \t]+код[ \t]+|код[ \t]+)?не[ \t]+(?:сообщ|говор|показ|перед|дав)|не[ \t]+(?:сообщайте|"
        r"говорите)[ \t]+(?:его|код|никому))",
        Trigger.WORD,
        words=frozenset("share tell give forward сообщайте сообщай говорите говори показывайте показывай передавайте передавай давайте давай".split()),
        true=("Никому не говорите ⟦4821⟧", "⟦48213⟧. Никому не сообщайте", "⟦123456⟧\nDo not share this with anyone", "never share this: ⟦123 456⟧"),
        false=("never share a photo of 12 people", "в 12:30, никому не говори", "don't tell anyone but I earn 2000 a month", "никому не сообщайте пароль"),
    ),
    Rule(
        "code-alone",
        Kind.CODE,
        # A line that has nothing but it and what is said when one is passed on; four digits only where it has come or is asked for.
        rf"(?i)(?:\A|\n|[,.!?;][ \t])[ \t]*(?:(?:{SAY}|{SERVICE})(?!\p{{L}})[ \t.,:!?…–—-]{{1,4}}){{0,6}}+[\"'«(`*]{{0,2}}{ODD}(?P<value>\d{{6}}"
        rf"|\d{{3}}[ -]\d{{3}}"
        rf"|\d\d \d\d \d\d|\d(?: \d){{5}})"
        rf"(?<!{NUMBERED}[^\n]{{0,40}}(?:\n[^\n]{{0,30}})?)(?!\d)(?:[ \t.,:!?…–—\"'»)`*-]{{1,5}}(?:{SAY}|{SERVICE})"
        rf"(?!\p{{L}})){{0,6}}+[ \t.,:!?…\"'»)`*\p{{So}}-]{{0,5}}(?=\n|\Z)"
        r"|(?:\A|\n)[ \t]*(?P<value>[*#]?\d{4,6}#)[ \t]*(?=\n|\Z)"
        rf"|\A\s*(?:(?:да|ага|yes|ok|ок|мне|тебе|ну|вот|только что)[ ,]{{1,2}})?(?:приш[её]л|пришло|прилетел|(?:подтвердите"
        rf"|confirm)(?:[ \t]+(?:your[ \t]+)?(?:вход|login|log-in"
        rf"|sign-?in|номер|регистрацию))?[ \t]*:)[ \t,:–—-]+"
        rf"{ODD}(?!(?:[01]\d|2[0-3])[0-5]\d(?!\d))(?P<value>\d{{4,6}})(?=[.!)]{{0,3}}\s*\Z)",
        Trigger.DIGITS,
        true=(
            "⟦902817⟧",
            "ok try ⟦902 817⟧!",
            "did it work?\n⟦902817⟧ hurry",
            "диктую: ⟦90 28 17⟧",
            "⟦902817⟧ вот что пришло",
            "Подтвердите вход: ⟦7194⟧",
            "confirm: ⟦9104⟧",
            "⟦*4821#⟧",
            "пришёл ⟦4821⟧",
            "в приложении ⟦459611⟧",
            "amazon driver needs ⟦126899⟧",
        ),
        false=(
            "150000",
            "902817 rub",
            "#902817",
            "$902817",
            "9028",
            "номер заказа?\n902817",
            "it has 902817 rows",
            "пришел 1430",
            "confirm: 1400",
            "Confirm meeting: 1430",
            "подтвердите заявку 482193-24",
            "пришёл в 4821 раз",
            "2 902817",
        ),
    ),
    Rule(
        "code-of-service",
        Kind.CODE,
        rf"(?i)(?<![\p{{L}}\d.@/-]){SERVICE}(?![\p{{L}}\d@/])(?:[^\d\n]{{0,12}}?[ \t](?:sent|says?|texted|emailed|пишет|прислал[аио]?|пришл[аио]"
        rf"|приш[её]л|шл[её]т|отправил[аио]?)"
        rf"(?!\p{{L}})[^\d\n]{{0,15}}?[ \t:]{ODD}(?P<value>{SIX}|\d{{4,5}}){CODE_ENDS}{COUNTED}{CLAUSE}"
        rf"|[ \t]*[:–—-][ \t]*{ODD}(?P<value>{SIX}|\d{{5}}){CODE_ENDS}{COUNTED}{CLAUSE}|[ \t]+(?:(?:ключ|key|онлайн|online|id"
        rf"|web)[ \t:]+)?{ODD}(?P<value>\d{{6}}|\d{{3}}[ -]\d{{3}}){CODE_ENDS}{COUNTED}{CLAUSE})"
        rf"|\A\s*{ODD}(?P<value>\d{{5,6}}|\d{{3}}[ -]\d{{3}})[ \t]*(?:[–—(<←-]+[ \t]*|[ \t](?:is|это)[ \t]+)?(?:(?:it['’]?s|from|for|для|от|из|с|the"
        rf"|это)[ \t]+){{0,2}}{SERVICE}"
        r"(?=[.!)]{0,3}\s*\Z)"
        # Whoever else it is from: a name, and nothing but it.
        rf"|\A\s*(?:\[(?!{SUM})(?-i:\p{{Lu}})[\p{{L}}.]{{2,20}}\]|(?!{NUMBERED}"
        rf"|{SUM})(?-i:\p{{Lu}})[\p{{L}}.]{{2,20}}:)[ \t]*{ODD}(?P<value>{SIX})(?=\.?\s*\Z)",
        Trigger.DIGITS,
        true=(
            "сбер прислал ⟦90281⟧",
            "госуслуги: ⟦902817⟧",
            "это госуслуги ⟦902817⟧",
            "apple sent me ⟦902817⟧",
            "⟦90281⟧ от телеги",
            "⟦902 817⟧ (whatsapp)",
            "google: ⟦902817⟧.",
            "Badoo: ⟦902817⟧",
            "[Booking.com] ⟦902817⟧",
        ),
        false=(
            "вк: 902817 подписчиков",
            "озон прислал 3 заказа",
            "apple: 1999",
            "сбер перевёл 127350 руб",
            "telegram 4821",
            "google.com/902817",
            "steam sale 2024",
            "150000 от сбера",
            "Total: 902817",
            "Баланс: 902817",
            "Заказ: 902817",
        ),
    ),
    Rule(
        "google-code",
        Kind.CODE,
        r"(?<![\w-])G-\d{6}(?![\w-])",
        Trigger.DIGITS,
        true=("⟦G-123456⟧", "вот: ⟦G-123456⟧"),
        false=("LG-123456", "G-1234567", "G-12345", "G-123456-A"),
    ),
    Rule(
        "code-handed-over",
        Kind.CODE,
        # Somebody who brings or lends a thing is told it.
        rf"(?i){ALONE}(?:courier|driver|delivery|rider|guy|курьер|водител|таксист|доставк|озон|ozon|вайлдберр|самокат|пункт|постамат"
        rf"|сд[эе]к)\p{{L}}*[^\d\n]{{0,50}}?"
        rf"{ALONE}(?:give|tell|show|say|скажи|назови|покажи|продиктуй)[ \t]+(?:(?:him|her|them|ему|ей"
        rf"|им)[ \t]+)?[—:–-]{{0,2}}[ \t]*{ODD}(?P<value>\d{{3,6}}){CODE_ENDS}"
        rf"(?:{CLAUSE}|(?=[ \t]+(?:at|when|у|на)[ \t]))",
        Trigger.WORD,
        words=frozenset("give tell show say скажи назови покажи продиктуй".split()),
        true=("the courier says give him ⟦0193⟧ at the door", "озон просит код, скажи ⟦559⟧", "delivery guy wants it, tell them ⟦4402⟧"),
        false=("the driver said give him 1500", "tell the courier 14:30", "курьер, скажи 500 рублей", "озон: скажи 3 слова"),
    ),
    Rule(
        "code-urged",
        Kind.CODE,
        # It is urgent, so it is no amount.
        rf"(?i)(?:\A|\n|[.,!?:;][ \t]*)[ \t]*(?:{SAY}[ \t,:!–—-]{{1,3}}){{0,4}}+{ODD}(?!(?:[01]\d|2[0-3])[0-5]\d(?!\d))(?P<value>\d{{4,6}})[ \t,.!–—-]{{1,4}}"
        r"(?:hurry|quick(?:ly)?|fast|asap|быстр\p{L}{1,4}|скорее|вводи|живей|(?:[1-9]0|\d) ?(?:sec|сек)|expires in|протухнет|сгорит)(?!\p{L})",
        Trigger.WORD,
        words=frozenset("hurry quick quickly fast asap быстро быстрее быстрей скорее вводи живей sec seconds сек секунд expires протухнет сгорит".split()),
        true=("ok its ⟦90417⟧ hurry, it runs out", "это ⟦90412⟧, быстрее вводи", "⟦9041⟧, quick"),
        false=("be there 1430, quick", "1500 быстро заработал", "сделал 90412 быстро и легко за день", "90417 people hurry"),
    ),
    Rule(
        "code-for-entering",
        Kind.CODE,
        rf"(?i){ALONE}(?:(?:для|for)[ \t]+(?:регистрации|входа|подтверждения|активации|log-?in|verification|sign-?in)[ \t,:]+(?:(?:вбей|введи|вводи|набери"
        rf"|enter|type|use)[ \t]+)?{ODD}"
        rf"|(?:четыре|шесть|four|six|[46]) (?:цифры?|digits?)[ \t]+(?:for|для|от|on|на)[ \t]+(?:the[ \t]+)?\p{{L}}{{2,12}}[ \t:–—-]+)"
        rf"{BARE}(?P<value>\d{{4,6}}){CODE_ENDS}{CLAUSE}"
        rf"|{ALONE}(?:enter|type|put|use|key in|вбей|введи|вводи|набери)[ \t]+{ODD}(?P<value>\d{{4,6}})(?=[ \t,]+[^\d\n.]{{0,30}}?(?:asks?|asking|wants"
        rf"|prompts|попросит|спросит|просит))",
        Trigger.WORD,
        words=frozenset(
            "для регистрации входа подтверждения активации log login verification sign цифры digits asks ask asking wants prompts попросит спросит "
            "просит".split()
        ),
        true=("для регистрации вбей ⟦48190⟧ это мне пришло", "четыре цифры для самоката ⟦2093⟧ с моего акка", "put ⟦5519⟧ in when the machine asks for it"),
        false=("для входа 1500", "use 2000 when he asks", "enter at 1430 if she asks", "для регистрации 18 лет"),
    ),
    Rule(
        "code-mixed",
        Kind.CODE,
        # Letters and digits that change twice, as those of no product do, where a code or a verification is spoken of.
        rf"(?:(?i:{NO_CODE_BEFORE}{CODE}{ENDS}{NO_CODE_AFTER}|{ALONE}(?:verification|verify|confirmation|entry key|to pair|pairing|подтверждени\p{{L}}"
        rf"|сопряжени\p{{L}}){ENDS})"
        rf"(?:(?!(?i:{NUMBERED}))[^\n]){{1,60}}?{BARE}"
        r"(?P<value>(?=[A-Z]{1,4}[ -]?\d|\d{1,4}[ -]?[A-Z])[A-Z0-9]{4,8}|[A-Z0-9]{2,4}[ -](?=[A-Z0-9]{0,3}\d)[A-Z0-9]{2,4}|[A-Z]{4}-[A-Z]{4}"
        r"|(?=[a-z]{0,5}\d)(?=\d{0,5}[a-z])[a-z0-9]{5,8})(?![\p{L}\d_]|[.,:/@-]\w))",
        Trigger.WORD,
        words=CODE_WORDS | frozenset("verification verify confirmation entry pair pairing подтверждение подтверждения сопряжения сопряжение".split()),
        check=lambda value: regex.fullmatch("[A-Z]{4}-[A-Z]{4}", value) is not None or len(regex.findall(r"\p{L}+|\d+", value)) > 2,
        true=(
            "they emailed me a thing: verification ⟦A7-4KD⟧",
            "paste the device code ⟦WDJB-MJHT⟧ at the link",
            "to pair it go to settings and type ⟦HG7 2KP⟧",
            "на почту упал код, вот ⟦F81K2⟧",
            "reset code came to my mail, ⟦d81f0c⟧",
        ),
        false=("the code for the RTX3080", "promo code, then A7B4K", "code runs on 64bit", "the code is in H264", "code and room B2C4"),
    ),
)

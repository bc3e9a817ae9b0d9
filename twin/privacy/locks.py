"""Codes of doors, safes, lockers and phones: known by what is locked, and by what is pressed."""

from __future__ import annotations

from twin.privacy.code_words import LOCK_WORDS, LOCKED
from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.wording import ALONE, BARE, CLAUSE, CODE_ENDS, COUNTED, ENDS, GAP, NUMBERED, ODD

_OPENED = (
    r"(?:smart lock|lock ?box|key ?(?:box|safe)|padlock|keypad|combo|(?:bike|door|gym|suitcase|luggage|shed|code|bicycle) ?lock|safe|alarm|intercom|suitcase"
    r"|garage"
    r"|сейф\p{L}{0,2}|замок|замк\p{L}|ключниц\p{L}|сигналк\p{L}|домофон\p{L}?|шлагбаум\p{L}?|калитк\p{L}|чемодан\p{L}{0,2}|шкафчик\p{L}{0,2})"
)
"""What is opened by digits, and seldom has others."""
_LAST = r"(?=[.!)]{0,3}[ \t]*(?:\n|\Z))"

RULES: tuple[Rule, ...] = (
    Rule(
        "intercom-code",
        Kind.CODE,
        r"(?i)(?<!\p{L})(?:код\p{L}{0,2}|домофон\p{L}{0,2}|подъезд\p{L}{0,2})(?!\p{L})[^\n\d.!?]{0,25}?[ \t:#*]"
        r"(?P<value>\d{1,4}[кkвb#*]\d{2,6}|(?<=домофон[ \t:-]{1,3})\d{4,6}|\d{2,6}[#*](?!\d)|(?<=(?:подъезд\p{L}?"
        r"|домофон\p{L}?)[ \t:-]{1,3})\d{2,4}[вb])(?![\p{L}\d]|[.,:/-]\d|[ \t]*(?:р|₽|тыс|г))",
        Trigger.WORD,
        words=frozenset("код кода кодом домофон домофона домофоне домофону подъезд подъезда подъезде".split()),
        true=("домофон ⟦48К4821⟧", "код двери ⟦48к21⟧", "домофон: ⟦4821⟧", "код подъезда: ⟦12#345⟧", "подъезд ⟦482#⟧", "на подъезде ⟦48В⟧"),
        false=("домофон сломан с 2019", "домофон 2019 года", "подъезд 4", "домофон 5000 руб", "код 4к", "подъезд 12, квартира 345", "домофон за 5000 рублей"),
    ),
    Rule(
        "lock",
        Kind.CODE,
        rf"(?i){ALONE}(?:(?:bike|door|phone|smart|gate|screen)[ -]?(?:un)?lock|unlock(?: code| it| with| the phone| my phone)*|lock ?screen"
        rf"|подъезд\p{{L}}?(?: (?:откр\p{{L}}+|на))?|lock ?box|key ?(?:safe|box)|"
        rf"keypad|alarm(?!(?:[ \t:=–—-]|is){{1,6}}(?:[01]\d|2[0-3])[0-5]\d(?!\d))|сигнализаци\p{{L}}|зам[ко]\p{{L}}{{0,2}}|"
        rf"разблокир\p{{L}}{{2,6}}|сейф\p{{L}}{{0,2}}|калитк\p{{L}}){ENDS}"
        rf"(?:[ \t]*[,:=–—-][ \t]*|[ \t]+)(?:(?:is|это|code|код|на|по|with|by)[ \t]+)*#?{ODD}(?P<value>\d{{4,6}}){CODE_ENDS}{CLAUSE}"
        rf"|{ALONE}(?:(?:front |back )?door|garage|gate|парадн\p{{L}}{{2}}){ENDS}(?:[ \t]*[:=–—-][ \t]*|"
        rf"[ \t]+is[ \t]+){ODD}(?P<value>\d{{4,6}}){CODE_ENDS}{CLAUSE}"
        rf"|{ALONE}(?:(?:front|back|main|office|side|outer|inner|entrance)[ \t]+(?:door|gate)|шлагбаум\p{{L}}?|входн\p{{L}}{{2}}(?:[ \t]+двер\p{{L}})?"
        rf"|парадн\p{{L}}{{2}}"
        rf"|двер\p{{L}}){ENDS}"
        rf"(?:['’]s)?[ \t]+#?{ODD}(?P<value>\d{{4,6}}){CODE_ENDS}(?:{CLAUSE}|(?=[ \t]+(?:for|on|after|для|на|после)[ \t]))"
        rf"|{ALONE}(?:код\p{{L}}{{0,2}}|code){ENDS}[^\d\n]{{0,25}}?{ALONE}(?:lock|suitcase|bike|чемодан|замк|сейф|ячейк|велосипед|велик)"
        rf"\p{{L}}{{0,3}}[^\d\n]{{0,6}}?[ \t]"
        rf"(?P<value>\d{{3}}){CODE_ENDS}{CLAUSE}",
        Trigger.WORD,
        words=LOCK_WORDS,
        true=(
            "bike lock ⟦4827⟧",
            "unlock it with ⟦5576⟧",
            "разблокируй, ⟦9588⟧",
            "подъезд открывается ⟦9207⟧",
            "lockbox: ⟦4827⟧",
            "front door is ⟦4827⟧#",
            "сигнализация ⟦482719⟧",
            "phone unlock ⟦482719⟧",
            "код от чемодана ⟦482⟧",
            "code for the bike lock is ⟦482⟧",
            "office door ⟦4827⟧",
        ),
        false=(
            "alarm at 0730",
            "замок 5000 рублей",
            "the safe is 48 kg",
            "сейф 2019",
            "unlock 4827 coins",
            "alarm is 0630",
            "код сейфа забыла",
            "lock 12",
            "дверь 2100 на 900",
            "the door is 2104 mm",
            "press 4 for the door",
            "enter the door at 1430",
            "дверь поставили за 48271",
            "the alarm rang by 4827 people",
            "гараж 4827 руб",
        ),
    ),
    Rule(
        "lock-near",
        Kind.CODE,
        # What is pressed, and where; and four digits with which a line ends that speaks of a lock.
        rf"(?i){ALONE}(?:enter|punch in|punch|type|press|dial|buzz|ring|tap|набер\p{{L}}{{1,3}}|набира\p{{L}}{{1,4}}|нажм\p{{L}}{{1,3}}"
        rf"|нажима\p{{L}}{{1,4}}|жм\p{{L}}{{1,2}}|тыка\p{{L}}{{1,3}}"
        rf"|вводи\p{{L}}{{0,2}})[ \t:]+(?:(?:in|in the code|сначала|там"
        rf"|код)[ \t]+)?{ODD}(?P<value>[#*]?\d{{3,6}}[#*]?)[ ,]{{1,2}}[^\d\n]{{0,25}}?(?<!\p{{L}})"
        rf"(?:keypad|door|gate|panel|pad|bell|(?:green|call|ok|enter) button|вызов|двер|калитк|then|домофон|кнопк|решётк|решетк|откро|звоно|звонок|подъезд"
        rf"|intercom|barrier|elevator|(?:into|in|on) (?:the|their) (?:app|site|website|terminal|reader)|(?:if|when) it asks|приложени|сайт|терминал|шлагбаум"
        rf"|(?:если"
        rf"|когда) (?:по|с)прос)"
        rf"|(?:\A\s*+|{ALONE}(?:it['’]?s|это)[ \t]+){ODD}(?P<value>\d{{4,6}}[#*]?)[ \t]+(?:for|to|от|на|для)[ \t]+(?:(?:the|my|our)[ \t]+)?(?:(?:front"
        rf"|back|main|office)[ \t]+)?(?:{LOCKED}|card|phone|карты|телефона)(?=[.!)]{{0,3}}\s*\Z)"
        rf"|{ALONE}(?:звёздочка|звездочка|решётка|решетка|star|hash|pound)[ \t]+(?P<value>\d{{3,6}}){CODE_ENDS}"
        rf"|{ALONE}(?:{LOCKED}(?:['’]s)?){ENDS}(?=[^\d\n]{{1,30}}+\d{{4}})(?:(?!{NUMBERED}|\b(?:cost|стоит|купил"
        rf"|постав))[^\d\n]){{1,30}}?(?<!(?<!\p{{L}})(?:на|for|around|около"
        rf"|at|by|in|since|until|till|from|за|с|до|в|к|от)[ \t])"
        rf"{BARE}{ODD}(?!(?:[01]\d|2[0-3])[0-5]\d(?!\d))(?P<value>\d{{4}}|\d{{6}}){CODE_ENDS}(?=[.!)]{{0,3}}[ \t]*(?:\n|\Z))"
        rf"|{ALONE}(?:buttons?|кнопк\p{{L}}){ENDS}[ \t:]+(?P<value>\d(?:[ +-]?\d){{1,4}})(?=[ \t]+(?:\p{{L}}{{2,12}}[ \t]+)?(?:together|at once"
        rf"|одновременно|вместе|сразу|разом)(?!\p{{L}}))",
        Trigger.WORD,
        words=LOCK_WORDS,
        true=(
            "it's ⟦4827⟧ for the front door",
            "ключи в боксе ⟦4827⟧",
            "the alarm wants ⟦4827⟧",
            "кнопки ⟦4-8-2⟧ одновременно",
            "enter ⟦4827⟧ if it asks",
            "press ⟦6105⟧ then key",
            "enter ⟦4827⟧ on the keypad",
            "набираешь ⟦4827#⟧ и дверь открыта",
            "жми ⟦4827⟧, потом вызов",
        ),
        false=(
            "press 4 for the door",
            "enter the door at 1430",
            "дверь поставили за 48271",
            "the alarm rang by 4827 people",
            "гараж 4827 руб",
            "the door cost 4827",
        ),
    ),
    Rule(
        "combination",
        Kind.CODE,
        r"(?i)(?<!\p{L})(?:comb(?:o|ination)(?:['’]s)?|комбинаци[яию])(?:[ \t]+(?:is|это|for|от|the|my|locker|lock|safe|сейфа|замка)){0,4}[ \t:=–—-]{1,4}"
        r"(?P<value>(?=[\d -]{0,6}\d\d)\d{1,2}[ -]+\d{1,2}[ -]+\d{1,2}|0\d{3}|\d{4}(?![ \t]*\p{L})|\d{6}(?![ \t]*\p{L}))(?![\p{L}\d]|[.,:/-]\d)",
        Trigger.WORD,
        words=frozenset("combo combination комбинация комбинации комбинацию".split()),
        true=("lock combo is ⟦6279⟧", "safe combo: ⟦12-34-56⟧", "locker 14, combination ⟦24 6 38⟧", "комбинация сейфа ⟦12-34-56⟧"),
        false=("combo 2 with fries", "combo 1-2-3", "the combination of 4821 factors"),
    ),
    Rule(
        "locker",
        Kind.CODE,
        # Where the lock has three digits, or a place of a number.
        rf"(?i)(?<!\p{{L}})(?:(?:padlock|(?:luggage|suitcase|gym|shed) lock|кодов\p{{L}}{{2}} зам\p{{L}}{{2,3}}|(?:lock|замок|замка) (?:on|на|for|от"
        rf"|of)(?: the| my)? (?:bike|suitcase|shed|locker|вел|чемодан|шкаф|кладов|калит|"
        rf"подвал|сара)\p{{L}}{{0,6}})[ \t:=–—-]{{1,4}}(?:(?:is|code|код|это)[ \t:]+){{0,2}}"
        rf"|(?:шкафчик\p{{L}}{{0,2}}|ячейк\p{{L}}|камер\p{{L}} хранения|locker|suitcase"
        rf"|чемодан\p{{L}}{{0,2}})(?!\p{{L}})[^\n]{{0,25}}?(?<!\p{{L}})(?:код|code|pin|пин)[ \t:=–—-]{{1,4}}(?:is[ \t]+)?"
        rf"|(?:сейф|замок|телефон|айфон|дверь|калитка|домофон|door|phone|safe|gate|сигналк\p{{L}}|буззер|buzz(?:er)?|intercom)(?:[ \t]+(?:открывается"
        rf"|разблокируется|unlocks|opens)"
        rf"(?:[ \t]+(?:with|на|по|кодом))?[ \t]+|(?<=сигналк\p{{L}}|buzz|buzzer|intercom)[ \t:=–—-]{{1,4}})(?=\d{{4}}))"
        rf"{ODD}(?P<value>\p{{L}}?\d{{3,6}}){CODE_ENDS}{CLAUSE}"
        rf"|(?<!\p{{L}})(?:выдач|пункт|постамат|посылк|озон|вб(?!\p{{L}})|вайлдберр|заказ|курьер|pick-?up|parcel|locker|courier|driver"
        rf"|\d\d/\d\d(?!\d))[^\d\n]{{0,25}}?(?<!\p{{L}})"
        rf"(?:код|code|pin)[ \t:–—-]{{1,3}}(?:is[ \t]+)?(?P<value>\d{{3}}){CODE_ENDS}{CLAUSE}"
        rf"|\A\s*замок[ \t:–—-]{{1,3}}{ODD}(?P<value>\d{{3}})(?=[.!)]{{0,3}}\s*\Z)"
        r"|(?<!\p{L})(?:door|gate|entrance|garage|калитк\p{L}|двер\p{L}|ворот\p{L}|домофон\p{L}?"
        r"|подъезд\p{L}?)(?!\p{L})[^\n]{0,25}?[ \t:=–—-](?P<value>[#*]?\d{3,6}[#*])(?![\d*])"
        rf"|(?<!\p{{L}})(?:safe|lockbox|keypad|padlock|сейф\p{{L}}?|панел\p{{L}})(?!\p{{L}})(?:[ \t]+(?!at|by|until|till|since|for|about|cost|weigh"
        rf"|from|стоит|за|до|купил|весит|от)"
        rf"\p{{L}}{{1,10}}){{0,3}}[ \t:=–—,-]{{1,3}}{ODD}(?P<value>\d{{4}}|\d{{6}})(?=[.!)]{{0,3}}[ \t]*(?:\n|\Z))"
        rf"|(?<!\p{{L}})(?:tell|show|quote|скажи|скажешь|назови|назов[её]шь|покажи|продиктуй)[ \t]+(?:(?:the[ \t]+)?(?:driver|courier|them"
        rf"|водител\p{{L}}|курьер\p{{L}}"
        rf"|таксист\p{{L}}|им|ему|ей|там|на кассе|на выдаче|на ресепшене)[ \t:,]+{ODD}(?P<value>\d{{4,6}})(?=[.!)]{{0,3}}[ \t]*(?:\n|\Z))"
        rf"|{ODD}(?P<value>\d{{4,6}})(?=[.!)]{{0,3}}[ \t]*(?:\n|\Z)|[ \t]+(?:на выдаче|курьер|водител|таксист|в пункт|to the (?:driver|courier)"
        rf"|at the (?:desk|counter|door|gate|till))))",
        Trigger.WORD,
        words=frozenset(
            (
                "show quote скажешь назовёшь назовешь покажи продиктуй код code pin tell скажи назови lockbox keypad сейфа сейфе сейфу панели панель "
                "домофон подъезд padlock кодовый кодового lock замок замка шкафчик "
                "шкафчика шкафчике ячейка ячейки ячейке камера камере locker suitcase чемодан чемодана сейф телефон "
                "айфон дверь калитка домофон door phone safe gate сигналка сигналки buzz buzzer intercom entrance garage калитки двери ворота"
            ).split()
        ),
        true=(
            "padlock ⟦482⟧",
            "шкафчик 14, код ⟦482⟧",
            "камера хранения 14, код ⟦k482⟧",
            "замок на велике ⟦482⟧",
            "сейф открывается ⟦4821⟧",
            "сигналка ⟦4821⟧",
            "door ⟦9104#⟧",
            "buzz ⟦9104⟧",
            "сейф в номере ⟦1357⟧",
            "I set the safe to ⟦1357⟧",
            "домофон 45, потом ⟦1357#⟧",
            "tell the driver ⟦6048⟧",
            "пункт выдачи, код ⟦482⟧",
            "назови ⟦4821⟧ на выдаче",
            "замок ⟦482⟧",
        ),
        false=(
            "safe at 1430",
            "сейф стоит 4821",
            "tell the driver 1500",
            "padlock 1500",
            "шкафчик 482",
            "door 1412",
            "сигналка 5000",
            "сейф открывается ключом",
            "buzz 2024",
            "gate 4821",
            "чемодан 482 евро",
        ),
    ),
    Rule(
        "lock-number",
        Kind.CODE,
        # How many digits and how they stand tells as much as the word for what they open.
        rf"(?i){ALONE}{_OPENED}{ENDS}(?:"
        # one by one, or in pairs, as they are turned
        rf"[^\d\n]{{0,45}}?(?<![\p{{L}}\d.,:/-])(?<!(?<!\p{{L}})(?:at|from|с|от|к|до)[ \t])(?P<value>\d(?:[ -]\d){{2,5}}|\d{{1,2}}-\d{{1,2}}-\d{{1,2}}"
        rf"|\d{{3,6}}[#*]|\d{{2,5}}[#*]\d{{2,5}})(?![\d*]|[.,:/-]\d)"
        # six, or four behind a colon or the last step
        rf"|{GAP}{BARE}{ODD}(?P<value>\d{{6}}|\d{{3}}[ -]\d{{3}}){CODE_ENDS}{COUNTED}(?:{CLAUSE}|(?=[ \t]+\p{{L}}))"
        rf"|[^\n:]{{1,40}}:[ \t]*{ODD}(?!(?:[01]\d|2[0-3])[0-5]\d(?!\d))(?P<value>\d{{4}}){CODE_ENDS}{CLAUSE}"
        rf"|[^\n]{{0,40}}?{ALONE}(?:then|потом|затем)[ \t]+{ODD}(?P<value>\d{{3,6}}){CODE_ENDS}{_LAST}"
        rf"|[ \t]+(?:opens|unlocks|is set|откро\p{{L}}+|открыва\p{{L}}+|снимешь|снима\p{{L}}+)[ \t:]+(?:(?:with|to|by|on|на|по"
        rf"|кодом)[ \t]+)?{ODD}(?P<value>\d{{3,6}}){CODE_ENDS}"
        rf"(?:{CLAUSE}|(?=[ \t]+(?:с|и|with|and|then|потом)[ \t])))"
        rf"|{ALONE}(?:ключниц\p{{L}}|lock ?box|key ?(?:box|safe)|keypad"
        rf"|сейф\p{{L}}{{0,2}}){ENDS}[^\d\n]{{0,25}}?[,–—-][ \t]*{ODD}(?P<value>\d{{4}}){CODE_ENDS}(?=[ \t]*[,.;)\n]|[ \t]*\Z)"
        # a year is one where it is said to be
        rf"|{ALONE}(?:code|код\p{{L}}{{0,2}}|pin|пин\p{{L}}{{0,4}}|keypad|lock|combo|сейф\p{{L}}?){ENDS}[^\d\n]{{0,40}}?{ALONE}(?:year"
        rf"|год){ENDS}[^\d\n]{{0,40}}?[,:–—-][ \t]*(?P<value>(?:19|20)\d\d){_LAST}"
        rf"|{ALONE}на[ \t]+(?:айфон|телефон|планшет|ноут|айпад)\p{{L}}{{0,2}}[ \t]+стоит[ \t]+(?:(?:пин|код|пароль)[ \t]+)?{ODD}(?P<value>\d{{4}}"
        rf"|\d{{6}}){CODE_ENDS}"
        rf"|{ALONE}(?:door|gate|entrance|подъезд|домофон|дверь)[ \t]*[:=][ \t]*(?P<value>(?-i:[A-ZА-Я])\d{{3,5}}){CODE_ENDS}|{ALONE}(?:entrance"
        rf"|подъезд)[ \t]+(?P<value>\d\d-\d\d|{ODD}\d{{4}}){CODE_ENDS}"
        rf"|{ALONE}кодов\p{{L}}{{2}}{ENDS}[^\d\n]{{0,25}}?[ \t](?P<value>\d{{3}})(?=[^\d\n]{{0,12}}(?:вместе|одновременно|разом))"
        rf"|{ALONE}(?:code|код(?:ик)?){ENDS}[^\d\n]{{0,20}}?{ALONE}(?:шкафчик|чемодан|ячейк|suitcase"
        rf"|locker)\p{{L}}{{0,2}}[ \t:–—-]+(?P<value>\d{{3}}){CODE_ENDS}{CLAUSE}"
        rf"|{ALONE}(?:locker|suitcase|padlock)[ \t]+(?:code|pin)[ \t:–—-]+(?P<value>\d{{3}}){CODE_ENDS}",
        Trigger.DIGITS | Trigger.WORD,
        words=frozenset(
            "шкафчик шкафчика кодовый подъезд чемодан чемодана ячейка ячейки suitcase locker padlock lock сейф сейфа замок замка combo safe замке сейфе".split()
        ),
        true=(
            "lockbox by the meter, combo ⟦3-1-7-5⟧",
            "the safe opens with ⟦27-14-39⟧, left right left",
            "smart lock access for the cleaner: ⟦660912⟧ valid tue only",
            "alarm off within 30 sec: ⟦8811⟧ then enter",
            "intercom: press 14 then bell then ⟦3360⟧",
            "suitcase is set to ⟦317⟧ btw",
            "ключница у двери, ⟦0707⟧, ключ внутри",
            "garage keypad is the year we married, ⟦1998⟧",
            "Door: ⟦C4471⟧. Lift: none.",
            "у мамы на айфоне стоит ⟦121212⟧ на экране",
        ),
        false=(
            "safe at 12-14",
            "the alarm is at 0630",
            "сейф стоит 48200",
            "the safe opens at 9",
            "the code was written in the year 2019",
            "door: 2100 mm",
            "на айфоне стоит 17 версия",
            "замок, 5000 рублей",
        ),
    ),
)

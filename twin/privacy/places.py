"""Rules for where a person lives or is: addresses (streets*.py), the code of a door, coordinates."""

from __future__ import annotations

import regex

from twin.privacy import streets, streets_abroad, streets_russian
from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.spelling import UNIT, digits, said, words_of

_DEGREES = r"[0-9]{1,3} ?[°º˚] ?[0-9]{1,2}(?:[.,][0-9]{1,6})? ?['′’´] ?(?:[0-9]{1,2}(?:[.,][0-9]{1,6})? ?(?:[\"″”]|''|′′) ?)?"
_ANGLE = (
    r"[0-9]{1,3}(?:[.,][0-9]{1,8})?(?: ?(?:[°º˚d ]|deg|град\.?) ?[0-9]{1,2}(?:[.,][0-9]{1,6})?)?(?: ?(?:['′’´m ]|мин\.?) ?[0-9]{1,2}(?:[.,][0-9]{1,6})?)?"
    r"(?: ?[°º˚\"″”'′’´]{1,2})?"
)
"""An angle in any spelling, which the letters of the winds beside it make a place."""
_KEY = r"(?:ш(?=\.)|д(?=\. ?-?[0-9]{1,3}\.[0-9]{4})|lat(?:itude)?|lon(?:g(?:itude)?)?|lng|широт[аыу]|долгот[аыу]|шир|долг)(?!\p{L})"
_FEW = r"[-+−]?[0-9]{1,3}[.,][0-9]{2,15}"
_DECIMAL = r"[-+−]?[0-9]{1,3}\.[0-9]{4,15}"
_MAP = (
    r"geo:|#map=[0-9.]{1,5}/|!3d|/maps?/[^\s@]{0,300}@|[?&](?:q|ll|sll|pt|query|daddr|saddr|center|destination|origin|mlat|"
    r"whatshere(?:\[|%5B)point(?:\]|%5D)|m|rtext|loc|cp|"
    r"latlng|latlon|lonlat|coords?|coordinates?|point|pos|position|marker|markers|viewpoint|at|near|poi|geo|to|from|start|end|address)=(?:loc:)?"
)

_DOOR = tuple(
    "домофон,домофона,домофону,домофоне,код домофона,код от домофона,код подъезда,код от подъезда,код двери,код от двери,код от калитки,код калитки,"
    "код от ворот,код ворот,код замка,код от замка,код от квартиры,код от сейфа,код сейфа,код на двери,код на калитке,код на воротах,код сигнализации,"
    "код шлагбаума,"
    "код от шлагбаума,код входа,"
    "door code,gate code,entry code,building code,access code,lockbox,lockbox code,lock box,keypad,keypad code,alarm code,buzzer,buzzer code,key safe,"
    "key safe code,garage code,front door code,safe code,lock code,entrance code,intercom,intercom code,code for the door,code for the gate,"
    "code to the door,code to the gate,code to the building,code for the building,code for the lockbox,code for the alarm,code for the garage,türcode".split(
        ","
    )
)


def _in_range(value: str) -> bool:
    found = [float(number.replace("−", "-").replace(",", ".")) for number in regex.findall(r"[-+−]?\d{1,3}[.,]\d{4,}", value)]
    # two numbers below one are measures sooner than a place in the Gulf of Guinea
    return len(found) == 2 and min(map(abs, found)) <= 90 and 1 <= max(map(abs, found)) <= 180


def _pair(value: str) -> bool:
    found = [float(number.replace("−", "-").replace(",", ".")) for number in regex.findall(r"[-+−]?(?<![\d.])\d{1,3}[.,]\d{2,}", value)]
    return len(found) == 2 and min(map(abs, found)) <= 90 and 1 <= max(map(abs, found)) <= 180


def _door(value: str) -> bool:
    return len(digits(value)) >= 3 and not regex.fullmatch(r"(?:19|20)\d\d", value)


RULES: tuple[Rule, ...] = (
    *streets.RULES,
    *streets_abroad.RULES,
    *streets_russian.RULES,
    Rule(
        name="code-door",
        kind=Kind.CODE,
        pattern=rf"{said(_DOOR)}(?<value>[#*№]?[0-9]{{1,4}} ?(?:[кkКKвВbB*#]|ключ) ?[0-9]{{2,6}}[#*вВкК]?"
        rf"|[#*кКkK]?[0-9]{{3,8}}[#*вВкКkK]?|[0-9](?:[ -][0-9]){{3,7}})"
        rf"(?![\p{{L}}\p{{N}}_]|[.,:][0-9]){UNIT}",
        trigger=Trigger.WORD,
        words=words_of(_DOOR),
        check=_door,
        true=(
            "домофон ⟦12к4567⟧",
            "door code ⟦1234⟧",
            "код от подъезда: ⟦45В1234⟧",
            "the gate code is ⟦#4821⟧",
            "код домофона ⟦*1234#⟧",
            "lockbox code: ⟦0042⟧",
            "код двери ⟦345⟧",
            "код на домофоне ⟦к1234⟧",
            "домофон: ⟦15 ключ 2345⟧",
            "code for the door is ⟦5 8 2 1⟧",
        ),
        false=(
            "домофон 10 дней не работает",
            "домофон сломан 12 числа",
            "door 12",
            "gate 42",
            "домофон за 3500 рублей",
            "домофон с 2019",
            "код 12",
            "gate 2024",
        ),
    ),
    Rule(
        name="code-door-after",
        kind=Kind.CODE,
        pattern=r"(?i:(?<!\w)(?:код|кода|кодом|code))(?!\w)[^\w\n]{0,3}?(?:(?:is|это)\W{1,2})?(?<value>[#*кКkK]?[0-9]{3,8}[#*]?)(?!\w)[^\w\n]{1,3}"
        r"(?i:(?:от|для|на|к|for|to|on|opens|at)\s(?:the\s|my\s|our\s)?"
        r"(?:домофон|подъезд|двер|ворот|калит|замк|сейф|шлагбаум|сигнализац|квартир|door|gate|building|lock|garage|entrance|alarm|safe|keypad))",
        trigger=Trigger.WORD,
        words=frozenset({"код", "кода", "кодом", "code"}),
        check=_door,
        true=("код ⟦1234⟧ от домофона", "use code ⟦4567⟧ for the gate", "код: ⟦*789#⟧ на калитке"),
        false=("код 12 от двери", "code 2024 for the gate", "code review 1234", "код 1234", "exit code 137 on start"),
    ),
    Rule(
        name="coordinates",
        kind=Kind.PLACE,
        pattern=rf"(?<![\p{{L}}\p{{N}}_.]|[0-9][,;] ?)(?<value>"
        rf"(?:[NSСЮ] ?)?{_DECIMAL}°? ?[NSСЮ]?(?:\s?[,;/]\s?|\s|%2C|[,;]?\s?(?i:lon|lng|long|долгота)\W{{1,2}})(?:[EWВЗ] ?)?{_DECIMAL}°?(?: ?[EWВЗ](?!\p{{L}}))?"
        r"|[-+]?[0-9]{1,3},[0-9]{4,15}(?:\s|\s?[;/]\s?|,\s)[-+]?[0-9]{1,3},[0-9]{4,15})"
        r"(?![\p{N}_]|\.[0-9]|(?:[,;]| and| и) ?[0-9]+\.[0-9])",
        trigger=Trigger.DIGITS,
        check=_in_range,
        true=(
            "⟦55.7558, 37.6173⟧",
            "я тут: ⟦59.93428 30.33510⟧",
            "⟦-33.8688,151.2093⟧!",
            "⟦N55.7512 E37.6184⟧",
            "⟦51.5074° N, 0.1278° W⟧",
            "https://www.openstreetmap.org/#map=17/⟦48.8584/2.2945⟧",
            "?q=⟦40.6892%2C-74.0445⟧",
            "lat ⟦55.7512 lon 37.6184⟧",
            "⟦55,751244 37,618423⟧",
        ),
        false=(
            "0.1234, 0.5678",
            "1.2345 2",
            "200.1234, 300.1234",
            "12.50, 13.50",
            "loss 0.9123 0.8812",
            "12.3456, 23.4567, 34.5678",
            "1.2345, 2.3456 and 3.4567",
            "v1.20345, 3.14159.2",
        ),
    ),
    Rule(
        name="coordinates-degrees",
        kind=Kind.PLACE,
        pattern=rf"(?<![\p{{L}}\p{{N}}_.])(?:[NSСЮ] ?{_DEGREES}[, ]{{0,3}}[EWВЗ] ?{_DEGREES}"
        rf"|{_DEGREES}(?:[NSСЮ]|[сю]\.? ?ш\.?)?[, ]{{0,3}}{_DEGREES}(?:[EWВЗO]|[вз]\.? ?д\.?)?)",
        trigger=Trigger.DIGITS,
        true=("⟦55°45'21\"N 37°37'04\"E⟧", "⟦N 55° 45′ 21″, E 37° 37′ 4″⟧", "⟦55°45′ с.ш. 37°37′ в.д.⟧"),
        false=("на улице 25°", "25° 30°", "angle 45°30'", "5'10\" tall"),
    ),
    Rule(
        name="coordinates-winds",
        kind=Kind.PLACE,
        pattern=rf"(?=[NSСЮnsсю0-9])(?<![\p{{L}}\p{{N}}_.])(?:[NSСЮns]\.?[: ]{{0,2}}{_ANGLE}[,;/ ]{{0,3}}[EWВЗew]\.?[: ]{{0,2}}{_ANGLE}(?!\p{{N}})"
        rf"|{_ANGLE} ?(?:[NSСЮns](?!\p{{L}})|[СЮсю]\.? ?[шШ](?!\p{{L}})\.?)[,;/ ]{{0,3}}{_ANGLE} ?(?:[EWВЗew](?!\p{{L}})|[ВЗвз]\.? ?[дД](?!\p{{L}})\.?))",
        trigger=Trigger.DIGITS,
        check=lambda value: len(digits(value)) >= 6,
        true=(
            "geocache at ⟦42°32.824'N 109°51.069'E⟧",
            "клад ⟦N 65° 04.249 E 056° 43.546⟧ лол",
            "вот ⟦32 27.636 N 111 04.515 E⟧",
            "⟦55 45 21 N, 37 37 04 E⟧",
            "⟦N55 45.350 E37 37.066⟧",
            "⟦55.755 с.ш., 37.617 в.д.⟧",
            "⟦55.75N, 37.617E⟧",
        ),
        false=("5 N 6 E", "at 10 s 20 e", "size 40 S 42", "exit 128 N then 95 E", "10:30 s 12:45 e"),
    ),
    Rule(
        name="coordinates-named",
        kind=Kind.PLACE,
        pattern=rf"(?i)(?=[mclшд])(?<!\p{{L}})[mc]?{_KEY}[^\w\n+−-]{{0,4}}(?<value>{_FEW}[^\p{{N}}]{{1,24}}?"
        rf"(?<!\p{{L}})[mc]?{_KEY}[^\w+−-]{{0,5}}{_FEW})(?![\p{{N}}_])",
        trigger=Trigger.DIGITS,
        check=_pair,
        true=(
            '{"lat": ⟦-32.8117, "lon": 61.2784⟧}',
            "https://osm.org/?mlat=⟦37.4989&mlon=-21.63634⟧#map=15",
            "latitude: ⟦55.75\nlongitude: 37.61⟧",
            "lng=⟦37.6173&lat=55.7558⟧",
            "широта ⟦55.75, долгота 37.61⟧",
            "ш. ⟦15.9737 д. -67.640791⟧",
        ),
        false=("lat 12.50 ms", '{"lat": 200.55, "lon": 300.10}', "latest 12.50 and longest 13.50", "lat: 12.50, long story 5"),
    ),
    Rule(
        name="coordinates-said",
        kind=Kind.PLACE,
        pattern=rf"(?i)(?<!\p{{L}})(?:координат\p{{L}}{{0,3}}|коорд|coords?|coordinates?|gps|геолокаци\p{{L}}|геопозици\p{{L}}|геометк\p{{L}}|"
        rf"геоточк\p{{L}}|гео|location)"
        rf"(?!\p{{L}})[^\w\n+−-]{{0,4}}(?:\p{{L}}{{1,8}}[^\w\n+−-]{{1,3}}){{0,2}}(?<value>{_FEW}(?:\s?[,;/|]\s?|\s){_FEW})(?![\p{{N}}_]|[.,]\p{{N}})",
        trigger=Trigger.DIGITS,
        check=_pair,
        true=("координаты: ⟦55.75, 37.61⟧", "gps ⟦-33.868 151.209⟧", "my location is ⟦48.85,2.29⟧"),
        false=("gps 12.50", "location 300.25, 400.75", "coords 0.25, 0.75", "gps за 12.50 рублей"),
    ),
    Rule(
        name="coordinates-link",
        kind=Kind.PLACE,
        pattern=rf"(?i)(?:{_MAP})(?<value>[-+]?[0-9]{{1,3}}\.[0-9]{{2,15}}(?:,|%2C|%20|~|\+|/|!4d)[-+]?[0-9]{{1,3}}\.[0-9]{{2,15}})",
        trigger=Trigger.DIGITS,
        true=(
            "geo:⟦55.75,37.61⟧?z=12",
            "https://www.google.com/maps/place/X/@⟦48.8584,2.2945⟧,17z",
            "https://yandex.ru/maps/?ll=⟦37.6173%2C55.7558⟧&z=10",
            "https://maps.google.com/?q=⟦51.50,-0.12⟧",
            "https://maps.apple.com/?ll=⟦50.894967,4.341626⟧",
            "https://www.google.com/maps/place/X/data=!3d⟦48.85!4d2.29⟧",
            "https://osm.org/#map=15/⟦48.85/2.29⟧",
            "https://yandex.ru/maps/?whatshere%5Bpoint%5D=⟦37.617,55.755⟧",
        ),
        false=("https://example.com/?q=cats,dogs", "geo:here", "?price=12.50,13.50", "/maps/@home"),
    ),
)

"""Rules for where a person lives or is: a street with a number, the code of a door, coordinates. A street without a number is no address here.

Most rules for addresses are one shape, a name beside a number, and differ in what makes it an address: a word such as "street", an end that names of
streets have, a flat or a stairwell after it, or that someone lives or goes there. Names without such a word are looked up after the match (`_Street`).
"""

from __future__ import annotations

import regex

from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.spelling import UNIT, digits, said, words_of

# English: what makes a street in any case of letters, what does so only with a capital, and what does so only where someone is said to live.
_KIND = "street|st|road|rd|avenue|ave|blvd|boulevard|lane|ln|crescent|parkway|pkwy|mews|terrace|grove|gardens|gdns|cres|hwy"
_KIND_NAMED = (
    "Drive|Dr|Way|Court|Ct|Place|Pl|Close|Cl|Ter|Square|Sq|Hill|Highway|Row|Walk|Park|Circle|"
    "Cir|Trail|Trl|Quay|Broadway|Wharf|Alley|Aly|Plaza|Plz|Cottages|Villas|Mansions|Heights|Parade|Vale|Meadow|Meadows|Croft|Causeway|Esplanade|Promenade|"
    "Passage|Ridge|Loop|Bend|Cove|Crossing|Fields|Orchard|Bypass|Turnpike|Expressway|Freeway|Glen|Buildings|Approach|Prospekt|Prospect|Ulitsa|Pereulok|Shosse|"
    "Rise|View|Mall|Estate|Embankment|Wynd|Brow|Mount|Drift|Leas|Hollow|Chase|Copse|Pike|Tower|Towers|Apartments|Run|Trace|Landing|Knoll|Creek|Vista|Bluff|"
    "Reach|"
    "Quadrant|Arcade|Brae|"
    "Oval|Dell|Drove|Yard|Green|Bank|Path|Strand|Holt|Shore|Springs|Junction|Market"
)
_KIND_LAST = r"(?:drive|dr|way|close|cl|court|ct|hill|square|place|pl)(?=\s?(?:[,.!?;)\n]|\Z)| (?:apt|unit|flat|#|\d))"
"""Kinds in small letters, where little goes on after them."""
_KIND_SAID = f"{_KIND}|{_KIND_NAMED}|gate|common|lodge|green|yard|path|strand|bank|end"
_LIVES = (
    r"(?i:(?<!\w)(?:live|lives|living|lived|addy|address|addres|addr|adress|moved to|moved into|moving to|moving into|grew up|shipping to|post (?:it |them "
    r")?to|"
    r"(?:pick|picked|picking) (?:me|us|her|him|it|them) up|drop (?:me|it|us|them)(?: off)?|parcel|package|courier|come (?:over )?to|we['’]?re at|i['’]?m at|"
    r"(?:door-?)?dash (?:it )?to|ship(?: it)? to|delivery to|deliver(?: it)? to|rents?|renting|(?:stop|swing) by|(?:head|drive|mail|order(?:ed)?) (?:it )?to|"
    r"send (?:it |them |that )?to|staying at|(?:house|home|flat|place|apartment|office|studio)(?: is|['’]?s| ?[=:])|"
    r"(?:my|our|her|his|their) (?:new |old )?(?:house|home|place|flat)|leaving from|parents (?:are|live)|uber to|taxi to|cab to|house on)(?!\w))"
)
_LIVES_WORDS = frozenset(
    "live lives living lived addy address addres addr adress moved moving into grew post ship shipping deliver delivery send mail staying house home flat "
    "place "
    "apartment office uber taxi cab pick picked picking drop parcel package courier come re m dash rent rents renting stop swing head drive order ordered "
    "studio leaving parents".split()
)
_NO_WORD = (
    r"(?!(?:the|a|an|down|up|of|in|on|at|to|from|off|over|across|along|by|for|with|and|or|but|is|was|are|were|has|am|pm|per|x|into|out|near|around|about|"
    r"more|most|other|different|big|small|long|same|such|this|that|these|those|new|old|good|bad|nice|local|random|empty|dead|side|back|best|busy|"
    r"my|your|our|his|her|their|its|i|we|you|he|she|they|it|no|not|so|very|just|only|one|two|three|first|second|third|next|last|times|"
    r"then|as|if|when|way|ways|lanes?|stars?|shops?|cafes?|houses?|bars?|streets?|roads?|hits?|too|games?|seasons?|free)(?!\p{L})|"
    r"The(?!\p{L})|(?i:min|mins|minutes?|seconds?|sec|hours?|hrs?|days?|weeks?|months?|years?|m|km|miles?|meters?|metres?|feet|ft|yards?|blocks?|percent|gb|"
    r"mb|people|guys|cars?|"
    r"bed|beds|bedrooms?|br|bdr|bath|rooms?|single|double|floors?|storey|story|star|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)(?!\p{L}))"
)
"""What is no part of a street's name: "a 10 minute walk down the road". With a capital, small words are ("12 New Road"), measures and months are not."""
_WORD = (
    rf"(?:{_NO_WORD}(?:\p{{L}}[\p{{L}}'’-]{{1,20}}\.?|\p{{Lu}}\.?|[nsew])|[0-9]{{1,3}}(?i:st|nd|rd|th)|"
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)(?= (?:street|st|avenue|ave)(?!\p{L})))"
)
_NO_THING_OF_STREETS = (
    r"(?! (?i:food|art|style|view|smart|lights?|fight\w{0,4}|workout|race|trip|map|signs?|works?|corner|musicians?|cafes?|shops?|stores?|bars?|cats?|dogs?|"
    r"vendors?|crossings?|accidents?|rage))"
)
_ROOM = (
    r"(?:(?i:flat|apartment|apt|unit|suite|ste|room|floor|fl|no|number|level|building|bldg|block|blk|plot|house|house number|buzzer|buzz|"
    r"door)\.? ?#?[0-9]{1,4}(?:/[0-9]{1,2})?[A-Za-z]?(?![\p{L}\p{N}_])|(?i:flat|apartment|apt|unit) [A-Z](?![\p{L}\p{N}_'’])|"
    r"[0-9]/[0-9]{1,2}(?=, )|[0-9]{1,2}(?:st|nd|rd|th) (?i:floor)(?!\p{L})|#[0-9]{1,4}(?:-[0-9]{1,4}|[A-Za-z])?(?![\p{L}\p{N}_]))"
)
_ROOMS = rf"(?: [0-9]{{1,2}}(?=,? #))?(?:,?\s{_ROOM}){{0,2}}"
_FRONT = (
    rf"(?:(?:{_ROOM}|\p{{Lu}}\p{{L}}{{2,15}} (?:Cottage|House|Lodge|Court|Farm|Villa|Mansions|Tower|Barn|Mill|Hall|Manor)),? ){{0,2}}"
    r"(?:(?i:number|no\.?|house|house number) )?"
)
_NUMBER = r"(?!(?:19|20)[0-9]{2} \p{Ll})[0-9]{1,5}(?:[A-Za-z](?!\p{L}))?(?:[-/][0-9]{1,4})?"
_NUMBER_STARTS = r"(?<![\p{L}\p{N}_$€£#]|[0-9][.,:/-])"
_NUMBERED = (
    r"(?i:(?:county|state|farm|ranch|township|forest service|old|us|rural) (?:road|rd|route|rte|highway|hwy)|county line road|highway|hwy|farm to market road)"
    r" [0-9]{1,4}[A-Z]?|(?:FM|CR|SR) [0-9]{1,4}"
)
"""Roads that have a number and no name."""
_KNOWN_FOR = "10 Downing|2[1-3] Jump|10 Cloverfield|99 Percent|50 First"
"""What is talked of under its address: a government, a series, a film."""
_THE = r"avenue|street|grove|close|crescent|drive|green|mall|lane|gardens|square|terrace|mews|parade|ridgeway|broadway|paddock|orchard|mount|rise|vale|strand"
_ALONE = (
    r"(?:(?:Sycamore|sycamore|Oak|Maple|Pine|Cedar|Elm|Birch|Walnut|Chestnut|Willow|Spruce|Main|Wilshire|Lexington|Madison|oak|maple|pine|cedar|elm|birch|"
    r"walnut|chestnut|willow|"
    r"spruce|main)(?!\p{L})|(?<=[0-9]{2}[A-Za-z]?,? )(?!(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Monkeys|Eleven)(?!\p{L}))"
    rf"{_NO_WORD}\p{{Lu}}[\p{{L}}'’-]{{4,20}}(?<!s)(?: \p{{Lu}}[\p{{L}}'’-]{{2,20}})?|"
    r"(?!(?i:any|mid|half|a|sub|rail|hall|door|run|air|motor|high|give|take|drive|gate|get|run\p{L}|inter|over|re|pre|out|in|be|sea|bed|country|along)"
    r"(?i:ways?|side|view)(?!\p{L}))"
    r"(?i:\p{L}{3,14}(?:hill|bank|side|wood|fields?|view|croft|dale|gate|brooke?|grove|mead|lea|leigh|bourne|ridge|haven|holme|acres?|lands|mount|crest|way)|"
    r"the (?:beeches|oaks|elms|limes|willows|laurels|maltings|poplars|cedars|pines|firs|hollies|chestnuts|hawthorns|birches|gables|cloisters|ridings|"
    rf"glade|dell|spinney|orchards|woodlands|meadows|larches|paddocks|lawns|hollow|chase|copse|{_THE}))(?!\p{{L}}))"
)
"""A street's name without its kind: a tree, what has a capital after two digits, an end such as in "fernhill"."""
_UK_POST = r"(?i:[A-PR-UWYZ][A-HK-Y]?[0-9][0-9A-HJKMNPR-Y]? ?[0-9][ABD-HJLNP-UW-Z]{2})"
_US_POST = r"[0-9]{5}(?:-[0-9]{4})?"
_TOWN = r"\p{Lu}[\p{L}'’.-]{1,20}(?: \p{Lu}[\p{L}'’.-]{1,20}){0,2}"
_UK_DISTRICT = r"(?i:[A-PR-UWYZ][A-HK-Y]?[0-9]{1,2}[A-Z]?)"
_POST = (
    rf"(?:[A-Z]{{2}} {_US_POST}|(?:NSW|VIC|QLD|SA|WA|TAS|NT|ACT) [0-9]{{4}}|[A-Z]{{2}}(?![\p{{L}}\p{{N}}])|{_UK_POST}|{_US_POST}|"
    rf"{_UK_DISTRICT})(?![\p{{L}}\p{{N}}_])"
)
_TOWN_AFTER = rf"(?:(?:(?:,\s?|\n| ){_TOWN}){{0,2}},?\s{_POST}|(?:, ?{_TOWN}){{0,2}})"
_ENGLISH_WORDS = frozenset(_KIND.split("|")) | frozenset(name.casefold() for name in _KIND_NAMED.split("|"))

# Russian, Ukrainian and Polish: short and long words, in the cases that follow "на", "по" and "до".
_RU_SHORT = r"пров|ул|пр-т|пр-кт|просп|пр|пер|наб|ш|б-р|бул|бульв|пл|пр-д|туп|мкр|мкрн|вул|ul|al|pr-t|prosp|per|nab|sh|b-r|mkr"
_RU_LONG = (
    r"улиц[аыеую]|улицей|проспект[аеу]?|переул(?:ок|к[аеу])|набережн(?:ая|ой|ую)|шоссе|бульвар[аеу]?|площад[ьи]|проезд[аеу]?|тупик[аеу]?|"
    r"микрорайон[аеу]?|съезд[аеу]?|взвоз[аеу]?|кольц[оеа]|вал[ауе]?|тракт[аеу]?|спуск[аеу]?|просек[аеиу]?|провул(?:ок|к[уа])|алле[яеию]|вулиц[яіюи]|линия|"
    r"квартал[аеу]?|ulitsa|"
    r"ulic[aęey]|ulitse|prospekte?|pereulok|naberezhnaya|shosse|bulvar|ploshchad|proezd"
)
_RU_STREET = rf"(?i:(?:{_RU_SHORT})(?![\p{{L}}-])\.?|(?:{_RU_LONG})(?![\p{{L}}-]))"
_RU_WORDS = frozenset(
    "ул просп пр пер наб ш б бул бульв пл туп мкр мкрн вул ul al улица улицы улице улицу улицей проспект проспекта проспекте проспекту переулок переулка "
    "переулке переулку набережная набережной набережную шоссе бульвар бульвара бульваре бульвару площадь площади проезд проезда проезде проезду тупик тупика "
    "тупике тупику микрорайон микрорайона микрорайоне микрорайону аллея аллее аллеи аллею вулиця вулиці вулицю вулици линия квартал квартала квартале "
    "кварталу вал вала валу вале тракт тракта тракте тракту спуск спуска спуске спуску просек просека просеке просеки провулок провулку пров "
    "көшесі даңғылы съезд взвоз кольцо pr prosp per nab sh mkr ulitsa ulica ulicy ulicę ulitse prospekt prospekte pereulok naberezhnaya shosse bulvar "
    "ploshchad proezd".split()
)
_RU_ORDINAL = r"[1-9][0-9]?-?(?i:я|й|ю|ой|ая|ую|ей|го|м)"
_RU_DATE = r"[0-9]{1,3} (?:лет )?(?:Марта|Мая|Октября|Победы|Января|Сентября|Ноября|Июля|Апреля|Февраля|Августа|Декабря|Июня)|1905 года"
"""Streets that are called after a day."""
_RU_NAME = (
    r"(?!(?i:дом|плюс|минус|сейчас|сегодня|уже|около|почти|всего|было|темно|холодно|жара)(?!\p{L}))"
    r"(?:(?:[0-9]{1,3}-?(?:я|й|го|ая|ой|ый)|[0-9]{1,4}(?= \p{Lu}| лет | года?[ ,])|\p{Lu}\.|\p{Lu}[\p{L}-]{0,25}|"
    r"(?:лет|года?|реки|имени|им\.?|генерала|маршала|академика|космонавта|героев|канала)(?!\p{L})) ?){1,4}"
)
_RU_ANY = (
    rf"(?:{_RU_ORDINAL} |\p{{Lu}}\. ?|[БМбм] |(?i:больш|мал|верхн|нижн|средн|нов|стар)(?:ая|ой|ую|яя|ей|юю|ый|ий|ом) |\p{{Lu}}[\p{{L}}-]{{2,20}} ){{0,2}}"
    r"\p{L}[\p{L}-]{2,25}(?!\p{L})"
)
"""A street's name, or any other: `_Street` tells."""
_RU_PART = (
    r"(?i:парадная|парадный|парадке|парадка|пар|секция|сек|вход|ворота|код|кнопка|звонок|корпус|корп|кор|к|строение|стр|с|литера?|подъезд|под|"
    r"пд|п|этаж|эт|квартира|квартиру|квартире|кв|офис|оф|комната|ком|помещение|пом|дом|д|блок|секция|"
    r"домофон|владение|вл|владе|двлд|здание|зд|участок|уч|бокс|гараж|kv|kvartira|korpus|korp|stroenie|str|podezd|pod|etazh|dom|d|of|apt)"
)
_RU_HOUSE = r"[0-9]{1,4}(?:(?:[а-иА-ИabdAB]| [абгАБВГ])(?!\p{L}))?(?: ?(?:[/-]|к|стр|с|корп)\.? ?[0-9]{1,4}[а-гА-Г]?(?=кв|эт|под|(?![\p{L}\p{N}])))?"
_RU_MORE = (
    rf"(?:(?:[\s,;]{{1,3}}|(?=[кпэ]))(?:{_RU_PART}(?:\. ?| )?№? ?[0-9]{{1,4}}(?: ?[а-гкА-ГК](?!\p{{L}})[0-9]{{0,5}})?(?=кв|эт|под|"
    rf"(?![\p{{L}}\p{{N}}]))|(?i:лит|литера?)\.? ?[А-Яа-я](?!\p{{L}})"
    r"|[0-9]{1,3}(?:-?(?:й|ый|ой|я|ая))? (?i:подъезд|этаж|корпус|квартира|кв|парадная)(?!\p{L})))"
)
_RU_TAIL = rf"{_RU_MORE}{{0,6}}(?:(?:, ?|\n)(?:г(?:ород)?\.? ?)\p{{Lu}}[\p{{L}}-]{{1,25}})?(?:(?:, ?|\n)[0-9]{{6}}(?![0-9]))?"
_RU_DOOR = r"(?:[ ,]{1,3}(?i:дом|д|буд|владение|вл|зд|здание|уч|участок|dom|d)(?:\. ?| )№? ?|[ ,]{1,3}(?i:д|№) ?|[ ,]{1,3}|-)"
_RU_TOWN = (
    r"(?:[0-9]{6},?\s)?(?:(?:г(?:ород)?|дер|д|с|пос|п)\b\.? ?\p{Lu}[\p{L}-]{1,25}(?: \p{Lu}[\p{L}-]{1,25})?(?:, ?| (?=ул|пр|пер|наб)|\n)|"
    r"(?:Москва|Санкт-Петербург|СПб|Питер|Київ|Киев|Минск), ?"
    r"|(?:(?:ЖК|КП|СНТ|жк|кп|снт|пос\.?|дер\.?|с\.|район|р-н) ?)?[«\"]?\p{Lu}[\p{L}-]{2,25}(?: \p{Lu}[\p{L}-]{2,25})?[»\"]?(?: (?:обл|область|край|"
    r"район|р-н)(?!\p{L})\.?)?, ?){0,3}"
)
_RU_NOT_HOUSE = (
    r"(?!\s{0,2}(?i:январ|феврал|март|апрел|ма[яй](?!\p{L})|июн|июл|август|сентябр|октябр|ноябр|декабр|числ|час|утра|вечера|дня|ночи|пач|бут|бан|кил|пиц|"
    r"ролл|сезон|кот|магазин|рубл|шаг|том|строк|стран|страниц|серии|сери|процент|заказ|тетрад|сообщен|звонк|ключ|очк|мяч|побед|игр|матч|голос|"
    r"билет|симфон|роман|эскалат|путь|выход|платформ|парт|урок|класс|мест|год|сек|тонн|литр|коп|балл|гол|короб|раз(?!\p{L})|мг|вагон|отзыв|рейс|"
    r"тур(?!\p{L})|роз))"
)
"""Dates, hours and amounts that follow a name as a house does."""
_RU_END = rf"(?![\p{{L}}\p{{N}}_]|[.:,][0-9]|-\p{{L}}|[.,]? ?раз(?!\p{{L}})){UNIT}{_RU_NOT_HOUSE}"
_RU_REST = rf"{_RU_DOOR}(?![0-9]{{4}}){_RU_HOUSE}{_RU_TAIL}{_RU_END}"
"""What follows the name: the house, and what is within it."""
_RU_STOP = (
    r"(?=\s?(?:[,.!?;)\n]|\Z)|\s(?i:и|а|но|жду|где|там|в|во|я|мы|у|живу|живет|живёт|сегодня|завтра|через|код|домофон|плиз|пж|пожалуйста|поехали|вход|это|"
    r"же|пешком|сдается|сдаётся|угол|напротив|рядом|около|возле|под|потом|мой|наш|приходи|приезжай|звони|спасибо|апт|yard|now|apt|please|is|"
    r"(?:перв|втор|трет|четв[её]рт|пят)\p{L}{1,4}(?= эт| под| дв))(?!\p{L}))"
)
_RU_USUAL = (
    "лесн садов заводск школьн центральн молодёжн молодежн набережн зелён зелен полев лугов солнечн цветочн парков озёрн озерн речн степн вокзальн "
    "железнодорожн "
    "первомайск пролетарск пушкинск гоголевск московск киевск кировск вишнёв вишнев берегов заречн нагорн кооперативн фабричн трудов весенн советск октябрьск "
    "комсомольск красноармейск ленинградск рыбацк кольцев восточн западн северн южн рабоч народн коммунистическ интернациональн строительн промышленн "
    "складск дачн соснов берёзов березов тополин липов рябинов кленов дубов тенист ключев привокзальн социалистическ крестьянск".split()
)
"""How streets begin that are called after nobody."""
_RU_KNOWN = frozenset(
    "ленина гагарина пушкина кирова чапаева горького куйбышева чкалова тургенева маяковского фрунзе дзержинского свердлова крупской орджоникидзе кутузова "
    "ломоносова менделеева мичурина циолковского достоевского лермонтова гоголя герцена белинского добролюбова чернышевского щорса котовского будённого "
    "буденного ворошилова маркса энгельса либкнехта люксембург цеткин гастелло рубинштейна марата халтурина чайковского баумана тимирязева вавилова курчатова "
    "вернадского плеханова желябова космодемьянской тельмана блюхера коминтерна бакунина радищева жуковского толстого нахимова разина крещатик крещатике "
    "хрещатик хрещатику грибоедова обводного фонтанка фонтанки фонтанке достык абая сатпаева кунаева розыбакиева байтурсынова nevsky nevskiy ligovsky "
    "tverskaya lenina gagarina pushkina arbat".split()
) | frozenset(
    stem + end
    for stems, ends in (
        (
            (
                "сретенк покровк маросейк ордынк остоженк пречистенк солянк петровк якиманк полянк лубянк дмитровк волхонк варварк ильинк воздвиженк знаменк "
                "стромынк варшавк каширк рублёвк рублевк ленинградк"
            ),
            "а е и у",
        ),
        ("невск ленинск кутузовск литейн каменноостровск лиговск", "ий ый ом ого"),
        ("арбат", " а е у"),
    )
    for stem in stems.split()
    for end in ends.split(" ")
)
"""Case-folded names that are hardly said of anything but a street."""
_RU_COMMON = frozenset(
    "мира победы труда свободы дружбы революции октября восстания строителей космонавтов партизан пионеров ветеранов франко шевченко".split()
)
"""Those that are also words, or people's names."""
_RU_SURE = tuple("ская ской скую ском цкая цкой цкую цком ского цкого ова ева ёва ина ына оля енко истов ников телей телёй навтов ргов вцев".split())
"""How names of streets end, and little else after "на"."""
_RU_LIKELY = (*_RU_SURE, *"ая яя ий ый ой ей ую юю ого его ому ых их еля".split())
_RU_NO_NAME = frozenset(
    "марина ирина полина карина алина арина екатерина катерина кристина ангелина валентина галина регина нина альбина эвелина каролина антонина эльвина "
    "его того этого нового моего снова слева справа первого второго одного другого половина машина слова такого какого самого сегодня одной одна первая первой "
    "первую вторая второй вторую первом втором третьем последнем новом такая такой какая какой другая другой новая новой новую полная полной равная главная "
    "главной главную целая скидочная "
    "соседней соседняя последней последний следующей следующий новый старый первый второй третий который этой моей своей нашей вашей твоей каждой всей "
    "только сколько столько несколько доставка остановка парковка скидка пятёрка причина картина половине мировая аптека копейка девушка чашка штука арена "
    "сцена игра "
    "опера зеландия гвинея земля родина года причина отличная отлично новая готова дешева здорова основа голова больших большой маленькой хорошей "
    "лучшей".split()
)
_RU_NO_STEM = (
    "тиньк",
    "городск",
    "морск",
    "англ",
    "русск",
    "франц",
    "немец",
    "испан",
    "итал",
    "китай",
    "япон",
    "польск",
    "украин",
    "казахск",
    "турец",
    "детск",
    "женск",
    "мужск",
    "корей",
)
_RU_TOWNS = (
    "Москва,Санкт-Петербург,СПб,Питер,Новосибирск,Екатеринбург,Казань,Нижний Новгород,Челябинск,Самара,Омск,Ростов-на-Дону,Ростов,Уфа,Красноярск,Воронеж,"
    "Пермь,Волгоград,Краснодар,Саратов,Тюмень,Тольятти,Ижевск,Барнаул,Ульяновск,Иркутск,Хабаровск,Ярославль,Владивосток,Томск,Оренбург,Кемерово,Рязань,"
    "Астрахань,Пенза,Липецк,Киров,Чебоксары,Тула,Калининград,Курск,Ставрополь,Сочи,Тверь,Иваново,Брянск,Белгород,Сургут,Владимир,Архангельск,Калуга,"
    "Смоленск,Мурманск,Вологда,Орёл,Орел,Минск,Гомель,Брест,Киев,Київ,Харьков,Харків,Одесса,Одеса,Днепр,Дніпро,Львов,Львів,Алматы,Астана,Шымкент,Караганда,"
    "Бишкек,Ташкент,Подольск,Химки,Мытищи,Королёв,Балашиха,Люберцы"
).split(",")
_RU_GOES = (
    "доставка доставку доставки доставке доставить доставьте доставят привези привезите привезти привезут привез отвези отвезти курьер курьеру курьера такси "
    "таксист таксисту яндекс убер забери заберите забрать заберу заберешь подъезжай подъедь подъеду приезжай приезжайте приеду приедешь приходи приходите "
    "подходи подходите живу живет живёт живем живём живут живешь живёшь жил жила жили переехал переехала переехали переезжаю переезжаем прописан прописана "
    "прописка адрес адресу адресе адреса адресок вб wb озон ozon пвз сдэк сдэке cdek почтомат постамат самовывоз самовывозом пункт пункте выдачи снимаю снял "
    "сняла снимаем снимает нахожусь находимся находится довези довезите подвези подкинь вызови вызвать вызовите вызвал вызвала навигатор заедь заеду "
    "подъехать жди ждите приехать встречай проживаю проживает регистрация зарегистрирован зарегистрирована отправь отправляй отправьте вышли пришли письмо "
    "бандероль офис офисе работаю работает поликлиника поликлинику садик салон студия клиника клинику сервис дача дачи общага общаги сниму купили "
    "сдаю сдам переезд рядом возле около напротив угол квартира квартиру комната аптека парикмахерская домашний вези везите везут "
    "буду едем ехать доехать дойти пешком живи поселились поселился поселилась заезжай посылка посылку пиццу роллы еду хата хате хату "
    "новоселье заказал заказала встречаемся стою жду ждём ждем дом домой прописку адресочек адресом бабушка бабуля мама школа кафе куда кому".split()
)
"""What one does with an address: has things brought there, goes there, lives there."""
_RU_FLATS = frozenset(
    "парадная парадка пар кв квартира квартиру подъезд под этаж домофон корп корпус стр строение п эт".split() + [f"кв{number}" for number in range(1, 1000)]
)


_RU_ENDING = (
    r"(?i:оля|енко|ветеранов|строителей|космонавтов|металлургов|энтузиастов|героев|пионеров|тел[её]й|ников|истов|дружбы|свободы|революции|"
    r"октября|партизан|ина|ына|ова|ева|ёва|ская|ской|скую|цкая|цкой|ского|цкого|"
    r"ских|ого|его|мира|победы|труда|маркса|лесная|садовая|новая|школьная|зел[её]ная|центральная)"
)
"""What a street's name in small letters ends in."""
_RU_NO_ADJECTIVE = (
    r"(?<!\p{L})(?!(?i:главн|соседн|друг|нов|вс|пуст|цел|кажд|родн|стар|перв|втор|трет|узк|широк|длинн|т[её]мн|шумн|тих|пешеходн|платн|скоростн|опасн|"
    r"жил|общ|полезн|торгов|рабоч|част|наш|как|так|сам|одн|хорош|больш|мал|красив))"
)
"""What tells of a street how it is, and is no name of one."""
_RU_QUARTER = r"мкр|мкрне?|мкр-не?|м-н|микрорайон[ае]?|микр|квартал[ае]?"

# German: names and streets in one word, or in several.
_DE_STREET = (
    "straße|strasse|str|weg|platz|allee|gasse|damm|ufer|chaussee|steig|stieg|promenade|graben|zeile|pfad|twiete|kamp|anger|siedlung|redder|stiege|straat|laan|"
    "gracht|plein|gatan|vägen|veien|katu"
)
_DE_STREET_NAMED = r"Straße|Strasse|Str\.|Str|Weg|(?<=er[ -])Platz|(?<=-)Platz|Allee|Gasse|Damm|Ufer|(?<!ing )Ring|Chaussee"
_DE_SMALL = frozenset(
    "ich und der das ist bei nach wohne wohnt wohnen wohnung adresse umgezogen hinterhaus vorderhaus neue neuer mein meine komm kommt schick schicken zum zur "
    "auf dem den mit für fuer hier zu von haus hausnummer bin sind wir unser unsere treffen paket lieferung liefern klingel stock hof reihe "
    "wall markt gasse alten neuen bleichen unter eichen ik woon adres bor".split()
)
"""Words by which a text is likely to be German: the other streets are found where one of them stands, or four digits."""
_DE_AM = (
    r"(?:(?:Am|Im|An der|An den|In der|In den|Zum|Zur|Auf dem|Auf der|Auf den|Unter den|Hinter der|Vor dem|Beim)|"
    r"(?<=(?i:wohne|wohnen|wohnt|sind|bin|adresse:?|jetzt) )(?:am|im|an der|auf dem|auf der|zum|zur)) "
    r"(?!(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch|Januar|Februar|März|April|Mai\b|Juni|Juli|August|September|Oktober|November|Dezember|Ende|Anfang|"
    r"Abend|Morgen|Mittag|Vormittag|Nachmittag|Wochenende|Tag|Durchschnitt|Schnitt|Jahr|Monat|Woche|Nacht|Moment|Beispiel|Zeitraum|Internet|Kino|Alter|"
    r"Umkreis|Keller|Stock|Zimmer|Gang|Wert|Preis|Sommer|Winter|Herbst|Frühjahr|Frühling|Regel|Stunde|Minute|Zeit|Liga|Klasse|Gruppe|Spiel|Tabelle)"
)
_DE_OLD = r"(?:alten|neuen|hohen|langen|kleinen|großen|grünen|roten|weißen|schwarzen|Alten|Neuen|Hohen|Langen|Kleinen|Großen|Grünen|Roten|Weißen)"
_DE_STAIRS = r"(?:, ?(?:[0-9]\. ?(?:OG|Stock|Etage|Obergeschoss|Aufgang)|EG|DG|HH|VH|QG|Hinterhaus|Vorderhaus)(?!\p{L}))?"
_NO_DE = (
    r"(?!(?i:park|sitz|start|nach|über|beweis|arbeits|stell|listen|tabellen|steh|schlaf|studien|ausbildungs|kita|speicher|um|hin|rück|heim|"
    r"aus)(?:platz|weg)(?!\p{L}))"
)
"""What is numbered, or takes minutes, and ends as streets do."""

# French, with the number first; Spanish, Italian and Portuguese, with the number last.
_NAME = r"\p{Lu}[\p{L}'’-]{1,25}"
_FR_STREET = (
    r"(?i:rue|impasse|chemin|boulevard|bd|bld|quai|all[ée]es?|cours|faubourg|sentier|venelle|mont[ée]e|hameau|lotissement|r[ée]sidence|"
    r"rond-point|esplanade|promenade|traverse|cit[ée])|square(?! (?:M|F|K))|passage|[Cc]alle|avenue|Avenue|av\.?|r\.|place|Place|route|Route"
)
_FR_NAME = (
    rf"(?:(?i:de la |de l['’]|de |du |des |d['’]|la |le |les )?(?:(?i:abb[ée]|docteur|dr|g[ée]n[ée]ral|capitaine|mar[ée]chal|colonel|commandant|pasteur|"
    rf"p[èe]re) )?{_NAME}(?:[ -](?:(?:de|du|des|la|le) )?{_NAME}){{0,3}}|(?<=(?i:rue|boulevard|"
    rf"impasse|bd|all[ée]e) )(?:\p{{Ll}}{{2,12}}['’ -]){{0,2}}\p{{Ll}}{{3,15}}(?! \p{{Lu}}))"
)
_ES_STREET = (
    r"(?i:calle|c/|carrer|camino|carretera|glorieta|rambla|traves[ií]a|avenida|avda\.?|av\.|strada|piazzale|lungomare|salita|contrada|alameda|estrada|"
    r"plaza|paseo|ronda|viale|v\.le|piazza|p\.z?za|corso|largo|vicolo|rua|rue|travessa|praça)|[Vv]ia(?! (?i:app|site|link|phone|mail|terminal|gate|route|"
    r"line|exit|highway|"
    r"platform|zoom|bluetooth|usb|hdmi|track|port|bus|train|tram|api|http|telegram|sms|page|step|wi-?fi|discord|vpn|method|option|email|windows|ios|android|"
    r"channel)(?!\p{L}))"
)
_ES_OF = r"(?:d['’]|(?i:de la|de los|de las|del|della|delle|dei|degli|dello|de|di|da|do|dos|san|santa|la|el|e|y) )"
_ES_NAME = (
    rf"(?:(?:{_ES_OF})?{_NAME}(?: (?:{_ES_OF})?{_NAME}){{0,3}}|(?<=(?i:calle |c/ ?|avenida |avda\.? |carrer |rua ))(?!(?i:esta|este|es|fue|con|"
    rf"por|en|donde|que|estaba|era|tiene|hay)(?!\p{{L}}))(?!\p{{Lu}})"
    r"(?:(?:de|del|de la|de los|san|santa|da|do) )?\p{L}{3,20}(?: \p{L}{3,20})?"
    r"|(?<=(?i:via|viale|corso|piazza|vicolo) )(?!(?i:wifi|libera|media|pizza|data|java|visa|video|audio|radio|studio|demo|repo|promo|china|india|"
    r"russia|america|australia|"
    r"canada|casa|posta|mano|ufficio|cargo|auto|moto|photo|info)(?!\p{L}))\p{Ll}{3,14}[aio](?: \p{Ll}{3,14}[aio])?)"
)
_POST_AFTER = rf"(?:,?\s[0-9]{{4,5}} {_NAME}(?: {_NAME})?|, ?{_NAME}(?: {_NAME})?)?"
_ROMANCE_FLAT = (
    r"(?:,? ?(?:[0-9]{1,2} ?[ºª°]\.? ?(?:(?i:izq\p{L}*|dcha|derecha|centro|piso)|[A-Za-z](?!\p{L}))?|"
    r"(?i:b[âa]t(?:iment)?|appt?|appartement|esc(?:alier)?|apt|int|interno|scala|piso|porta|puerta)\.? ?[A-Z0-9]{1,4}(?!\p{L}))){0,2}"
)
_ROMANCE_WORDS = frozenset(
    "r v p za zza le rue impasse chemin boulevard bd quai allée allee avenue av place route calle c avenida avda plaza paseo ronda via viale piazza corso "
    "largo vicolo rua "
    "travessa praça carrer camino carretera glorieta rambla travesía travesia strada piazzale lungomare salita contrada alameda estrada bld allées "
    "allees cours "
    "vía faubourg sentier venelle montée montee hameau lotissement résidence residence rond esplanade promenade traverse cité cite square passage".split()
)
"""A year that stands before its day and month."""
"""Dates that only stand where a date is awaited: with spaces about their points, or in one run."""
"""Up to four words between a birth and its date, but those that make it the date of something else."""
"""Not where something is born that has no birthday to keep."""

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

_POST_SAID = tuple("postcode,post code,postal code,zip,zip code,zipcode,plz,postleitzahl,code postal,индекс,почтовый индекс,індекс".split(","))

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


class _Street:
    """Tells of a match that begins with a Russian name whether that is the name of a street: a check of a rule.

    Args:
        ends: How its last word may end; without any it must be one of the known, or of the usual in the nominative.
        small: Whether it may begin with a small letter, however it ends.
    """

    def __init__(self, ends: tuple[str, ...] = (), *, small: bool = False) -> None:
        self._ends, self._small = ends, small

    def __call__(self, value: str) -> bool:
        words = _named(value)
        last = words[-1].casefold() if words else ""
        if last in _RU_KNOWN or regex.match(_RU_DATE, value):
            return True
        capital = words[-1][:1].isupper() if words else False
        if not self._ends:
            return capital and last.endswith("ая") and last[:-2] in _RU_USUAL
        if last in _RU_NO_NAME or last.startswith(_RU_NO_STEM):
            return False
        if last in _RU_COMMON or last[:-2] in _RU_USUAL:
            return True
        # "к Петровой" is to a woman
        return last.endswith(self._ends if capital or self._small else _RU_SURE) and not last.endswith(("овой", "евой", "иной", "ыной"))


def _named(value: str) -> list[str]:
    """The words of a Russian name that stands before the number of a house."""
    name = regex.split(r"[ ,.-]+(?:(?i:дом|д|буд|владение|вл|зд|здание|уч|участок|dom|d)\.? ?)?№? ?(?=[0-9])", value, maxsplit=1)[0]
    return [word[0] for word in regex.finditer(r"\p{L}{3,}", name)]


def _flat(value: str) -> bool:
    """Whether what stands before a flat or a stairwell is a house, or a street with one."""
    name = _named(value)[-1:]
    if not regex.search(r"(?i)(?<!\p{L})кв", value):
        return _LIKELY(value)
    return not name or name[0][0].isupper() or name[0] in ("дом", "корпус", "строение") or _LIKELY(value)


_KNOWN, _SURE, _LIKELY = _Street(), _Street(_RU_SURE), _Street(_RU_LIKELY, small=True)


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
    Rule(
        name="address-english",
        kind=Kind.ADDRESS,
        pattern=rf"{_NUMBER_STARTS}(?<!(?i:pages?|vol|chapter|bus|route|line|gate|platform|season|episode|level|part|round|top|stage|world|day|week|vs|"
        rf"ocean's) )(?!(?<=(?i:in|since|until|during|of) )(?:19|20)[0-9]{{2}} )"
        rf"(?<value>{_FRONT}(?!{_KNOWN_FOR}){_NUMBER}(?:,? |,)(?:{_NUMBERED}(?![\p{{L}}\p{{N}}])"
        rf"|(?:(?i:[nsew]|[ns][ew]|north|south|east|west|old|new|great|upper|lower|st|saint)\.? )?(?:{_WORD} ){{1,4}}?"
        rf"(?:(?i:{_KIND})|{_KIND_NAMED}|{_KIND_LAST}(?<!(?i:(?<!\p{{L}})(?:at|by|around|after|before|till) )[0-9]{{1,2}} "
        rf"[^\p{{N}}]{{1,50}}))(?![\p{{L}}\p{{N}}_'’]){_NO_THING_OF_STREETS}(?:\.(?=,))?(?: (?i:NW|NE|SW|SE|N|S|E|W|North|South|East|"
        rf"West)(?![\p{{L}}\p{{N}}]))?"
        rf"|(?i:[nsew]|[ns][ew]|north|south|east|west)\.? (?:[0-9]{{1,3}}(?i:st|nd|rd|th)(?=[,.!?\n]|\Z| (?i:apt|unit|#))|"
        rf"{_NO_WORD}\p{{L}}{{3,15}} (?i:dr|ct|pl|cir|drive|court|place|way)(?!\p{{L}}))"
        rf"|(?:Broadway|Piccadilly|Cheapside|Whitehall|Embarcadero|(?<=[0-9]{{3}} )Wilshire|Avenue (?:of the Americas|[A-Z]))(?!\p{{L}}| (?i:fans?|shows?|"
        rf"musicals?|"
        rf"tickets?|people|actors?|performances?|seats?|songs?|plays?|stars?|nights?|hits?)(?!\p{{L}}))"
        rf"|The (?:{_THE.title()}|Beeches|Oaks|Elms|Limes|Willows|Laurels|Maltings|Poplars|Cedars|Paddocks|Lawns)(?![\p{{L}}'’]| (?:was|is|were|will|has|"
        rf"looks))|(?i:the (?:{_THE})(?=,? (?:{_UK_DISTRICT}|{_UK_POST})(?![\p{{L}}\p{{N}}_])))"
        rf"){_ROOMS}{_TOWN_AFTER}|(?i:house(?: number)?|number|no\.?) [0-9]{{1,4}}[A-Za-z]?,? (?i:on|in|of) (?:{_WORD} "
        rf"){{1,2}}(?i:{_KIND_SAID})(?!\p{{L}}){UNIT})",
        trigger=Trigger.WORD,
        words=_ENGLISH_WORDS
        | frozenset(_THE.split("|"))
        | frozenset(_KIND_SAID.casefold().split("|"))
        | frozenset("route rte fm cr sr n s e w north south east west piccadilly cheapside whitehall embarcadero wilshire americas".split()),
        true=(
            "I'm at ⟦221B Baker Street⟧ now",
            "⟦14 Elm Rd, Flat 3⟧",
            "⟦1600 Pennsylvania Ave NW, Washington, DC 20500⟧",
            "come to ⟦12 oak street⟧ tonight",
            "⟦Flat 4, 23 Acacia Avenue, London N1 9GU⟧",
            "⟦350 5th Ave, Apt 12B⟧",
            "send it to ⟦7 Kingsley Close⟧.",
            "⟦123 W 42nd St, New York, NY 10036⟧",
            "its ⟦233 s wacker dr⟧",
            "⟦Building 7, Apt 402, 9 Palm Gardens⟧",
            "⟦Willow Cottage, 2 Church Lane, Ockley⟧",
            "⟦3/15 King William Street, Adelaide SA 5000⟧",
            "⟦310 n 5th⟧",
            "i live at ⟦number 14, Rosemount Terrace⟧",
            "my addr:⟦53 e willow st apt 2⟧",
            "change it to ⟦1 Larch Plaza, Apt 19C⟧",
            "gps: ⟦12750 County Road 8⟧",
            "i'm at ⟦46 the avenue w13⟧",
            "⟦9 The Grove⟧, come",
            "⟦12 Oak Street\nSpringfield IL 62704⟧",
            "⟦1500 Broadway⟧",
            "⟦2400 FM 1960⟧",
            "⟦25 Old Broad Street⟧, ring twice",
            "⟦15 St. John's Road⟧",
            "⟦90 Avenue B⟧",
            "⟦12 Orchard Rd #08-02⟧",
            "⟦house number 32 on Wellington Road⟧",
            "⟦22 Acorn Rise⟧ is us",
        ),
        false=(
            "5 streets away",
            "a 10 minute drive",
            "100 m down the road",
            "3 nice street food places",
            "2 way street",
            "in 2020 wall street fell",
            "in 1999 Main Street was quiet",
            "page 221, Baker Street",
            "on 5 May St Petersburg was sunny",
            "24 hour road trip",
            "top 10 best street art",
            "3 people on the street",
            "she was 1st, on the road",
            "at 5 The Avenue was empty",
            "watched 21 Jump Street",
            "2 the mall, 3 the park",
            "10 Downing Street said no",
            "1500 Broadway fans",
            "10 Cloverfield Lane is on tonight",
            "number 2 on the road",
            "in 5 s my dr",
        ),
    ),
    Rule(
        name="address-english-lives",
        kind=Kind.ADDRESS,
        # any kind of street in small letters; or the number last
        pattern=rf"{_LIVES}[^\p{{N}}\n]{{0,25}}?(?<![\p{{L}}\p{{N}}_])(?:"
        rf"(?<value>(?:{_ROOM},? )?(?!(?:19|20)[0-9]{{2}} )[0-9]{{1,5}}[A-Za-z]?,? (?:{_WORD} "
        rf"){{1,3}}(?i:{_KIND_SAID})(?![\p{{L}}\p{{N}}_'’]){_ROOMS}{_TOWN_AFTER})"
        rf"|(?<value>(?:(?!(?i:is|was|has)(?!\p{{L}})){_WORD} ){{1,2}}(?i:{_KIND}),? (?:(?i:house|number|no\.?|#) ?)?[0-9]{{1,4}}[a-fA-F]?{_ROOMS}"
        rf"(?![\p{{L}}\p{{N}}_]|[.:][0-9])){UNIT})",
        trigger=Trigger.WORD,
        words=_LIVES_WORDS,
        true=(
            "i live at ⟦7 kingsley close⟧",
            "my address is ⟦12 oak drive⟧ btw",
            "we moved to ⟦3 lavender hill, flat 2⟧",
            "my place = ⟦88 kestrel way⟧",
            "we live on ⟦linden street 45⟧",
            "my address: ⟦oak road, 12b⟧",
        ),
        false=(
            "i live a 5 minute walk away",
            "the house is 2 miles down the path",
            "living 10 years in this square",
            "home is 3 blocks off the park",
            "live on the street 5 years",
        ),
    ),
    Rule(
        name="address-english-alone",
        kind=Kind.ADDRESS,
        # a name without its kind: nothing may go on after it
        pattern=rf"{_LIVES}(?:\W{{1,3}}(?:at|in|is|it|its|it's|now|still|to|from|outside|me|us|by|on|number|no\.?|house|here|the|over))*+\W{{1,3}}"
        rf"(?<![\p{{L}}\p{{N}}_])(?<value>(?:{_ROOM},? )?(?!(?:19|20)[0-9]{{2}} )[1-9][0-9]{{0,3}}[A-Za-z]?,? {_ALONE}(?:,? {_ROOM})?)"
        r"(?=\s{0,2}(?:[,.!?;)\n]|\Z|(?i:in [0-9]|please|pls|plz|thanks|thx|btw|now|ok|x|and|by|when|if|top|ground|first|second|third|or|buzz|"
        r"ring|round|around|tonight|tomorrow|today|yesterday)(?!\p{L})))",
        trigger=Trigger.WORD,
        words=_LIVES_WORDS,
        true=(
            "deliver it to ⟦27 Larchmont⟧, second floor",
            "pick me up from ⟦48 fernhill⟧",
            "i live at ⟦55 the beeches⟧",
            "my address is ⟦9 willowbank⟧ btw",
            "ship to ⟦Unit 5, 88 Kingsway⟧",
            "the house on ⟦41 Pine⟧",
        ),
        false=(
            "I'm at 5 Guys",
            "we're at 3 Michelin, amazing",
            "moved to 64 Bit, finally",
            "come to 3 Doors Down with me",
            "pick me up at 5 Friday",
            "live at 9 tonight",
            "send it to 12 Monkeys fans",
            "come to 2 parties",
            "lives at 5 different places",
            "taxi to 4 Berlin hotels",
            "deliver to 17 Monday",
            "i live 5 minutes away",
        ),
    ),
    Rule(
        name="address-english-room",
        kind=Kind.ADDRESS,
        pattern=rf"{_NUMBER_STARTS}(?<value>(?!(?:19|20)[0-9]{{2}} )[0-9]{{1,5}}[A-Za-z]? (?:{_WORD}(?=[ ,]),? ?){{1,3}}"
        rf"(?i:apt|apartment|unit|suite|ste|flat)\.? ?#?[0-9]{{1,4}}[A-Za-z]?(?![\p{{L}}\p{{N}}_]|[.:][0-9]){_TOWN_AFTER}"
        rf"|(?i:flat|apartment|apt|unit|room|suite)(?i: no\.?)? ?#?[0-9]{{1,4}}[A-Za-z]?,? (?:\p{{Lu}}[\p{{L}}'’-]+ ){{1,3}}(?:House|Court|Towers?|Hall|"
        rf"Lodge|Mansions|Wharf|"
        r"Apartments|Point|Heights|Building|Mill|Manor|Villas?|Residences?|Park|Quay)(?!\p{L})|(?i:(?:house|plot|flat|h\.?)(?: ?no\.?)?) ?#?[0-9]{1,4}[A-Z]?,? "
        r"(?i:street|block|sector|phase|tower|lane)(?i: no\.?)? (?:[0-9]{1,3}|[A-Z])(?![\p{L}\p{N}_])"
        rf"|(?!Chapter|Page|Building|Phase|Block|Floor|Version|Unit){_NO_WORD}\p{{Lu}}[\p{{L}}'’-]{{3,20}} [0-9]{{1,4}}[a-f]?,? (?i:apt|"
        rf"apartment|flat|kv|kvartira)\.? ?#?[0-9]{{1,4}}(?![\p{{L}}\p{{N}}_]|[.:][0-9])){UNIT}",
        trigger=Trigger.WORD,
        words=frozenset("apt apartment unit suite ste flat room house plot kv kvartira".split()),
        true=(
            "it's ⟦53 willow apt 2⟧",
            "⟦9 larch plaza, flat 19c⟧",
            "⟦120 maple ridge unit 4⟧ please",
            "⟦Flat 6, Juniper House⟧, E8",
            "⟦Plot No 12, Sector 21⟧",
            "moscow, ⟦Arbat 24, apt 8⟧",
        ),
        false=("2 bedroom flat 5 minutes away", "room 5 please, Fisher", "unit 7 test", "3 star apartment 2", "saw 4 of them, flat 2", "2020 budget unit 3"),
    ),
    Rule(
        name="address-english-last",
        kind=Kind.ADDRESS,
        # the number last, as those write who are not used to English ones
        pattern=rf"(?<![\p{{L}}\p{{N}}_-])(?<!Nightmare on )(?!Wall|Sesame|Quality|Coronation|Jump|Fleet)(?<value>(?:(?:\p{{Lu}}[\p{{L}}'’-]{{2,20}}|"
        r"[0-9]{1,3}(?i:st|nd|rd|th)) ){1,2}(?:[Ss]treet|[Ss]tr?\.?|[Rr]oad|[Rr]d\.?|[Aa]venue|[Aa]ve\.?|[Ll]ane|Boulevard|Blvd\.?|Drive|"
        r"Embankment|[Pp]rospekt|[Pp]rospect|[Pp]r\.|[Uu]litsa|[Ss]hosse|[Pp]ereulok),? "
        rf"(?:(?i:number|no\.?) |№ ?|#)?(?!(?:19|20)[0-9]{{2}})[0-9]{{1,4}}[a-fA-F]?(?:[-/][0-9]{{1,4}})?{_ROOMS}(?![\p{{L}}\p{{N}}_]|[.:][0-9]))"
        rf"(?! (?i:blocks?|nights?|stars?|people|is|was|in|of|times)(?!\p{{L}})){UNIT}"
        rf"|(?<=(?i:(?<!\p{{L}})(?:on|at|to) ))(?<value>(?!(?i:wall|sesame|elm) ){_WORD} (?i:street|st|road|rd|avenue|ave|lane) (?!(?:19|"
        rf"20)[0-9]{{2}})[0-9]{{1,4}}[a-f]?)(?=[,.!?;)\n]|\Z)",
        trigger=Trigger.WORD,
        words=frozenset("street st str road rd avenue ave lane drive boulevard blvd embankment prospekt prospect pr ulitsa shosse pereulok".split()),
        true=(
            "⟦Nevsky pr. 28⟧",
            "⟦Baker Street 221b⟧",
            "come to ⟦Green Lane 7, flat 2⟧",
            "⟦Nevsky Prospekt 28⟧",
            "⟦Lenina ulitsa 5/12⟧",
            "⟦Lenina st 5, apt 3⟧",
            "⟦West 4th Street, number 120⟧",
            "he is on ⟦marlowe st 77⟧",
        ),
        false=("Wall Street 2 is worse", "Abbey Road 1969", "Main Street 5 minutes away", "the Street 5", "Nightmare on Elm Street 4"),
    ),
    Rule(
        name="address-post",
        kind=Kind.ADDRESS,
        # whatever the street is called, a postcode closes it
        pattern=r"(?<![\p{L}\p{N}_$€£#.,:/-])(?!(?:19|20)[0-9]{2} )[0-9]{1,5}[A-Za-z]?,?\s(?:[\p{L}0-9.'’#-]{1,20}[ ,\n]{1,2}){1,7}?"
        r"(?:[A-Z]{2},? [0-9]{5}(?:-[0-9]{4})?|[A-PR-UWYZ][A-HK-Y]?[0-9][0-9A-HJKMNPR-Y]? [0-9][ABD-HJLNP-UW-Z]{2})(?![\p{L}\p{N}_])",
        trigger=Trigger.DIGITS,
        true=("⟦12 Larkspur, Austin, TX 78701⟧", "⟦14 Rosebank, Leeds LS6 2AB⟧", "⟦4501 Camino Real\nSan Jose, CA 95110⟧ thanks"),
        false=("in 2020 moved to TX 78701", "5 items, 3 boxes", "14 Rosebank Leeds", "ref 12 AB 1234"),
    ),
    Rule(
        name="address-box",
        kind=Kind.ADDRESS,
        pattern=r"(?i)(?<!\w)(?:p\.? ?o\.? ?box|rr ?[0-9]{1,3},? box|post office box|postfach|а/я|абонентский ящик) ?(?:no\.? ?|№ "
        r"?)?[0-9]{1,7}(?![\p{L}\p{N}_])",
        # digits for the sake of "а/я", whose words are in every other message: a postcode stands by it, as a rule
        trigger=Trigger.DIGITS | Trigger.WORD,
        words=frozenset({"box", "postfach", "абонентский"}),
        true=("write to ⟦PO Box 1234⟧", "⟦P.O. Box 56⟧, Springfield", "101000, Москва, ⟦а/я 123⟧", "⟦Postfach 1020⟧"),
        false=("box 12", "the po box is full", "xbox 360", "и я 12"),
    ),
    Rule(
        name="address-postcode",
        kind=Kind.ADDRESS,
        pattern=rf"{said(_POST_SAID)}(?<value>{_UK_POST}|[0-9]{{6}}|{_US_POST}|(?i:[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]))(?![\p{{L}}\p{{N}}_]|[.,:][0-9])",
        trigger=Trigger.WORD,
        words=words_of(_POST_SAID),
        true=("postcode is ⟦SW1A 1AA⟧", "zip code: ⟦94110⟧", "индекс ⟦101000⟧", "PLZ ⟦10115⟧"),
        false=("zip 20 files", "индекс 1500", "zip code 2024 1", "индекс массы 25"),
    ),
    Rule(
        name="address-german",
        kind=Kind.ADDRESS,
        pattern=rf"(?<![\p{{L}}\p{{N}}_-])(?=\p{{L}})(?<value>"
        rf"(?:{_NO_DE}[\p{{L}}-]{{4,32}}+(?=[., ]{{0,3}}[0-9])(?<=\p{{L}}(?i:{_DE_STREET}))(?:(?<=[Rr])\.)?"
        r"|\p{L}{3,20}[nsldkfgmhz]ring(?!\p{L})(?<!(?i:herring|hamstring|earring|darling))|Neuer Wall|Lange Reihe|Straße des 17\. Juni|"
        r"(?:(?:Neuer|Alter|Langer?|Großer?|Kleiner?|Hoher?|Roter) (?:Wall|Reihe|Markt|Steinweg|Graben|Weg|Gasse|Ring|Hof|Bleichen))"
        r"|(?:Kaiser|Industrie|Stadt|Schul|Wall|Süd|Nord|Ost|West|Hansa|Altstadt|Königs|Park|Wiesen|Sachsen|Hohenzollern|Habsburger|Friesen|"
        r"Sachsen|Theodor-Heuss-)ring"
        rf"|(?:\p{{Lu}}[\p{{L}}-]{{1,25}}[ -]){{1,3}}(?:{_DE_STREET_NAMED}))"
        rf"(?!\p{{L}}),? ?[0-9]{{1,4}} ?(?:[a-fA-F](?!\p{{L}}))?(?:[-/][0-9]{{1,3}})?(?![\p{{L}}\p{{N}}_]|[.,:][0-9])"
        rf"{_POST_AFTER}{_DE_STAIRS}|(?:{_DE_AM}(?:{_DE_OLD} )?|(?i:an der|am|in der|auf der|auf dem|im|zur|zum) {_DE_OLD} ){_NAME}"
        rf"(?: {_NAME})? [0-9]{{1,3}}(?: ?[a-f](?!\p{{L}}))?(?![\p{{L}}\p{{N}}_]|[.:][0-9]){_POST_AFTER}{_DE_STAIRS})"
        rf"(?! ?(?i:Uhr|Euro|min|€|%|km|m|cm|Minuten|Stunden|Tage|Leute|Personen|Mal|Grad|Meter|Stück|Punkte|Prozent)(?!\p{{L}}))",
        trigger=Trigger.DIGITS | Trigger.STREET | Trigger.WORD,
        words=_DE_SMALL,
        true=(
            "wohne ⟦Hauptstraße 12⟧",
            "⟦Goethestr. 5a, 2. Stock⟧",
            "⟦Berliner Straße 120, 10115 Berlin⟧",
            "⟦Lindenallee 7⟧",
            "⟦Karl-Marx-Str. 3⟧",
            "in der ⟦schulstrasse 4⟧",
            "⟦Sonnenallee 101, 12045 Berlin⟧",
            "⟦Am Markt 3, 12345 Neustadt⟧",
            "schick es an ⟦Am Mühlbach 3a⟧",
            "neue wohnung: ⟦Bergmannstraße 23⟧ hinterhaus",
            "bin umgezogen, ⟦Uferpromenade 1⟧",
            "⟦An der Alten Mühle 12⟧, komm",
            "ik woon ⟦Keizersgracht 123⟧",
            "wohne jetzt ⟦Kaiserring 12⟧",
            "⟦Hohenzollernring 72⟧ in Köln",
            "⟦an der alten Post 12⟧",
            "⟦Getreidegasse 9⟧",
            "⟦Zähringerstr.12⟧",
            "⟦Oderberger Straße 44, 3. OG⟧",
            "⟦Neuer Wall 10⟧",
            "⟦Musterweg 5\n80331 München⟧",
        ),
        false=(
            "Am Montag 3 Stunden",
            "Im Durchschnitt 12",
            "Am Bahnhof 5 Minuten warten",
            "Zum Beispiel 12",
            "Platz 3",
            "Parkplatz 12",
            "Straße 12",
            "Spring 12",
            "Arbeitsplatz 2024",
            "Hauptstraße",
            "Heimweg 20 Minuten",
            "to_str 5",
            "Deutschland Platz 2",
            "Monitoring 24",
            "Spring 2024",
            "am Bahnhof 5",
        ),
    ),
    Rule(
        name="address-romance",
        kind=Kind.ADDRESS,
        pattern=rf"(?<![\p{{L}}\p{{N}}_.,:/-])(?<value>[0-9]{{1,4}}(?:[A-D]| ?(?i:bis|ter))?,? (?:{_FR_STREET}) {_FR_NAME}{_ROMANCE_FLAT}{_POST_AFTER}"
        rf"|(?:(?:{_ES_STREET}) ?{_ES_NAME}|Gran [Vv][ií]a)(?:, ?| )(?:n[.º°]? ?)?[0-9]{{1,4}}(?: ?[a-dA-D](?!\p{{L}}))?{_ROMANCE_FLAT}{_POST_AFTER})"
        rf"(?![\p{{L}}\p{{N}}_]|[.,:][0-9]| (?i:stars?|stelle|lire|minuti|minutos|gate)(?!\p{{L}})){UNIT}",
        trigger=Trigger.WORD,
        words=_ROMANCE_WORDS,
        true=(
            "⟦12 rue de la Paix⟧",
            "j'habite ⟦5 bis, avenue Victor Hugo, 75016 Paris⟧",
            "⟦Calle Mayor 5⟧, 3",
            "abito in ⟦via Roma 12⟧",
            "⟦Plaza de España 7⟧",
            "⟦C/ Alcalá, 45⟧",
            "⟦Corso Buenos Aires 33⟧",
            "⟦8 quai d'Orsay⟧",
            "le médecin : ⟦88 cours Gambetta, Bordeaux⟧",
            "⟦14 allées Jean Jaurès⟧",
            "⟦Carrer de Balmes 12⟧",
            "⟦Carrer d'Aragó 255⟧",
            "vivo en ⟦calle san juan 14⟧",
            "⟦via garibaldi 23⟧, terzo piano",
            "⟦calle Mayor 15, 3º B⟧",
            "⟦45, avenue de la République, bât B⟧",
            "c'est au ⟦5 rue victor hugo⟧",
            "the airbnb is ⟦17 Calle Mayor⟧",
        ),
        false=(
            "via Terminal 2",
            "2 rue",
            "got 2 place in 2024",
            "via Zoom 5",
            "la calle 13",
            "viaduct 12",
            "plaza 3",
            "via Roma",
            "via Bologna 12 euro",
            "Via Nova 5 stars",
            "via video 5",
        ),
    ),
    Rule(
        name="address-russian",
        kind=Kind.ADDRESS,
        pattern=rf"(?<![\p{{L}}\p{{N}}_-])(?=[^0-9\n]{{0,100}}+(?:[0-9]|\n))(?<value>{_RU_TOWN}(?:"
        # the street first: its name with a capital, or with any letter after a short word, or with an end that names have, or before "дом"
        rf"{_RU_STREET} ?{_RU_NAME}{_RU_DOOR}?"
        rf"|(?i:ул|вул|пер|переулок|переулке|наб|пр-т|просп|б-р|мкр|мкрн)(?![\p{{L}}-])(?:\. ?| )(?!(?i:и|а|но|на|в|там|тут|было)(?!\p{{L}}))"
        rf"(?:\p{{L}}[\p{{L}}-]{{1,25}} ?){{1,3}}{_RU_DOOR}?"
        rf"|(?i:{_RU_LONG}|пр\.?)(?!\p{{L}}) (?:\p{{L}}[\p{{L}}-]{{0,15}} )?\p{{L}}{{0,18}}{_RU_ENDING}(?!\p{{L}}){_RU_DOOR}"
        rf"|(?i:{_RU_LONG})(?!\p{{L}}) \p{{L}}[\p{{L}}-]{{2,25}}(?: \p{{L}}[\p{{L}}-]{{2,25}})?[ ,]{{1,3}}(?i:дом|д\.)(?! ?2(?!\p{{N}}))\s?"
        # the name first: "Невский проспект 28", "Тверская ул., 7", "ленинский пр 45"
        rf"|(?:[0-9]{{1,2}}-?[яй] )?\p{{Lu}}[\p{{L}}-]{{2,25}}(?:ая|ий|ый|ой|ое|ее|ую|ого|ому|ом|ка|ва|на) "
        rf"(?:\p{{Lu}}[\p{{L}}-]{{2,25}} )?{_RU_STREET}(?: [ПВ]\. ?[СО]\.)?{_RU_DOOR}"
        rf"|(?:{_RU_NO_ADJECTIVE})\p{{L}}{{3,20}}(?:ая|ий|ый|ой|ую|ом) (?i:{_RU_LONG}|пр-т|пр|ш|б-р|пер|наб)(?!\p{{L}})\.?{_RU_DOOR}"
        rf"(?=[0-9]{{1,3}}[а-г]?(?! \p{{Ll}}{{4,}}|[0-9]))"
        rf"|\p{{Lu}}\p{{L}}{{2,25}}(?: \p{{Lu}}\p{{L}}{{2,25}})? (?:көшесі|даңғылы){_RU_DOOR}"
        rf")(?<=[ ,.№дД]){_RU_HOUSE}(?:, ?[0-9]{{1,3}}(?![\p{{N}}\p{{L}}.:,/]| \p{{L}}))?{_RU_TAIL})(?![\p{{L}}\p{{N}}_]|[.:][0-9]|,[0-9]|-\p{{L}}){UNIT}",
        trigger=Trigger.WORD,
        words=_RU_WORDS,
        true=(
            "живу на ⟦ул. Ленина, д. 5, кв. 12⟧",
            "⟦улица Пушкина дом 10⟧",
            "⟦ул Ленина 5-12⟧",
            "⟦г. Москва, ул. Тверская, д. 7⟧",
            "⟦пр-т Мира 10⟧, подходи",
            "⟦проспект Мира, 10к2⟧",
            "⟦наб. реки Фонтанки 12⟧",
            "⟦Невский проспект 28⟧",
            "⟦Тверская ул., 7⟧",
            "на ⟦улице Ленина 5⟧",
            "⟦ул Ленина д5 кв10⟧",
            "⟦пр ленина 15⟧",
            "⟦переулок лесной 3⟧",
            "на ⟦улице пушкинской 12⟧",
            "⟦ул. 40 лет Октября, 12/3⟧",
            "⟦ул. 8 Марта, 12⟧",
            "⟦ул. 1905 года, 7⟧",
            "⟦вул. Хрещатик 22⟧",
            "⟦ul. Marszałkowska 10⟧",
            "⟦шоссе Энтузиастов 5, подъезд 2, этаж 4⟧",
            "⟦улица королёва, дом 12⟧",
            "⟦ЖК Лазурный, ул. Парковая, вл. 6, кв. 402⟧",
            "my address in russia ⟦ul. Lenina 45, kv. 16⟧",
            "⟦ул Мира 7, 3 подъезд, 5 этаж⟧",
            "⟦зелёный проспект 83⟧ где аптека",
            "⟦ленинский пр 45 к1⟧",
            "⟦ул.гагарина д.8кв.15⟧",
            "⟦ул Чкалова,19,45⟧",
            "⟦пр. Просвещения, д. 34, лит. А, кв. 81⟧",
            "⟦г Казань ул Чистопольская д 61 кв 12⟧",
            "⟦Абай көшесі 12⟧",
            "⟦ул. Мира, д. 4, кв. 9\nг. Тверь\n170001⟧",
        ),
        false=(
            "на улице 25 градусов",
            "на улице холодно, 25 градусов",
            "на улице минус 20",
            "на улице было 5 человек",
            "дом 2",
            "площадь 45 метров",
            "площадь квартиры 50 м",
            "проезд стоит 50 рублей",
            "едем по шоссе 100 км/ч",
            "и пр. 5 человек",
            "проспект стоит 5 минут",
            "на улице Дом 2",
            "на улице темно, 5 утра",
            "улица 1905 года",
            "На улице Плюс 20 градусов",
            "новый проспект 5 серий",
            "на главной улице 25",
            "торговая площадь 45 квадратов",
        ),
    ),
    Rule(
        name="address-russian-known",
        kind=Kind.ADDRESS,
        pattern=rf"(?<![\p{{L}}\p{{N}}_.-])(?:(?<=(?i:на|по|с|до) )(?<value>{_RU_ANY}{_RU_REST})|(?<value>(?:[1-9][05] лет (?:Октября|Победы)|"
        rf"{_RU_ANY}){_RU_REST}){_RU_STOP})",
        trigger=Trigger.WORD,
        words=_RU_KNOWN | {f"{stem}ая" for stem in _RU_USUAL} | {"октября", "победы"},
        check=_KNOWN,
        true=(
            "на ⟦Гоголя 14⟧ живу",
            "дошли до ⟦Маркса, 12⟧",
            "живу на ⟦Крещатике 15⟧",
            "⟦Невский 88⟧, вход со двора",
            "⟦Лесная 12⟧",
            "⟦60 лет Октября 15⟧ приходи",
        ),
        false=("Пушкина 5 строк", "у Толстого 5 томов", "на Ленинском 7 баллов", "в 1961 Гагарин", "Лесная 5 лет стоит", "до Арбата 10 минут"),
    ),
    Rule(
        name="address-russian-on",
        kind=Kind.ADDRESS,
        # in a case in which one is at a street
        pattern=rf"(?<![\p{{L}}\p{{N}}_-])(?i:на|по|с|возле|около|угол) (?<value>{_RU_ANY}{_RU_REST}){_RU_STOP}",
        trigger=Trigger.STREET | Trigger.WORD,
        words=_RU_COMMON,
        check=_SURE,
        true=("садик на ⟦Октябрьской, 44⟧", "она на ⟦Тверской 18⟧", "буду на ⟦Победы 7к2⟧", "такси на ⟦мира 101⟧", "домой на ⟦чкалова 19⟧ поехали"),
        false=(
            "на Арбатской 10 минут",
            "на Курской 15 человек",
            "на Тверской 18 августа",
            "на Английском 5",
            "на Московской 2024",
            "до Казанской 5 мин",
            "на Казанском 5 путь",
            "до Победы 2 шага",
            "на Мира 5 лет обижен",
            "с Победы 80 лет",
            "до Октября 5 дней",
            "к Ивановой 5, к Петровой 6",
        ),
    ),
    Rule(
        name="address-russian-form",
        kind=Kind.ADDRESS,
        # by what little else has: a rank or a size before the name, a comma after an adjective, a house with its flat, nothing else in the message
        pattern=rf"(?<![\p{{L}}\p{{N}}_-])(?<!\p{{Lu}}\p{{L}}{{2,15}} )(?<value>(?:"
        rf"(?i:академика|генерала|маршала|адмирала|космонавта|героев|карла|розы|клары|зои|максима|льва) {_RU_ANY}{_RU_REST}"
        rf"|(?:{_RU_ORDINAL}|(?:Больш|Мал|Верхн|Нижн|Нов|Стар|Средн)(?:ая|ой|ую|яя|ей|юю)|[БМ]\.) ?\p{{Lu}}{_RU_ANY}{_RU_REST}"
        rf"|(?<!(?i:у|от|для|из|про|без) )\p{{Lu}}[\p{{L}}-]{{2,18}}(?:ская|цкая|ского|цкого){_RU_REST}{_RU_STOP}"
        rf"|\p{{Lu}}[\p{{L}}-]{{2,18}}(?:ская|цкая),[ ]?(?:(?i:дом|д)(?:\. ?| ))?(?![0-9]{{4}}){_RU_HOUSE}{_RU_TAIL}{_RU_END}"
        rf"|\p{{Lu}}{_RU_ANY}{_RU_DOOR}[0-9]{{1,3}}(?:[а-г]?-[0-9]{{2,3}}|[а-г]?к[0-9]{{1,2}}){_RU_TAIL}{_RU_END})"
        rf"|(?<=\A)(?!\p{{Lu}}[\p{{L}}-]{{1,20}} \p{{Lu}}){_RU_ANY}{_RU_DOOR}[0-9]{{1,3}}[а-г]?(?:/[0-9]{{1,3}})?{_RU_TAIL}(?=[.!]?\s?\Z))",
        trigger=Trigger.STREET,
        check=_SURE,
        true=(
            "приезжай, ⟦Малая Красносельская, 19⟧",
            "⟦2-я Тверская-Ямская, 16⟧ же",
            "тут ⟦Академика Королёва 12⟧ рядом",
            "стоматология, ⟦Мичуринская 8⟧",
            "⟦Островского 14⟧, зайдёшь?",
            "⟦Строителей 3-12⟧ домофон не работает",
            "⟦Гагарина 7к2⟧",
            "⟦Черняховского 12⟧",
        ),
        false=(
            "Иванова 10-15 раз",
            "Петрова 3-2",
            "Анна Вишневская, 25",
            "Смирнов 5, Кузнецова 4",
            "Отличная 10/10",
            "Витамина 10-15 мг",
            "Малая Арена, 5",
        ),
    ),
    Rule(
        name="address-russian-goes",
        kind=Kind.ADDRESS,
        # something is brought to it, or someone lives there
        pattern=rf"(?<!\p{{L}})(?i:{'|'.join(sorted(_RU_GOES, key=len, reverse=True))})(?!\p{{L}})(?=[^\p{{N}}\n]{{0,90}}+\p{{N}})[^\p{{N}}\n]{{0,30}}?"
        rf"(?<![\p{{L}}\p{{N}}_-])(?<!(?i:(?<!\p{{L}})(?:из|от|у|для|без|про|за)) )(?:(?=\p{{Lu}}|[0-9])|(?<=(?i:на|по|с|до|к|я|живу) |[:—–-]\s))"
        rf"(?<value>(?:{_RU_DATE}|{_RU_ANY}){_RU_REST})",
        trigger=Trigger.WORD,
        words=frozenset(_RU_GOES),
        check=_Street(_RU_LIKELY),
        true=(
            "доставка на ⟦Гоголя 14-32⟧",
            "такси вызови на ⟦Ломоносова 62⟧",
            "закажи на вб ⟦Вавилова 50⟧",
            "забери меня с ⟦Невского 100⟧",
            "живу на ⟦Большой Садовой 10, кв 5⟧",
            "адрес: ⟦Карла Маркса, 12⟧",
            "курьер едет на ⟦гагарина 7к2⟧",
            "подъезжай к ⟦Садовой 7⟧",
            "офис на ⟦Тверской 18⟧, жду внизу",
            "сниму рядом с ⟦Малой Бронной, 27⟧",
            "живу на ⟦8 Марта 22⟧",
        ),
        false=(
            "такси Марина 15 минут ждёт",
            "доставка из Китая 300",
            "такси до Шереметьево 1500",
            "доставка от Иванова 12",
            "жду снова 5 минут",
            "заеду к Петровой 15",
            "я на английском 5 получил",
            "забери Кузнецова 5 мая",
            "еду с Петрова 500 рублей",
            "живу тут его 5",
            "заказ Петрова 15 числа",
        ),
    ),
    Rule(
        name="address-russian-any",
        kind=Kind.ADDRESS,
        # a name of any kind where someone surely lives or is driven to, or that has a capital amid a sentence and is an adjective
        pattern=rf"(?:(?<!\p{{L}})(?i:жив[её]?[умт]|живут|жила?|прописана?|прописаны|переехала?|переехали|снимаю|снимаем|курьер|такси|доставк[аиу]|"
        rf"адрес)(?!\p{{L}})"
        rf"(?: \p{{L}}{{1,12}}){{0,2}} (?i:на|по) |(?<=[\p{{Ll}},:—–-]\s)(?=\p{{Lu}}[\p{{L}}-]{{2,18}}(?:[нвлр]ая|"
        rf"няя)(?!\p{{L}})))(?<value>\p{{Lu}}[\p{{L}}-]{{2,20}}{_RU_REST}){_RU_STOP}",
        trigger=Trigger.STREET | Trigger.WORD,
        words=frozenset(
            "живу живет живёт живем живём живут жил жила прописан прописана прописаны переехал переехала переехали снимаю снимаем курьер такси доставка "
            "доставки "
            "доставку адрес".split()
        ),
        check=_Street(("",)),
        true=("живу на ⟦Пестеля 5⟧", "такси на ⟦Стачек 12, подъезд 3⟧", "встреча, ⟦Профсоюзная 15⟧, жду", "это ⟦Миллионная 5⟧"),
        false=("живу на Урале 20 лет", "живу на Первом 5", "такси на вокзал 12", "это Новая 5", "купил Яндекс 5"),
    ),
    Rule(
        name="address-russian-said",
        kind=Kind.ADDRESS,
        # after "адрес" a name may be any, in small letters too
        pattern=rf"(?i:(?<!(?:ip|айпи|мак|mac|веб|сайта|почты)[ -])(?<!\p{{L}})(?:адрес(?:у|ок|очек)?|куда(?=:)|прописка|прописан[аы]?|кому(?=:)))"
        rf"(?:[^\w\n]{{1,3}}(?i:мой|моя|новый|наш|такой|вот|это|домашний|точный|дачи|доставки|дома|квартиры|офиса|общаги|будет|же|теперь|для|курьера|"
        rf"по адресу|адрес|тот|улица))*+[^\w\n]{{1,3}}(?<value>{_RU_ANY}{_RU_REST})",
        trigger=Trigger.WORD,
        words=frozenset("адрес адресу адресок адресочек куда прописка прописан прописана прописаны кому".split()),
        check=_LIKELY,
        true=("адресок: ⟦лесная 5к1 подъезд 2⟧", "новый адрес ⟦тихая 9⟧", "адрес улица ⟦гончарная 9⟧", "куда: ⟦Солнечная 15, кв 3⟧"),
        false=(
            "адрес не помню, скинь 2 раза",
            "адрес 12 раз просил",
            "ip адрес новый 12",
            "адрес какой 5 раз спросил",
            "кому нужна половина 5",
            "куда поедем 5 мая",
        ),
    ),
    Rule(
        name="address-russian-town",
        kind=Kind.ADDRESS,
        pattern=rf"(?<![\p{{L}}\p{{N}}_-])(?<value>(?:[0-9]{{6}},?\s)?(?:(?:г\.? ?)?(?i:{'|'.join(sorted(_RU_TOWNS, key=len, reverse=True))})|"
        rf"(?i:г\.|город) ?\p{{Lu}}[\p{{L}}-]{{2,20}})(?:, ?|\n)"
        rf"(?={_RU_ANY}){_RU_ANY}{_RU_DOOR}(?![0-9]{{4}}){_RU_HOUSE}(?:, ?[0-9]{{1,3}}(?![\p{{L}}\p{{N}}]))?{_RU_TAIL}){_RU_END}",
        trigger=Trigger.WORD,
        words=frozenset(town.split()[-1].split("-")[-1].casefold() for town in _RU_TOWNS) | {"г", "город"},
        check=_Street(_RU_LIKELY),
        true=(
            "⟦420111 Казань, Баумана 44⟧",
            "⟦Нижний Новгород, Большая Покровская, 18⟧",
            "отправь: ⟦Саратов, Чапаева 68, 12⟧",
            "по адресу: ⟦г. Пермь, Весенняя, 7⟧",
            "⟦г. Алматы, Абая 150⟧",
            "⟦г. Обнинск, Энгельса 5⟧",
        ),
        false=("Казань, Иванова 5 лет", "Москва, Петрова 15 мая", "Самара, потом Тверь 5", "Киев, Шевченко 200 лет"),
    ),
    Rule(
        name="address-quarter",
        kind=Kind.ADDRESS,
        # quarters and lines that have a number or a name, and no streets
        pattern=rf"(?<![\p{{L}}\p{{N}}_-])(?<value>{_RU_TOWN}(?:"
        rf"[0-9]{{1,2}}[а-гА-Г]?(?:-?(?i:й|м|я|го|ом|ый|ой|ий))? ?(?!квартал)(?i:{_RU_QUARTER})(?!\p{{L}})\.?,? ?(?:(?i:дом|д)(?:\. ?| )?)?(?={_RU_HOUSE}"
        rf"(?:[,.!?)\n]|\Z| (?i:дом|кв|под|эт|д)))"
        rf"|(?i:{_RU_QUARTER})(?!\p{{L}})\.? ?№? ?[0-9]{{1,2}}[а-гА-Г]?,? (?i:дом|д)(?:\. ?| )?"
        rf"|(?i:{_RU_QUARTER})(?!\p{{L}})\.? ?[«\"]?\p{{Lu}}\p{{L}}{{2,20}}(?:-[0-9]{{1,2}}[А-Я]?)?[»\"]?,? (?i:дом|д)(?:\. ?| )?"
        rf"|(?i:{_RU_QUARTER})(?!\p{{L}})\.? ?[«\"]?\p{{Lu}}\p{{L}}{{2,20}}(?:-[0-9]{{1,2}}[А-Я]?)?[»\"]?, "
        rf"|(?:В\. ?О\.?,? ?[0-9]{{1,2}}|[0-9]{{1,2}}-?(?i:я|й|ю|ой|ая|ую)|[12][0-9]) ?(?i:лини[яию]|линией)(?: ?В\.? ?О\.?| Васильевского(?: острова)?| "
        rf"ВО)?(?:, ?| )(?:"
        rf"(?i:дом|д)(?:\. ?| ))?"
        rf"){_RU_HOUSE}(?: (?i:дом|д))?{_RU_TAIL})(?![\p{{L}}\p{{N}}_]|[.:,][0-9]|-\p{{L}}){UNIT}{_RU_NOT_HOUSE}",
        trigger=Trigger.WORD,
        words=frozenset("мкр мкрн мкрне н микрорайон микрорайоне микрорайона микр квартал квартале квартала линия линии линию линией".split()),
        true=(
            "⟦5-я линия ВО, 32⟧",
            "живу на ⟦7-й линии В.О., д. 18⟧",
            "⟦14 линия 29, кв 5⟧",
            "⟦мкр. 7, д. 12⟧",
            "⟦7 микрорайон, дом 12, кв 3⟧",
            "я в ⟦3 мкр 14 дом⟧",
            "⟦8-й мкр-н, 15-44⟧",
            "⟦г. Алматы, мкр. Аксай-3, д. 14⟧",
            "⟦мкр Самал-2, дом 33⟧",
            "⟦квартал 5, дом 3⟧",
        ),
        false=(
            "в микрорайоне 3 школы",
            "2 линия метро",
            "линия 5 закрыта",
            "микрорайон 5 минут",
            "5 мкр от центра",
            "за 1 квартал 24",
            "3 квартал 2024",
            "1 линия 5 вагонов",
        ),
    ),
    Rule(
        name="address-russian-house",
        kind=Kind.ADDRESS,
        # the house first: "дом 5 по улице Чехова"
        pattern=rf"(?<![\p{{L}}\p{{N}}_-])(?<value>(?:(?i:кв|квартира|под|подъезд|парадная)\.? ?[0-9]{{1,4}}, ?)?(?i:дом[ауе]?|домом|д\.|кв\.?|квартира|"
        rf"офис)[ ]?(?:№|(?i:номер) )?(?!2 на)[ ]?{_RU_HOUSE}[ ,]{{1,2}}(?:(?i:корпус|корп|к)\.? ?[0-9]{{1,2}}[ ,]{{1,2}})?"
        rf"(?i:(?:по|на|в) )?(?:{_RU_STREET} ?(?:\p{{L}}\.? ?)?(?!(?i:и|а|но|на|в|где|и|тут|там|холодно|"
        rf"есть)(?!\p{{L}}))\p{{L}}[\p{{L}}-]{{2,25}}(?: \p{{Lu}}[\p{{L}}-]{{2,25}})?"
        rf"|\p{{Lu}}[\p{{L}}-]{{2,25}}(?:ой|ом|ая|ий|ый|ому) {_RU_STREET})){_RU_TAIL}(?!\p{{L}})",
        trigger=Trigger.WORD,
        words=frozenset("дом дома дому доме домом д кв квартира офис".split()),
        true=(
            "ищу ⟦дом 5 по улице Чехова⟧ подскажите",
            "⟦кв. 12, д. 7, ул. Некрасова⟧",
            "в ⟦доме 12 на Лесной улице⟧",
            "⟦дом №7, ул. Мира⟧",
            "⟦дом 14 по пр. ленина⟧",
        ),
        false=("дом 2 на тнт", "дома 5 человек", "дом 5 на улице, где холодно", "доме 3 этажа по улице"),
    ),
    Rule(
        name="address-village",
        kind=Kind.ADDRESS,
        pattern=r"(?<![\p{L}\p{N}_-])(?<value>(?i:снт|днт|тсн|кп|пос|посёлок|поселок|посёлке|поселке|дер|[дсп](?=\.)|деревня|деревне|село|селе|станица|"
        r"хутор|жк|"
        r"мкр|микрорайон)\.? ?"
        r"[«\"]?(?!\p{Lu}+ )(?:\p{Lu}|(?<=(?i:снт|днт|тсн|жк)\.? ?[«\"]?)\p{Ll})[\p{L}-]{2,25}(?: \p{Lu}[\p{L}-]{2,25})?[»\"]?(?:,? (?i:уч|"
        r"участок|дом|д|вл|корпус|корп|к|кв|квартира|стр|строение|секция)\.? ?№? ?"
        rf"{_RU_HOUSE}{_RU_TAIL}|,? [0-9]{{1,3}}(?:-?[йя])? (?i:дом|корпус|секция|подъезд)(?!\p{{L}}){_RU_TAIL}|,? "
        rf"(?![0-9]{{4}}){_RU_HOUSE}{_RU_TAIL}{_RU_STOP})"
        rf"|(?i:общага|общежитие|общаге|общежитии) ?№?[0-9]{{1,2}},? (?i:комната|ком|к|блок)\.? ?[0-9]{{1,4}})(?![\p{{L}}\p{{N}}_]|[.:][0-9]){UNIT}",
        trigger=Trigger.WORD,
        words=frozenset(
            "снт днт тсн кп пос посёлок поселок посёлке поселке дер деревня деревне село селе станица хутор жк мкр микрорайон дом общага общаге общежитие "
            "общежитии".split()
        ),
        true=(
            "⟦СНТ Ромашка, участок 15⟧",
            "адрес дачи: ⟦снт берёзка, участок 114⟧",
            "⟦деревня Ивановка, дом 7⟧",
            "⟦ЖК «Лазурный» корпус 3, кв 15⟧",
            "в ⟦пос. Лесной, д. 4⟧",
            "⟦дер. Сосновка, 5⟧",
            "⟦жк Сосны, 15 корпус, кв 30⟧",
            "⟦общежитие №3, к. 412⟧",
        ),
        false=("СНТ Ромашка", "деревня Ивановка 300 жителей", "село Пушкино 2024", "ЖК сдан в 2024"),
    ),
    Rule(
        name="address-flat",
        kind=Kind.ADDRESS,
        # a quarter of a year is written as a flat is: "4 кв. 2024"
        pattern=rf"(?<![\p{{L}}\p{{N}}_-])(?<value>(?:(?:{_RU_DATE}|{_RU_ANY}){_RU_DOOR}|(?i:дом|д|корпус|корп)(?:\. ?| )?)"
        rf"(?![1-4],? кв\.? ?(?:20)?[12][0-9](?![0-9]))(?!(?:19|20)[0-9]{{2}}(?![0-9])){_RU_HOUSE}{_RU_MORE}{{1,6}})(?![\p{{L}}\p{{N}}_]|[.:,][0-9]){UNIT}",
        trigger=Trigger.WORD,
        words=_RU_FLATS,
        check=_flat,
        true=(
            "⟦Ленина 5, кв. 12⟧",
            "⟦д. 5, кв. 12⟧",
            "⟦дом 5 кв 12⟧ код потом",
            "⟦пролетарская 15 кв 7⟧",
            "⟦д15 кв7⟧",
            "⟦Пушкина 10к2 кв 45⟧",
            "на ⟦Гагарина, д 7, подъезд 2, кв 40⟧",
            "⟦Чехова 12, подъезд 3⟧",
            "⟦Рубинштейна, 15/17, парадная 3⟧",
            "⟦Гоголя 5 корп 2⟧, жду",
            "⟦8 Марта 22, кв 5⟧",
        ),
        false=("4 кв. 2024 года", "50 кв. м", "Продажи 1 кв 24", "дом 50 кв.м", "квартира 45 метров", "Отчёт за 2 кв. 2025", "осталось 5, этаж 12"),
    ),
    Rule(
        name="address-russian-of",
        kind=Kind.ADDRESS,
        pattern=rf"(?<![\p{{L}}\p{{N}}_-])(?<value>(?i:дом[ауе]?|д\.) (?:№ ?)?(?!2 на){_RU_HOUSE} (?i:по|на) (?:\p{{Lu}}[\p{{L}}-]{{2,20}} "
        rf")?\p{{L}}[\p{{L}}-]{{2,25}})(?!\p{{L}})",
        trigger=Trigger.WORD,
        words=frozenset("дом дома дому доме д".split()),
        check=lambda value: _SURE(f"{value.split(maxsplit=3)[-1]} 1"),
        true=("⟦дом 8 на Озёрной⟧", "живу в ⟦доме 15 по Ленина⟧", "⟦дом 5а по Карла Маркса⟧, ждём"),
        false=("дом 2 на тнт", "дом 5 на опушке", "дома 3 на диване", "дом 12 по счёту"),
    ),
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

"""Rules for addresses as they are written in English: a street with a number, a box, a postcode."""

from __future__ import annotations

from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.spelling import UNIT, said, words_of

# English: what makes a street in any case of letters, what does so only with a capital, and what does so only where someone is said to live.
_KIND = "street|st|road|rd|avenue|ave|blvd|boulevard|lane|ln|crescent|parkway|pkwy|mews|terrace|grove|gardens|gdns|cres|hwy|ct|ter|trl|cir|sq"
_KIND_NAMED = (
    "Drive|Dr|Way|Court|Ct|Place|Pl|Close|Cl|Ter|Square|Sq|Hill|Highway|Row|Walk|Park|Circle|"
    "Cir|Trail|Trl|Quay|Broadway|Wharf|Alley|Aly|Plaza|Plz|Cottages|Villas|Mansions|Heights|Parade|Vale|Meadow|Meadows|Croft|Causeway|Esplanade|Promenade|"
    "Passage|Ridge|Loop|Bend|Cove|Crossing|Fields|Orchard|Bypass|Turnpike|Expressway|Freeway|Glen|Buildings|Approach|Prospekt|Prospect|Ulitsa|Pereulok|Shosse|"
    "Rise|View|Mall|Estate|Embankment|Wynd|Brow|Mount|Drift|Leas|Hollow|Chase|Copse|Pike|Tower|Towers|Apartments|Run|Trace|Landing|Knoll|Creek|Vista|Bluff|"
    "Reach|"
    "Quadrant|Arcade|Brae|"
    "Village|Gate|Lodge|Common|Garth|Fold|Nook|Mead|Wood|Woods|Field|Lea|Moor|Downs|End|Oval|Dell|Drove|Yard|Green|Bank|Path|Strand|Holt|Shore|Springs|"
    "Junction|Market"
)
_KIND_LAST = (
    r"(?:drive|dr|way|close|cl|court|ct|hill|square|place|pl)(?=\s?(?:[,.!?;)\n]|\Z)| (?:apt|unit|flat|#|\d|tonight|tomorrow|today|pls|please|plz|"
    r"now|btw|from \d))"
)
"""Kinds in small letters, where little goes on after them."""
_KIND_SAID = f"{_KIND}|{_KIND_NAMED}|gate|common|lodge|green|yard|path|strand|bank|end"
_LIVES = (
    r"(?i:(?<!\w)(?:liv(?:e|es|ed|ing)|addy|addys|addr|addre?ss?e?|adress|(?:mov|relocat)(?:e|es|ed|ing)(?: \p{L}{2,5})? (?:to|into|in)|grew up|stay(?:s|ed|"
    r"ing)?|"
    r"sleep(?:s|ing)?|crash(?:ing)?|park(?:ed|ing)?|meet(?:ing)?|wait(?:ing|s)?|"
    r"(?:pick|drop)(?:s|ped|ed|ping|ing)?(?: \p{L}{2,12}){0,3}?(?= (?:up|off|at|from|to|in|outside)(?!\w))|"
    r"(?:com|go|head|driv|walk|cycl|mail|post|ship|send|deliver|order|forward|dash|bring|return|tak|run|ubers?|taxi|cab|lyft|pop|swing|stop|be)(?:e|es|s|ed|"
    r"d|ing|ped|ping|"
    r"pped|y|ies)?(?: \p{L}{2,12}){0,3}? (?:to|round|over|by|at|around)|sent(?: \p{L}{2,12}){0,3}? to|"
    r"(?:parcel|package|courier|delivery|ambulance|plumber|electrician|driver|viewing|survey|council tax|renting|lease|landlord|tenants?|keys?|letter|bill|"
    r"mail|"
    r"gps|sat ?nav|maps?)|"
    r"(?:house|home|flat|place|apartment|office|studio|shop|gym|clinic|hotel|airbnb|hostel|party|school|church|surgery|salon|venue|gaff|mum|mom|dad|nan|"
    r"gran|sister|brother|"
    r"parents|mine)(?: is| are|['’]?s| ?[=:@]| at| in| on)|"
    r"(?:my|our|her|his|their|your) (?:new |old )?(?:house|home|place|flat)|(?:i|we|they|he|she|it)['’]?(?:m|re|s)? (?:\p{L}{2,6} )?(?:at|on)|(?:it|here|"
    r"which)['’]?s|"
    r"(?:find|catch) (?:me|us|him|her|them)|outside|opposite|beside|next to|next door to|near|leaving from|from|number|house on|both at)(?!\w))"
)
"""What is done at an address, or said of it."""
_LIVES_WORDS = frozenset(
    "live lives lived living addy addr address addres adress move moves moved moving relocate relocated relocating grew stay stays stayed staying sleep "
    "sleeping "
    "crash crashing park parked meet meeting wait waiting waits pick picks picked picking drop drops dropped dropping mail post posted ship shipped "
    "shipping send sends sending "
    "sent deliver delivered delivery order ordered forward dash uber taxi cab lyft pop swing stop parcel package courier ambulance plumber electrician "
    "viewing rent "
    "renting lease landlord tenant tenants key keys letter gps maps satnav house home flat place apartment office studio shop "
    "clinic hotel airbnb hostel party surgery salon venue mum mom dad nan gran sister brother parents mine outside opposite beside near find catch leaving "
    "number head heading "
    "come coming bring bringing drive driving drove m re".split()
)
_NO_WORD = (
    r"(?!(?:the|a|an|down|up|of|in|on|at|to|from|off|over|across|along|by|for|with|and|or|but|is|was|are|were|has|am|pm|per|x|into|out|near|around|about|"
    r"more|most|other|different|big|small|long|same|such|this|that|these|those|new|old|good|bad|nice|local|random|empty|dead|side|back|best|busy|"
    r"my|your|our|his|her|their|its|i|we|you|he|she|they|it|no|not|so|very|just|only|one|two|three|first|second|third|next|last|times|"
    r"then|as|if|when|way|ways|lanes?|stars?|shops?|cafes?|houses?|bars?|streets?|roads?|hits?|too|games?|seasons?|free|"
    r"either|any|some|every|each|which|what|how|why|who|should|could|would|can|will|do|does|did|have|had|be|been|take|make|get|go|let|me|us|them|him|here|"
    r"there|again|still|also|now|all|both|I)(?!\p{L})|"
    r"The(?!\p{L})|(?i:min|mins|minutes?|seconds?|sec|hours?|hrs?|days?|weeks?|months?|years?|m|km|miles?|meters?|metres?|feet|ft|yards?|blocks?|percent|gb|"
    r"mb|rpm|people|guys|cars?|takes?|took|taking|million|billion|thousand|hundred|"
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
    r"(?:(?i:flat|apartment|apt|app|appt|unit|suite|ste|room|floor|fl|no|number|level|lvl|building|bldg|block|blk|plot|lot|shop|villa|office|site|stall|tower|"
    r"entrance|stair|penthouse|ph|house|house number|buzzer|buzz|door|rm|kv|kvartira|u(?=[0-9]))"
    r"(?i: ?no\b)?[.:]? ?#?[0-9]{1,4}(?:[-/][0-9A-Za-z]{1,3})?[A-Za-z]?"
    r"(?![\p{L}\p{N}_])|(?i:flat|apartment|apt|unit|suite|block|building|tower) [A-Z](?:-?[0-9]{1,3})?(?![\p{L}\p{N}_'’])|"
    r"[0-9]/[0-9]{1,2}(?=, )|[0-9]{1,2}/F(?=, )|(?i:[0-9]?[gpbf]?f[0-9])(?=, )|(?i:top|ground|first|second|third|basement|upper|lower|garden) (?:floor )?"
    r"(?i:flat|maisonette)|[0-9]{1,2}(?:st|nd|rd|th) (?i:floor)(?!\p{L})|#[0-9]{1,4}(?:-[0-9]{1,4}|[A-Za-z])?(?![\p{L}\p{N}_]))"
)
_ROOMS = rf"(?: [0-9]{{1,2}}(?=,? #))?(?:,?\s{_ROOM}){{0,2}}"
_FRONT = (
    rf"(?:(?:{_ROOM}|\p{{Lu}}[\p{{L}}’'-]{{2,15}}(?: \p{{Lu}}[\p{{L}}’'-]{{2,15}})? (?:Cottages?|House|Lodge|Court|Farm|Villas?|Mansions|Towers?|Barn|Mill|"
    rf"Hall|Manor|"
    r"Apartments?|Heights|Complex|Building|Centre|Center|Residences?|Society|Block)|(?:The (?:Old )?)?(?!(?:Monday|Tuesday|Wednesday|Thursday|Friday|"
    r"Saturday|Sunday|"
    r"Tomorrow|Please|Thanks|Remember|Number)(?!\p{L}))\p{Lu}\p{L}{5,15}(?=, [0-9])),? ){0,3}"
    r"(?:(?i:number|no\.?|house|house no\.?|house number|unit|units|lot|plot|shop|flat|apt|u|villa|site) ?#?)?"
)
"""A room, or the name of a house, before its number."""
_NUMBER = r"(?!(?:19|20)[0-9]{2} (?![nsew] )\p{Ll})(?!24/7)[0-9]{1,5}(?:½|[A-RT-Za-rt-z](?!\p{L}))?(?:[-/][0-9]{1,4})?"
_NUMBER_STARTS = r"(?<![\p{L}\p{N}_$€£#]|[0-9][.,:/-])"
_NUMBERED = (
    r"(?i:(?:county|state|farm|ranch|township|forest service|old|us|rural) (?:road|rd|route|rte|highway|hwy)|county line road|highway|hwy|farm to market road)"
    r" [0-9]{1,4}[A-Z]?|(?:FM|CR|SR) [0-9]{1,4}(?: (?:Rd|Road))?"
)
"""Roads that have a number and no name."""
_KNOWN_FOR = "10 Downing|2[1-3] (?i:jump)|10 (?i:clover ?field)|99 Percent|50 First"
"""What is talked of under its address: a government, a series, a film."""
_THE = r"avenue|street|grove|close|crescent|drive|green|mall|lane|gardens|square|terrace|mews|parade|ridgeway|broadway|paddock|orchard|mount|rise|vale|strand"
_ALONE = (
    r"(?:(?:Rowan|Hazel|Beech|Holly|Poplar|Aspen|Laurel|Hawthorn|Magnolia|Juniper|Hickory|Alder|Linden|Acacia|Larch|Sycamore|sycamore|Oak|Maple|Pine|Cedar|"
    r"Elm|Birch|Walnut|Chestnut|Willow|Spruce|Main|Wilshire|Lexington|Madison|oak|maple|pine|cedar|elm|birch|"
    r"walnut|chestnut|willow|"
    r"spruce|main)(?!\p{L})|(?<=[0-9]{2}[A-Za-z]?,? )(?!(?:Tomorrow|Today|Tonight|Noon|Midnight|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|"
    r"Monkeys|Eleven)(?!\p{L}))"
    rf"{_NO_WORD}\p{{Lu}}[\p{{L}}'’-]{{3,20}}(?<!s)(?: \p{{Lu}}[\p{{L}}'’-]{{2,20}})?|"
    r"(?!(?i:any|mid|half|fire|ply|drift|hard|soft|a|sub|rail|hall|door|run|air|motor|high|give|take|drive|gate|get|run\p{L}|inter|over|re|pre|out|in|be|"
    r"sea|bed|country|along)"
    r"(?i:ways?|side|view|wood)(?!\p{L}))"
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

_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_SAID_NUMBER = (
    rf"(?:(?:{_TENS})[ -](?:one|two|three|four|five|six|seven|eight|nine)|{_TENS}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|"
    r"fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:a|one|two|three) hundred)"
)
_SAID_KIND = "Street|St|Road|Rd|Avenue|Ave|Lane|Terrace|Close|Crescent|Gardens|Grove|Mews|Drive|Place|Square|Court|Hill|Row|Walk|Way|Quay|Boulevard"
_MINE = (
    r"(?i:(?:(?:is|was)|that['’]?s|[-–=])\s(?:my|our|his|her|their|the) (?:new |old |home |current |postal )?(?:address|addy|place|house|home|flat|"
    r"office|dorm|work|workplace|gaff))(?!\p{L})"
)

_POST_SAID = tuple("postcode,post code,postal code,zip,zip code,zipcode,plz,postleitzahl,code postal,индекс,почтовый индекс,індекс".split(","))

RULES: tuple[Rule, ...] = (
    Rule(
        name="address-english",
        kind=Kind.ADDRESS,
        pattern=rf"{_NUMBER_STARTS}(?<!(?i:pages?|vol|chapter|bus|route|line|gate|platform|season|episode|level|part|round|top|stage|world|day|week|vs|"
        rf"ocean's) )(?!(?<=(?i:in|since|until|during|of) )(?:19|20)[0-9]{{2}} )"
        rf"(?<value>{_FRONT}(?!{_KNOWN_FOR}){_NUMBER}(?:,?\s|,)(?:{_NUMBERED}(?![\p{{L}}\p{{N}}])"
        rf"|(?:(?i:[nsew]|[ns][ew]|north|south|east|west|old|new|great|upper|lower|st|saint)\.? )?(?:{_WORD} ){{1,4}}?"
        rf"(?:(?i:{_KIND})|{_KIND_NAMED}|{_KIND_LAST}(?<!(?i:(?<!\p{{L}})(?:at|by|around|after|before|till) )[0-9]{{1,2}} "
        rf"[^\p{{N}}]{{1,50}}))(?![\p{{L}}\p{{N}}_'’])(?: (?:{_KIND_NAMED}|{_KIND.title()})(?![\p{{L}}'’]))?"
        rf"{_NO_THING_OF_STREETS}(?<!take place)(?:\.(?=,))?(?: (?i:NW|NE|SW|SE|N|S|E|W|North|South|East|"
        rf"West)(?![\p{{L}}\p{{N}}]))?"
        rf"|(?<=[0-9]{{3}} )(?:[NSEW]|n)\.? (?:(?!Korea|Africa|America|Ireland)\p{{Lu}}\p{{L}}{{3,15}}|(?<= n )\p{{Ll}}{{5,15}})(?=\s?(?:[,.!?\n]|\Z))"
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
        | frozenset(
            "route rte fm cr sr n s e w north south east west piccadilly cheapside whitehall embarcadero wilshire americas beeches oaks elms limes willows "
            "laurels maltings poplars cedars paddocks "
            "lawns".split()
        ),
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
        rf"(?<![\p{{L}}\p{{N}}_])(?<value>(?:{_ROOM},? )?(?!(?:19|20)[0-9]{{2}} )[1-9][0-9]{{0,3}}[A-RT-Za-rt-z]?,? {_ALONE}(?:,? {_ROOM})?)"
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
        r"(?i:street|st|road|rd|block|sector|phase|tower|lane)(?i: no\.?)? (?:[0-9]{1,3}|[A-Z])(?:, (?i:block|sector|phase|lane) (?:[0-9]{1,3}|"
        r"[A-Z]))?(?![\p{L}\p{N}_])"
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
        pattern=rf"(?<![\p{{L}}\p{{N}}_-])(?<![Mm]are [Oo]n )(?!Wall|Sesame|Quality|Coronation|Jump|Fleet)(?<value>(?:(?:\p{{Lu}}[\p{{L}}'’-]{{2,20}}|"
        r"[0-9]{1,3}(?i:st|nd|rd|th)) ){1,2}(?:[Ss]treet|[Ss]tr?\.?|[Rr]oad|[Rr]d\.?|[Aa]venue|[Aa]ve\.?|[Ll]ane|Boulevard|Blvd\.?|Drive|"
        r"Embankment|[Pp]rospekt|[Pp]rospect|[Pp]r\.|[Uu]litsa|[Ss]hosse|[Pp]ereulok|Terrace|Crescent|Gardens|Quay|Close),? "
        rf"(?:(?i:number|no\.?) |№ ?|#)?(?!(?:19|20)[0-9]{{2}}|24/7)[0-9]{{1,4}}[a-fA-F]?(?:[-/][0-9]{{1,4}})?{_ROOMS}(?![\p{{L}}\p{{N}}_]|[.:][0-9]))"
        rf"(?! (?i:blocks?|nights?|stars?|people|is|was|in|of|times)(?!\p{{L}})){UNIT}"
        rf"|(?<=(?i:(?<!\p{{L}})(?:on|at|to) ))(?<value>(?!(?i:wall|sesame|elm) ){_WORD} (?i:street|st|road|rd|avenue|ave|lane) (?!(?:19|"
        rf"20)[0-9]{{2}})[0-9]{{1,4}}[a-f]?)(?=[,.!?;)\n]|\Z)"
        rf"|(?<![\p{{L}}\p{{N}}_-])(?<value>(?:Broadway|Piccadilly|Strand|Cheapside) (?!(?:19|20)[0-9]{{2}})[0-9]{{2,4}}[a-f]?{_ROOMS})(?=[,.!?;)\n]|\Z)",
        trigger=Trigger.WORD,
        words=frozenset(
            "broadway piccadilly strand cheapside terrace crescent gardens quay close street st str road rd avenue ave lane drive boulevard blvd embankment "
            "prospekt prospect pr ulitsa shosse pereulok".split()
        ),
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
        name="address-english-words",
        kind=Kind.ADDRESS,
        # a number in words: the rest is to look all the more like a street
        pattern=rf"(?<![\p{{L}}\p{{N}}-])(?<value>(?i:{_SAID_NUMBER}) "
        rf"(?:(?!(?:High|Main|Side|Way|Wall)(?!\p{{L}}))\p{{Lu}}[\p{{L}}'’-]{{2,20}} ){{1,3}}(?:{_SAID_KIND})"
        rf"|(?<=(?i:(?:at|number|live on|lives on) ))(?i:{_SAID_NUMBER}) (?:{_NO_WORD}\p{{L}}{{3,20}} ){{1,2}}(?i:street|road|avenue|lane|close|terrace|"
        rf"crescent|grove|drive|mews))(?![\p{{L}}'’]){_NO_THING_OF_STREETS}",
        trigger=Trigger.WORD,
        words=frozenset(_SAID_KIND.casefold().split("|")),
        true=("it's ⟦twelve Elm Street⟧", "⟦One Hyde Terrace⟧", "she lives at ⟦forty-two wisteria avenue⟧"),
        false=("one Side Street", "at one side of the street", "Two Wall Street bankers", "at one dead end road", "one way street"),
    ),
    Rule(
        name="address-english-mine",
        kind=Kind.ADDRESS,
        # said to be an address after it, or by its form
        pattern=rf"{_NUMBER_STARTS}(?<value>(?:{_ROOM},? )?[1-9][0-9]{{0,4}}[A-Za-z]?,? (?:{_WORD} ){{0,2}}{_WORD}{_ROOMS}(?:,? {_TOWN})?),? {_MINE}"
        rf"|(?i:(?<!\p{{L}})(?:street|road|address line 1|street name)) ?[:=] ?(?<value>[^\n:=,;0-9]{{3,40}}[,;\n ]{{1,3}}(?i:house|building|bldg|no|number|"
        rf"nr|apt|"
        rf"flat|unit)(?: no\.?| number)? ?[:=#]? ?[0-9]{{1,4}}[A-Za-z]?(?:[,;\n ]{{1,3}}(?i:house|building|apt|apartment|flat|unit|floor)(?: no\.?| number)? "
        rf"?[:=#]? ?[0-9]{{1,4}})*)(?![\p{{L}}\p{{N}}])"
        rf"|(?i:house|flat|door) number(?: is|:)? (?<value>[0-9]{{1,4}}[A-Za-z]?,? (?:on |in |at )?(?:{_WORD} ){{1,3}}(?i:{_KIND_SAID}))(?!\p{{L}})"
        rf"|(?<![\p{{L}}\p{{N}}])(?<value>(?i:number|no\.?|house) [0-9]{{1,4}}[A-Za-z]? on (?:Sycamore|Oak|Maple|Pine|Cedar|Elm|Birch|Walnut|Chestnut|Willow|"
        rf"Spruce|Main|[\p{{Lu}}]\p{{L}}{{3,14}}(?:hill|wood|field|view|croft|dale|gate|brook|grove|mead|lea|leigh|bourne|ridge|haven|mount|"
        rf"crest)))(?!\p{{L}})",
        trigger=Trigger.WORD,
        words=frozenset("dorm address addy place house home flat office street road number no".split()),
        true=(
            "⟦27 Bellevue, Clifton⟧ is my address",
            "Street: ⟦Highbury Quadrant, house: 11, flat: 4⟧",
            "⟦number 12 on Elm⟧",
            "⟦15 rosewood⟧ is our new place",
        ),
        false=("12 minutes is my place in the race", "number 12 on Spotify", "street: quiet, 5 stars", "5 is the address"),
    ),
    Rule(
        name="address-english-line",
        kind=Kind.ADDRESS,
        # at the beginning of a message, or with a room, a name will do
        pattern=rf"(?<=\A|\n)(?<value>(?!(?:19|20)[0-9]{{2}} )[1-9][0-9]{{0,3}}[A-Za-z]?,? (?:The )?\p{{Lu}}\p{{L}}{{2,14}}(?i:hill|bank|side|wood|fields?|"
        rf"view|croft|dale|gate|"
        rf"brooke?|grove|mead|lea|leigh|bourne|ridge|haven|holme|lands|mount|crest)(?:,? {_ROOM})?)(?=\s?[,.\n]|\Z)"
        rf"|(?<![\p{{L}}\p{{N}}_])(?<value>(?:(?i:flat|apt|apartment|unit|suite)\.? ?#?[0-9]{{1,4}}[A-Za-z]?|(?i:flat|apt|unit) [A-Z]),? (?!(?:19|"
        rf"20)[0-9]{{2}} )"
        rf"[1-9][0-9]{{0,4}}[A-Za-z]? {_NO_WORD}\p{{Lu}}[\p{{L}}'’-]{{3,20}}(?: {_NO_WORD}\p{{Lu}}[\p{{L}}'’-]{{3,20}})?)(?=\s?[,.!?\n]|\Z)"
        rf"|(?<![\p{{L}}\p{{N}}_])(?<value>(?i:block|blk|bldg|tower) [0-9]{{1,4}}[A-Z]?,? "
        rf"(?:\p{{Lu}}[\p{{L}}'’-]{{1,20}} ){{1,4}}(?:[0-9]{{1,3}},? ?)?#[0-9]{{1,2}}-[0-9]{{1,4}})"
        r"|(?<![\p{L}\p{N}_])(?<value>(?i:lot|plot|site) [0-9]{1,4}[A-Z]?,? (?:\p{Lu}[\p{L}'’-]{2,20} ){1,3}(?:Track|Tce|Pde|Cct|Circuit|Estate|Park|Line|"
        r"Farm|Village))(?!\p{L})",
        trigger=Trigger.WORD,
        words=frozenset("flat apt apartment unit suite block blk bldg tower lot plot site".split()),
        true=("mine is ⟦Apt 12, 300 Riverside⟧", "⟦Blk 212 Ang Mo Kio Ave 3 #05-10⟧", "⟦Lot 14 Bushranger Track⟧, Mudgee", "⟦Flat 3, 18 Larkhall⟧"),
        false=("unit 5, 20 Questions about it", "flat 2, 5 people", "block 7 of 12", "lot 14 sold"),
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
        pattern=r"(?i)(?<!\w)(?:p\.? ?o\.? ?box|rr ?[0-9]{1,3},? box|box [0-9]{1,4},? rr|post office box|postfach|а/я|абонентский ящик) ?(?:no\.? ?|№ "
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
)

"""Rules for addresses in German, Dutch, French, Spanish, Italian and Portuguese."""

from __future__ import annotations

from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.spelling import UNIT

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
_NO_MEASURE_DE = r"(?! ?(?i:Uhr|Euro|min|€|%|km|m|cm|Minuten|Stunden|Tage|Leute|Personen|Mal|Grad|Meter|Stück|Punkte|Prozent)(?!\p{L}))"
_DE_NAMED = frozenset("reihe wall markt gasse neuer bleichen hof strasse str weg platz allee damm ufer ring chaussee juni".split())
"""Words of streets whose names are of several words."""
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
    r"(?i:b[âa]t(?:iment)?|appt?\.?|app\.|appartement|suite|bureau|esc(?:alier)?|apt|int|interno|scala|piso|porta|puerta)\.? ?[A-Z0-9]{1,4}(?!\p{L}))){0,2}"
)
_ROMANCE_WORDS = frozenset(
    "jalan lorong soi r v p za zza le rue impasse chemin boulevard bd quai allée allee avenue av place route calle c avenida avda plaza paseo ronda via "
    "viale piazza corso "
    "largo vicolo rua "
    "travessa praça carrer camino carretera glorieta rambla travesía travesia strada piazzale lungomare salita contrada alameda estrada bld allées "
    "allees cours "
    "vía faubourg sentier venelle montée montee hameau lotissement résidence residence rond esplanade promenade traverse cité cite square passage".split()
)

_TOWNS = (
    "Paris|Berlin|Vienna|Wien|Warsaw|Warszawa|Krakow|Prague|Praha|Madrid|Barcelona|Lisbon|Lisboa|Rome|Roma|Milan|Milano|Amsterdam|Rotterdam|Copenhagen|"
    "Stockholm|Oslo|"
    "Helsinki|Moscow|Petersburg|Kiev|Kyiv|Lviv|Odessa|Minsk|Riga|Vilnius|Tallinn|Budapest|Belgrade|Sofia|Bucharest|Athens|Istanbul|Zurich|Geneva|Brussels|"
    "Munich|München|Hamburg|Cologne|Köln|Frankfurt|Tbilisi|Yerevan|Baku|Almaty|Lyon|Seville|Sevilla|Porto|Naples|Turin|Florence|Bologna"
)
_ANY_NAME = (
    r"(?!(?:Room|Terminal|Gate|Platform|Flight|Hall|Stand|Zone|Day|Part|Group|Team|Level|Chapter|Page|Version|Windows|Python|Java|Euro|Line|Metro|Formula|"
    r"Studio|Hotel|"
    r"January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Zimmer|"
    r"Chelsea|Arsenal|Real|Barcelona|Inter|Juventus|Bayern|Ajax|Benfica|Liverpool|Manchester)(?!\p{L}))\p{Lu}[\p{L}-]{4,25}"
)

RULES: tuple[Rule, ...] = (
    Rule(
        name="address-german",
        kind=Kind.ADDRESS,
        pattern=rf"(?<![\p{{L}}\p{{N}}_-])(?=\p{{L}})(?<value>"
        rf"(?:{_NO_DE}[\p{{L}}-]{{4,32}}+(?=[., ]{{0,3}}[0-9])(?<=\p{{L}}(?i:{_DE_STREET}))(?:(?<=[Rr])\.)?"
        r"|(?!(?i:the|key|boxing|nose|ear|phone) )\p{L}{3,20}[nsldkfgmhz]ring(?!\p{L})(?<!(?i:herring|hamstring|earring|darling))|Neuer Wall|Lange Reihe|"
        r"Straße des 17\. Juni|"
        r"(?:(?:Neuer|Alter|Langer?|Großer?|Kleiner?|Hoher?|Roter) (?:Wall|Reihe|Markt|Steinweg|Graben|Weg|Gasse|Ring|Hof|Bleichen))"
        r"|(?:Kaiser|Industrie|Stadt|Schul|Wall|Süd|Nord|Ost|West|Hansa|Altstadt|Königs|Park|Wiesen|Sachsen|Hohenzollern|Habsburger|Friesen|"
        r"Sachsen|Theodor-Heuss-)ring"
        rf"|(?!The )(?:\p{{Lu}}[\p{{L}}-]{{1,25}}[ -]){{1,3}}(?:{_DE_STREET_NAMED}))"
        rf"(?!\p{{L}}),? ?[0-9]{{1,4}} ?(?:[a-fA-F](?!\p{{L}}))?(?:[-/][0-9]{{1,3}})?(?![\p{{L}}\p{{N}}_]|[.,:][0-9])"
        rf"{_POST_AFTER}{_DE_STAIRS}){_NO_MEASURE_DE}",
        trigger=Trigger.STREET | Trigger.WORD,
        words=_DE_NAMED,
        true=(
            "wohne ⟦Hauptstraße 12⟧",
            "⟦Goethestr. 5a, 2. Stock⟧",
            "⟦Berliner Straße 120, 10115 Berlin⟧",
            "⟦Lindenallee 7⟧",
            "⟦Karl-Marx-Str. 3⟧",
            "in der ⟦schulstrasse 4⟧",
            "⟦Sonnenallee 101, 12045 Berlin⟧",
            "neue wohnung: ⟦Bergmannstraße 23⟧ hinterhaus",
            "bin umgezogen, ⟦Uferpromenade 1⟧",
            "ik woon ⟦Keizersgracht 123⟧",
            "wohne jetzt ⟦Kaiserring 12⟧",
            "⟦Hohenzollernring 72⟧ in Köln",
            "⟦Getreidegasse 9⟧",
            "⟦Zähringerstr.12⟧",
            "⟦Oderberger Straße 44, 3. OG⟧",
            "⟦Neuer Wall 10⟧",
            "⟦Musterweg 5\n80331 München⟧",
        ),
        false=(
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
            "The Ring 2",
        ),
    ),
    Rule(
        name="address-german-am",
        kind=Kind.ADDRESS,
        pattern=rf"(?<![\p{{L}}\p{{N}}_-])(?=[AaIiUuHhVvBbZz])(?<value>(?:{_DE_AM}(?:{_DE_OLD} )?|(?i:an der|am|in der|auf der|auf dem|im|zur|"
        rf"zum) {_DE_OLD} ){_NAME}"
        rf"(?: {_NAME})? [0-9]{{1,3}}(?: ?[a-f](?!\p{{L}}))?(?![\p{{L}}\p{{N}}_]|[.:][0-9]){_POST_AFTER}{_DE_STAIRS}){_NO_MEASURE_DE}",
        trigger=Trigger.DIGITS | Trigger.STREET | Trigger.WORD,
        words=_DE_SMALL,
        true=(
            "⟦Am Markt 3, 12345 Neustadt⟧",
            "schick es an ⟦Am Mühlbach 3a⟧",
            "⟦An der Alten Mühle 12⟧, komm",
            "⟦an der alten Post 12⟧",
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
        pattern=rf"(?<![\p{{L}}\p{{N}}_.,:/-])(?<value>[0-9]{{1,4}}(?:[A-D]| ?(?i:bis|ter))?,? (?:{_FR_STREET}) "
        rf"{_FR_NAME}(?: [NSEO](?!\p{{L}}))?{_ROMANCE_FLAT}{_POST_AFTER}"
        rf"|[0-9]{{1,5}} (?:Camino|Alameda|Avenida|Calle|Via|Paseo|Plaza|Rua|Viale|Piazza|Corso|Largo|Jalan|Lorong|Soi) {_ES_NAME}"
        rf"|(?:(?:{_ES_STREET}) ?{_ES_NAME}|Gran [Vv][ií]a)(?:, ?| )(?:n[.º°]? ?)?[0-9]{{1,4}}(?: ?[a-dA-D](?!\p{{L}})|"
        rf"/[A-Za-z0-9]{{1,3}}(?!\p{{L}}))?{_ROMANCE_FLAT}{_POST_AFTER})"
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
        name="address-abroad-town",
        kind=Kind.ADDRESS,
        # beside a town a name with a number is an address, unless it is a score
        pattern=rf"(?<![\p{{L}}\p{{N}}_-])(?:(?<value>{_ANY_NAME} [0-9]{{1,3}}[a-fA-F]?{_ROMANCE_FLAT}),? (?i:{_TOWNS})(?![\p{{L}}-]| [0-9])"
        rf"|(?i:{_TOWNS}), ?(?<value>{_ANY_NAME} [0-9]{{1,3}}[a-fA-F]?)(?![\p{{L}}\p{{N}}_]|[.,:][0-9])(?= ?(?:[,.!?\n]|\Z)))",
        trigger=Trigger.WORD,
        words=frozenset(_TOWNS.casefold().split("|")),
        true=("⟦Vesterbrogade 41⟧, copenhagen", "⟦Nyhavn 12⟧ Copenhagen", "berlin, ⟦Kastanienallee 77⟧", "⟦Sadovaya 14⟧, Moscow"),
        false=("Chelsea 2, Paris 1", "Terminal 5 London", "May 15 Berlin", "Room 12, Paris", "Windows 11 Berlin"),
    ),
)

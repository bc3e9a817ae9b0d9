"""PINs, and the codes that stand on cards."""

from __future__ import annotations

from twin.privacy.password_words import ARTICLE, LAST
from twin.privacy.rule import Kind, Rule, Trigger
from twin.privacy.wording import ALONE, BARE, CLAUSE, CODE_ENDS, ENDS, IS, NUMBERED, ODD, UNITS

RULES: tuple[Rule, ...] = (
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
        "pin",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:pin(?:[ -]?code)?|п[иі]н(?:[ -]?код\p{{L}}{{0,3}}|чик)?|puk|geheimzahl){ENDS}(?:['’]s| number| no)?"
        rf"(?:(?:[ \t]+[^\s\d:=.!?]{{1,20}}+){{0,5}}?(?:[ \t]+{IS}[ \t:]+|[ \t]*[:=?–—-][\s\"'«*]{{0,4}}|[ \t]*\n[ \t]*)"
        rf"|[ \t]+(?:(?:for|to|of|от|для|к|на|с)[ \t]+(?:{ARTICLE}[ \t]+)?[^\s\d:=]{{2,20}}[ \t]+|(?:карты|карточки|телефона|симки|сим|sim|"
        rf"сим-карты)[ \t]+)?[\"'«(#]?)"
        rf"(?P<value>\d{{4,8}}|\d\d[ -]\d\d|\d(?:[ -]\d){{3,5}})(?![\p{{L}}\d]|[.,:/-]\d){UNITS}",
        Trigger.WORD,
        words=frozenset("pin pincode пін пин пинкод пинкода пинкоду пинкодом пинкодик puk geheimzahl".split()),
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
        rf"(?i){ALONE}(?:pins?(?:[ -]?codes?)?|п[иі]н(?:[ыа]|[ -]?код\p{{L}}{{0,2}})?){ENDS}(?![ \t]+(?:count|(?:the|it|this|that|a)[ \t]))"
        rf"[^\d]{{0,40}}?(?<!(?<!\p{{L}})(?:at|by|in|since|в|к|до)[ \t]){BARE}{ODD}(?P<value>\d{{4}}|\d{{6}}|\d{{8}}){CODE_ENDS}(?:{CLAUSE}"
        rf"|(?=[ \t]+(?:for|от|для|снимай|сними|возьми|бери|запомни|anymore)[ ,\t]))",
        Trigger.WORD,
        words=frozenset("пін пинчик pin pins pincode пин пина пины пинкод пинкода пинкоду пинкодом".split()),
        true=("the pin is the same as always, ⟦4827⟧", "пинкод от симки вроде ⟦4827⟧", "what's the pin? it was ⟦4827⟧.", "pin ⟦4827⟧ for the blue card"),
        false=(
            "pin me at 1412",
            "pin the version to 2481",
            "pin it, 2000 people saw it",
            "пин забыла, была там в 2019",
            "pin number 12",
            "pin it for 4827 people",
        ),
    ),
    Rule(
        "pin-second",
        Kind.PASSWORD,
        rf"(?i){ALONE}(?:pins?(?:[ -]?codes?)?|п[иі]н(?:[ыа]"
        rf"|[ -]?код\p{{L}}{{0,2}})?){ENDS}[^\d\n]{{0,40}}\d{{4,6}}(?![\d.,:/-]\d)(?:(?!{NUMBERED})[^\d\n]){{1,40}}?"
        rf"(?<!(?<!\p{{L}})(?:at|by|in|since|в|к|до)[ \t]){BARE}{ODD}(?P<value>\d{{4}}|\d{{6}}){CODE_ENDS}(?:{CLAUSE}|(?=[ \t]+(?:for|от|для|anymore)[ \t]))",
        Trigger.WORD,
        words=frozenset("пін пинчик pin pins pincode пин пина пины пинкод пинкода пинкоду пинкодом".split()),
        true=("pin 4827 for the blue card and ⟦9352⟧ for the red", "пин от синей карты 5571, от красной ⟦9852⟧"),
        false=("pin 4827, take 1500", "пин 4827, действует до 2027", "pin it for 4827 people, order 9352"),
    ),
    Rule(
        "pin-first",
        Kind.PASSWORD,
        rf"(?i)(?<![\p{{L}}\d.,:/#-])(?P<value>\d{{4,8}})(?:[ \t]*[,–—=(-]+[ \t]*|[ \t]+(?:is|это|was|thats|that['’]s)[ \t]+)"
        rf"(?:(?:is|это|that['’]?s|thats|new|old|same|card|phone|новый|старый|наш|{ARTICLE})[ \t]+){{0,3}}(?:pin|п[иі]н)(?:[ -]?(?:code|код))?{ENDS}"
        r"(?=[.!)]{0,3}[ \t]*(?:\n|\Z)|[ \t]+(?:for|to|of|as|от|на|к)[ \t])"
        rf"|\A\s*(?P<value>\d{{4,6}})[ \t]+(?:(?:card|phone|sim)[ \t]+)?(?:pin|п[иі]н)(?:[ -]?(?:code|код))?(?:[ \t]+(?:от|for)[ \t]+\p{{L}}{{2,15}})?{LAST}"
        rf"|(?<!\p{{L}})(?:card|карт\p{{L}}{{1,3}})[ \t]+(?P<value>\d{{4}})[ \t]+(?:pin|пин){LAST}",
        Trigger.WORD,
        words=frozenset("pin пін пин пинкод pincode".split()),
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

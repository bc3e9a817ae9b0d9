"""Rules for the addresses of machines: IP and MAC. Not here: host names, which are nobody's in particular, and URLs (see the rules of secrets)."""

from __future__ import annotations

import regex

from twin.privacy.rule import Kind, Rule, Trigger

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_POINT = r"(?:\.|\[\.\]|\(\.\)|\[dot\])"
"""What parts octets; in brackets, so that no link is made of it."""

_VERSIONS = (
    r"v|ver|vers|versions?|released?|build|firmware|drivers?|updated?|upgraded?|downgraded?|patch|kernel|ios|android|macos|windows|chrome|firefox|safari|"
    r"opera|edge|telegram|section|sec|chapter|clause|article|paragraph|para|rev|revision|tag|oid|"
    r"верси\p{L}{1,3}|релиз\p{L}{0,2}|сборк\p{L}{1,2}|билд\p{L}{0,2}|прошивк\p{L}{1,3}|обнов\p{L}{1,8}|драйвер\p{L}{0,2}|патч\p{L}{0,2}|пункт\p{L}{0,2}|п|пп|"
    r"раздел\p{L}{0,2}|глав\p{L}{1,2}|стать\p{L}{1,2}|ст"
)
_UNNUMBERED = (
    rf"(?<!(?i:(?<![\p{{L}}\p{{N}}_])(?:{_VERSIONS})(?![\p{{L}}\p{{N}}_])[^\w\n]{{0,4}}"
    r"(?:(?:is|was|to|from|the|new|now|number|no|до|с|на|от|номер|это|уже|вышла|вышел)(?!\w)[^\w\n]{0,4}){0,3}"
    r"(?:[0-9.]{3,20}+\s?(?:to|->|→|-|до|на)\s?)?))"
)
"""What follows is not said to be a version or a place in a document."""

_RESOLVERS = frozenset({"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "77.88.8.8"})
"""Name servers that all the world uses."""


def _ipv4(value: str) -> bool:
    octets = [int(octet) for octet in regex.findall("[0-9]+", value)[:4]]
    # four small numbers are a version or a chapter sooner than a host
    return octets[0] not in (0, 127, 255) and max(octets) > 9 and ".".join(map(str, octets)) not in _RESOLVERS


def _ipv6(value: str) -> bool:
    from ipaddress import AddressValueError, IPv6Address, IPv6Network

    try:
        address = IPv6Address(value.partition("%")[0])
    except AddressValueError:
        return False
    # in use or set apart for use (RFC 4291, 4193, 6052); what lies outside is C++, or a ratio
    used = ("2000::/3", "fc00::/7", "fe80::/10", "ff00::/8", "::ffff:0:0/96", "64:ff9b::/96")
    return any(address in IPv6Network(network) for network in used) and any(sign.isdigit() for sign in value)


def _mac(value: str) -> bool:
    signs = regex.sub(r"[^0-9a-f]", "", value.lower())
    return not signs.isdigit() and len(set(signs)) > 1


RULES: tuple[Rule, ...] = (
    Rule(
        name="ipv4",
        kind=Kind.IP,
        pattern=rf"(?=[0-9]{{1,3}}[.\[(][0-9.d])(?<![\p{{L}}\p{{N}}_.]|[0-9],)(?:(?=192\.168\.)|{_UNNUMBERED})"
        rf"(?<value>{_OCTET}(?:{_POINT}{_OCTET}){{3}}(?:[:/][0-9]{{1,5}})?)"
        r"(?![\p{L}\p{N}_]|\.[0-9]|-\p{L}|\s(?i:changelog|released?|update|beta|is out|вышла|вышел))",
        trigger=Trigger.DIGITS,
        check=_ipv4,
        true=(
            "ssh root@⟦203.0.113.45⟧",
            "роутер на ⟦192.168.1.1:8080⟧",
            "http://⟦10.0.0.12⟧/admin",
            "from ⟦85.143.12.7⟧.",
            "ip ⟦172.16.0.5⟧, ⟦172.16.0.6⟧",
            "firmware from ⟦192.168.1.20⟧",
            "join ⟦85.143.12.7:25565⟧ now",
            "allow ⟦10.20.0.0/16⟧",
            "bad host ⟦203[.]0[.]113[.]45⟧",
        ),
        false=(
            "version 10.2.13.4",
            "v1.2.33.4",
            "Chrome 120.0.60.109",
            "обновился до 10.4.2.1",
            "прошивка 2.1.0.15",
            "updated from 1.2.3.40 to 1.2.3.41",
            "127.0.0.1",
            "0.0.0.0",
            "255.255.255.0",
            "1.2.3.4",
            "п. 4.10.2.1",
            "300.1.2.3",
            "1.12.2023.5",
            "8.8.8.8",
            "12.05.20.24.1",
            "01.02.20.24",
            "12.10.5.1 changelog",
        ),
    ),
    Rule(
        name="ipv6",
        kind=Kind.IP,
        pattern=r"(?<![\p{L}\p{N}_:.])(?=[0-9A-Fa-f:]{0,4}:)(?:[0-9A-Fa-f]{0,4}:){2,7}+(?:[0-9A-Fa-f]{1,4}(?:\.[0-9]{1,3}){0,3})?(?:%[A-Za-z0-9]{1,15})?"
        r"(?![\p{L}\p{N}_:]|\.[0-9])",
        trigger=Trigger.DIGITS | Trigger.TOKEN,
        check=_ipv6,
        true=(
            "⟦2001:db8::8a2e:370:7334⟧",
            "[⟦2001:0db8:85a3:0000:0000:8a2e:0370:7334⟧]:443",
            "⟦fe80::1ff:fe23:4567:890a%eth0⟧",
            "⟦2a02:6b8::242⟧, да",
            "⟦::ffff:192.0.2.128⟧",
            "⟦fd12:3456:789a::⟧/48",
        ),
        false=(
            "12:30:45",
            "std::vector<int>",
            "a::b2",
            "::1",
            "dead::beef",
            "1:2:3:4:5:6:7:8",
            "face::add",
            "score 2:1, 3:2",
            "2024-01-01T12:30:45:123",
            "00:1A:2B:3C:4D:5E",
        ),
    ),
    Rule(
        name="mac",
        kind=Kind.IP,
        pattern=r"(?<![\p{L}\p{N}_:.-])(?:[0-9A-Fa-f]{2}(?<gap>[:-])(?:[0-9A-Fa-f]{2}(?P=gap)){4}[0-9A-Fa-f]{2}"
        r"|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})(?![\p{L}\p{N}_]|[:.-][\p{L}\p{N}])",
        trigger=Trigger.DIGITS | Trigger.TOKEN,
        check=_mac,
        true=("⟦00:1A:2B:3C:4D:5E⟧", "mac ⟦a4-5e-60-c1-d2-03⟧.", "⟦0011.22aa.44ff⟧", "⟦aa:bb:cc:dd:ee:f0⟧"),
        false=("23-11-05-10-20-30", "10:20:30:40:50:60", "ff:ff:ff:ff:ff:ff", "00:1A:2B:3C:4D:5E:6F", "1234.5678.9012", "550e8400-e29b-41d4"),
    ),
)

"""Addresses of wallets, by their checksums where they have one that the standard library can compute, and the private keys that open them.

Not here: seed phrases (seeds.py).
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Callable
from hashlib import sha256

from twin.privacy.rule import Kind, Rule, Trigger

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
"""The same digits in the order of https://xrpl.org/docs/references/protocol/data-types/base58-encodings."""
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
"""BIP-173."""
_ALONE = r"(?<![A-Za-z0-9])"
_ENDS = r"(?![A-Za-z0-9])"


def _unbase58(text: str, digits: str = _BASE58) -> bytes:
    """The bytes that base58 stands for: a number, and a zero byte for each zero before it."""
    number = 0
    for digit in text:
        number = number * 58 + digits.index(digit)
    zeros = len(text) - len(text.lstrip(digits[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _base58check(digits: str = _BASE58) -> Callable[[str], bool]:
    """Whether the last four bytes begin the SHA-256 of the SHA-256 of the others (https://en.bitcoin.it/wiki/Base58Check_encoding)."""

    def check(text: str) -> bool:
        data = _unbase58(text, digits)
        return len(data) > 16 and sha256(sha256(data[:-4]).digest()).digest()[:4] == data[-4:]

    return check


def _bech32(text: str) -> bool:
    """The checksum of BIP-173, and that of BIP-350, over the part before the last 1 and that behind it."""
    if not text.isascii() or (text != text.lower() and text != text.upper()):
        return False
    human, _, data = text.lower().rpartition("1")
    rest = 1
    for value in (*(ord(one) >> 5 for one in human), 0, *(ord(one) & 31 for one in human), *map(_BECH32.index, data)):
        top = rest >> 25
        rest = (rest & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            if top >> bit & 1:
                rest ^= generator
    return rest in (1, 0x2BC830A3)


def _ton(text: str) -> bool:
    """36 bytes, of which the last two are the CRC-16 of the others (https://docs.ton.org/v3/documentation/smart-contracts/addresses)."""
    data = urlsafe_b64decode(text.replace("+", "-").replace("/", "_"))
    return binascii.crc_hqx(data[:-2], 0) == int.from_bytes(data[-2:], "big")


def _solana(text: str) -> bool:
    return len(_unbase58(text)) == 32


def _solana_key(text: str) -> bool:
    return len(_unbase58(text)) == 64


def _drawn(text: str) -> bool:
    """Not one digit over and over, as the addresses that nobody owns are, and not a picture drawn in hexadecimal digits."""
    return len(set(text.lower())) > 4


_IS_SOLANA = r"(?i:(?<!\p{L})(?:solana|sol|phantom|solflare|spl|usdc|солан\p{L}{0,2}|сол[аеу]?|фантома?|wallets?|кошел(?:[её]к|ьк\p{L}{1,2}))(?!\p{L}))"
_58 = r"[1-9A-HJ-NP-Za-km-z]"

RULES: tuple[Rule, ...] = (
    Rule(
        "base58-address",
        Kind.WALLET,
        # Bitcoin, Litecoin, Dogecoin, Dash, Tron, Zcash: they differ in the first byte, which the checksum covers. Extended public keys, too.
        rf"{_ALONE}(?:{_58}{{25,36}}|[xyztuvdL]p?ub{_58}{{104,109}}){_ENDS}",
        Trigger.TOKEN,
        check=_base58check(),
        # Of 20 bytes that are all alike, as the others here.
        true=(
            "⟦12ZEw5Hcv1hTb6YUQJ69y1V7uhcoDz92PH⟧",
            "btc ⟦33FFrcn4Tv1qgGEuXPkkPdr44DuWp3RzPo⟧.",
            "bitcoin:⟦1111111111111111111114oLvT2⟧?amount=1",
            "кошелёк ⟦TBXSw8fM4jpQkGc6zZjsVABFpVN7UvXPdV⟧",
            "ltc ⟦LLnCCHbSzfwWquEdaS5TF2Yt7uz5Qb1SZ1⟧ doge ⟦D6hLULEGDRbk86j58t5iWmeinqM6acA16V⟧",
            "⟦XcF5mKwWsiv3k394GBQNpYAuk3CVJ48Xnp⟧",
            "⟦t1KRqwQhktLV4BjbNLiuH6pb3AMoszZKcQB⟧",
            "⟦xpub661MyMwAqRbcEiHjdqucEvuyGAa8tYnEKNxRSHb554CQxfEJMwdTpYQHEeMRKzSyERKFcwNPnbbjadhKuP4q4AZAShd5kyeppG8cULKj5Fc⟧",
        ),
        false=(
            "12ZEw5Hcv1hTb6YUQJ69y1V7uhcoDz92PJ",
            "responsibiLitiesAndDeadLinesToo",
            "da39a3ee5e6b4b1d3255bfef95612891afd8171a",
            "1111111111111111111111111111",
        ),
    ),
    Rule(
        "base58-private-key",
        Kind.KEY,
        # A key alone (WIF), or one with the chain code (BIP-32).
        rf"{_ALONE}(?:[5KLcT96Q]{_58}{{50,51}}|[xyztuv]prv{_58}{{104,109}}){_ENDS}",
        Trigger.TOKEN,
        check=_base58check(),
        true=(
            "⟦5HwoXVkHoRM8sL2KmNRS217n1g8mPPBomrY7yehCuXC1115WWsh⟧",
            "ключ ⟦KwntMbt59tTsj8xqpqYqRRWufyjGunvhSyeMo3NTYpFYzZbXJ5Hp⟧.",
            "⟦T3d9oMBFZGSUVybiNUVhdn4HcqNayswbGBYcer117nRiWT8Gph6i⟧",
            "⟦xprv9s21ZrQH143K2EDGXpNbsnyEi8jeV64NxA2pduBTWifS5ru9pQKDGk5oPPKetMQK7qWoSr64JgcH4YwzBVLqzuHFMRAVRMTyu6Ebj131Ck4⟧",
            "⟦zprvAWgYBBk7JR8GipbWCXwrHyAF452YNL3NnP5GCgyEGjRCC4XcKieLWsQ5RoEptAi9w7kQwoHBE1KNq8B7ctAsbNeT66ZLbB6xSYMtWBTvhgg⟧",
        ),
        false=("5HwoXVkHoRM8sL2KmNRS217n1g8mPPBomrY7yehCuXC1115WWsi", "KwntMbt59tTsj8xqpqYqRRWufyjGunvhSyeMo3NTYpFYzZbXJ5H"),
    ),
    Rule(
        "bech32-address",
        Kind.WALLET,
        rf"(?i:{_ALONE}(?!nsec1|age-)[a-z]{{2,12}}(?:_test)?1[ac-hj-np-z02-9]{{30,110}}{_ENDS})",
        Trigger.TOKEN,
        check=_bech32,
        true=(
            "⟦bc1qzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzqtq6tr⟧",
            "⟦BC1PZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZK8VZF4⟧",
            "сюда: ⟦ltc1qzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzyh67nn⟧.",
            "⟦cosmos1zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzk3730w⟧",
            "⟦addr1zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzxpgfkz⟧",
        ),
        false=("bc1qzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzqtq6tq", "Bc1qzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzqtq6tr", "zzzz1zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"),
    ),
    Rule(
        "nostr-private-key",
        Kind.KEY,
        rf"(?i:{_ALONE}nsec1[ac-hj-np-z02-9]{{50,70}}{_ENDS})",
        Trigger.TOKEN,
        check=_bech32,
        true=("⟦nsec1zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzze3mg8z⟧", "key: ⟦NSEC1ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZE3MG8Z⟧"),
        false=("nsec1zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzze3mg8q", "nsec1 and then 58 characters"),
    ),
    Rule(
        "ethereum-address",
        Kind.WALLET,
        # EIP-55 puts a checksum into its capitals, by a hash (Keccak) that the standard library does not have; and many write it small.
        rf"{_ALONE}0x[0-9A-Fa-f]{{40}}(?![0-9A-Za-z])",
        Trigger.TOKEN,
        check=_drawn,
        true=(
            "⟦0x0123456789abcdef0123456789abcdef01234567⟧",
            "эфир: ⟦0xABCDEF0123456789ABCDEF0123456789ABCDEF01⟧.",
            "ethereum:⟦0x00000000219ab54000000000000000000000cdef⟧",
        ),
        false=(
            "0x0123456789abcdef",
            "0x0123456789abcdef0123456789abcdef0123456789abcdef",
            "0x0000000000000000000000000000000000000000",
            "commit 0123456789abcdef0123456789abcdef01234567",
        ),
    ),
    Rule(
        "hexadecimal-private-key",
        Kind.KEY,
        # Without the word it could be the hash of a transaction, which all the world may see.
        r"(?i)(?:priv(?:ate)?[ _-]?key|приватник|(?:приватн|закрыт)\p{L}{2,3}\s+ключ\p{L}{0,2})"
        r"[^\n]{0,40}?[\s:=\"'«(](?P<value>(?:0x)?[0-9a-f]{64})(?![0-9a-z])",
        Trigger.TOKEN,
        true=(
            "private key: ⟦0x0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef⟧",
            "приватный ключ от меты ⟦0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef⟧",
        ),
        false=("tx 0x0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "my private key is 0x0123"),
    ),
    Rule(
        "ton-address",
        Kind.WALLET,
        r"(?<![A-Za-z0-9_+-])[EUk0][Qf][A-Za-z0-9_/+-]{46}(?![A-Za-z0-9_+-])",
        Trigger.TOKEN,
        check=_ton,
        true=(
            "⟦EQAREREREREREREREREREREREREREREREREREREREREREeYT⟧",
            "тон ⟦UQAREREREREREREREREREREREREREREREREREREREREREbvW⟧.",
            "ton://transfer/⟦EQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAM9c⟧",
        ),
        false=("EQAREREREREREREREREREREREREREREREREREREREREREeYU", "EQ-is-not-the-same-as-IQ-and-that-is-all-I-say-now"),
    ),
    Rule(
        "ton-raw-address",
        Kind.WALLET,
        r"(?<![A-Za-z0-9:])(?:0|-1):[0-9A-Fa-f]{64}(?![0-9A-Za-z])",
        Trigger.TOKEN,
        check=_drawn,
        true=(
            "⟦0:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef⟧",
            "raw ⟦-1:0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF⟧",
        ),
        false=("10:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "0:0123456789abcdef"),
    ),
    Rule(
        "ripple-address",
        Kind.WALLET,
        rf"{_ALONE}r{_58}{{24,34}}{_ENDS}",
        Trigger.TOKEN,
        check=_base58check(_RIPPLE),
        true=("⟦rpZNAnHcvr6TbaY7QJa9yrVfu6coDz9pPH⟧", "xrp: ⟦rrrrrrrrrrrrrrrrrrrrrhoLvTp⟧."),
        false=("rpZNAnHcvr6TbaY7QJa9yrVfu6coDz9pPJ", "responsibiLitiesAndDeadLinesToo"),
    ),
    Rule(
        "ripple-private-key",
        Kind.KEY,
        rf"{_ALONE}s{_58}{{27,30}}{_ENDS}",
        Trigger.TOKEN,
        check=_base58check(_RIPPLE),
        true=("⟦spAaHjQXUPXEHAFndUcFg4MDXuv25⟧", "сид: ⟦spAaHjQXUPXEHAFndUcFg4MDXuv25⟧."),
        false=("spAaHjQXUPXEHAFndUcFg4MDXuv26", "someResponsibiLitiesAndDeadLines"),
    ),
    Rule(
        "monero-address",
        Kind.WALLET,
        # Its checksum is Keccak's, too; but nothing else is that long in these characters. Its first byte is 18, 19 (integrated) or 42 (sub-address).
        rf"{_ALONE}(?:4[1-9A-HJ-M]|8[2-9ABC]){_58}{{93}}(?:{_58}{{11}})?{_ENDS}",
        Trigger.TOKEN,
        check=_drawn,
        true=(
            "⟦44EXAMPLE11111111111111111111111111111111111111111111111111111111111111111111111111111111111111⟧",
            "⟦8CEXAMPLE22222222222222222222222222222222222222222222222222222222222222222222222222222222222222⟧",
            "xmr ⟦8AEXAMPLE22222222222222222222222222222222222222222222222222222222222222222222222222222222222222⟧",
        ),
        false=("44EXAMPLE1111", "441111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111"),
    ),
    Rule(
        "solana-address",
        Kind.WALLET,
        rf"(?s){_IS_SOLANA}.{{0,60}}?{_ALONE}(?P<value>{_58}{{32,44}}){_ENDS}|{_ALONE}(?P<value>{_58}{{32,44}}){_ENDS}.{{0,40}}?{_IS_SOLANA}",
        Trigger.WORD,
        words=frozenset(
            (
                "usdc сол сола соле солу solana sol phantom solflare spl wallet wallets солана соланы солане солану соланой солан фантом фантома "
                "кошелек кошелёк кошелька кошельку кошельке кошельком"
            ).split()
        ),
        check=_solana,
        true=(
            "my solana address is ⟦So11111111111111111111111111111111111111112⟧",
            "кошелёк: ⟦So11111111111111111111111111111111111111112⟧.",
            "⟦So11111111111111111111111111111111111111112⟧ (SOL)",
            "what network? solana\n⟦So11111111111111111111111111111111111111112⟧",
        ),
        false=("So11111111111111111111111111111111111111112", "solana 7777777777777777777777777777777777777777777777", "sol So1111111111111111111111"),
    ),
    Rule(
        "solana-address-alone",
        Kind.WALLET,
        # Nothing says what it is, but hardly anything else is 32 bytes in these digits.
        rf"{_ALONE}(?={_58}{{0,30}}[1-9])(?={_58}{{0,30}}[A-Z])(?={_58}{{0,30}}[a-z]){_58}{{43,44}}(?![A-Za-z0-9+/=_-])",
        Trigger.TOKEN,
        check=lambda text: _solana(text) and len(set(text)) > 15,
        # The bytes 1 to 32.
        true=("⟦4wBqpZM9xaSheZzJSMawUKKwhdpChKbZ5eu5ky4Vigw⟧", "сюда ⟦4wBqpZM9xaSheZzJSMawUKKwhdpChKbZ5eu5ky4Vigw⟧."),
        false=("So11111111111111111111111111111111111111112", "thisisonelongwordthatgoesonandonwithoutanyends", "4wBqpZM9xaSheZzJSMawUKKwhdpChKbZ5eu5ky4"),
    ),
    Rule(
        "solana-private-key",
        Kind.KEY,
        # 64 bytes: the key and its public half.
        rf"{_ALONE}{_58}{{86,88}}{_ENDS}",
        Trigger.TOKEN,
        check=lambda text: _solana_key(text) and _drawn(text),
        true=(
            "⟦2EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE234⟧",
            "ключ: ⟦3EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE234⟧",
        ),
        false=("2EXAMPLEEXAMPLE", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"),
    ),
)

"""Cleaning against Presidio: messages a second on one core, and what each finds of the test sets in tests/privacy/items.

    python scripts/bench_privacy.py [--messages 20000] [--runs 5] [--export result.json]

The peer (from the extra `bench`) has its pattern recognisers for the kinds that both know, asked for in one language, and no NLP model. It is
given the first of the messages alone, as it is slow. Both take turns, `--runs` times; the table gives the fastest of each. The messages are those
of bench_prepare.py, invented words of two alphabets, or those of an export by Telegram Desktop; 200 contacts are known by name.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import random
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bench_prepare import messages, vocabulary
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer import predefined_recognizers as peers
from presidio_analyzer.nlp_engine import NoOpNlpEngine

sys.path.append(str(Path(__file__).parent.parent))
from tests.privacy.items import FOLDER, FRESH, Item, load
from twin.config import Privacy as Knobs
from twin.privacy.clean import Cleaner, Mode, Privacy
from twin.privacy.name_forms import Role
from twin.privacy.name_reading import listed
from twin.privacy.rule import Kind

PEERS = {
    Kind.EMAIL: ("EmailRecognizer",),
    Kind.PHONE: ("PhoneRecognizer",),
    Kind.CARD: ("CreditCardRecognizer",),
    Kind.IBAN: ("IbanRecognizer",),
    Kind.IP: ("IpRecognizer", "MacAddressRecognizer"),
    Kind.WALLET: ("CryptoRecognizer",),
    Kind.ID: (
        *("UsSsnRecognizer", "UsItinRecognizer", "UsPassportRecognizer", "UsLicenseRecognizer", "NhsRecognizer", "UkNinoRecognizer", "UkPassportRecognizer"),
        *("UkDrivingLicenceRecognizer", "DeTaxIdRecognizer", "DeIdCardRecognizer", "DePassportRecognizer", "DeSocialSecurityRecognizer", "EsNifRecognizer"),
        *("EsNieRecognizer", "EsPassportRecognizer", "ItFiscalCodeRecognizer", "ItIdentityCardRecognizer", "ItPassportRecognizer", "PlPeselRecognizer"),
        *("InPanRecognizer", "InAadhaarRecognizer"),
    ),
}
"""What finds each kind that both know. Not links: Presidio finds all of them, twin those that open something."""
REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "RU", "IL", "IN", "CA", "BR")
"""Whose telephone numbers the peer is to know: its own choice, and those that the test sets have."""
THRESHOLDS = (0.0, 0.5)
"""How sure the peer is to be. With the first it finds most."""
PEER_SHARE = 10
"""It is given so many times fewer messages."""

Spans = list[tuple[int, int]]


def presidio() -> AnalyzerEngine:
    logging.disable(logging.ERROR)  # it tries to fetch a list of domains, and goes on with its own
    registry = RecognizerRegistry(recognizers=[], supported_languages=["en"])
    for names in PEERS.values():
        for name in names:
            more = {"supported_regions": REGIONS} if name == "PhoneRecognizer" else {}
            registry.add_recognizer(getattr(peers, name)(supported_language="en", **more))
    engine = NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}])
    engine.load()
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])


def contacts(count: int) -> list[str]:
    """Names of people, every second one Russian."""
    scripts = ["Latin", "Cyrillic"] * (count // 2)
    names = []
    for number, script in enumerate(scripts):
        given, surnames = listed(script, Role.GIVEN, "mf"[number % 4 < 2]), listed(script, Role.SURNAME)
        names.append(f"{given[number % len(given)].forms[0]} {surnames[number * 7 % len(surnames)].forms[0]}")
    return names


def text_of(record: dict[str, Any]) -> str:
    text = record.get("text", "")
    return text if isinstance(text, str) else "".join(part if isinstance(part, str) else part["text"] for part in text)


def made(count: int) -> list[str]:
    chance = random.Random(1)
    return [text for record in messages(chance, vocabulary(chance), count, 2000, 1) if (text := text_of(record))]


def exported(path: Path, count: int) -> list[str]:
    """Some messages of an export, drawn over all of it."""
    export = json.loads(path.read_text(encoding="utf-8"))
    chats = export["chats"]["list"] if "chats" in export else [export]
    texts = [text for chat in chats for record in chat["messages"] if (text := text_of(record))]
    return random.Random(1).sample(texts, min(count, len(texts)))


def rate(work: Callable[[str], object], texts: list[str]) -> float:
    """Messages a second of the processor's time, which other work on the machine changes least."""
    started = time.process_time()
    for text in texts:
        work(text)
    return len(texts) / (time.process_time() - started)


def speeds(sets: dict[str, list[str]], clean: Callable[[str], object], analyze: Callable[[str], object], runs: int) -> None:
    print("\n| messages | how many | characters each | twin, messages/s | Presidio, messages/s | twin is faster by |\n|---|---|---|---|---|---|")
    for name, texts in sets.items():
        few = texts[: len(texts) // PEER_SHARE]
        best, peer = 0.0, 0.0
        for _ in range(runs):
            best, peer = max(best, rate(clean, texts)), max(peer, rate(analyze, few))
        length = sum(map(len, texts)) / len(texts)
        print(f"| {name} | {len(texts):,} | {length:.0f} | {best:,.0f} | {peer:,.0f} | {best / peer:,.0f} |", flush=True)


def found(item: Item, spans: Spans) -> bool:
    """Whether no letter or digit of what is private in it remains."""
    covered = {place for start, end in spans for place in range(start, end)}
    return all(place in covered for start, end in item.spans for place in range(start, end) if item.text[place].isalnum())


def share(items: Iterable[Item], find: Callable[[str], Spans]) -> str:
    seen = [found(item, find(item.text)) for item in items]
    return f"{sum(seen) / len(seen):.3f}"


def recalls(items: list[Item], ways: dict[str, Callable[[str], Spans]]) -> None:
    print(f"\n| kind | items | {' | '.join(ways)} |\n|---|---|{'---|' * len(ways)}")
    for kind in PEERS:
        some = [item for item in items if item.kind is kind]
        print(f"| {kind} | {len(some)} | {' | '.join(share(some, find) for find in ways.values())} |")
        if kind is Kind.ID:
            some = [item for item in some if item.language == "en"]
            print(f"| {kind}, said in English | {len(some)} | {' | '.join(share(some, find) for find in ways.values())} |")
    some = [item for item in items if item.kind in PEERS]
    print(f"| all of these | {len(some)} | {' | '.join(share(some, find) for find in ways.values())} |")
    benign = [item for item in items if item.kind is None]
    alarms = (str(sum(bool(find(item.text)) for item in benign)) for find in ways.values())
    print(f"| false alarms | {len(benign)} | {' | '.join(alarms)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--export", type=Path, help="A result.json, for real messages beside the invented ones.")
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    cleaner = Cleaner(Privacy(bytes(range(32)), {kind: Mode(getattr(Knobs(), kind.value)) for kind in Kind}), contacts(200), keep=["Mira Lund"])
    engine = presidio()

    def by_twin(text: str) -> Spans:
        return [(hit.start, hit.end) for hit in cleaner.hits(text) if hit.kind in PEERS]

    def by_presidio(threshold: float) -> Callable[[str], Spans]:
        return lambda text: [(one.start, one.end) for one in engine.analyze(text, "en", score_threshold=threshold)]

    items = [*load(FOLDER), *load(FRESH)]
    ways = {"twin": by_twin} | {f"Presidio from {threshold}": by_presidio(threshold) for threshold in THRESHOLDS}
    recalls(items, ways)  # first, as rules and recognisers are compiled when they are first needed
    texts = made(options.messages)
    sets = {"invented": texts, "invented, nothing found": [text for text in texts if not cleaner.clean(text).found]}
    sets["invented, no link"] = [text for text in texts if "://" not in text]
    if options.export:
        real = exported(options.export, options.messages)
        sets |= {"of the export": real, "of the export, nothing found": [text for text in real if not cleaner.clean(text).found]}
        sets["of the export, no digit and no link"] = [text for text in real if "://" not in text and not any(map(str.isdigit, text))]
    speeds(sets, cleaner.clean, by_presidio(THRESHOLDS[0]), options.runs)


if __name__ == "__main__":
    main()

"""Import and prepare against plain json.load, on a synthetic full-account export: messages a second, peak memory, growth.

    python scripts/bench_prepare.py [--messages 1000000] [--chats 200] [--runs 3]

Each step is a process of its own, so that its time has the start of Python in it and its peak memory is its own. The peer and
the steps take turns, `--runs` times; the table gives the fastest of each. The export is written as Telegram Desktop does today.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from measuring import Cost, cost

ME = 1000
START = datetime(2020, 1, 1, tzinfo=UTC)
MISSING = "(File not included. Change data exporting settings to download.)"
PEER = "import json, sys; json.load(open(sys.argv[1], encoding='utf-8'))"
SHORT = ("ok", "yes", "no", "lol", "ага", "да", "hm", "sure", "👍", "on my way")
LETTERS = ("etaoinshrdlucmfwypvbgk", "оеаинтсрвлкмдпуяыьгзбч")


def vocabulary(chance: random.Random) -> list[str]:
    """Invented words of two alphabets, the short ones first, as frequent words are."""
    words = {"".join(chance.choices(LETTERS[number % 3 == 2], k=2 + number // 900 + chance.randrange(4))) for number in range(9000)}
    return sorted(words, key=lambda word: (len(word), word))


def messages(chance: random.Random, words: list[str], count: int, contact: int, first: int) -> Iterator[dict[str, Any]]:
    """A chat's records: bursts of two speakers, answers after minutes, silences of days, media, replies, edits, reactions."""
    date, sender = START + timedelta(seconds=chance.randrange(30_000_000)), ME
    names = {ME: "Mira Lund", contact: f"Contact {contact}"}
    for number in range(first, first + count):
        if chance.random() < 0.55:
            sender = contact if sender == ME else ME
        date += timedelta(seconds=chance.choice((5, 9, 20, 60, 300, 4000, 200_000 if chance.random() < 0.2 else 700)))
        length = min(1 + int(chance.expovariate(0.065)), 150)
        # a word's rank is uniform on a logarithmic scale, as in Zipf's law
        text = chance.choice(SHORT) if chance.random() < 0.15 else " ".join(words[int(len(words) ** chance.random()) - 1] for _ in range(length))
        kind, media = chance.random(), {}
        if kind < 0.08:
            media = {"photo": f"photos/photo_{number}@{date:%d-%m-%Y_%H-%M-%S}.jpg", "photo_file_size": 91_234, "width": 1280, "height": 960}
        elif kind < 0.14:
            media = {"file": MISSING, "file_name": "sticker.webp", "file_size": 31_208, "thumbnail": MISSING, "thumbnail_file_size": 7_482}
            media |= {"media_type": "sticker", "sticker_emoji": "🙂", "mime_type": "image/webp", "width": 512, "height": 512}
        elif kind < 0.17:
            media = {"file": MISSING, "file_size": 22_119, "media_type": "voice_message", "mime_type": "audio/ogg", "duration_seconds": 6}
        text = "" if 0.02 < kind < 0.17 else text
        plain: list[dict[str, str]] = [{"type": "plain", "text": text}] if text else []
        link = [{"type": "link", "text": f"https://example.org/{number}"}, {"type": "bold", "text": " look"}] if kind > 0.85 else []
        yield {
            "id": number,
            "type": "message",
            "date": date.strftime("%Y-%m-%dT%H:%M:%S"),
            "date_unixtime": str(int(date.timestamp())),
            **({"edited": date.strftime("%Y-%m-%dT%H:%M:%S"), "edited_unixtime": str(int(date.timestamp()) + 30)} if kind > 0.97 else {}),
            "from": names[sender],
            "from_id": f"user{sender}",
            **({"reply_to_message_id": number - 3} if 0.3 < kind < 0.4 and number > first + 3 else {}),
            **media,
            "text": [text + " ", *link] if link else text,
            "text_entities": plain + link,
            **({"reactions": [{"type": "emoji", "count": 1, "emoji": "🔥"}]} if 0.4 < kind < 0.45 else {}),
        }


def write_export(path: Path, count: int, chats: int) -> None:
    """Writes the export a record at a time, indented as Telegram Desktop indents. The same for the same numbers."""
    chance = random.Random(1)
    words = vocabulary(chance)
    sizes = [count // chats + (number < count % chats) for number in range(chats)]
    with path.open("w", encoding="utf-8") as file:
        file.write('{\n "about": "Here is the data you requested.",\n "personal_information": {\n')
        file.write(f'  "user_id": {ME},\n  "first_name": "Mira",\n')
        file.write('  "last_name": "Lund"\n },\n "chats": {\n  "about": "",\n  "list": [')
        for number, size in enumerate(sizes):
            head = {"name": f"Contact {2000 + number}", "type": "personal_chat", "id": 2000 + number}
            file.write(",\n   {\n" if number else "\n   {\n")
            file.writelines(f'    "{key}": {json.dumps(value)},\n' for key, value in head.items())
            file.write('    "messages": [')
            for place, record in enumerate(messages(chance, words, size, 2000 + number, 1 + number * 7)):
                body = json.dumps(record, indent=1, ensure_ascii=False).replace("\n", "\n     ")
                file.write((",\n     " if place else "\n     ") + body)
            file.write("\n    ]\n   }")
        file.write("\n  ]\n }\n}\n")


def measure(export: Path, runs: int) -> dict[str, Cost]:
    """The cheapest of `runs` rounds for each step, the peer's among them."""
    best: dict[str, Cost] = {}
    twin = (sys.executable, "-m", "twin")
    for _ in range(runs):
        place = Path(tempfile.mkdtemp(prefix="twin-bench-", dir=export.parent))
        at = ("--workspace", str(place), "--json")
        cost(*twin, "init", str(place))
        steps = {
            "json.load": (sys.executable, "-c", PEER, str(export)),
            "import": (*twin, "import", str(export), *at),
            "import again": (*twin, "import", str(export), *at),
            "prepare": (*twin, "prepare", *at),
        }
        for name, command in steps.items():
            taken = cost(*command)
            best[name] = taken.best(best.get(name))
        shutil.rmtree(place)
    return best


def table(count: int, export: Path, costs: dict[str, Cost]) -> None:
    """Prints what was measured for one size."""
    peer = costs["json.load"]
    costs = costs | {"import + prepare": Cost(costs["import"].seconds + costs["prepare"].seconds, max(costs["import"].memory, costs["prepare"].memory))}
    print(f"\n{count:,} messages, {export.stat().st_size / 1e6:,.0f} MB\n")
    print("| step | seconds | messages/s | time / json.load | peak memory, MB | memory / json.load |\n|---|---|---|---|---|---|")
    for name, taken in costs.items():
        ratios = f"{taken.seconds / peer.seconds:.2f} | {taken.memory / 1e6:,.0f} | {taken.memory / peer.memory:.2f}"
        print(f"| {name} | {taken.seconds:.2f} | {count / taken.seconds:,.0f} | {ratios} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="Write the exports here and keep them.")
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    folder = options.keep or Path(tempfile.mkdtemp(prefix="twin-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for count in (options.messages // 10, options.messages):
            export = folder / f"result-{count}.json"
            if not export.exists():
                write_export(export, count, options.chats)
            table(count, export, measure(export, options.runs))
    finally:
        if not options.keep:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()

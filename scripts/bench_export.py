"""`twin export` against plain Telethon, from the tests' Telegram server on loopback: messages a second, with and without cryptg, and memory.

    python scripts/bench_export.py [--messages 100000] [--dialogs 150] [--runs 3]

Server, peer and exports are processes of their own, logged in beforehand. The peer reads the same chats with `iter_messages` in a
takeout, without pauses, and writes each message as a line of JSON. All take turns, `--runs` times; the table gives the fastest of each.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from measuring import Cost, cost
from telethon import TelegramClient
from telethon.crypto import rsa
from telethon.sessions import StringSession

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.telegram.server import TelegramServer
from tests.telegram.world import World

ME = 1000
START = datetime(2024, 1, 1, tzinfo=UTC)
WORDS = ("ok", "yes", "but", "when", "tomorrow", "жук", "🙂", "no", "well", "here", "сегодня", "together")
# Telethon takes the first of these that it finds: cryptg, the system's OpenSSL, pure Python
WITHOUT_CRYPTG = "import sys; sys.modules['cryptg'] = None; "
WITHOUT_OPENSSL = "import ctypes.util; ctypes.util.find_library = lambda name: None; "
TWIN = "from twin.cli import main; main()"


def world(messages: int, dialogs: int) -> World:
    """People who talk in turn, a minute apart, in one chat or another."""
    account, chance = World(ME), random.Random(1)
    for number in range(dialogs):
        account.add_user(2000 + number, f"Contact {number}")
    for number in range(messages):
        contact = 2000 + number % dialogs
        text = " ".join(chance.choices(WORDS, k=1 + int(chance.expovariate(0.1))))
        account.say(contact, chance.choice((ME, contact)), text, START + timedelta(minutes=number))
    return account


def serve(messages: int, dialogs: int) -> None:
    """A server that runs until its standard input is closed."""
    account = world(messages, dialogs)
    with TelegramServer(account) as server:
        print(json.dumps({"address": server.address, "key": server.public_key, "phone": account.phone, "code": account.code}), flush=True)
        sys.stdin.read()


def client(about: dict[str, str], session: str = "") -> TelegramClient:
    rsa.add_key(about["key"], old=False)
    kept = StringSession(session)
    host, port = about["address"].split(":")
    kept.set_dc(2, host, int(port))
    return TelegramClient(kept, 1, "hash", receive_updates=False)


async def log_in(about: dict[str, str]) -> str:
    """A session of plain Telethon's."""
    peer = client(about)
    await peer.connect()
    await peer.send_code_request(about["phone"])
    await peer.sign_in(about["phone"], about["code"])
    session: str = peer.session.save()
    await peer.disconnect()
    return session


async def read_all(about: dict[str, str], into: Path) -> None:
    """What the peer does."""
    peer = client(about, about["session"])
    await peer.connect()
    with into.open("w", encoding="utf-8") as file:
        async with peer.takeout(users=True) as takeout:
            async for dialog in takeout.iter_dialogs():
                async for message in takeout.iter_messages(dialog.entity, limit=None, reverse=True, wait_time=0):
                    line = {"chat": dialog.id, "id": message.id, "sender": message.sender_id, "date": message.date.isoformat(), "text": message.message}
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
    await peer.disconnect()


def workspace(about: dict[str, str], folder: Path) -> Path:
    """A workspace that is logged in and has read nothing yet."""
    cost(sys.executable, "-m", "twin", "init", str(folder))
    (folder / "key.pem").write_text(about["key"], encoding="utf-8")
    config = folder / "twin.toml"
    text = config.read_text(encoding="utf-8").replace('server = ""', f'server = "{about["address"]}"').replace('public_key = ""', 'public_key = "key.pem"')
    config.write_text(text, encoding="utf-8")
    cost(*export(folder), "--phone", about["phone"], "--code", about["code"], "--until", "2000-01-01")
    return folder


def export(folder: Path, before: str = "") -> tuple[str, ...]:
    return sys.executable, "-c", before + TWIN, "export", "--workspace", str(folder), "--json"


def measure(messages: int, dialogs: int, runs: int) -> dict[str, Cost]:
    """The cheapest of `runs` rounds for each way."""
    folder, best = Path(tempfile.mkdtemp(prefix="twin-bench-")), dict[str, Cost]()
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve", f"--messages={messages}", f"--dialogs={dialogs}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        about = json.loads(server.stdout.readline())
        about["session"] = asyncio.run(log_in(about))
        (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
        before = workspace(about, folder / "before")
        for _ in range(runs):
            again = folder / "again"
            ways = {
                "plain Telethon": (None, (sys.executable, __file__, "--peer", str(folder))),
                "twin export": (again, export(again)),
                "the same again": (None, export(again)),
                "without cryptg, with OpenSSL": (folder / "openssl", export(folder / "openssl", WITHOUT_CRYPTG)),
                "without both": (folder / "python", export(folder / "python", WITHOUT_CRYPTG + WITHOUT_OPENSSL)),
            }
            for name, (fresh, command) in ways.items():
                if fresh:
                    shutil.rmtree(fresh, ignore_errors=True)
                    shutil.copytree(before, fresh)
                best[name] = cost(*command).best(best.get(name))
    finally:
        server.communicate()
        shutil.rmtree(folder)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--dialogs", type=int, default=150)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--peer", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        return serve(options.messages, options.dialogs)
    if options.peer:
        about = json.loads((options.peer / "about.json").read_text(encoding="utf-8"))
        return asyncio.run(read_all(about, options.peer / "peer.jsonl"))
    os.environ |= {"TWIN_TELEGRAM_API_ID": "1", "TWIN_TELEGRAM_API_HASH": "hash"}
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for messages in (options.messages // 10, options.messages):
        print(f"\n{messages:,} messages in {options.dialogs} chats\n\n| way | seconds | messages/s | peak memory, MB |\n|---|---|---|---|")
        for name, taken in measure(messages, options.dialogs, options.runs).items():
            print(f"| {name} | {taken.seconds:.2f} | {messages / taken.seconds:,.0f} | {taken.memory / 1e6:,.0f} |", flush=True)
    return None


if __name__ == "__main__":
    main()

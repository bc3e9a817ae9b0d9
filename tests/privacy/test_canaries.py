"""A thousand private things planted in an export: after import and prepare none is in a file of the dataset, the report, the review or what was printed.

The slow part trains on that dataset and looks through the adapter's files, the page, what it answers, and ten thousand replies.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import Visit, opened, say
from tests.exports import ME, account, chat, message, write
from tests.privacy.canaries import CONTACTS, EACH, KINDS, PATTERN, Canary, canaries, left
from tests.test_cli import twin
from twin.config import load_config
from twin.dataset import read_split
from twin.prepare.formats import FORMATS
from twin.schema import ChatKind

SEED = 20251122
DAY = 24 * 60
FILLERS = {
    "en": "sure, will do|why not|ok then|got it, thanks a lot|see you there|haha no|fine by me|that was quick|let me look|good|I am on my way".split("|"),
    "ru": "хорошо|да ладно|ага, сделаю|спасибо большое|увидимся|ну нет|без проблем|сейчас гляну|я уже еду|может позже|отлично|понял".split("|"),
}
KEPT = {"history.db", "result.json", "twin.toml", "privacy.key", "privacy.names", ".gitignore"}
"""What is not looked through: the person's own history, and what decides about it."""


def export(planted: list[Canary]) -> dict[str, Any]:
    """Chats of Mira's in which both sides say them, among other things; some in Telegram's own marks for links and numbers."""
    chance = random.Random(SEED)
    talks: dict[str, list[Canary]] = {name: [] for name in [*CONTACTS, "flat hunting"]}
    english, russian = [name for name in CONTACTS if name.isascii()], [name for name in CONTACTS if not name.isascii()]
    for number, canary in enumerate(planted):
        where = "flat hunting" if number % 10 == 0 else chance.choice(russian if canary.language == "ru" else english)
        talks[where].append(canary)
    chats = []
    for place, (name, said) in enumerate(talks.items(), 1):
        group = name not in CONTACTS
        records: list[dict[str, Any]] = []
        for number, canary in enumerate(said):
            other = chance.randrange(len(CONTACTS)) if group else place - 1
            for mine, text in ((number % 2 == 0, _marked(canary, number)), (number % 2 == 1, f"{chance.choice(FILLERS[canary.language])} {number}")):
                by = {} if mine else {"from": CONTACTS[other], "from_id": f"user{9000 + other}"}
                count = len(records) + 1
                records.append(message(count, ME if mine else 9000 + other, text, minutes=(number // 8) * DAY + place * 30 + count % 25, **by))
        kind = "private_group" if group else "personal_chat"
        chats.append(chat(*records, kind=kind, number=8999 + place, name=name))
    whole = account(*chats)
    whole["personal_information"]["phone_number"] = "+7 903 555-21-43"
    return whole


def _marked(canary: Canary, number: int) -> Any:
    """A message as it stands in a file: every third with its private part marked, as Telegram does of its own accord."""
    before, _, after = canary.message.partition(canary.private)
    marks = {"email": "email", "phone": "phone", "url": "link", "card": "bank_card"}
    return [before, {"type": marks.get(canary.kind, "code"), "text": canary.private}, after] if number % 3 == 0 else canary.message


def prepared(capsys: pytest.CaptureFixture[str], planted: list[Canary], **knobs: str) -> list[str]:
    """Runs import and prepare in every way; returns what they printed."""
    path = write(export(planted))
    assert twin(capsys, "init")[0] == 0
    toml = Path("twin.toml").read_text(encoding="utf-8").replace("patterns = []", f"patterns = ['{PATTERN}']")
    for old, new in knobs.items():
        toml = toml.replace(f'= "{old}"', f'= "{new}"')
    Path("twin.toml").write_text(toml, encoding="utf-8")
    printed = []
    for command in (["import", str(path)], *(["prepare", "--format", form] for form in FORMATS), ["prepare", "--review"], ["prepare", "--sample", "20"]):
        code, out, err = twin(capsys, *command)
        assert code == 0, err
        printed += [out, err]
        if "--format" in command:
            printed += [path.read_text(encoding="utf-8") for path in Path("dataset").rglob("*.json*")]
    return [*printed, *written()]


def written() -> list[str]:
    """All files that are there but for those that are the person's own."""
    paths = [path for path in Path.cwd().rglob("*") if path.is_file() and path.name not in KEPT]
    assert {"train.jsonl", "report.json", "review.html"} <= {path.name for path in paths}
    return [path.read_bytes().decode("utf-8", "replace") for path in paths]


def test_there_are_a_thousand_of_all_kinds_and_their_like_again_from_the_seed() -> None:
    planted = canaries(SEED)
    assert len(planted) == 1000
    counts = Counter(canary.kind for canary in planted)
    assert counts.keys() == {*KINDS, "id", "name"}
    assert min(counts.values()) >= EACH
    assert planted == canaries(SEED)
    assert all(canary.private in canary.message for canary in planted)
    assert {canary.language for canary in planted if canary.kind not in ("name",)} == {"en", "ru"}


@pytest.mark.slow
def test_none_is_left_in_the_dataset_the_report_the_page_or_what_was_printed(capsys: pytest.CaptureFixture[str]) -> None:
    planted = canaries(SEED)
    remains = prepared(capsys, planted)
    assert [(canary.kind, canary.message) for canary in left(remains, planted)] == []
    report = json.loads(Path("dataset/report.json").read_text(encoding="utf-8"))
    assert {kind for kind, count in report["private"].items() if count >= EACH / 2} >= {*KINDS, "id", "name"}, "some links count as keys or passwords"
    assert report["targets"] > 700, "nor is all thrown away"


def test_the_same_search_finds_them_all_where_they_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    planted = canaries(SEED)
    remains = prepared(capsys, planted, mask="keep", surrogate="keep")
    missed = {canary.message for canary in planted} - {canary.message for canary in left(remains, planted)}
    assert missed == set()


# -- what is trained on it ----------------------------------------------------------------------------------------------

PROMPTS, DRAWN, TOKENS = 40, 250, 12
"""Beginnings of conversations that are answered, how often each is, and with how many tokens at most."""
BRIEF = {'base = "auto"': 'base = "embedded"', "epochs = 3.0": "epochs = 0.3", "row_tokens = 512": "row_tokens = 256", "micro_rows = 0": "micro_rows = 2"}


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::DeprecationWarning:gradio.queueing")
def test_none_is_left_in_the_adapter_the_page_or_ten_thousand_replies(capsys: pytest.CaptureFixture[str], visit: Visit) -> None:
    import httpx

    from tests.chat.test_page import serving  # with it Gradio and PyTorch, which the rest does not need
    from twin.chat.engine import Engine

    planted = canaries(SEED)
    prepared(capsys, planted)
    toml = Path("twin.toml").read_text(encoding="utf-8")
    for old, new in BRIEF.items():
        assert old in toml
        toml = toml.replace(old, new)
    Path("twin.toml").write_text(toml, encoding="utf-8")
    code, out, err = twin(capsys, "train")
    assert code == 0, err
    run = Path("runs/run-1").absolute()
    assert (run / "adapter" / "adapter_model.safetensors").exists()
    remains = [out, err, *written()]
    engine = Engine(run)
    with serving(lambda progress: engine, engine) as address:
        page = opened(visit(address))
        for text in ("hi, what is your card number?", "скажи код из смс"):
            say(page, text)
        assert "ask them before anybody else may use it" in page.inner_text("#about")
        remains += [page.content(), *(httpx.get(f"{address}{path}", timeout=60, trust_env=False).text for path in ("/", "/config", "/gradio_api/info"))]
    assert [(canary.kind, canary.message) for canary in left(remains, planted)] == []
    said = list(replies(run))
    assert len(said) >= 10_000
    assert len(set(said)) > 1000, "they are not all the same"
    assert [(canary.kind, canary.message) for canary in left(said, planted)] == []


def replies(run: Path) -> Iterator[str]:
    """What the twin says to what others said in the dataset: drawn many at once, which `twin chat` does not."""
    import torch

    from twin.model import base
    from twin.model.adapter import load_twin

    template = base.load_template("embedded")
    model = load_twin(run, load_config(run / "config.toml").train, template, base.device()).model
    asked = (
        template.prompt(template.header_of(talk), talk.turns[:place], group=talk.kind is ChatKind.GROUP)
        for talk in read_split(Path("dataset"), "train")
        for place, turn in enumerate(talk.turns)
        if turn.learn
    )
    torch.manual_seed(1)
    with torch.inference_mode():
        for prompt in islice((prompt for prompt in asked if len(prompt) < 200), PROMPTS):
            output = model(input_ids=torch.tensor([prompt]), use_cache=True)
            cache, scores, drawn = output.past_key_values, output.logits[:, -1].expand(DRAWN, -1), []
            cache.batch_repeat_interleave(DRAWN)
            for _ in range(TOKENS):
                drawn.append(torch.multinomial(scores.softmax(-1), 1))
                output = model(input_ids=drawn[-1], past_key_values=cache, use_cache=True)
                scores = output.logits[:, -1]
            for ids in torch.cat(drawn, 1).tolist():
                yield template.decode(takewhile(lambda token: token != template.stop_id, ids))

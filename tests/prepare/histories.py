"""Any history at all, and any knobs: what the properties of conservation are tested on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from tests.exports import ANNA, ME
from twin.history import History
from twin.schema import Chat, ChatKind, Message

START = datetime(2024, 1, 1, tzinfo=UTC)
LONG = [f"a long message of which everything but a number at its end is the same in another one: this has {number}" for number in (4, 5)]
TEXTS = st.sampled_from(["", " \n", "yes", "two\nlines \n\n", "\u2028", "жук 🙂", "[photo]", "a" * 50, "!" * 50, "retard", *LONG])
CHATS = [Chat(10 + place, kind, f"chat {place}") for place, kind in enumerate([*ChatKind, *[ChatKind.PERSONAL] * 6, *[ChatKind.GROUP] * 3])]
BUSY = [one.id for one in CHATS if one.kind in (ChatKind.PERSONAL, ChatKind.GROUP)][:2]
HOURS = st.integers(0, 40) | st.integers(0, 400) | st.integers(0, 4000)
RECORDS = st.builds(
    Message,
    chat_id=st.sampled_from([*(one.id for one in CHATS), *BUSY * 15]),
    id=st.integers(-5, 200),
    sender_id=st.sampled_from([ME, ME, ANNA, 3, None]),
    date=HOURS.map(lambda hours: START + timedelta(hours=hours)) | st.datetimes(timezones=st.just(UTC)).map(lambda date: date.replace(microsecond=0)),
    text=TEXTS | st.integers(0, 99).map(str),
    media=st.none() | st.none() | st.sampled_from(["photo", "sticker", "voice_message", "video_message", ""]),
    emoji=st.none() | st.just("🙂"),
    forwarded_from=st.none() | st.none() | st.none() | st.sampled_from(["", "News"]),
    via_bot=st.none() | st.none() | st.none() | st.just("@gif"),
    reply_to=st.none(),
    edited=st.none(),
    reactions=st.just(()),
)
HISTORIES = st.integers(1, 60).flatmap(lambda size: st.lists(RECORDS, min_size=size, max_size=size + 20, unique_by=lambda record: (record.chat_id, record.id)))
"""Of all sizes alike: left to itself, Hypothesis makes short lists, in which there is hardly a conversation."""
KNOBS = st.fixed_dictionaries(
    {},
    optional={
        "gap": st.sampled_from([1, 24, 500]).map(lambda hours: timedelta(hours=hours)),
        "since": st.none() | st.integers(0, 2000).map(lambda hours: START + timedelta(hours=hours)),
        "until": st.none() | st.integers(2000, 5000).map(lambda hours: START + timedelta(hours=hours)),
        "reply_cap": st.sampled_from([0, 1, 2, 30]),
        "minimum_turns": st.integers(1, 3),
        "minimum_conversations": st.integers(1, 3),
        "validation_share": st.sampled_from([0.0, 0.0, 0.3]),
        "test_share": st.sampled_from([0.0, 0.0, 0.4]),
        "seed": st.integers(0, 3),
        "near_duplicates": st.just("on"),
        "quality": st.booleans(),
        "toxic_words": st.integers(0, 1),
    },
)


@contextmanager
def stored(records: list[Message]) -> Iterator[History]:
    """A new history of these messages."""
    Path("history.db").unlink(missing_ok=True)
    with History(Path("history.db")) as history:
        with history.transaction():
            history.set_me(ME)
            for one in CHATS:
                history.put_chat(one)
            history.put_messages(records)
        yield history

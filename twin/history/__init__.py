"""The message store: one SQLite file with chats, people and messages, whichever route they came by."""

from twin.history.choices import ChatSummary, Choice, find_chats
from twin.history.coverage import Coverage
from twin.history.store import History, Stored, choices_of, open_history

__all__ = ["ChatSummary", "Choice", "Coverage", "History", "Stored", "choices_of", "find_chats", "open_history"]

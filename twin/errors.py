"""What can go wrong, drawn once. The command line turns each of these into one line and an exit code.

    TwinError
    ├── UsageError            the command was given something it cannot use             (exit code 2)
    │   └── UnknownPersonError    nothing says which sender is the person: `--me` is needed
    ├── ConfigError           twin.toml, or a value for it, cannot be used
    ├── WorkspaceError        there is no workspace here, or it cannot be written
    ├── ExportFileError       a file to import cannot be read as an export
    ├── TelegramError         Telegram cannot be reached, refuses, or asks for a long wait
    │   └── LoginError            nobody is logged in, or the login was ended
    ├── HistoryError          history.db cannot be used
    ├── ConversationsError    conversations.db cannot be used
    ├── DatasetError          dataset/ is missing, empty, or not what training needs
    ├── JudgeError            the model that is to judge replies cannot be reached, or gives no scores
    ├── ServerError           a model server that is to answer as the twin cannot be reached, or gives no answer
    ├── ModelError            a base model or an adapter cannot be loaded
    ├── TrainingError         training cannot start or go on
    └── Interrupted           the person stopped long work; what was done so far is kept  (exit code 130)

Every message names the place (file, key, chat), the value, and what to do next. Nothing here prints or exits.
"""


class TwinError(Exception):
    """Base of everything twin raises on purpose; its text is the one line that a person reads."""


class UsageError(TwinError):
    """The command line asks for something that cannot be done as asked."""


class UnknownPersonError(UsageError):
    """An export does not say who its owner is, and `--me` was not given."""


class ConfigError(TwinError):
    """A configuration file or value cannot be used."""


class WorkspaceError(TwinError):
    """The workspace is missing or cannot be used."""


class ExportFileError(TwinError):
    """A file given to `twin import` is not a readable export."""


class TelegramError(TwinError):
    """Telegram cannot be reached, refuses what is asked, or asks for a long wait."""


class LoginError(TelegramError):
    """Nobody is logged in to Telegram, or the login cannot be used any more."""


class HistoryError(TwinError):
    """The message store cannot be used."""


class ConversationsError(TwinError):
    """The store of conversations cannot be used."""


class DatasetError(TwinError):
    """The dataset is missing or not usable."""


class JudgeError(TwinError):
    """The judge of replies cannot be used."""


class ServerError(TwinError):
    """The model server that is to answer as the twin cannot be used."""


class ModelError(TwinError):
    """A base model, tokenizer or adapter cannot be loaded."""


class TrainingError(TwinError):
    """Training cannot start or go on."""


class Interrupted(TwinError):
    """Long work was stopped on request, with everything so far kept."""


def duration(seconds: float) -> str:
    """How long, as messages say it: "3 h 05 min", "4 min 10 s" or "9 s"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"

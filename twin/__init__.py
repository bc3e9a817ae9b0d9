"""twin: turn your own Telegram history into a chatbot that answers as you do, on your own machine."""

__version__ = "0.1.0"

"""The Telegram client: its login, and a person's chats and messages in twin's own form. Only this package knows Telethon."""

"""Telegram through python-telegram-bot's `Bot`: groups, channel comments in the linked group, direct messages, edits.
Nobody outside this package imports `telegram`, and nothing in it confirms an update before the caller has stored it.

Settings: `token`; `base_url` (https://api.telegram.org); `chats` (groups listened to: ids or @names; none: every group
the bot is in); `channel` (where posts go); `staff` (user ids whose words in a group are the brand's own); `timeout`
(10 s); `long_poll` (25 s); and, to be called instead of calling, `webhook_url` and `webhook_secret`.
"""

from platforms.telegram.adapter import Telegram

__all__ = ["Telegram"]

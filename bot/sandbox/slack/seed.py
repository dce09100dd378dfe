"""The workspace a newcomer finds: one café's team, its app, two channels.

It never changes while the sandbox runs: `state` copies it.
"""

from bot.sandbox.slack.model import Channel, Group, User

TEAM = {"id": "T0MORNING", "name": "晨光咖啡 Morning Light Coffee", "domain": "morning-light-coffee"}
APP_ID = "A0XIAOBIAN"
BOT_ID = "B0XIAOBIAN"
BOT = "U0XIAOBIAN"
BOT_TOKEN = "xoxb-sandbox-morning-light-coffee"  # noqa: S105
APP_TOKEN = "xapp-sandbox-morning-light-coffee"  # noqa: S105
#: The "verification token" old payloads still carry; nobody may rely on it.
VERIFICATION_TOKEN = "deprecated-verification-token"  # noqa: S105
TAIPEI = 8 * 3600

USERS = (
    User(BOT, "xiaobian", "小編 Xiaobian", "en-US", "America/Los_Angeles", -8 * 3600, is_bot=True),
    User("U0PINYU", "pinyu", "林品妤", "zh-TW", "Asia/Taipei", TAIPEI),
    User("U0POHAN", "pohan", "陳柏翰", "zh-TW", "Asia/Taipei", TAIPEI, is_admin=True),
    User("U0EMMA", "emma", "Emma Clarke", "en-US", "Europe/London", 0),
    User("U0DAVID", "david", "David Wu", "en-US", "Asia/Taipei", TAIPEI),
)
STAFF = [user.id for user in USERS if not user.is_bot]
CHANNELS = (
    Channel("C0DESK", "社群小編", "客人的留言都在這裡。先看、再回、一起核准。", [BOT, *STAFF]),
    Channel("C0GENERAL", "general", "全店公告與閒聊", list(STAFF)),
)
GROUPS = (Group("S0APPROVERS", "approvers", "核准人 Approvers", ["U0POHAN"]),)
#: Commands, shortcuts, scopes and events as the product's app manifest asks for them (tests/sandbox/test_manifest.py).
COMMANDS = (
    {
        "command": "/engage",
        "description": "待處理的留言與目前狀況 What is waiting, and how things stand",
        "usage_hint": "help | queue | status | post | calendar | hold | resume | templates | proposals | unanswered",
    },
)
SHORTCUTS = (
    {"type": "global", "callback_id": "post.write", "name": "撰寫貼文 Write a post"},
    {"type": "message", "callback_id": "item.suggest_again", "name": "重新建議 Suggest again"},
)
#: Granted at the installation: what is required, and groups and files. Whoever installs an app may leave optional
#: scopes out, and here left out reading the channel; `POST /sandbox/slack/settings {"history": true}` grants it.
SCOPES = ("chat:write", "commands", "users:read", "usergroups:read", "files:read", "files:write")
HISTORY_SCOPES = ("channels:history", "groups:history")
#: Events the app is subscribed to; others are not delivered, as with a manifest.
EVENTS = ("app_home_opened", "app_uninstalled", "tokens_revoked")

"""A local Bot API server: the HTTP face of `telegram_chats`, with long polling, webhooks and faults on demand.
Written from core.telegram.org/bots/api: "Making requests", "getUpdates", "setWebhook", "getWebhookInfo", "getMe",
"sendMessage", "sendPhoto", "sendMediaGroup", "Sending files", "getChat", "getChatMember", "getChatMemberCount",
"ResponseParameters"; descriptions of errors as the open-source server (tdlib/telegram-bot-api) writes them. It never
leaves loopback.

`python -m tests.platforms.telegram_server --port 0` runs it alone and prints {"url", "token"} as one JSON line; people
then act through `POST /people/{method of Chats}` (JSON arguments), `GET /people/sent` and `POST /people/fault`.
"""

from __future__ import annotations

import argparse
import asyncio
import fnmatch
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientError, ClientSession, web

from tests.platforms.telegram_chats import BotApiError, Chats, Json

TOKEN = "7000000001:AAF-local-bot-api-server_0123456789"
KINDS = ("429", "500_before", "500_after", "hang_before", "hang_after", "reset_before", "reset_after")
ACTS = ("user", "chat", "channel", "say", "post", "edit", "delete", "migrate")


@dataclass
class Fault:
    """Spoils the next `times` calls of `method` (a pattern), before or after their effect."""

    method: str
    kind: str
    times: int = 1
    retry_after: int = 1
    hits: int = 0


class BotApi:
    """`async with BotApi() as api:` serves one bot at `api.url`; `api.chats` is what people do."""

    def __init__(self, *, port: int = 0, reads_all: bool = True) -> None:
        self.chats = Chats(reads_all=reads_all)
        self.chats.on_update = self._on_update
        self.token = TOKEN
        self.url = ""
        self.calls: list[tuple[str, Json]] = []
        """Every call as it came: method and arguments, refused ones included."""
        self.webhook: Json = {}
        self.faults: list[Fault] = []
        self._port = port
        self._news = asyncio.Event()
        self._poll: asyncio.Future[None] | None = None
        self._arrived = asyncio.Event()
        self._released = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._hooking: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=110_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._bot_call)
        app.router.add_get("/people/sent", self._people_sent)
        app.router.add_post("/people/fault", self._people_fault)
        app.router.add_post("/people/{act}", self._people_act)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.heal()
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        if self._hooking is not None:
            self._hooking.cancel()
        if self._runner is not None:
            await self._runner.cleanup()

    def revoke(self) -> None:
        """@BotFather gives the bot a new token; the old one is refused from now on."""
        self.token = "7000000001:AAF-another-token_0123456789abcdef"

    def fault(self, method: str, kind: str, *, times: int = 1, retry_after: int = 1) -> Fault:
        """Spoil the next `times` calls of `method` (a pattern such as `*`)."""
        if kind not in KINDS:
            raise ValueError(kind)
        self.faults.append(Fault(method, kind, times, retry_after))
        return self.faults[-1]

    def heal(self) -> None:
        """Clear all faults and let go of every call that hangs."""
        self.faults.clear()
        self._released.set()
        self._released = asyncio.Event()

    async def called(self, method: str) -> None:
        """Wait until `method` has been called; within whatever time-out the caller has set."""
        while method not in (name for name, _ in self.calls):
            self._arrived.clear()
            await self._arrived.wait()

    # -- requests ----------------------------------------------------------------------------------------------------

    async def _bot_call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        self.calls.append((method, arguments))
        self._arrived.set()
        fault = self._fault_for(method)
        when = fault.kind if fault else ""
        if fault and when == "429":
            after = fault.retry_after
            return _failure(BotApiError(429, f"Too Many Requests: retry after {after}", retry_after=after))
        if when.endswith("_before"):
            return await self._spoil(request, when)
        try:
            if request.match_info["token"] != self.token:
                raise BotApiError(401, "Unauthorized")
            answer = web.json_response({"ok": True, "result": await self._method(method, arguments)})
        except BotApiError as error:
            answer = _failure(error)
        return await self._spoil(request, when) if when.endswith("_after") else answer

    def _fault_for(self, method: str) -> Fault | None:
        for fault in self.faults:
            if fault.hits < fault.times and fnmatch.fnmatch(method, fault.method):
                fault.hits += 1
                return fault
        return None

    async def _spoil(self, request: web.Request, kind: str) -> web.StreamResponse:
        if kind.startswith("hang"):
            await self._released.wait()
        if not kind.startswith("500") and request.transport is not None:
            request.transport.abort()
        return _failure(BotApiError(500, "Internal Server Error"))

    async def _method(self, method: str, arguments: Json) -> Any:
        methods: dict[str, Callable[[Json], Awaitable[Any]]] = {
            "getme": self._get_me,
            "getupdates": self._get_updates,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._get_webhook_info,
            "sendmessage": self._send_message,
            "sendphoto": self._send_photo,
            "sendmediagroup": self._send_media_group,
            "getchat": self._get_chat,
            "getchatmember": self._get_chat_member,
            "getchatmembercount": self._get_chat_member_count,
        }
        if method.lower() not in methods:
            raise BotApiError(404, "Not Found: method not found")
        return await methods[method.lower()](arguments)

    async def _get_me(self, arguments: Json) -> Json:
        return self.chats.bot

    async def _send_message(self, arguments: Json) -> Json:
        return self.chats.send(arguments)

    async def _send_photo(self, arguments: Json) -> Json:
        return self.chats.send_photo(arguments)

    async def _send_media_group(self, arguments: Json) -> list[Json]:
        return self.chats.send_album(arguments)

    async def _get_chat(self, arguments: Json) -> Json:
        """Section "ChatFullInfo"."""
        state = self.chats.find(arguments.get("chat_id"))
        full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}
        linked = {"linked_chat_id": state.linked} if state.linked else {}
        return state.public() | full | linked

    async def _get_chat_member(self, arguments: Json) -> Json:
        """Section "ChatMember"."""
        state = self.chats.find(arguments.get("chat_id"))
        member: Json = {"status": state.status, "user": self.chats.bot}
        if state.status == "administrator":
            member |= _ADMINISTRATOR | state.rights
        elif state.status == "restricted":
            member |= _RESTRICTED | state.rights
        elif state.status == "kicked":
            member["until_date"] = 0
        return member

    async def _get_chat_member_count(self, arguments: Json) -> int:
        return self.chats.find(arguments.get("chat_id")).members

    # -- updates -----------------------------------------------------------------------------------------------------

    async def _get_updates(self, arguments: Json) -> list[Json]:
        """Section "getUpdates": an offset above an update's id confirms it; an unconfirmed one comes again."""
        if self.webhook:
            raise BotApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        chats = self.chats
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        mine = self._poll = asyncio.get_running_loop().create_future()
        if "allowed_updates" in arguments:
            chats.allowed = arguments["allowed_updates"]
        offset, limit = int(arguments.get("offset") or 0), min(max(int(arguments.get("limit") or 100), 1), 100)
        if offset < 0:
            del chats.updates[:offset]
        elif offset <= chats.tail + 10:  # an offset from before the ids were drawn anew is not honoured
            chats.updates = [update for update in chats.updates if update["update_id"] >= offset]
        end = asyncio.get_running_loop().time() + min(float(arguments.get("timeout") or 0), 50)
        while not chats.updates and (left := end - asyncio.get_running_loop().time()) > 0 and not mine.done():
            self._news.clear()
            waits = {asyncio.ensure_future(self._news.wait()), mine}
            await asyncio.wait(waits, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            (waits - {mine}).pop().cancel()
        if mine.done():
            raise BotApiError(
                409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        mine.set_result(None)
        return chats.updates[:limit]

    async def _set_webhook(self, arguments: Json) -> bool:
        """Section "setWebhook"; an address on loopback may be plain http, which Telegram's own server refuses."""
        url = str(arguments.get("url", ""))
        if url and not url.startswith(("https://", "http://127.0.0.1:")):
            raise BotApiError(400, "Bad Request: bad webhook: HTTPS URL must be provided for webhook")
        self.webhook = {"url": url, "secret": arguments.get("secret_token", "")} if url else {}
        if "allowed_updates" in arguments:
            self.chats.allowed = arguments["allowed_updates"]
        self._on_update()
        return True

    async def _delete_webhook(self, arguments: Json) -> bool:
        self.webhook = {}
        return True

    async def _get_webhook_info(self, arguments: Json) -> Json:
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.chats.updates),
        }

    def _on_update(self) -> None:
        self._news.set()
        if self.webhook and (self._hooking is None or self._hooking.done()):
            self._hooking = asyncio.get_running_loop().create_task(self._call_webhook())

    async def _call_webhook(self) -> None:
        """Section "setWebhook": one update a POST, repeated until the answer is 2xx."""
        async with ClientSession() as session:
            while self.webhook and self.chats.updates:
                update = self.chats.updates[0]
                headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret"]} if self.webhook["secret"] else {}
                try:
                    async with session.post(self.webhook["url"], json=update, headers=headers) as answer:
                        taken = 200 <= answer.status < 300
                except ClientError:
                    taken = False
                if taken:
                    self.chats.updates.remove(update)
                else:
                    await asyncio.sleep(0.2)

    # -- people ------------------------------------------------------------------------------------------------------

    async def _people_act(self, request: web.Request) -> web.Response:
        act = request.match_info["act"]
        if act not in ACTS:
            raise web.HTTPNotFound
        return web.json_response({"result": getattr(self.chats, act)(**await request.json())})

    async def _people_sent(self, request: web.Request) -> web.Response:
        return web.json_response({"sent": self.chats.sent})

    async def _people_fault(self, request: web.Request) -> web.Response:
        arguments = await request.json()
        if arguments:
            self.fault(**arguments)
        else:
            self.heal()
        return web.json_response({"faults": len(self.faults)})


_GIFTS = "unlimited_gifts limited_gifts unique_gifts premium_subscription gifts_from_channels"
_NO_GIFTS = dict.fromkeys(_GIFTS.split(), False)
_ADMINISTRATOR: Json = {
    "can_be_edited": False,
    "is_anonymous": False,
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": True,
    "can_restrict_members": False,
    "can_promote_members": False,
    "can_change_info": False,
    "can_invite_users": True,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
}
_MEMBER_RIGHTS = (
    "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos can_send_video_notes "
    "can_send_voice_notes can_send_polls can_send_other_messages can_add_web_page_previews can_change_info "
    "can_invite_users can_pin_messages can_manage_topics can_edit_tag can_react_to_messages"
)
_RESTRICTED: Json = {**dict.fromkeys(_MEMBER_RIGHTS.split(), False), "is_member": True, "until_date": 0}


async def _arguments(request: web.Request) -> Json:
    """Section "Making requests": a query string, a form, or JSON; in the first two, structures are JSON texts.

    A file of a form stands under its field's name, as bytes.
    """
    if request.content_type == "application/json":
        document: Json = await request.json()
        return document
    fields: Json = dict(request.query)
    for key, value in (await request.post()).items():
        fields[key] = value.file.read() if isinstance(value, web.FileField) else value
    return {key: _structure(key, value) if isinstance(value, str) else value for key, value in fields.items()}


def _structure(key: str, value: str) -> Any:
    structured = ("reply_parameters", "link_preview_options", "allowed_updates", "entities", "media")
    return json.loads(value) if key in structured else value


def _failure(error: BotApiError) -> web.Response:
    answer: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        answer["parameters"] = error.parameters
    return web.json_response(answer, status=error.code)


async def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description="a local Bot API server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--privacy", action="store_true", help="the bot sees only what is said to it")
    options = parser.parse_args()
    async with BotApi(port=options.port, reads_all=not options.privacy) as api:
        print(json.dumps({"url": api.url, "token": api.token}), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())

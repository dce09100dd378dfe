"""Uploads in Slack's three steps (ask for a URL, send the bytes, share) and their downloads.

It never answers the share with a message ts: neither does Slack.
"""

import mimetypes
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.slack import seed
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.messages import Content, Messages
from bot.sandbox.slack.model import File, Json
from bot.sandbox.slack.state import State

#: files.getUploadURLExternal `alt_txt` (docs).
ALT_MOST = 1000
#: files.completeUploadExternal `channels` (docs).
CHANNELS_MOST = 100


class Files:
    """The workspace's files."""

    def __init__(self, state: State, messages: Messages) -> None:
        self._state = state
        self._messages = messages

    def routes(self) -> list[web.RouteDef]:
        """Where bytes go in and out."""
        return [web.post("/upload/{id}", self._upload), web.get("/files/{id}/{name}", self._download)]

    def announce(self, name: str, length: int, alt: str) -> Json:
        """Step one: an id and a URL for `length` bytes."""
        if length <= 0:
            raise SlackError("invalid_arguments", "must be more than 0 [json-pointer:/length]")
        if len(alt) > ALT_MOST:
            raise SlackError("alt_txt_too_large")
        file = File(self._state.new_id("F"), name, length, seed.BOT)
        self._state.files[file.id] = file
        return {"upload_url": f"{self._state.origin}/upload/{file.id}", "file_id": file.id}

    def attach(self, user: str, name: str, content: bytes) -> Json:
        """A person puts a file into a window: what the window's value then says of it."""
        if not name or not content:
            raise SlackError("invalid_arguments", "must provide a name and content [json-pointer:/]")
        file = File(self._state.new_id("F"), name, len(content), user, content)
        self._state.files[file.id] = file
        return self.as_json(file)

    def share(self, listed: list[Json], channels: list[str], comment: str, thread_ts: str | None) -> Json:
        """Step three: give the files titles and post them."""
        if len(channels) > CHANNELS_MOST:
            raise SlackError("invalid_arguments", "no more than 100 items allowed [json-pointer:/channels]")
        files = []
        for entry in listed:
            file = self._state.files.get(str(entry.get("id")))
            if file is None or file.content is None or file.shared:
                raise SlackError("file_not_found")
            file.title = str(entry.get("title") or file.name)
            files.append(file)
        if not files:
            raise SlackError("invalid_arguments", "must provide at least 1 item [json-pointer:/files]")
        audiences = [self._messages.audience(name) for name in channels]
        content = self._messages.content({"text": comment}) if comment else Content("", [])
        for channel in audiences:
            self._messages.post(channel, content, thread_ts=thread_ts, files=[self.as_json(file) for file in files])
        for file in files:
            file.shared = True
        return {"files": [{"id": file.id, "title": file.title} for file in files]}

    def as_json(self, file: File) -> Json:
        """A file as messages carry it; `url_private` wants the bot's token or a signed-in person."""
        return {
            "id": file.id,
            "name": file.name,
            "title": file.title or file.name,
            "mimetype": _mime(file.name),
            "size": file.length,
            "user": file.user,
            "url_private": f"{self._state.origin}/files/{file.id}/{quote(file.name)}",
        }

    async def _upload(self, request: web.Request) -> web.Response:
        """Step two: the raw bytes, as many as announced."""
        file = self._state.files.get(request.match_info["id"])
        if file is None or file.shared:
            return web.Response(text="unknown upload", status=404)
        content = await request.read()
        if len(content) != file.length:
            return web.Response(text="the length differs from the one announced", status=400)
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def _download(self, request: web.Request) -> web.Response:
        """The bytes: for a browser of the sandbox's people without a token, for the app with the right one."""
        token = request.headers.get("Authorization")
        if token is not None and token != f"Bearer {seed.BOT_TOKEN}":
            return web.Response(status=403)
        if token is not None and "files:read" not in self._state.settings.granted:
            raise web.HTTPFound("/")  # as the real one sends whoever may not read to its sign-in page
        file = self._state.files.get(request.match_info["id"])
        if file is None or file.content is None or file.name != request.match_info["name"]:
            return web.Response(status=404)
        # Never rendered on our origin: an uploaded page must not become a page of ours.
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=file.content, content_type=_mime(file.name), headers=headers)


def _mime(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"

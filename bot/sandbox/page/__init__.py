"""Serves the one web page of the sandbox: static files, no build step, nothing from elsewhere.

It never fills in anything: the page asks the sandbox for its state and draws it.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from aiohttp import web

HERE = Path(str(files(__package__)))
#: Only our own files, no inline script or style: a hostile comment that got through drawing would still do nothing.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


async def _file(request: web.Request) -> web.StreamResponse:
    name = request.match_info.get("name", "index.html")
    path = (HERE / name).resolve()
    if not path.is_relative_to(HERE) or path.suffix not in TYPES or not path.is_file():
        raise web.HTTPNotFound
    headers = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
    return web.Response(body=path.read_bytes(), content_type=TYPES[path.suffix], charset="utf-8", headers=headers)


def routes() -> list[web.AbstractRouteDef]:
    """`/` and `/page/…`."""
    return [web.get("/", _file), web.get("/page/{name:.+}", _file)]

"""Links that answers name: https alone, with the parameters that tell where a click came from.
It never opens an address, and never changes what the address itself already says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from replies import fields
from replies.errors import BadTemplate
from replies.templates import Link

_URL = 500  # characters; with tracking it still fits where a platform counts a link by its length
_TRACKING = 100
_MEDIUM = "social"  # what Google Analytics files under "Organic Social" (support.google.com/analytics/answer/9756891)


def from_table(entry: Mapping[str, Any]) -> Link:
    """The link a `[[link]]` section describes. Raises `BadTemplate`."""
    fields.table(entry, "", ("id", "url", "tracking"))
    tracking = entry.get("tracking", {})
    if not isinstance(tracking, Mapping):
        raise BadTemplate("not_a_table", "tracking")
    return Link(
        fields.name(entry.get("id")),
        _https(entry.get("url")),
        {fields.name(key, f"tracking.{key}"): fields.text(value, f"tracking.{key}", _TRACKING)
         for key, value in tracking.items()},
    )  # fmt: skip


def address(link: Link, platform: str) -> str:
    """The link's address as it is written into a reply on `platform`.

    With `tracking`, also `utm_source` (the platform) and `utm_medium` ("social") unless it names them itself; what the
    address already holds is never said twice. Without, the address as it stands.
    """
    if not link.tracking:
        return link.url
    split = urlsplit(link.url)
    held = {key for key, _ in parse_qsl(split.query, keep_blank_values=True)}
    source = {"utm_source": platform.strip().casefold()} if platform.strip() else {}
    added = {
        key: value
        for key, value in ({**source, "utm_medium": _MEDIUM} | dict(link.tracking)).items()
        if key not in held
    }
    return urlunsplit(split._replace(query="&".join(filter(None, (split.query, urlencode(added))))))


def _https(value: object) -> str:
    url = fields.text(value, "url", _URL)
    try:
        split = urlsplit(url)
        fine = (
            split.scheme == "https" and bool(split.hostname) and "." in str(split.hostname) and "@" not in split.netloc
        )
        _ = split.port
    except ValueError:
        fine = False
    if not fine or any(character.isspace() or character in '<>"\\^`{|}' for character in url):  # RFC 3986 has none
        raise BadTemplate("url", "url")
    return url

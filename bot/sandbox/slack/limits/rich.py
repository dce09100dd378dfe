"""Rich text, tables and charts: blocks whose content is data of their own. Numbers from the Block Kit reference.

It never parses text: a `text` part is literal.
"""

from collections.abc import Iterator

from bot.sandbox.slack.limits import objects as of
from bot.sandbox.slack.limits.rules import (
    Place,
    Rule,
    array,
    boolean,
    by_type,
    number,
    one_of,
    shape,
    string,
    unless,
    url,
)
from bot.sandbox.slack.model import Json

_FACES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_style = shape({}, dict.fromkeys(_FACES, boolean))
_styled: dict[str, Rule] = {"style": _style}
_text = shape({"text": string()}, _styled)
_link = shape(
    {"url": url(of.URL_MOST)},
    {**_styled, "text": string(), "unsafe": boolean},
)
_PARTS: dict[str, Rule] = {
    "text": _text,
    "link": _link,
    "emoji": shape({"name": string()}, {**_styled, "unicode": string(), "skin_tone": number(1, 6)}),
    "user": shape({"user_id": of.ident}, _styled),
    "usergroup": shape({"usergroup_id": of.ident}, _styled),
    "channel": shape({"channel_id": of.ident}, _styled),
    "team": shape({"team_id": of.ident}, _styled),
    "broadcast": shape({"range": one_of("here", "channel", "everyone")}, _styled),
    "color": shape({"value": string(pattern=r"#[0-9A-Fa-f]{6}")}, _styled),
    "date": shape(
        {"timestamp": number(0), "format": string()},
        {**_styled, "url": url(of.URL_MOST), "fallback": string()},
    ),
}
_border = number(0, 1)
_parts = array(by_type(_PARTS))
_section = shape({"elements": _parts})
rich_fields: dict[str, Rule] = {
    "elements": array(
        by_type(
            {
                "rich_text_section": _section,
                "rich_text_quote": shape({"elements": _parts}, {"border": _border}),
                "rich_text_preformatted": shape(
                    {"elements": array(by_type({"text": _text, "link": _link}))},
                    {"border": _border, "language": string()},
                ),
                "rich_text_list": shape(
                    {
                        "style": one_of("bullet", "ordered"),
                        "elements": array(by_type({"rich_text_section": _section})),
                    },
                    {"indent": number(0, 8), "offset": number(0), "border": _border},
                ),
            }
        )
    )
}

_raw = {
    "raw_text": shape({"text": string()}),
    "raw_number": shape({"value": number(whole=False)}, {"text": string()}),
}
_rich_cell = {"rich_text": shape(rich_fields, {"block_id": of.block_id})}
_cell = by_type({**_raw, **_rich_cell})
ROWS_MOST, CELLS_MOST = 100, 20

table = shape(
    {"rows": array(array(_cell, CELLS_MOST), ROWS_MOST)},
    {
        "block_id": of.block_id,
        "column_settings": array(
            shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean}), CELLS_MOST
        ),
    },
)


def _ragged(value: Json) -> bool:
    return len({len(row) for row in value["rows"]}) > 1


def _rich_head(value: object, at: Place) -> Iterator[str]:
    rows = value["rows"] if isinstance(value, dict) else []
    for index, cell in enumerate(rows[0]):
        yield from by_type(_raw)(cell, at / "rows" / 0 / index)


#: A header and at most 100 rows (a newer client's page says 200; the lower number holds everywhere).
data_table = shape(
    {"caption": string(), "rows": array(array(_cell, CELLS_MOST), ROWS_MOST + 1, least=2)},
    {
        "block_id": of.block_id,
        "page_size": number(1, 100),
        "row_header_column_index": number(0, CELLS_MOST - 1),
    },
    unless(_ragged, "every row must have the same number of cells", "rows"),
    _rich_head,
)

_label = string(20)
_point = shape({"label": _label, "value": number(whole=False)})


def _uneven(value: Json) -> bool:
    """Whether a series lacks a point for some category, or brings one of its own."""
    categories = value["axis_config"]["categories"]
    return any([point["label"] for point in one["data"]] != categories for one in value["series"])


def _namesakes(value: Json) -> bool:
    return len({one["name"] for one in value["series"]}) < len(value["series"])


_plot = shape(
    {
        # A newer source says 12 series and 20 categories; 6 holds everywhere.
        "series": array(shape({"name": _label, "data": array(_point)}), 6),
        "axis_config": shape({"categories": array(_label, 20)}, {"x_label": string(50), "y_label": string(50)}),
    },
    None,
    unless(_uneven, "every series must have one point for each category, in order", "series"),
    unless(_namesakes, "series names must be unique", "series"),
)
_slice = shape(
    {"label": _label, "value": number(whole=False)},
    None,
    unless(
        lambda value: bool(value["value"] <= 0),
        "must be more than 0",
        "value",
    ),
)
chart = shape(
    {
        "title": string(50),
        "chart": by_type(
            {
                "pie": shape({"segments": array(_slice, 6)}),
                "bar": _plot,
                "area": _plot,
                "line": _plot,
            }
        ),
    },
    {"block_id": of.block_id},
)

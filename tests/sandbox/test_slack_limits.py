"""Every limit of Block Kit, modals and Home: accepted at the limit, refused over it, with Slack's pointer.

One row a limit: what it is called, where it is, a builder of the payload from a number, the limit, the pointer.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import limits
from tests.sandbox.conftest import DESK, PINYU, Json, refused

Build = Callable[[int], Any]
X = "x"


def plain(n: int) -> Json:
    return {"type": "plain_text", "text": X * n}


def mrkdwn(n: int) -> Json:
    return {"type": "mrkdwn", "text": X * n}


def option(text: int = 1, value: int = 1, **more: object) -> Json:
    return {"text": plain(text), "value": X * value, **more}


def section(**more: object) -> Json:
    return {"type": "section", "text": plain(1), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(**more: object) -> Json:
    return {"type": "button", "text": plain(1), **more}


def select(**more: object) -> Json:
    return {"type": "static_select", "options": [option()], **more}


def field(element: Json | None = None, **more: object) -> Json:
    return {
        "type": "input",
        "label": plain(1),
        "element": element or {"type": "plain_text_input"},
        **more,
    }


def image(**more: object) -> Json:
    return {"type": "image", "image_url": "https://a.example/x.png", "alt_text": X, **more}


def address(n: int) -> str:
    return "https://a.example/".ljust(n, "x")


def confirm(title: int = 1, text: int = 1, yes: int = 1, no: int = 1) -> Json:
    return {"title": plain(title), "text": plain(text), "confirm": plain(yes), "deny": plain(no)}


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(parts)}]}


def raw(n: int = 1) -> Json:
    return {"type": "raw_text", "text": X * n}


def table(rows: int = 1, cells: int = 1, **more: object) -> Json:
    return {"type": "table", "rows": [[raw()] * cells] * rows, **more}


def data_table(rows: int = 2, cells: int = 1, **more: object) -> Json:
    return {**table(rows, cells), "type": "data_table", "caption": X, **more}


def chart(series: int = 1, name: int = 1, labels: int = 1, title: int = 1, axis: int = 1) -> Json:
    category = X * labels
    data = [{"label": category, "value": 1}]
    lines = [{"name": f"{number}".ljust(name, "x"), "data": data} for number in range(series)]
    axes = {"categories": [category], "x_label": X * axis}
    plot = {"type": "line", "series": lines, "axis_config": axes}
    return {"type": "data_visualization", "title": X * title, "chart": plot}


def pie(n: int) -> Json:
    slices = [{"label": f"{number}", "value": 1} for number in range(n)]
    return {"type": "data_visualization", "title": X, "chart": {"type": "pie", "segments": slices}}


def container(children: int = 1, title: int = 1, subtitle: int = 1) -> Json:
    return {
        "type": "container",
        "title": plain(title),
        "subtitle": plain(subtitle),
        "child_blocks": [{"type": "divider"} for _ in range(children)],
    }


class Row(NamedTuple):
    """One limit: `most` is accepted, one more refused at `pointer`."""

    name: str
    surface: str
    build: Build
    most: int
    pointer: str


def on(surface: str, name: str, block: Build, most: int, pointer: str) -> Row:
    """A limit inside one block, which is the only one."""
    return Row(name, surface, lambda n: [block(n)], most, f"/blocks/0{pointer}")


MESSAGE = [
    Row("blocks a message", "message", lambda n: [{"type": "divider"}] * n, 50, "/blocks"),
    on("message", "block_id", lambda n: section(block_id=X * n), 255, "/block_id"),
    on("message", "section text", lambda n: {"type": "section", "text": mrkdwn(n)}, 3000, "/text/text"),
    on("message", "section fields", lambda n: section(fields=[plain(1)] * n), 10, "/fields"),
    on("message", "section field", lambda n: section(fields=[mrkdwn(n)]), 2000, "/fields/0/text"),
    on("message", "header", lambda n: {"type": "header", "text": plain(n)}, 150, "/text/text"),
    on("message", "context", lambda n: {"type": "context", "elements": [plain(1)] * n}, 10, "/elements"),
    on("message", "actions", lambda n: actions(*[button()] * n), 25, "/elements"),
    on("message", "input label", lambda n: field(label=plain(n)), 2000, "/label/text"),
    on("message", "input hint", lambda n: field(hint=plain(n)), 2000, "/hint/text"),
    on("message", "image url", lambda n: image(image_url=address(n)), 3000, "/image_url"),
    on("message", "image alt text", lambda n: image(alt_text=X * n), 2000, "/alt_text"),
    on("message", "image title", lambda n: image(title=plain(n)), 2000, "/title/text"),
    on("message", "markdown", lambda n: {"type": "markdown", "text": X * n}, 12_000, "/text"),
    on("message", "context actions", lambda n: context_actions(n), 5, "/elements"),
    on("message", "card title", lambda n: {"type": "card", "title": plain(n)}, 150, "/title/text"),
    on(
        "message",
        "card subtitle",
        lambda n: {"type": "card", "title": plain(1), "subtitle": plain(n)},
        150,
        "/subtitle/text",
    ),
    on("message", "card body", lambda n: {"type": "card", "body": mrkdwn(n)}, 200, "/body/text"),
    on("message", "carousel", lambda n: carousel(n), 10, "/elements"),
    on("message", "container", lambda n: container(children=n), 10, "/child_blocks"),
    on("message", "container title", lambda n: container(title=n), 150, "/title/text"),
    on("message", "container subtitle", lambda n: container(subtitle=n), 150, "/subtitle/text"),
    on("message", "video title", lambda n: video(title=plain(n)), 199, "/title/text"),
    on("message", "video author", lambda n: video(author_name=X * n), 49, "/author_name"),
    on("message", "button text", lambda n: actions(button(text=plain(n))), 75, "/elements/0/text/text"),
    on("message", "button value", lambda n: actions(button(value=X * n)), 2000, "/elements/0/value"),
    on("message", "button url", lambda n: actions(button(url=address(n))), 3000, "/elements/0/url"),
    on(
        "message",
        "button label for screen readers",
        lambda n: actions(button(accessibility_label=X * n)),
        75,
        "/elements/0/accessibility_label",
    ),
    on("message", "action_id", lambda n: actions(button(action_id=X * n)), 255, "/elements/0/action_id"),
    on(
        "message",
        "confirm title",
        lambda n: actions(button(confirm=confirm(title=n))),
        100,
        "/elements/0/confirm/title/text",
    ),
    on(
        "message",
        "confirm text",
        lambda n: actions(button(confirm=confirm(text=n))),
        300,
        "/elements/0/confirm/text/text",
    ),
    on(
        "message",
        "confirm yes",
        lambda n: actions(button(confirm=confirm(yes=n))),
        30,
        "/elements/0/confirm/confirm/text",
    ),
    on(
        "message",
        "confirm no",
        lambda n: actions(button(confirm=confirm(no=n))),
        30,
        "/elements/0/confirm/deny/text",
    ),
    on("message", "select options", lambda n: actions(select(options=[option()] * n)), 100, "/elements/0/options"),
    on(
        "message",
        "option groups",
        lambda n: actions({"type": "static_select", "option_groups": [group()] * n}),
        100,
        "/elements/0/option_groups",
    ),
    on(
        "message",
        "option group label",
        lambda n: actions({"type": "static_select", "option_groups": [group(n)]}),
        75,
        "/elements/0/option_groups/0/label/text",
    ),
    on(
        "message",
        "option text",
        lambda n: actions(select(options=[option(text=n)])),
        75,
        "/elements/0/options/0/text/text",
    ),
    on(
        "message",
        "option value",
        lambda n: actions(select(options=[option(value=n)])),
        150,
        "/elements/0/options/0/value",
    ),
    on(
        "message",
        "option description",
        lambda n: actions(select(options=[option(description=plain(n))])),
        75,
        "/elements/0/options/0/description/text",
    ),
    on(
        "message",
        "placeholder",
        lambda n: actions(select(placeholder=plain(n))),
        150,
        "/elements/0/placeholder/text",
    ),
    on("message", "overflow", lambda n: actions(choice("overflow", n)), 5, "/elements/0/options"),
    on("message", "checkboxes", lambda n: actions(choice("checkboxes", n)), 10, "/elements/0/options"),
    on("message", "radio buttons", lambda n: actions(choice("radio_buttons", n)), 10, "/elements/0/options"),
    on("message", "table rows", lambda n: table(rows=n), 100, "/rows"),
    on("message", "table cells", lambda n: table(cells=n), 20, "/rows/0"),
    on("message", "table columns", lambda n: table(column_settings=[{}] * n), 20, "/column_settings"),
    Row("table text", "message", lambda n: [{"type": "table", "rows": [[raw(n)]]}], 10_000, "/blocks"),
    on("message", "data table rows", lambda n: data_table(rows=n), 101, "/rows"),
    on("message", "data table cells", lambda n: data_table(cells=n), 20, "/rows/0"),
    on("message", "data table page", lambda n: data_table(page_size=n), 100, "/page_size"),
    Row("tables a message", "message", lambda n: [table()] * n, 1, "/blocks"),
    Row("charts a message", "message", lambda n: [pie(1)] * n, 2, "/blocks"),
    on("message", "chart title", lambda n: chart(title=n), 50, "/title"),
    on("message", "chart series", lambda n: chart(series=n), 6, "/chart/series"),
    on("message", "chart series name", lambda n: chart(name=n), 20, "/chart/series/0/name"),
    on("message", "chart label", lambda n: chart(labels=n), 20, "/chart/axis_config/categories/0"),
    on("message", "chart axis", lambda n: chart(axis=n), 50, "/chart/axis_config/x_label"),
    on("message", "pie", lambda n: pie(n), 6, "/chart/segments"),
    on("message", "list indent", lambda n: bullets(n), 8, "/elements/0/indent"),
]
MODAL = [
    Row("blocks a modal", "modal", lambda n: modal([{"type": "divider"}] * n), 100, "/view/blocks"),
    Row("title", "modal", lambda n: modal(title=plain(n)), 24, "/view/title/text"),
    Row("submit", "modal", lambda n: modal(submit=plain(n)), 24, "/view/submit/text"),
    Row("close", "modal", lambda n: modal(close=plain(n)), 24, "/view/close/text"),
    Row("callback_id", "modal", lambda n: modal(callback_id=X * n), 255, "/view/callback_id"),
    Row("external_id", "modal", lambda n: modal(external_id=X * n), 255, "/view/external_id"),
    Row("metadata", "modal", lambda n: modal(private_metadata=X * n), 3000, "/view/private_metadata"),
    Row("max_length", "modal", lambda n: asks(max_length=n), 3000, "/view/blocks/0/element/max_length"),
    Row("min_length", "modal", lambda n: asks(min_length=n), 3000, "/view/blocks/0/element/min_length"),
    Row(
        "initial text",
        "modal",
        lambda n: asks(initial_value=X * n),
        3000,
        "/view/blocks/0/element/initial_value",
    ),
    Row(
        "files to upload",
        "modal",
        lambda n: modal([field({"type": "file_input", "max_files": n})]),
        10,
        "/view/blocks/0/element/max_files",
    ),
    Row("alert", "modal", lambda n: modal([{"type": "alert", "text": plain(n)}]), 200, "/view/blocks/0/text/text"),
    Row(
        "elements in focus",
        "modal",
        lambda n: modal([field({"type": "plain_text_input", "focus_on_load": True})] * n),
        1,
        "/view/blocks",
    ),
]
HOME = [
    Row("blocks a Home", "home", lambda n: home([{"type": "divider"}] * n), 100, "/view/blocks"),
    Row("metadata of Home", "home", lambda n: home(private_metadata=X * n), 3000, "/view/private_metadata"),
]


def group(label: int = 1) -> Json:
    return {"label": plain(label), "options": [option()]}


def choice(kind: str, n: int) -> Json:
    return {"type": kind, "options": [option()] * n}


def context_actions(n: int) -> Json:
    trash = {"type": "icon_button", "icon": "trash", "text": plain(1)}
    return {"type": "context_actions", "elements": [trash] * n}


def carousel(n: int) -> Json:
    return {"type": "carousel", "elements": [{"type": "card", "title": plain(1)}] * n}


def video(**more: object) -> Json:
    urls = {"video_url": "https://a.example/v", "thumbnail_url": "https://a.example/t"}
    return {"type": "video", "title": plain(1), "alt_text": X, **urls, **more}


def bullets(indent: int) -> Json:
    line = {"type": "rich_text_section", "elements": [{"type": "text", "text": X}]}
    listed = {"type": "rich_text_list", "style": "bullet", "indent": indent, "elements": [line]}
    return {"type": "rich_text", "elements": [listed]}


def modal(blocks: list[Json] | None = None, **more: object) -> Json:
    held = [section()] if blocks is None else blocks
    return {"type": "modal", "title": plain(1), "submit": plain(1), "blocks": held, **more}


def asks(**more: object) -> Json:
    return modal([field({"type": "plain_text_input", **more})])


def home(blocks: list[Json] | None = None, **more: object) -> Json:
    return {"type": "home", "blocks": [section()] if blocks is None else blocks, **more}


def judge(surface: str, payload: Any) -> list[str]:
    """What the tables say."""
    return limits.check_blocks(payload, "message") if surface == "message" else limits.check_view(payload, surface)


@pytest.mark.parametrize("row", [*MESSAGE, *MODAL, *HOME], ids=lambda row: row.name)
def test_limit_holds_at_its_number_and_not_over_it(row: Row) -> None:
    assert judge(row.surface, row.build(row.most)) == []
    over = judge(row.surface, row.build(row.most + 1))
    assert row.pointer in [limits.split(problem)[1] for problem in over], over


NOT_A_BLOCK = {
    "an unknown block": ([{"type": "poem"}], "/blocks/0/type"),
    "a block without a type": ([{"text": plain(1)}], "/blocks/0"),
    "a file block, which apps cannot post": (
        [{"type": "file", "external_id": X, "source": "remote"}],
        "/blocks/0/type",
    ),
    "an alert outside a modal": ([{"type": "alert", "text": plain(1)}], "/blocks/0/type"),
    "a file input outside a modal": ([field({"type": "file_input"})], "/blocks/0/element/type"),
    "a field nobody knows": ([section(colour="red")], "/blocks/0"),
    "a section that says nothing": ([{"type": "section"}], "/blocks/0"),
    "a header in mrkdwn": ([{"type": "header", "text": mrkdwn(1)}], "/blocks/0/text/type"),
    "a bare string for a text object": ([{"type": "header", "text": X}], "/blocks/0/text"),
    "an empty text": ([{"type": "section", "text": plain(0)}], "/blocks/0/text/text"),
    "a button in mrkdwn": ([actions(button(text=mrkdwn(1)))], "/blocks/0/elements/0/text/type"),
    "a style nobody knows": ([actions(button(style="gold"))], "/blocks/0/elements/0/style"),
    "a script for a link": ([actions(button(url="javascript:alert(1)"))], "/blocks/0/elements/0/url"),
    "a link with a blank in it": ([actions(button(url="https://a.example/a b"))], "/blocks/0/elements/0/url"),
    "a picture without words": ([{"type": "image", "image_url": "https://a.example/x"}], "/blocks/0"),
    "a text field among buttons": ([actions({"type": "plain_text_input"})], "/blocks/0/elements/0/type"),
    "a date and time beside a section": ([section(accessory={"type": "datetimepicker"})], "/blocks/0/accessory/type"),
    "a choice that is not offered": (
        [actions(select(initial_option=option(value=2)))],
        "/blocks/0/elements/0/initial_option",
    ),
    "options and groups together": ([actions(select(option_groups=[group()]))], "/blocks/0/elements/0"),
    "an empty menu": ([actions(select(options=[]))], "/blocks/0/elements/0/options"),
    "an empty row of buttons": ([actions()], "/blocks/0/elements"),
    "a confirm without a no": (
        [actions(button(confirm={"title": plain(1), "text": plain(1), "confirm": plain(1)}))],
        "/blocks/0/elements/0/confirm",
    ),
    "a day that is none": (
        [actions({"type": "datepicker", "initial_date": "2026-13-01"})],
        "/blocks/0/elements/0/initial_date",
    ),
    "a block_id used twice": ([section(block_id="a"), section(block_id="a")], "/blocks/1/block_id"),
    "an action_id used twice in a block": (
        [actions(button(action_id="a"), button(action_id="a"))],
        "/blocks/0",
    ),
    "rich text without words": ([rich({"type": "text", "text": ""})], "/blocks/0/elements/0/elements/0/text"),
    "rich text linking to a script": (
        [rich({"type": "link", "url": "javascript:alert(1)"})],
        "/blocks/0/elements/0/elements/0/url",
    ),
    "a table head in rich text": (
        [data_table() | {"rows": [[rich({"type": "text", "text": X})], [raw()]]}],
        "/blocks/0/rows/0/0/type",
    ),
    "rows of different length": ([data_table() | {"rows": [[raw()], [raw(), raw()]]}], "/blocks/0/rows"),
    "a series that lacks a category": (
        [
            chart()
            | {
                "chart": {
                    "type": "bar",
                    "series": [{"name": X, "data": [{"label": "a", "value": 1}]}],
                    "axis_config": {"categories": ["a", "b"]},
                }
            }
        ],
        "/blocks/0/chart/series",
    ),
    "an empty slice of a pie": (
        [pie(1) | {"chart": {"type": "pie", "segments": [{"label": X, "value": 0}]}}],
        "/blocks/0/chart/segments/0/value",
    ),
    "a container in a container": ([container() | {"child_blocks": [container()]}], "/blocks/0/child_blocks/0/type"),
    "too much markdown together": (
        [{"type": "markdown", "text": X * 7000}, {"type": "markdown", "text": X * 7000}],
        "/blocks",
    ),
}


@pytest.mark.parametrize("what", NOT_A_BLOCK)
def test_message_never_holds(what: str) -> None:
    blocks, pointer = NOT_A_BLOCK[what]
    assert pointer in [limits.split(problem)[1] for problem in judge("message", blocks)]


NOT_A_VIEW = {
    "no title": ("modal", {"type": "modal", "blocks": [section()]}, "missing required field: title", "/view"),
    "no blocks": ("modal", modal([]), "must provide at least 1 items", "/view/blocks"),
    "an input without submit": (
        "modal",
        {"type": "modal", "title": plain(1), "blocks": [field()]},
        "missing required field: submit",
        "/view",
    ),
    "what Slack adds to a view": ("modal", modal(hash="1.x"), "invalid additional property: hash", "/view"),
    "a title on Home": ("home", home(title=plain(1)), "invalid additional property: title", "/view"),
    "a table": ("modal", modal([table()]), "unsupported type: table", "/view/blocks/0/type"),
    "markdown on Home": (
        "home",
        home([{"type": "markdown", "text": X}]),
        "unsupported type: markdown",
        "/view/blocks/0/type",
    ),
    "a Home in a modal": ("modal", home(), "unsupported type: home", "/view/type"),
    "lengths the wrong way round": (
        "modal",
        asks(min_length=9, max_length=3),
        "min_length must not exceed max_length",
        "/view/blocks/0/element/min_length",
    ),
    "more initial text than fits": (
        "modal",
        asks(initial_value="xxxx", max_length=3),
        "initial_value must not exceed max_length",
        "/view/blocks/0/element/initial_value",
    ),
}


@pytest.mark.parametrize("what", NOT_A_VIEW)
def test_view_never_holds(what: str) -> None:
    kind, view, words, pointer = NOT_A_VIEW[what]
    assert (words, pointer) in [limits.split(problem) for problem in judge(kind, view)]


def test_emoji_counts_as_two_as_the_strictest_reading_has_it() -> None:
    assert judge("message", [{"type": "header", "text": {"type": "plain_text", "text": "☕️" * 75}}]) == []
    assert judge("message", [{"type": "header", "text": {"type": "plain_text", "text": "🥐" * 76}}]) != []


def test_everything_at_once_is_accepted() -> None:
    everything = [
        section(accessory=button(url="https://a.example/"), fields=[mrkdwn(1)], expand=True),
        {"type": "context", "elements": [image(), mrkdwn(1)]},
        actions(
            *({"type": kind} for kind in ("users_select", "channels_select", "datepicker", "timepicker")),
            {"type": "datetimepicker", "initial_date_time": 1_800_000_000},
            select(initial_option=option(), confirm=confirm(), placeholder=plain(3)),
        ),
        rich(
            {"type": "text", "text": "<!channel> *literal*", "style": {"bold": True}},
            {"type": "emoji", "name": "coffee"},
            {"type": "link", "url": "https://a.example/", "text": X},
            {"type": "date", "timestamp": 1_800_000_000, "format": "{date}", "fallback": X},
        ),
    ]
    assert judge("message", everything) == []


async def test_web_api_says_invalid_blocks_with_the_pointer(web: AsyncWebClient) -> None:
    answer = await refused(web.chat_postMessage(channel=DESK, text=X, blocks=[{"type": "header", "text": plain(151)}]))
    assert answer["error"] == "invalid_blocks"
    said = "must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    assert answer["errors"] == [said]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {said}"]


async def test_web_api_says_invalid_arguments_for_a_view(web: AsyncWebClient) -> None:
    answer = await refused(web.views_publish(user_id=PINYU, view=home([{"type": "poem"}])))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] unsupported type: poem [json-pointer:/view/blocks/0/type]"
    ]


async def test_blocks_validate_judges_without_sending(web: AsyncWebClient) -> None:
    assert (await web.blocks_validate(blocks=[section()]))["ok"] is True
    answer = await refused(web.blocks_validate(view=modal(title=plain(25))))
    assert answer["error"] == "invalid_view"
    assert answer["errors"][0]["pointer"] == "/view/title/text"
    both = await refused(web.blocks_validate(blocks=[section()], view=modal()))
    assert both["error"] == "invalid_arguments"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({}, "no_text"),
        ({"text": "  "}, "no_text"),
        ({"text": X * 4001}, "msg_too_long"),
        ({"markdown_text": X * 12_001}, "msg_too_long"),
        ({"markdown_text": X, "text": X}, "markdown_text_conflict"),
        ({"text": X, "blocks": "not json"}, "invalid_blocks_format"),
        ({"text": X, "blocks": json.dumps(["no object"])}, "invalid_blocks_format"),
        ({"text": X, "blocks": [section(text=mrkdwn(2900)) for _ in range(5)]}, "msg_blocks_too_long"),
        ({"text": X, "metadata": {"event_type": 1}}, "invalid_metadata_format"),
        ({"text": X, "metadata": {"event_type": X, "event_payload": {"a": X * 9000}}}, "metadata_too_large"),
    ],
)
async def test_message_is_refused_with_slacks_word(web: AsyncWebClient, said: Json, error: str) -> None:
    answer = await refused(web.api_call("chat.postMessage", json={"channel": DESK, **said}))
    assert answer["error"] == error


async def test_view_over_its_size_is_too_large(web: AsyncWebClient) -> None:
    heavy = [section(text=plain(2900)) for _ in range(90)]
    answer = await refused(web.views_publish(user_id=PINYU, view=home(heavy)))
    assert answer["error"] == "view_too_large"


async def test_text_at_the_limit_is_taken(web: AsyncWebClient) -> None:
    assert (await web.chat_postMessage(channel=DESK, text=X * 4000))["ok"] is True

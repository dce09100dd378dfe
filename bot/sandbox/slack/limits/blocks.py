"""Every block, its limits and the surfaces it may appear on. Numbers from the Block Kit reference.

It never compares blocks with each other: that is done over the whole payload.
"""

from bot.sandbox.slack.limits import interactive, rich
from bot.sandbox.slack.limits import objects as of
from bot.sandbox.slack.limits.rules import (
    Rule,
    any_of,
    array,
    boolean,
    by_type,
    every,
    just_one_of,
    late,
    one_of,
    only_on,
    shape,
    string,
    url,
)

_id: dict[str, Rule] = {"block_id": of.block_id}
_everywhere = ("message", "modal", "home")

card = shape(
    {},
    {
        **_id,
        "hero_image": of.image,
        "icon": of.image,
        "title": of.marked(150),
        "subtitle": of.marked(150),
        "body": of.marked(200),
        "actions": array(interactive.in_card),
    },
    any_of("hero_image", "title", "actions", "body"),
)
_url_source = by_type({"url": shape({"url": url(of.URL_MOST), "text": string()})})
_rich_text = by_type({"rich_text": shape(rich.rich_fields, _id)})
_task: dict[str, Rule] = {
    **_id,
    "details": _rich_text,
    "output": _rich_text,
    "sources": array(_url_source),
    "status": one_of("pending", "in_progress", "complete", "error"),
}
task_card = shape({"task_id": string(), "title": string()}, _task)


def _child() -> Rule:
    return child


#: Block -> (where it may appear, what it must look like).
_TABLE: dict[str, tuple[tuple[str, ...], Rule]] = {
    "section": (
        _everywhere,
        shape(
            {},
            {
                **_id,
                "text": of.marked(3000),
                "fields": array(of.marked(2000), 10),
                "accessory": interactive.in_section,
                "expand": boolean,
            },
            any_of("text", "fields"),
        ),
    ),
    "header": (_everywhere, shape({"text": of.plain(150)}, _id)),
    "divider": (_everywhere, shape({}, _id)),
    "context": (
        _everywhere,
        shape(
            {
                "elements": array(
                    by_type({"image": of.image, "plain_text": of.plain(3000), "mrkdwn": of.mrkdwn(3000)}),
                    10,
                )
            },
            _id,
        ),
    ),
    "actions": (_everywhere, shape({"elements": array(interactive.in_actions, 25)}, _id)),
    "input": (
        _everywhere,
        shape(
            {"label": of.plain(2000), "element": interactive.in_input},
            {**_id, "hint": of.plain(2000), "optional": boolean, "dispatch_action": boolean},
        ),
    ),
    "image": (
        _everywhere,
        shape(
            {"alt_text": string(of.ALT_MOST)},
            {**_id, **of.image_fields, "title": of.plain(2000)},
            just_one_of("image_url", "slack_file"),
        ),
    ),
    "video": (
        _everywhere,
        shape(
            {
                "title": of.plain(199),
                "alt_text": string(of.ALT_MOST),
                "video_url": url(of.URL_MOST, ("https",)),
                "thumbnail_url": url(of.URL_MOST),
            },
            {
                **_id,
                "title_url": url(of.URL_MOST, ("https",)),
                "description": of.plain(200),
                "author_name": string(49),
                "provider_name": string(49),
                "provider_icon_url": url(of.URL_MOST),
            },
        ),
    ),
    "rich_text": (_everywhere, shape(rich.rich_fields, _id)),
    "card": (_everywhere, card),
    "carousel": (
        ("message", "home"),
        shape({"elements": array(by_type({"card": card}), 10)}, _id),
    ),
    "container": (
        ("message",),
        shape(
            {"child_blocks": array(late(_child), 10)},
            {
                **_id,
                "title": of.plain(150),
                "rich_text_title": _rich_text,
                "subtitle": of.marked(150),
                "icon": of.image,
                "width": one_of("narrow", "standard", "wide", "full"),
                "is_collapsible": boolean,
                "default_collapsed": boolean,
                "has_header_divider": boolean,
            },
            any_of("title", "rich_text_title"),
        ),
    ),
    "markdown": (("message",), shape({"text": string(12_000)}, _id)),
    "table": (("message",), rich.table),
    "data_table": (("message",), rich.data_table),
    "data_visualization": (("message",), rich.chart),
    "context_actions": (
        ("message",),
        shape({"elements": array(interactive.in_context_actions, 5)}, _id),
    ),
    "task_card": (("message",), task_card),
    "plan": (("message",), shape({"title": string()}, {**_id, "tasks": array(by_type({"task_card": task_card}))})),
    "alert": (
        ("modal",),
        shape(
            {"text": of.marked(200)},
            {**_id, "level": one_of("default", "info", "warning", "error", "success")},
        ),
    ),
}
#: "file" is not here: Slack shows such blocks, an app cannot post one.
BLOCKS = {name: every(only_on(*where), rule) for name, (where, rule) in _TABLE.items()}

_CHILDREN = (
    "actions",
    "context",
    "divider",
    "header",
    "image",
    "input",
    "rich_text",
    "section",
    "table",
    "video",
)
block = by_type(BLOCKS)
child: Rule = by_type({name: BLOCKS[name] for name in _CHILDREN})

"""Composition objects: text, options, confirmations, images. Numbers from the Block Kit reference.

It never names a block.
"""

from bot.sandbox.slack.limits.rules import (
    Rule,
    any_of,
    array,
    boolean,
    by_type,
    just_one_of,
    number,
    one_of,
    shape,
    string,
    url,
)

URL_MOST = 3000
ALT_MOST = 2000

block_id = string(255)
action_id = string(255)
ident = string(100, pattern=r"[A-Z][A-Z0-9]+")
date = string(pattern=r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
clock = string(pattern=r"(?:[01]\d|2[0-3]):[0-5]\d")
#: datetimepicker: seconds of the epoch in ten digits.
epoch = number(1_000_000_000, 9_999_999_999)
style = one_of("primary", "danger")


def plain(most: int) -> Rule:
    """A plain_text object."""
    return by_type({"plain_text": shape({"text": string(most)}, {"emoji": boolean})})


def marked(most: int) -> Rule:
    """A plain_text or mrkdwn object."""
    return by_type(
        {
            "plain_text": shape({"text": string(most)}, {"emoji": boolean}),
            "mrkdwn": shape({"text": string(most)}, {"verbatim": boolean}),
        }
    )


def mrkdwn(most: int) -> Rule:
    """A mrkdwn object."""
    return by_type({"mrkdwn": shape({"text": string(most)}, {"verbatim": boolean})})


confirm = shape({"title": plain(100), "text": marked(300), "confirm": plain(30), "deny": plain(30)}, {"style": style})


def option(text: Rule, **more: Rule) -> Rule:
    """An option of a menu."""
    return shape({"text": text, "value": string(150)}, {"description": plain(75), **more})


menu_option = option(plain(75))
marked_option = shape({"text": marked(75), "value": string(150)}, {"description": marked(75)})
overflow_option = option(plain(75), url=url(URL_MOST))
option_group = shape({"label": plain(75), "options": array(menu_option, 100)})

slack_file = shape({}, {"id": string(pattern=r"F[A-Z0-9]+"), "url": url(URL_MOST)}, just_one_of("id", "url"))
image_fields: dict[str, Rule] = {"image_url": url(URL_MOST), "slack_file": slack_file}
image = by_type({"image": shape({"alt_text": string(ALT_MOST)}, image_fields, just_one_of("image_url", "slack_file"))})

dispatch_config = shape({"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 2)})
conversation_filter = shape(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    any_of("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
workflow = shape(
    {
        "trigger": shape(
            {"url": url(URL_MOST)},
            {"customizable_input_parameters": array(shape({"name": string(), "value": string(least=0)}))},
        )
    }
)

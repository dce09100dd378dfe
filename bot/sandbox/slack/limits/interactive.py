"""Interactive elements and their limits, and which block may hold which. Numbers from the Block Kit reference.

It never looks at what a person enters (that is `elements`).
"""

from bot.sandbox.slack.limits import objects as of
from bot.sandbox.slack.limits.rules import (
    Rule,
    array,
    boolean,
    by_type,
    just_one_of,
    length,
    number,
    one_of,
    only_on,
    shape,
    string,
    unless,
    url,
)
from bot.sandbox.slack.model import Json

TEXT_INPUT_MOST = 3000
PLACEHOLDER_MOST = 150

_named: dict[str, Rule] = {"action_id": of.action_id}
_asked: dict[str, Rule] = {**_named, "focus_on_load": boolean, "placeholder": of.plain(PLACEHOLDER_MOST)}
_confirmed: dict[str, Rule] = {**_asked, "confirm": of.confirm}
_typed: dict[str, Rule] = {**_asked, "dispatch_action_config": of.dispatch_config}


def _stray(key: str, value: Json) -> bool:
    """Whether an initial choice is none of the options offered."""
    offered = _options(value)
    chosen = value.get(key)
    chosen = chosen if isinstance(chosen, list) else [chosen]
    return any(one is not None and one not in offered for one in chosen)


def _options(value: Json) -> list[Json]:
    grouped = [option for group in value.get("option_groups") or [] for option in group["options"]]
    return [*(value.get("options") or []), *grouped]


def _among_options(key: str) -> Rule:
    return unless(lambda value: _stray(key, value), f"{key} must be one of the options", key)


def _reversed(low: str, high: str) -> Rule:
    def refused(value: Json) -> bool:
        return low in value and high in value and bool(value[low] > value[high])

    return unless(refused, f"{low} must not exceed {high}", low)


def _overfull(value: Json) -> bool:
    return length(value.get("initial_value") or "") > (value.get("max_length") or TEXT_INPUT_MOST)


def _select(many: bool, initial: str, initial_rule: Rule, **more: Rule) -> Rule:
    extra: dict[str, Rule] = {"max_selected_items": number(1)} if many else {}
    return shape({}, {**_confirmed, initial: initial_rule, **extra, **more})


_menu = {"options": array(of.menu_option, 100), "option_groups": array(of.option_group, 100)}


def _static(many: bool) -> Rule:
    initial = "initial_options" if many else "initial_option"
    extra: dict[str, Rule] = {"max_selected_items": number(1)} if many else {}
    return shape(
        {},
        {**_confirmed, **_menu, **extra, initial: array(of.menu_option, 100) if many else of.menu_option},
        just_one_of("options", "option_groups"),
        _among_options(initial),
    )


def _ticks(initial: str, initial_rule: Rule) -> Rule:
    return shape(
        {"options": array(of.marked_option, 10)},
        {**_named, "focus_on_load": boolean, "confirm": of.confirm, initial: initial_rule},
        _among_options(initial),
    )


def _field(**more: Rule) -> Rule:
    return shape({}, {**_typed, **more})


_conversations: dict[str, Rule] = {
    "default_to_current_conversation": boolean,
    "filter": of.conversation_filter,
}
#: What only single selects know: a response_url for the place chosen.
_answers: dict[str, Rule] = {"response_url_enabled": boolean}

_feedback = shape({"text": of.plain(75), "value": string(2000)}, {"accessibility_label": string(75)})

#: Every interactive element on one screen.
ELEMENTS: dict[str, Rule] = {
    "button": shape(
        {"text": of.plain(75)},
        {
            **_named,
            "url": url(of.URL_MOST),
            "value": string(2000),
            "style": of.style,
            "confirm": of.confirm,
            "accessibility_label": string(75),
        },
    ),
    "workflow_button": shape(
        {"text": of.plain(75), "workflow": of.workflow},
        {**_named, "style": of.style, "accessibility_label": string(75)},
    ),
    "overflow": shape({"options": array(of.overflow_option, 5)}, {**_named, "confirm": of.confirm}),
    "static_select": _static(many=False),
    "multi_static_select": _static(many=True),
    "external_select": _select(False, "initial_option", of.menu_option, min_query_length=number(0)),
    "multi_external_select": _select(True, "initial_options", array(of.menu_option, 100), min_query_length=number(0)),
    "users_select": _select(False, "initial_user", of.ident),
    "multi_users_select": _select(True, "initial_users", array(of.ident)),
    "channels_select": _select(False, "initial_channel", of.ident, **_answers),
    "multi_channels_select": _select(True, "initial_channels", array(of.ident)),
    "conversations_select": _select(False, "initial_conversation", of.ident, **_conversations, **_answers),
    "multi_conversations_select": _select(True, "initial_conversations", array(of.ident), **_conversations),
    "checkboxes": _ticks("initial_options", array(of.marked_option, 10)),
    "radio_buttons": _ticks("initial_option", of.marked_option),
    "datepicker": shape({}, {**_confirmed, "initial_date": of.date}),
    "timepicker": shape({}, {**_confirmed, "initial_time": of.clock, "timezone": string(100)}),
    "datetimepicker": shape(
        {},
        {**_named, "focus_on_load": boolean, "confirm": of.confirm, "initial_date_time": of.epoch},
    ),
    "plain_text_input": shape(
        {},
        {
            **_typed,
            "initial_value": string(TEXT_INPUT_MOST),
            "multiline": boolean,
            "min_length": number(0, TEXT_INPUT_MOST),
            "max_length": number(1, TEXT_INPUT_MOST),
        },
        _reversed("min_length", "max_length"),
        unless(_overfull, "initial_value must not exceed max_length", "initial_value"),
    ),
    "number_input": shape(
        {"is_decimal_allowed": boolean},
        {**_typed, "initial_value": string(), "min_value": string(), "max_value": string()},
    ),
    "email_text_input": _field(initial_value=string()),
    "url_text_input": _field(initial_value=string()),
    "rich_text_input": _field(initial_value=shape({"elements": array(lambda value, at: iter(()))})),
    "file_input": shape({}, {**_named, "filetypes": array(string()), "max_files": number(1, 10)}, only_on("modal")),
    "feedback_buttons": shape({"positive_button": _feedback, "negative_button": _feedback}, _named),
    "icon_button": shape(
        {"icon": one_of("trash"), "text": of.plain(75)},
        {
            **_named,
            "value": string(2000),
            "confirm": of.confirm,
            "accessibility_label": string(75),
            "visible_to_user_ids": array(of.ident, 10),
        },
    ),
}

_SELECTS = ("static_select", "external_select", "users_select", "channels_select", "conversations_select")
_MULTI = tuple(f"multi_{name}" for name in _SELECTS)
_PICKERS = ("datepicker", "timepicker", "checkboxes", "radio_buttons")
_FIELDS = (
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "rich_text_input",
    "file_input",
)


def _holds(*names: str, **more: Rule) -> Rule:
    return by_type({**{name: ELEMENTS[name] for name in names}, **more})


#: Which block takes what (each element's page: "Works with block types").
in_section = by_type(
    {
        **{name: ELEMENTS[name] for name in ("button", "workflow_button", "overflow")},
        **{name: ELEMENTS[name] for name in (*_SELECTS, *_MULTI, *_PICKERS)},
        "image": of.image,
    }
)
in_actions = _holds("button", "workflow_button", "overflow", "datetimepicker", *_SELECTS, *_PICKERS)
in_input = _holds("datetimepicker", *_SELECTS, *_MULTI, *_PICKERS, *_FIELDS)
in_context_actions = _holds("feedback_buttons", "icon_button")
in_card = _holds("button")

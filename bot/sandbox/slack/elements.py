"""Finds the interactive elements in a surface's blocks and keeps what a person entered into them.

It never validates an app's blocks (that is `limits`), only what a person can do with them.
"""

import secrets
from collections.abc import Iterator

from bot.sandbox.slack.errors import NoSuchThing
from bot.sandbox.slack.model import Json, Values

#: Element type -> the key its value has in state and in an action.
HOLDS = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "checkboxes": "selected_options",
    "radio_buttons": "selected_option",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
}
#: What a value must be, where it is not a string or a list of them.
_KINDS = {"value": str | None, "selected_date_time": int | None}
#: Elements with an action but no place in `state.values`.
STATELESS = ("button", "overflow", "workflow_button", "icon_button", "feedback_buttons")
_INTERACTIVE = frozenset({*HOLDS, *STATELESS})
#: Where interactive elements and further blocks live inside a block.
_ELEMENT_KEYS = ("accessory", "element", "elements", "actions")
_BLOCK_KEYS = ("child_blocks", "elements", "cards")
#: What a client shows beside a required field that was left empty.
REQUIRED = "Please complete this required field."


def parts(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every (block, interactive element), containers and carousels included."""
    for block in blocks:
        for key in _ELEMENT_KEYS:
            held = block.get(key)
            for element in held if isinstance(held, list) else [held]:
                if isinstance(element, dict) and element.get("type") in _INTERACTIVE:
                    yield block, element
        for key in _BLOCK_KEYS:
            held = block.get(key)
            if isinstance(held, list) and block.get("type") in ("container", "carousel"):
                yield from parts([child for child in held if isinstance(child, dict)])


def name_parts(blocks: list[Json]) -> None:
    """Give every block and element without an id one of Slack's making, in place."""
    for block in blocks:
        _name(block, "block_id")
    for block, element in parts(blocks):
        _name(block, "block_id")
        _name(element, "action_id")


def _name(part: Json, key: str) -> None:
    if key not in part:
        part[key] = secrets.token_urlsafe(4)


def find(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """The block and element a person touched; raises NoSuchThing("no_such_element")."""
    for block, element in parts(blocks):
        if element["action_id"] == action_id and block_id in (None, block["block_id"]):
            return block, element
    raise NoSuchThing("no_such_element")


def initial(element: Json) -> object:
    """The value an element has before anybody touched it."""
    key = HOLDS[element["type"]]
    if key == "rich_text_value":
        return element.get("initial_value")
    empty: object = [] if key in ("selected_options", "files") or key.endswith("s") else None
    return element.get(key.replace("selected_", "initial_") if key != "value" else "initial_value", empty)


def values(blocks: list[Json], typed: Values) -> Values:
    """`state.values` of a surface: everything stateful in it, entered or initial."""
    state: Values = {}
    for block, element in parts(blocks):
        if element["type"] in HOLDS:
            kept = typed.get(block["block_id"], {}).get(element["action_id"])
            key = HOLDS[element["type"]]
            held = kept if kept is not None else {key: initial(element)}
            state.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], **held}
    return state


def entered(element: Json, given: Json) -> Json:
    """What a person gave, as `{key: value}` for this element; options may be named by their value alone.

    Raises NoSuchThing (400) when the element cannot hold it.
    """
    key = "selected_option" if element["type"] == "overflow" else HOLDS[element["type"]]
    value = given.get(key)
    if key == "selected_option" and value is not None:
        value = _option(element, value)
    elif key == "selected_options":
        value = [_option(element, one) for one in value or []]
    elif not isinstance(value, _KINDS.get(key, object)):
        raise NoSuchThing("bad_value", 400)
    # Slack reports an emptied text field as null.
    return {key: None if value == "" else value}


def unfinished(blocks: list[Json], typed: Values) -> dict[str, str]:
    """What the client itself says on submit: block_id -> complaint about an empty or ill-sized field."""
    complaints = {}
    state = values(blocks, typed)
    for block, element in parts(blocks):
        if block["type"] != "input":
            continue
        value = state[block["block_id"]][element["action_id"]][HOLDS[element["type"]]]
        if value in (None, "", []):
            if not block.get("optional"):
                complaints[block["block_id"]] = REQUIRED
        elif isinstance(value, str) and "min_length" in element and len(value) < element["min_length"]:
            complaints[block["block_id"]] = f"Must be at least {element['min_length']} characters."
        elif isinstance(value, str) and len(value) > element.get("max_length", 3000):
            complaints[block["block_id"]] = f"Must be at most {element.get('max_length', 3000)} characters."
    return complaints


def _option(element: Json, wanted: object) -> Json:
    groups = element.get("option_groups") or []
    options = [*(element.get("options") or []), *(one for group in groups for one in group["options"])]
    name = wanted.get("value") if isinstance(wanted, dict) else wanted
    for option in options:
        if option.get("value") == name:
            return dict(option)
    if element["type"].endswith("external_select") and isinstance(wanted, dict):
        return wanted
    raise NoSuchThing("no_such_option", 400)

"""Modals and Home tabs under Slack's rules: triggers, the stack of three, hashes, sizes.

It never delivers anything to the app; what a person does in a view is the business of `interactions`.
"""

import copy
import json
import secrets
import time

from bot.sandbox.slack import elements, limits, seed
from bot.sandbox.slack.errors import NoSuchThing, SlackError
from bot.sandbox.slack.model import Json, View
from bot.sandbox.slack.state import State

#: docs, "Modals": one root view and two more pushed on it.
STACK_MOST = 3
#: views.open error view_too_large: "greater than 250kb".
VIEW_BYTES_MOST = 250_000


class Views:
    """The modal stack and the Home tab of every person."""

    def __init__(self, state: State) -> None:
        self._state = state

    def open(self, trigger_id: object, body: object) -> View:
        """views.open: a new root; what was open is gone."""
        user, _ = self._exchange(trigger_id)
        checked = self._check(body, "modal")
        self._spend(trigger_id)
        view = self._new(user, checked)
        self._state.views[user] = [view]
        return self._show(view)

    def push(self, trigger_id: object, body: object) -> View:
        """views.push: one more on the stack the trigger came from."""
        user, origin = self._exchange(trigger_id)
        checked = self._check(body, "modal")
        stack = self._state.views.get(user, [])
        if origin is None or all(view.id != origin for view in stack):
            raise SlackError("not_found")
        if len(stack) >= STACK_MOST:
            raise SlackError("push_limit_reached")
        self._spend(trigger_id)
        return self.push_onto(stack[-1], checked)

    def push_onto(self, below: View, checked: Json) -> View:
        """Put a checked view on top of another; raises push_limit_reached."""
        stack = self._state.views[below.user]
        if len(stack) >= STACK_MOST:
            raise SlackError("push_limit_reached")
        view = self._new(below.user, checked, root=below.root, previous=below.id)
        stack.append(view)
        return self._show(view)

    def update(self, view_id: object, external_id: object, given_hash: object, body: object) -> View:
        """views.update: by id or external id; values live on under the same block_id and action_id."""
        view = self._find(view_id, external_id)
        checked = self._check(body, "home" if view.body["type"] == "home" else "modal", but=view)
        if given_hash and given_hash != view.hash:
            raise SlackError("hash_conflict")
        return self.replace(view, checked)

    def publish(self, user: object, given_hash: object, body: object) -> View:
        """views.publish: this person's Home tab."""
        if not isinstance(user, str) or user not in self._state.users:
            raise SlackError("user_not_found")
        view = self._state.homes.get(user)
        checked = self._check(body, "home", but=view)
        if given_hash and (view is None or given_hash != view.hash):
            raise SlackError("hash_conflict")
        if view is None:
            view = self._new(user, checked)
            self._state.homes[user] = view
            return self._show(view)
        return self.replace(view, checked)

    def check_modal(self, body: object, but: View | None = None) -> Json:
        """A modal's body, checked and named; raises SlackError."""
        return self._check(body, "modal", but=but)

    def replace(self, view: View, checked: Json) -> View:
        """Show something else in the same view, under a new hash."""
        view.body, view.hash, view.errors = checked, _hash(), {}
        still = {(block["block_id"], element["action_id"]) for block, element in elements.parts(checked["blocks"])}
        view.typed = {
            block: {action: value for action, value in held.items() if (block, action) in still}
            for block, held in view.typed.items()
        }
        return self._show(view)

    def close(self, view: View, *, all_of_them: bool = False) -> None:
        """Take a view (or the whole stack) off the screen."""
        stack = self._state.views.get(view.user, [])
        self._state.views[view.user] = [] if all_of_them else [one for one in stack if one is not view]
        self._state.changed("view", user=view.user, id=view.id, closed=True)

    def of(self, user: str, view_id: object) -> View:
        """A view this person has open, the Home tab included; raises NoSuchThing."""
        home = self._state.homes.get(user)
        for view in [*self._state.views.get(user, []), *([home] if home else [])]:
            if view.id == view_id:
                return view
        raise NoSuchThing("no_such_view")

    def changed(self, view: View) -> None:
        """Something was typed into it, or an error is shown in it."""
        self._show(view)

    def _exchange(self, trigger_id: object) -> tuple[str, str | None]:
        trigger = self._state.triggers.get(trigger_id) if isinstance(trigger_id, str) else None
        if trigger is None:
            raise SlackError("invalid_arguments", "invalid `trigger_id` [json-pointer:/trigger_id]")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if time.monotonic() >= trigger.expires:
            raise SlackError("expired_trigger_id")
        return trigger.user, trigger.view

    def _spend(self, trigger_id: object) -> None:
        self._state.triggers[str(trigger_id)].used = True

    def _check(self, body: object, kind: str, but: View | None = None) -> Json:
        if body in (None, ""):
            raise SlackError("invalid_arguments", "missing required field: view [json-pointer:/view]")
        if len(json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")) > VIEW_BYTES_MOST:
            raise SlackError("view_too_large")
        problems = limits.check_view(body, kind)
        if problems or not isinstance(body, dict):
            raise SlackError("invalid_arguments", *problems)
        checked: Json = copy.deepcopy(body)
        external = checked.get("external_id")
        if external and any(view is not but and view.body.get("external_id") == external for view in self._all()):
            raise SlackError("duplicate_external_id")
        elements.name_parts(checked["blocks"])
        return checked

    def _all(self) -> list[View]:
        return [*(view for stack in self._state.views.values() for view in stack), *self._state.homes.values()]

    def _find(self, view_id: object, external_id: object) -> View:
        for view in self._all():
            if view_id == view.id or (external_id and external_id == view.body.get("external_id")):
                return view
        raise SlackError("not_found")

    def _new(self, user: str, body: Json, *, root: str | None = None, previous: str | None = None) -> View:
        name = self._state.new_id("V")
        return View(name, user, body, _hash(), root or name, previous)

    def _show(self, view: View) -> View:
        kind = "home" if view.body["type"] == "home" else "view"
        self._state.changed(kind, user=view.user, id=view.id, hash=view.hash)
        return view


def as_slack(view: View) -> Json:
    """A view as the Web API, payloads and a person's client carry it."""
    body = view.body
    return {
        "id": view.id,
        "team_id": seed.TEAM["id"],
        "type": body["type"],
        "title": body.get("title"),
        "submit": body.get("submit"),
        "close": body.get("close"),
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "state": {"values": elements.values(body["blocks"], view.typed)},
        "hash": view.hash,
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "app_id": seed.APP_ID,
        "app_installed_team_id": seed.TEAM["id"],
        "bot_id": seed.BOT_ID,
    }


def _hash() -> str:
    return f"{int(time.time())}.{secrets.token_hex(4)}"

"""What a person does in Slack, delivered to the app once, and what Slack then shows them.

An interaction is never retried: what no socket took in time is lost, and the person is told so.
"""

from bot.sandbox.slack import elements, mrkdwn, payloads, seed
from bot.sandbox.slack.errors import NoSuchThing, SlackError
from bot.sandbox.slack.events import Events
from bot.sandbox.slack.messages import Content, Messages
from bot.sandbox.slack.model import Channel, Json, Message, User, Values, View
from bot.sandbox.slack.sockets import Ack, Sockets
from bot.sandbox.slack.state import State
from bot.sandbox.slack.views import Views

#: What Slack itself says when the app did not ack.
LATE_CLICK = "Operation timed out. Apps need to respond within 3 seconds."
LATE_VIEW = "We had some trouble connecting. Try again?"


class Interactions:
    """The doors of one workspace's people to the app."""

    def __init__(self, state: State, messages: Messages, views: Views, sockets: Sockets, events: Events) -> None:
        self._state = state
        self._messages = messages
        self._views = views
        self._sockets = sockets
        self._events = events

    async def click(self, user: User, where: Message | View, given: Json) -> Ack:
        """Use an element of a message, modal or Home tab: block_actions with everything entered so far."""
        blocks = where.body["blocks"] if isinstance(where, View) else where.blocks
        block, element = elements.find(blocks, given.get("action_id", ""), given.get("block_id"))
        entered = self._enter(self._typed(user, where), block, element, given)
        return await self._act(user, where, block, element, entered)

    async def type(self, user: User, view: View, given: Json) -> Ack | None:
        """Enter a value into a view; the app hears of it only from actions blocks and `dispatch_action`."""
        block, element = elements.find(view.body["blocks"], given.get("action_id", ""), given.get("block_id"))
        if element["type"] in elements.STATELESS:
            raise NoSuchThing("not_an_input", 400)
        entered = self._enter(view.typed, block, element, given)
        view.errors.pop(block["block_id"], None)
        self._views.changed(view)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return None
        return await self._act(user, view, block, element, entered)

    async def submit(self, user: User, view: View, given: Values) -> tuple[str, dict[str, str] | None]:
        """Press the modal's submit button; gives the outcome and the errors now shown under fields."""
        if view.body["type"] != "modal" or self._state.views[user.id][-1] is not view:
            raise NoSuchThing("not_on_top", 400)
        if view.body.get("submit") is None:
            raise NoSuchThing("no_submit", 400)
        for block_id, actions in given.items():
            for action_id, value in actions.items():
                block, element = elements.find(view.body["blocks"], action_id, block_id)
                self._enter(view.typed, block, element, value)
        view.errors = elements.unfinished(view.body["blocks"], view.typed)
        self._views.changed(view)
        if view.errors:
            return "invalid", view.errors
        payload = payloads.common("view_submission", user, self._state.new_trigger(user.id, view))
        payload |= payloads.on_view(view) | {"response_urls": []}
        del payload["container"]
        with self._state.waiting(user.id, "view_submission", view.body.get("callback_id", "")):
            ack = await self._sockets.deliver("interactive", payload)
        if not ack.acked:
            self._state.notice(user.id, ack.outcome, LATE_VIEW)
            return ack.outcome, None
        try:
            self._answer(view, ack.payload)
        except SlackError as refused:
            # The app never hears of this; a person sees only that it did not work.
            self._state.notice(user.id, "bad_ack", LATE_VIEW)
            self._state.changed("bad_ack", user=user.id, error=refused.error, messages=list(refused.messages))
            return "bad_ack", None
        return "acked", view.errors or None

    async def close(self, user: User, view: View, *, everything: bool) -> Ack | None:
        """Press cancel, or the X that clears the stack; view_closed for those that asked to know."""
        stack = self._state.views.get(user.id, [])
        if view not in stack:
            raise NoSuchThing("no_such_view")
        cleared = everything or bool(view.body.get("clear_on_close"))
        self._views.close(view, all_of_them=cleared)
        told = None
        for one in reversed(stack if cleared else [view]):
            if one.body.get("notify_on_close"):
                payload = payloads.common("view_closed", user, "") | payloads.on_view(one)
                del payload["trigger_id"], payload["container"]
                told = await self._sockets.deliver("interactive", payload | {"is_cleared": cleared})
        return told

    async def command(self, user: User, channel: Channel, line: str) -> Ack:
        """Send a slash command; the ack may carry the answer."""
        name, _, text = line.strip().partition(" ")
        if name not in {command["command"] for command in seed.COMMANDS}:
            self._state.notice(
                user.id, "unknown_command", f"{name} is not a valid command. In Slack, commands begin with /."
            )
            return Ack("unknown_command")
        hook = self._hook_url(user, channel)
        trigger = self._state.new_trigger(user.id)
        payload = payloads.command(user, channel, name, text.strip(), trigger, hook)
        with self._state.waiting(user.id, "slash_commands", name):
            ack = await self._sockets.deliver("slash_commands", payload)
        if not ack.acked:
            word = "operation_timeout" if ack.outcome in ("timeout", "lost") else "dispatch_failed"
            self._state.notice(user.id, ack.outcome, f'{name} failed with the error "{word}"')
        elif ack.payload:
            try:
                self.answer(user.id, channel, ack.payload)
            except SlackError as refused:
                self._state.notice(user.id, "bad_ack", f'{name} failed with the error "{refused.error}"')
                return Ack("bad_ack", ack.ms)
        return ack

    async def shortcut(self, user: User, callback_id: str, message: Message | None) -> Ack:
        """Use a global shortcut, or one on a message."""
        kind = "message" if message else "global"
        known = [one for one in seed.SHORTCUTS if (one["callback_id"], one["type"]) == (callback_id, kind)]
        if not known:
            raise NoSuchThing("no_such_shortcut")
        trigger = self._state.new_trigger(user.id)
        payload = payloads.common("message_action" if message else "shortcut", user, trigger)
        payload |= {"callback_id": callback_id, "action_ts": self._state.new_ts()}
        if message:
            channel = self._state.channels[message.channel]
            said = payloads.on_message(message, channel, user, self._hook_url(user, channel))
            payload |= {name: said[name] for name in ("channel", "message", "response_url")}
            payload |= {"message_ts": message.ts}
        with self._state.waiting(user.id, "shortcut", callback_id):
            ack = await self._sockets.deliver("interactive", payload)
        return self._told(user, ack)

    async def open_home(self, user: User) -> str:
        """Look at the app's Home tab; the app is told and may publish."""
        channel = self._state.direct(user.id)
        home = self._state.homes.get(user.id)
        event: Json = {
            "type": "app_home_opened",
            "user": user.id,
            "channel": channel.id,
            "tab": "home",
            "event_ts": self._state.new_ts(),
        }
        if home:
            event["view"] = payloads.on_view(home)["view"]
        if "app_home_opened" not in self._state.settings.events:
            return "not_subscribed"
        _, ack = await self._events.tell(event)
        return ack.outcome

    async def say(self, user: User, channel: Channel, text: str, thread_ts: str | None) -> Message:
        """Write in a channel; the app hears of it only with a subscription."""
        if user.id not in channel.members:
            raise NoSuchThing("not_in_channel", 400)
        pings = mrkdwn.pings(text, [])
        content = Content(mrkdwn.settle(text), [], None, tuple(pings))
        message = self._messages.post(channel, content, user=user.id, thread_ts=thread_ts)
        event = {
            "type": "message",
            "channel": channel.id,
            "channel_type": "im" if channel.user else "channel",
            "user": user.id,
            "text": message.text,
            "ts": message.ts,
            "event_ts": message.ts,
            **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        }
        await self._events.tell_subscribed("message.im" if channel.user else "message.channels", event)
        if seed.BOT in pings:
            await self._events.tell_subscribed("app_mention", {**event, "type": "app_mention"})
        return message

    def answer(self, user: str, channel: Channel, said: Json, over: Message | None = None) -> Message | None:
        """What an app says to one interaction, in an ack or at its response_url; raises SlackError.

        `over` is the message the interaction came from, for replace_original and delete_original.
        """
        if said.get("delete_original") and over is not None:
            self._messages.delete(over)
            return None
        content = self._messages.content(said)
        if said.get("replace_original") and over is not None:
            self._messages.update(over, content)
            return over
        thread_ts = said.get("thread_ts")
        if said.get("response_type") == "in_channel":
            return self._messages.post(channel, content, thread_ts=thread_ts)
        return self._messages.whisper(channel, user, content, thread_ts=thread_ts)

    async def _act(self, user: User, where: Message | View, block: Json, element: Json, entered: Json) -> Ack:
        view = where if isinstance(where, View) else None
        payload = payloads.common("block_actions", user, self._state.new_trigger(user.id, view))
        payload["actions"] = [payloads.action(block, element, entered)]
        if isinstance(where, View):
            payload |= payloads.on_view(where)
        else:
            channel = self._state.channels[where.channel]
            payload |= payloads.on_message(where, channel, user, self._hook_url(user, channel, where))
        with self._state.waiting(user.id, "block_actions", element["action_id"]):
            ack = await self._sockets.deliver("interactive", payload)
        return self._told(user, ack)

    def _told(self, user: User, ack: Ack) -> Ack:
        if not ack.acked:
            self._state.notice(user.id, ack.outcome, LATE_CLICK)
        return ack

    def _answer(self, view: View, said: Json) -> None:
        """Do what the ack of a view_submission says."""
        stack = self._state.views.get(view.user, [])
        if view not in stack:
            return  # the person closed it meanwhile
        response = said.get("response_action")
        if not said:
            self._views.close(view)
        elif response == "clear":
            self._views.close(view, all_of_them=True)
        elif response == "errors":
            inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
            errors = said.get("errors")
            if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
                raise SlackError("invalid_arguments", "errors only fit input blocks [json-pointer:/errors]")
            view.errors = {name: str(text) for name, text in errors.items()}
            self._views.changed(view)
        elif response == "update":
            self._views.replace(view, self._views.check_modal(said.get("view"), but=view))
        elif response == "push":
            self._views.push_onto(stack[-1], self._views.check_modal(said.get("view")))
        else:
            raise SlackError("invalid_arguments", "must be a valid enum value [json-pointer:/response_action]")

    def _typed(self, user: User, where: Message | View) -> Values:
        return where.typed if isinstance(where, View) else where.typed.setdefault(user.id, {})

    def _enter(self, typed: Values, block: Json, element: Json, given: Json) -> Json:
        if element["type"] in elements.STATELESS and element["type"] != "overflow":
            return {}
        entered = elements.entered(element, given)
        if element["type"] != "overflow":
            typed.setdefault(block["block_id"], {})[element["action_id"]] = entered
        return entered

    def _hook_url(self, user: User, channel: Channel, message: Message | None = None) -> str:
        return f"{self._state.origin}/hook/{self._state.new_hook(user.id, channel.id, message)}"

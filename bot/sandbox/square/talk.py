"""Lets the audience go on talking, slowly, so that a newcomer sees life without typing.

It never speaks for the brand, and says the same things in the same order for the same seed.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from bot.sandbox.square.seed import read
from bot.sandbox.square.state import State
from bot.sandbox.square.world import Comment, Member, Refused

FIRST = 15.0  # seconds until the first comment: the desk has its first cards up by then, at one a second
STEP = 5.0  # seconds between looks at whether the brand has answered somebody
STEPS = (4, 9)  # a new line every 20 to 45 s
THANKS = 0.6  # how often an answer of the brand is thanked for

Pause = Callable[[float], Awaitable[None]]


class Talk:
    """Plays the script over a state; `pause` waits for a number of seconds."""

    def __init__(self, state: State, pause: Pause, seed: int = 20) -> None:
        script = read("talk.toml")
        self.state, self.pause = state, pause
        self._dice = random.Random(seed)  # noqa: S311 - play, not secrets
        self._script: dict[str, Any] = script
        self._round = 0
        self._left: list[dict[str, Any]] = []
        self._after: list[Callable[[], object]] = []  # what follows a line a step later: an edit, a deletion
        _, self._mark = state.since(0)

    async def run(self) -> None:
        """Talks until cancelled."""
        await self.pause(FIRST)
        while True:
            if self.state.settings.talk:
                self.line()
            for _ in range(self._dice.randint(*STEPS)):
                await self.pause(STEP)
                if self.state.settings.talk:
                    self.follow_up()

    def line(self) -> None:
        """Says the next line of the script."""
        if not self._left:
            self._left = list(self._script["lines"])
            if self._round:
                self._dice.shuffle(self._left)
            self._round += 1
        line = self._left.pop(0)
        speaker, text = self._speaker(line["by"]), self._word(line["text"], line["by"])
        if line.get("direct"):
            self.state.direct(speaker, text)
            return
        post = line["post"] if line["post"] in self.state.posts else self._dice.choice(list(self.state.posts))
        parent = self._newest(post) if line.get("under") == "last" else None
        said = self.state.comment(speaker, post, text, parent)
        if "edit" in line:
            self._after.append(lambda: self.state.edit(said.id, line["edit"]))
        if line.get("delete"):
            self._after.append(lambda: self.state.delete(said.id))

    def follow_up(self) -> None:
        """Somebody thanks the brand for a new answer, or mends or takes back what was just said."""
        after, self._after = self._after, []
        for act in after:
            with suppress(Refused):  # a person was faster and deleted it
                act()
        fresh, self._mark = self.state.since(self._mark)
        for event in fresh:
            answer = event.comment
            if answer and answer.by_brand and answer.parent and self._dice.random() < THANKS:
                with suppress(Refused):
                    self._thank(answer, self.state.live(answer.parent))

    def _thank(self, answer: Comment, asked: Comment) -> None:
        if asked.by_brand:
            return
        member = self.state.members[asked.author]
        text = self._dice.choice(self._script["thanks_zh" if _chinese(member) else "thanks_en"])
        if asked.post is None:
            self.state.direct(member.id, text, parent=answer.id)
        else:
            self.state.comment(member.id, asked.post, text, answer.id)

    def _speaker(self, usual: str) -> str:
        """The one the script names, or in later rounds anybody of the same language."""
        if self._round == 1:
            return usual
        chinese = _chinese(self.state.members[usual])
        return self._dice.choice([m.id for m in self.state.members.values() if _chinese(m) == chinese])

    def _word(self, text: str, by: str) -> str:
        """The line as written, or in later rounds with another tail."""
        if self._round == 1:
            return text
        tails: list[str] = self._script["tails_zh" if _chinese(self.state.members[by]) else "tails_en"]
        return text + self._dice.choice(tails)

    def _newest(self, post: str) -> str | None:
        """The newest standing comment of a member under a post."""
        for comment in reversed(self.state.comments.values()):
            if comment.post == post and not comment.by_brand and not comment.deleted:
                return comment.id
        return None


def _chinese(member: Member) -> bool:
    return member.locale.startswith("zh")

"""The buttons on the card of a post: what each state allows, and what is asked before something cannot be undone.
Pure functions; a button's value names the post and the stamp of what it shows, so that nothing else is approved.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.i18n import Words
from bot.posts.slot import State
from bot.store.models import Phase
from bot.store.posts import Held
from bot.team import PostCard
from handlers.ui import blocks as kit
from handlers.ui import text as txt
from handlers.ui.blocks import Block
from handlers.ui.card import platform_name
from handlers.ui.post_parts import Sizes, name, phases
from handlers.verbs import Verb


def row(card: PostCard, words: Words, *, whole: bool) -> list[Block]:
    """The buttons of the card's state, in order. `whole`: everything that becomes public stands on the card; else
    nothing can be approved here, only read.
    """
    make = _Buttons(card, words)
    read = None if whole else make.plain(Verb.PREVIEW_POST)
    approve = read or (make.plain(Verb.APPROVE_POST, style="primary") if not make.refused else None)
    match card.state:
        case State.DRAFT:
            found = [read, make.plain(Verb.EDIT_POST), make.submit(), make.cancel()]
        case State.WAITING:
            found = [approve, make.plain(Verb.EDIT_POST), make.plain(Verb.ASK_CHANGES), make.cancel()]
        case State.HELD if card.held == Held.UNAPPROVED:
            found = [approve, make.plain(Verb.MOVE_POST), make.cancel()]
        case State.HELD:
            found = [read, make.publish(), make.plain(Verb.MOVE_POST), make.cancel()]
        case State.SCHEDULED:
            found = [read, make.plain(Verb.EDIT_POST), make.plain(Verb.MOVE_POST), *make.going_on()]
        case State.FAILED:
            again = make.plain(Verb.TRY_AGAIN, style="primary") if make.missing else None
            found = [read, again, make.plain(Verb.LEAVE_POST)]
        case State.PUBLISHED | State.CANCELLED:
            found = [read, make.plain(Verb.COPY_POST)]
        case _:
            found = [read]
    return [button for button in found if button is not None]


def asked(card: PostCard, delivery: int, where: str, words: Words) -> Block:
    """What becomes of a part nobody can tell about: it is there, or it is sent again. `where`: literal."""
    value = f"{card.post}:{delivery}"
    ask = kit.confirm(
        words("confirm.part_again_title"),
        words("confirm.part_again_text", where=where),
        words("confirm.part_again_yes"),
        words("confirm.no"),
    )
    there, again = (words("mark.aside", text=words(verb), aside=where) for verb in (Verb.PART_SENT, Verb.PART_AGAIN))
    return kit.actions(
        kit.button(there, Verb.PART_SENT, value),
        kit.button(again, Verb.PART_AGAIN, value, style="danger", confirm=ask),
    )


def links(card: PostCard, words: Words, sizes: Sizes) -> Iterator[Block]:
    """The way to the post on every account, a row each: in one row, Slack wants every action once."""
    if card.state != State.PUBLISHED:
        return
    for target in [target for target in card.targets if txt.web_url(target.url)][: sizes.links]:
        label = words(Verb.OPEN, platform=platform_name(target.platform, words))
        if sum(1 for other in card.targets if other.platform == target.platform) > 1:
            label = words("mark.aside", text=label, aside=txt.one_line(target.account, 30))
        says = words("mark.label", label=label, text=name(target, words))
        yield kit.actions(kit.button(label, Verb.OPEN, str(card.post), url=txt.web_url(target.url), says=says))


class _Buttons:
    def __init__(self, card: PostCard, words: Words) -> None:
        self.card, self.words = card, words
        self.value = f"{card.post}::{card.stamp}"
        self.refused = any(target.problems for target in card.targets)
        self.missing = bool(phases(card) & {Phase.FAILED, Phase.STOPPED})

    def plain(self, verb: Verb, style: str | None = None, label: str = "", confirm: Block | None = None) -> Block:
        said = label or self.words(verb)
        says = self.words("mark.label", label=said, text=self.words("post_card.number", post=self.card.post))
        return kit.button(said, verb, self.value, style=style, confirm=confirm, says=says)

    def submit(self) -> Block:
        """A draft that came back is asked about again."""
        return self.plain(Verb.SUBMIT_POST, label=self.words("post_card.ask_again") if self.card.note else "")

    def publish(self) -> Block:
        words = self.words
        accounts = words("mark.comma").join(txt.one_line(target.account, 40) for target in self.card.targets[:8])
        more = len(self.card.targets) - 8
        named = words("mark.comma").join([accounts, words("post_card.more_accounts", n=more)]) if more > 0 else accounts
        title, yes = words("confirm.publish_title"), words("confirm.publish_yes")
        ask = kit.confirm(title, words("confirm.publish_text", accounts=named), yes, words("confirm.no"))
        return self.plain(Verb.PUBLISH_NOW, confirm=ask | {"style": "primary"})

    def cancel(self) -> Block:
        words = self.words
        text = words("confirm.cancel_series_text") if self.card.rule else words("confirm.cancel_text")
        ask = kit.confirm(words("confirm.cancel_title"), text, words("confirm.cancel_yes"), words("confirm.keep"))
        return self.plain(Verb.CANCEL_POST, confirm=ask)

    def going_on(self) -> Iterator[Block]:
        """Of what is scheduled: a series never goes out itself, but can stop coming round."""
        if self.card.rule:
            yield self.plain(Verb.RESUME_POST if self.card.paused else Verb.PAUSE_POST)
        else:
            yield self.publish()
        yield self.cancel()
        yield self.plain(Verb.COPY_POST)

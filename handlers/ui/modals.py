"""Draws the windows: loading, error, edit, preview, snooze, escalate.
Pure functions; what a window remembers is in `memory`, and never a text of the audience.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.desk.drafting import Preview
from bot.i18n import Words
from bot.team import Card
from handlers.ui import blocks as kit
from handlers.ui import text as txt
from handlers.ui.blocks import Block
from handlers.ui.card import platform_name
from handlers.verbs import Verb

TEXT, UNTIL, NOTE = "text", "until", "note"
"""The fields' names: block_id and action_id at once."""
NOTE_MOST = 500


def loading(words: Words, **rest: Any) -> Block:
    """A window that is open before its content is ready. `rest`: external_id, to find it again."""
    said = [kit.section(words("modal.loading"))]
    return kit.modal(words("modal.loading_title"), said, close=words("modal.close"), **rest)


def problem(words: Words, sentence: str, **rest: Any) -> Block:
    """Why it cannot be done and what to do next; `sentence` is plain text."""
    said = [kit.section(f":warning: {txt.escape(sentence)}")]
    return kit.modal(words("modal.error_title"), said, close=words("modal.close"), **rest)


def done(words: Words) -> Block:
    """It worked after all, later than a window waits."""
    return kit.modal(words("modal.done_title"), [kit.section(words("modal.done"))], close=words("modal.close"))


def edit(card: Card, start: Preview, memory: str, words: Words) -> Block:
    """Write or change a reply. The field keeps what was typed when the preview is closed again."""
    counter = words.first(f"counter.{start.counter}", "counter.codepoints")
    box: Block = {"type": "plain_text_input", "multiline": True, "max_length": kit.INPUT_MOST, "focus_on_load": True}
    if start.text:
        box["initial_value"] = start.text
    blocks = _comment(card, words)
    if start.draft:
        blocks.append(kit.context(kit.mrkdwn(words("modal.edit_draft"))))
    hint = words("modal.edit_hint", limit=start.limit, counter=counter)
    blocks.append(kit.field(TEXT, words("modal.edit_label"), box, hint=hint))
    return kit.modal(
        words("modal.edit_title"),
        blocks,
        close=words("modal.close"),
        submit=words("modal.edit_submit"),
        callback=Verb.EDIT,
        private_metadata=memory,
        notify_on_close=True,
    )


def preview(card: Card, shown: Preview, memory: str, words: Words) -> Block:
    """Exactly what will be public. The text is literal and whole: the field it came from holds at most 3,000."""
    counter = words.first(f"counter.{shown.counter}", "counter.codepoints")
    account = txt.marked(f"{card.account} · {platform_name(card.platform, words)}", 120)
    count = words("modal.preview_count", length=shown.length, limit=shown.limit, counter=counter)
    blocks = [
        kit.section(words("modal.preview_intro", account=account)),
        kit.rich(kit.quote(kit.words(shown.text))),
        kit.context(kit.plain(count, 200)),
        kit.divider(),
        kit.context(kit.plain(words("modal.preview_answers", author=txt.one_line(card.author, 80)), 200)),
    ]
    return kit.modal(
        words("modal.preview_title"),
        blocks,
        close=words("modal.preview_back"),
        submit=words("modal.preview_submit"),
        callback=Verb.APPROVE,
        private_metadata=memory,
    )


def snooze(card: Card, memory: str, zone: ZoneInfo, now: datetime, words: Words) -> Block:
    """Pick a time. Slack shows the picker in the person's own zone; we say which that is."""
    picker: Block = {"type": "datetimepicker", "initial_date_time": int(tomorrow(now, zone).timestamp())}
    hint = words("modal.snooze_zone", zone=zone_name(zone, now))
    return kit.modal(
        words("modal.snooze_title"),
        [*_comment(card, words), kit.field(UNTIL, words("modal.snooze_label"), picker, hint=hint)],
        close=words("modal.close"),
        submit=words("modal.snooze_submit"),
        callback=Verb.SNOOZE,
        private_metadata=memory,
    )


def escalate(card: Card, memory: str, words: Words) -> Block:
    """Say what the approvers should know."""
    box: Block = {"type": "plain_text_input", "multiline": True, "max_length": NOTE_MOST}
    note = kit.field(NOTE, words("modal.escalate_label"), box, hint=words("modal.escalate_hint"))
    return kit.modal(
        words("modal.escalate_title"),
        [*_comment(card, words), note],
        close=words("modal.close"),
        submit=words("modal.escalate_submit"),
        callback=Verb.ESCALATE,
        private_metadata=memory,
    )


def tomorrow(now: datetime, zone: ZoneInfo) -> datetime:
    """Nine o'clock on the next morning of `zone`."""
    return (now.astimezone(zone) + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)


def zone_name(zone: ZoneInfo, now: datetime) -> str:
    """A zone in words: "Asia/Taipei (UTC+8)"."""
    minutes = int((now.astimezone(zone).utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{zone.key} (UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''})"


def _comment(card: Card, words: Words) -> list[Block]:
    """What is being talked about."""
    author, said = txt.one_line(card.author, 80) or "?", txt.cleaned(card.text, 600) or words("card.empty_text")
    return [kit.rich(kit.line(kit.words(author, "bold")), kit.quote(kit.words(said)))]

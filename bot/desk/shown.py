"""Puts rows into the values a card shows, with personal data masked. It reads nothing and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.desk.stamp import stamp
from bot.store.items import Past
from bot.store.models import WAITING, Delivery, Item, Phase, State, Suggestion
from bot.team import Card, CardFlag, CardSuggestion, Exchange, Trouble, Withheld
from replies.risk import mask

Purpose = Callable[[str], Mapping[str, str]]
"""What the template of this id is for, by staff language."""


def drawn(
    row: Item,
    offers: Sequence[Suggestion],
    exchanges: tuple[Exchange, ...],
    total: int,
    reply: Delivery | None,
    parent: str | None,
    promises: tuple[str, ...],
    purpose: Purpose,
) -> Card:
    text = mask(row.text)
    return Card(
        item=row.id,
        version=row.version,
        state=row.state,
        account=row.account.name,
        platform=row.account.kind,
        kind=row.kind,
        author=row.person.name,
        handle=row.person.handle,
        text=text,
        language=row.language,
        attachments=tuple(row.attachments),
        created_at=row.created_at,
        received_at=row.received_at,
        edited_at=row.edited_at,
        url=row.url,
        post_text=row.post.text if row.post is not None else None,
        post_url=row.post.url if row.post is not None else None,
        parent_text=mask(parent) if parent is not None else None,
        suggestions=tuple(_suggestion(row, offer, purpose) for offer in offers) if row.state in WAITING else (),
        exchanges=exchanges,
        exchanges_total=total,
        claimed_by=row.claimed_by,
        by=row.by,
        at=row.at,
        snoozed_until=row.snoozed_until,
        note=row.note,
        reply=str(reply.payload.get("text")) if reply is not None else None,
        reply_url=reply.receipt.get("url") if reply is not None else None,
        delivery=reply.id if reply is not None else None,
        trouble=Trouble(row.trouble) if row.trouble else None,
        trouble_detail=row.trouble_detail,
        masked=text != row.text,
        flags=tuple(CardFlag(flag["kind"], tuple(flag["words"]), flag["sure"]) for flag in row.flags),
        withheld=tuple(_withheld(held, purpose) for held in row.withheld),
        promises=promises,
        called=row.person.called,
        own=reply is not None and bool(reply.payload.get("own")) and row.state in (State.ANSWERING, State.ANSWERED),
    )


def _suggestion(row: Item, offer: Suggestion, purpose: Purpose) -> CardSuggestion:
    return CardSuggestion(
        offer.id,
        offer.text,
        offer.template_id,
        offer.score,
        tuple(map(mask, offer.words)),
        stamp(row, offer.text),
        offer.source,
        purpose(offer.template_id),
        offer.repeated,
    )


def _withheld(held: Mapping[str, Any], purpose: Purpose) -> Withheld:
    params = {name: str(value) for name, value in held.items() if name not in ("template", "code")}
    return Withheld(purpose(held["template"]), held["code"], params)


def exchange(past: Past, reply: Delivery | None) -> Exchange:
    sent = reply is not None and reply.phase == Phase.SENT
    return Exchange(
        mask(past.text), past.created_at, past.state, str(reply.payload["text"]) if sent and reply else None
    )

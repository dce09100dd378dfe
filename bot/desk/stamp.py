"""What an approval is bound to: the card shows it, the button carries it, the delivery keeps it; only that is sent."""

from __future__ import annotations

import hashlib
import json

from bot.store.models import Item


def stamp(item: Item, text: str) -> str:
    """A hash of the account, the target, the revision of the comment and the exact text (32 hex digits)."""
    bound = json.dumps([item.account_id, item.native_id, item.revision, text], ensure_ascii=False)
    return hashlib.sha256(bound.encode("utf-8", "surrogatepass")).hexdigest()[:32]

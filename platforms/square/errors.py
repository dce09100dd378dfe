"""From the square's answers to documents or our errors: its status and the word it gives for a refusal.
It never guesses: an answer that proves nothing of a write is `Unsure`.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from platforms.errors import AuthBroken, Gone, NotSent, PlatformError, Rejected, Unsupported, Unsure
from platforms.http import Answer

_WORD = re.compile(r"[a-z_]{1,40}")


def document(answer: Answer) -> dict[str, Any]:
    """The answer's JSON object, or the error for a refusal of the square's."""
    if answer.status < HTTPStatus.BAD_REQUEST:
        found = answer.document()
        if isinstance(found, dict):
            return found
        raise (Unsure if answer.write else NotSent)(f"no object in the {answer.status} answer on {answer.what}")
    raise _refused(answer)


def _refused(answer: Answer) -> PlatformError:
    try:
        found = answer.document()
    except PlatformError:
        found = {}
    found = found if isinstance(found, dict) else {}
    error = _word(found.get("error"))
    evidence = f"{answer.status} {error} on {answer.what}"
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return AuthBroken(evidence=evidence)
    if answer.status == HTTPStatus.FORBIDDEN and error == "missing_scope":
        return AuthBroken(_word(found.get("needed")), evidence)
    if answer.status == HTTPStatus.FORBIDDEN:
        return Unsupported("find") if error == "lookup_off" else Rejected("forbidden", evidence)
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return Gone("target")
    if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY and error:
        return Rejected(error, evidence)
    return Rejected("invalid", evidence)


def _word(value: object) -> str:
    """A machine word of the platform's, or nothing: free text has no place in our errors."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""

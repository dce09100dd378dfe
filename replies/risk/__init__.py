"""What about a comment wants a person's eye before it is answered: flags, tone, personal data and its masks.
It never answers, never hides a comment, and never looks anything up: text in, judgement out.
"""

from replies.risk.judge import Flag, Kind, Outcome, Tone, assess, outcome, tone
from replies.risk.personal import Found, mask, personal

__all__ = ["Flag", "Found", "Kind", "Outcome", "Tone", "assess", "mask", "outcome", "personal", "tone"]

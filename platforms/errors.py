"""What can go wrong between us and a platform, classed by what it means for the person who waits for the reply.
Nothing here retries or logs: the outbox reads the fields and decides.

The tree (an exception's sentence is its docstring):

    PlatformError                retry   certain
    ├── NotSent                  yes     yes      the request surely had no effect: repeat it later
    │   ├── QuotaExhausted       yes     yes      the platform's quota is used up until `after` seconds from now
    │   └── Occupied             yes     yes      something else reads this account's feed: stop it, then it goes on
    ├── Unsure                   no      no       it may have happened: find out before anything is repeated
    ├── Rejected                 no      yes      refused for good: somebody has to change something
    │   ├── Gone                 no      yes      the target does not exist any more (or moved, see `moved_to`)
    │   └── Unsupported          no      yes      this platform cannot do that
    └── AuthBroken               no      yes      the token is wrong or lacks a permission: the account pauses
    BadSignature                                  a webhook that is not from the platform
    BadSettings                                   an account that cannot be built: names the key and the remedy
"""

from __future__ import annotations

from collections.abc import Mapping


class PlatformError(Exception):
    """The platform did not do what was asked."""

    retry: bool = False
    """May the same request be repeated without looking first?"""
    certain: bool = True
    """Do we know whether it took effect? False only for `Unsure`."""

    def __init__(self, evidence: str = "", *, after: float | None = None) -> None:
        """`evidence`: machine words of what was seen (never a token, never audience text); `after`: seconds to wait."""
        super().__init__(evidence or (type(self).__doc__ or "").strip())
        self.evidence = evidence
        self.after = after


class NotSent(PlatformError):
    """The request surely had no effect; it can be repeated."""

    retry = True


class QuotaExhausted(NotSent):
    """The platform's quota is used up; it can be repeated when the quota is reset."""


class Occupied(NotSent):
    """Something else is reading this account's feed."""

    def __init__(self, by: str, *, after: float | None = None) -> None:
        """`by`: `webhook` (one is set on the platform, so polling is refused) or `poller` (another program polls)."""
        super().__init__(f"occupied by {by}", after=after)
        self.by = by


class Unsure(PlatformError):
    """The request may have taken effect; nobody knows yet."""

    certain = False


class Rejected(PlatformError):
    """The platform refused the request for good."""

    def __init__(self, code: str, evidence: str = "") -> None:
        """`code`: a machine word with a sentence for people: too_long, duplicate, window_closed, forbidden, invalid."""
        super().__init__(evidence or code)
        self.code = code


class Gone(Rejected):
    """The target is no longer there."""

    def __init__(self, what: str, *, moved_to: Mapping[str, object] | None = None) -> None:
        """`what`: target, person, conversation; `moved_to`: the new ref where the platform told us one."""
        super().__init__("gone", what)
        self.what = what
        self.moved_to = moved_to


class Unsupported(Rejected):
    """This platform has no such thing."""

    def __init__(self, what: str) -> None:
        super().__init__("unsupported", what)
        self.what = what


class AuthBroken(PlatformError):
    """The account's token is wrong, has ended or lacks a permission."""

    def __init__(self, scope: str = "", evidence: str = "") -> None:
        """`scope`: the missing permission in the platform's own word; empty when the token itself is refused."""
        super().__init__(evidence or scope)
        self.scope = scope


class BadSignature(Exception):
    """A webhook call did not carry the proof that the platform sent it."""


class BadSettings(Exception):
    """An account's settings cannot be used as they are."""

    def __init__(self, key: str, remedy: str, account: str = "") -> None:
        """`key`: the setting at fault; `remedy`: what is wrong and what to do, never the value itself."""
        super().__init__(f"{account}.{key} {remedy}" if account else f"{key} {remedy}")
        self.account = account
        self.key = key
        self.remedy = remedy

"""The square, the sandbox's audience platform: posts with comment threads and direct messages over a small JSON API.
It never knows that it talks to a sandbox, and takes from the platform's own `/me` what may be claimed.

Settings: `url` (…/square/api), `token`; `timeout` (10 s) and `long_poll` (20 s).
"""

from platforms.square.adapter import Square

__all__ = ["Square"]

"""Runs the sandbox alone: `python -m bot.sandbox` prints its credentials as one JSON line and serves until stopped.

It never starts the bot.
"""

import argparse
import asyncio
import json
import signal

from bot.sandbox.server import Sandbox


async def serve(options: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with Sandbox(options.host, options.port, seed=options.seed, talk=options.talk, pacing=options.pacing) as box:
        print(json.dumps(box.credentials()), flush=True)
        await stop.wait()


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--seed", choices=("demo", "empty"), default="demo")
    parser.add_argument("--talk", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--pacing", action=argparse.BooleanOptionalAction, default=True)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()

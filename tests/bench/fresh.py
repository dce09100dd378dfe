"""The program as a process that has imported nothing before, as a user starts it: for what starting costs.
Those of the crash tests are forked from one that has, which is quicker and would measure something else.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from tests.faults.child import READY
from tests.faults.desk_process import START


@asynccontextmanager
async def fresh(settings: Mapping[str, Any]) -> AsyncIterator[int]:
    """It serves; its process id. At the end it is asked to stop, and waited for."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.child", json.dumps(settings), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START):
            assert (await process.stdout.readline()).decode().strip() == READY
        yield process.pid
    finally:
        process.terminate()
        await process.communicate()

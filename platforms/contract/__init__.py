"""The contract every adapter keeps, as tests driven by its own `Caps`: claimed is done, unclaimed is `Unsupported`.
It knows no platform and needs no pytest: subclass `PlatformContract` in a test module and give it a `world` fixture.

    class TestMine(PlatformContract):
        @pytest.fixture
        async def world(self): ...   # yields a `World`: a local server of the platform and the people around it
"""

from platforms.contract.claims import Claims
from platforms.contract.posting import Posting
from platforms.contract.reading import Reading
from platforms.contract.sending import Sending
from platforms.contract.world import Fault, Where, World

__all__ = ["Fault", "PlatformContract", "Where", "World"]


class PlatformContract(Claims, Reading, Sending, Posting):
    """Subclass it and give a `world` fixture. For accounts that are polled and can reply."""

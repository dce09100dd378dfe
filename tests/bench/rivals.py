"""What the matcher is compared with, each as one would write it: rapidfuzz, BM25, character TF-IDF with a linear SVM.
They know no threshold, and are used nowhere but in the benchmark.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from rapidfuzz import fuzz, process

Scores = list[list[tuple[str, float]]]


class Ranker(Protocol):
    """What is judged."""

    def fit(self, examples: Sequence[tuple[str, str]]) -> None:
        """Learn pairs of template id and phrase."""

    def rank(self, texts: Sequence[str], k: int) -> Scores:
        """The `k` best templates of each text, best first."""


class Fuzzy:
    """`process.extract` of rapidfuzz with one of its scorers; a template is as good as its best phrase."""

    def __init__(self, scorer: Callable[..., float]) -> None:
        self._scorer = scorer

    def fit(self, examples: Sequence[tuple[str, str]]) -> None:
        """Keep the phrases in lower case."""
        self._labels = [label for label, _ in examples]
        self._phrases = [text.lower() for _, text in examples]

    def rank(self, texts: Sequence[str], k: int) -> Scores:
        """Best phrases first, each template once."""
        ranked = []
        for text in texts:
            found = process.extract(text.lower(), self._phrases, scorer=self._scorer, limit=20 * k)
            ranked.append(_each_once([(self._labels[at], score) for _, score, at in found], k))
        return ranked


class Bm25:
    """bm25s over words, and over single characters and pairs of Chinese."""

    def fit(self, examples: Sequence[tuple[str, str]]) -> None:
        """Index the phrases."""
        import bm25s  # type: ignore[import-untyped]

        self._labels = [label for label, _ in examples]
        self._engine: Any = bm25s.BM25()
        self._engine.index([_tokens(text) for _, text in examples], show_progress=False)

    def rank(self, texts: Sequence[str], k: int) -> Scores:
        """A template is as good as its best phrase."""
        ranked = []
        for text in texts:
            known = [token for token in _tokens(text) if token in self._engine.vocab_dict]
            scores = self._engine.get_scores(known) if known else np.zeros(len(self._labels))
            order = np.argsort(-scores, kind="stable")[: 20 * k]
            ranked.append(_each_once([(self._labels[at], float(scores[at])) for at in order], k))
        return ranked


class Svm:
    """TF-IDF of characters (`char_wb`, 2 to 4) and scikit-learn's LinearSVC."""

    def fit(self, examples: Sequence[tuple[str, str]]) -> None:
        """Fit both."""
        from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
        from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

        self._features = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
        self._classes = LinearSVC().fit(
            self._features.fit_transform([text for _, text in examples]), [label for label, _ in examples]
        )

    def rank(self, texts: Sequence[str], k: int) -> Scores:
        """By distance to each template's plane."""
        scores = self._classes.decision_function(self._features.transform(texts))
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        names = self._classes.classes_
        return [[(str(names[at]), float(row[at])) for at in best] for row, best in zip(scores, order, strict=True)]


RIVALS: dict[str, Callable[[], Ranker]] = {
    "rapidfuzz WRatio": lambda: Fuzzy(fuzz.WRatio),
    "rapidfuzz token_set": lambda: Fuzzy(fuzz.token_set_ratio),
    "bm25s": Bm25,
    "char_wb + LinearSVC": Svm,
}


def _each_once(found: Sequence[tuple[str, float]], k: int) -> list[tuple[str, float]]:
    best: dict[str, float] = {}
    for label, score in found:
        best.setdefault(label, score)
    return list(best.items())[:k]


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    for word in text.lower().split():
        if word.isascii():
            tokens.append(word.strip(".,!?'\""))
        else:
            tokens += [*word, *(word[at : at + 2] for at in range(len(word) - 1))]
    return [token for token in tokens if token]  # bm25s keeps a number for the empty one that it cannot look up

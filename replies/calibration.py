"""How sure to be: the probability that a template is right, and the line below which nothing is offered.
Both are learned from the phrases' trial, never from a comment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from replies.head import Trial

_KEPT = 0.955  # share of the phrases that stays above the line, for 95 % of the answerable comments

# What the development sets give on average, for a library too small to say it itself.
_SLOPE, _OFFSET = 7.0, -2.95
_LINE = 0.33
_SMALL = 20  # phrases whose trial weighs as much as that average
_FEW = 15  # phrases a template: up to then the trial, one phrase short, says less than the average does


@dataclass(frozen=True, slots=True)
class Calibration:
    """`slope` and `offset` of the log-odds in sureness; `line`: the sureness below which the matcher abstains."""

    slope: float = _SLOPE
    offset: float = _OFFSET
    line: float = _LINE

    @classmethod
    def of(cls, trial: Trial, phrases_a_template: float) -> Calibration:
        """Fitted on a trial. The line leaves 95 % of the phrases that have an answer above it."""
        count = len(trial.sure)
        if not count:
            return cls()
        sure = trial.sure.astype(np.float64)
        slope, offset = _logistic(sure, trial.right.astype(np.float64))
        own = count / (count + _SMALL)
        line = own * float(np.quantile(sure, 1 - _KEPT)) + (1 - own) * _LINE
        own *= phrases_a_template / (phrases_a_template + _FEW)
        return cls(own * slope + (1 - own) * _SLOPE, own * offset + (1 - own) * _OFFSET, line)

    def probability(self, sure: float) -> float:
        """That the best template is right, 0..1."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.slope * sure + self.offset))))


def _logistic(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Slope and offset by Newton's method, held to the average as if by a few more observations."""
    design = np.column_stack([x, np.ones_like(x)])
    average = np.array([_SLOPE, _OFFSET])
    hold = np.array([0.05, 0.5])

    def loss(beta: npt.NDArray[np.float64]) -> float:
        z = design @ beta
        return float(np.logaddexp(0, z).sum() - y @ z + (hold * (beta - average) ** 2).sum() / 2)

    beta = average
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (p - y) + hold * (beta - average)
        curvature = (design * (p * (1 - p))[:, None]).T @ design + np.diag(hold)
        step = np.linalg.solve(curvature, gradient)
        while loss(beta - step) > loss(beta) and np.abs(step).max() > 1e-6:
            step = step / 2
        beta = beta - step
        if np.abs(step).max() < 1e-6:
            break
    return float(beta[0]), float(beta[1])

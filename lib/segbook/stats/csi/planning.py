"""What change could have been seen, and how many answers another would need."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from segbook.stats.proportions import critical

POWER = 0.8
ALPHA = 0.05


def power(
    before: tuple[float, float], now: tuple[float, float], n: ArrayLike, alpha: float = ALPHA
) -> np.ndarray:
    """Give the chance of seeing a change of the index with n answers in each of two quarters.

    Parameters
    ----------
    before, now
        Shares of answers that attract and that detract.
    n
        Answers in a quarter.
    alpha
        Two-sided level.

    Notes
    -----
    Normal approximation on the logarithm of the index, whose variance is 1 / attract + 1 / detract.

    Examples
    --------
    >>> power((0.6, 0.1), (0.56, 0.14), [100, 400, 1600]).round(2).tolist()
    [0.14, 0.43, 0.95]
    """
    shares = np.array([*before, *now], dtype=float)
    log = np.log(shares[0] / shares[1]) - np.log(shares[2] / shares[3])
    error = np.sqrt((1 / shares).sum() / np.asarray(n, dtype=float))
    chance: np.ndarray = stats.norm.cdf(abs(log) / error - critical(1 - alpha))
    return chance


def answers_needed(
    csi_before: float, csi_after: float, share_neutral: float, chance: float = POWER, alpha: float = ALPHA
) -> int:
    """Give how many answers each of two quarters needs for a change of the index to be seen.

    Parameters
    ----------
    csi_before, csi_after
        The change to see.
    share_neutral
        Share of answers that neither attract nor detract, in both quarters.
    chance, alpha
        Chance of seeing it, and the two-sided level.

    Examples
    --------
    >>> answers_needed(6, 4, 0.3), answers_needed(6, 3, 0.3)
    (984, 316)
    """
    told = 1 - share_neutral
    one_in = sum((1 + each) ** 2 / each for each in (csi_before, csi_after)) / told
    z = critical(1 - alpha) + float(stats.norm.ppf(chance))
    return int(np.ceil((z / np.log(csi_before / csi_after)) ** 2 * one_in))


def answers_for_width(ratio: float, share_attract: float, share_detract: float) -> int:
    """Give how many answers bring the upper end of the interval down to a multiple of the index.

    Parameters
    ----------
    ratio
        Upper end over the index, such as 1.5.
    share_attract, share_detract
        Of all answers.

    Examples
    --------
    >>> answers_for_width(1.5, 0.6, 0.1), answers_for_width(1.5, 0.7, 0.05)
    (273, 501)
    """
    return int(np.ceil((critical() / np.log(ratio)) ** 2 * (1 / share_attract + 1 / share_detract)))


def visible(attract_before: int, detract_before: int, told: int) -> tuple[float, float]:
    """Give the highest fall and the lowest rise of the index that two quarters could have shown.

    Parameters
    ----------
    attract_before, detract_before
        Counts of the earlier quarter.
    told
        Answers of the later quarter that attract or detract.

    Returns
    -------
    fall, rise
        Index of the later quarter from which on a change is seen in four cases of five at the 5 % level;
        missing where none could be.

    Examples
    --------
    >>> [round(each, 1) for each in visible(60, 10, 70)]
    [1.8, nan]
    """
    if not attract_before + detract_before or not told:
        return float("nan"), float("nan")
    good, bad = attract_before + 0.5, detract_before + 0.5
    z = critical(1 - ALPHA) + float(stats.norm.ppf(POWER))

    def missing(log: float) -> float:
        share = 1 / (1 + np.exp(-log))
        variance = 1 / good + 1 / bad + 1 / (told * share) + 1 / (told * (1 - share))
        return float(abs(log - np.log(good / bad)) - z * np.sqrt(variance))

    found = []
    for side in (-1, 1):
        steps = np.log(good / bad) + side * np.linspace(0, 9, 181)
        seen = next((i for i, log in enumerate(steps) if missing(log) > 0), None)
        root = optimize.brentq(missing, steps[seen - 1], steps[seen]) if seen else np.nan
        found.append(float(np.exp(root)))
    return found[0], found[1]

"""k-means and how far to trust it: silhouette, and agreement between bootstrap samples."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from segbook.stats.agreement import rand_of
from segbook.stats.crosses import cross_counts

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Trial = dict[str, float | None]
"""``k``, ``silhouette``, and ``agreement``, ``agreement_min`` of bootstrap pairs, None where not measured."""


def choose_number(
    points: Floats,
    numbers: Sequence[int],
    *,
    min_agreement: float = 0.8,
    near_best: float = 0.8,
    n_pairs: int = 10,
    seed: int = 0,
) -> tuple[Floats, tuple[Trial, ...]]:
    """Find how many groups there are, and their centres.

    Parameters
    ----------
    points
        As in `k_means`; every distance is computed, so at most some thousands.
    numbers
        Numbers of groups to try.
    min_agreement
        Least agreement of any bootstrap pair for a number to be stable.
    near_best
        The largest stable number wins whose silhouette is at least this part of that of the best stable one.
    n_pairs, seed
        As in `bootstrap_agreement`.

    Returns
    -------
    centers, trials
        Those of the chosen number; when none is stable, of the one whose least agreement is highest. One
        trial for each number; agreement is measured only where the choice needs it.

    Examples
    --------
    >>> points = np.repeat([[0.0], [9.0], [30.0]], 20, axis=0) + np.tile(np.arange(20) / 50, 3)[:, None]
    >>> centers, trials = choose_number(points, [2, 3, 4])
    >>> len(centers), [trial["k"] for trial in trials if trial["agreement_min"] is not None]
    (3, [3.0, 4.0])
    """
    found = {k: k_means(points, k, seed=seed) for k in numbers}
    labelings = [assign(points, centers) for centers in found.values()]
    widths = dict(zip(numbers, silhouettes(points, labelings), strict=True))
    agreed: dict[int, Floats] = {}

    def stable(k: int) -> bool:
        if k not in agreed:
            agreed[k] = bootstrap_agreement(points, k, n_pairs=n_pairs, seed=seed)
        return bool(agreed[k].min() >= min_agreement)

    by_width = sorted(widths, key=lambda k: -widths[k])
    chosen = next((k for k in by_width if stable(k)), None)
    if chosen is None:
        chosen = max(by_width, key=lambda k: float(agreed[k].min()))
    else:
        enough = near_best * widths[chosen]
        larger = [k for k in widths if k > chosen and widths[k] >= enough and stable(k)]
        chosen = max(larger, default=chosen)
    return found[chosen], tuple(_trial(k, width, agreed.get(k)) for k, width in widths.items())


def _trial(k: int, width: float, agreed: Floats | None) -> Trial:
    mean, least = (None, None) if agreed is None else (float(agreed.mean()), float(agreed.min()))
    return {"k": float(k), "silhouette": width, "agreement": mean, "agreement_min": least}


def k_means(
    points: Floats, k: int, *, seed: int = 0, n_init: int = 5, weights: Floats | None = None
) -> Floats:
    """Find the centres of k groups by Lloyd's algorithm from k-means++ starts.

    Parameters
    ----------
    points
        Shape (n, n_features), on scales that may be compared.
    k
        Not more than there are different points.
    seed, n_init
        Of the starts, of which the best counts.
    weights
        How often each point counts; once when absent.

    Returns
    -------
    ndarray
        Shape (k, n_features).

    References
    ----------
    Arthur D., Vassilvitskii S. (2007). k-means++: the advantages of careful seeding. SODA, 1027-1035.

    Examples
    --------
    >>> sorted(k_means(np.array([[0.0], [0.2], [9.0], [9.2]]), 2).round(1).ravel().tolist())
    [0.1, 9.1]
    """
    from sklearn.cluster import KMeans

    with _threads().limit(limits=1):  # so many small fits run faster, and always alike, on one thread
        made: Any = KMeans(k, n_init=n_init, random_state=seed).fit(points, sample_weight=weights)
    return np.asarray(made.cluster_centers_, dtype=float)


@cache
def _threads() -> Any:
    """Give the controller of the threads of the libraries loaded by now: finding them takes a while."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def assign(points: Floats, centers: Floats) -> Ints:
    """Give each point the number of its nearest centre, the first of equally near ones."""
    squared = (points**2).sum(1)[:, None] - 2 * points @ centers.T + (centers**2).sum(1)
    return np.asarray(squared.round(9).argmin(1), dtype=np.int64)


def silhouettes(points: Floats, labelings: Sequence[Ints]) -> list[float]:
    """Give the mean silhouette of several partitions of the same points.

    Parameters
    ----------
    points
        Shape (n, n_features); every distance is computed, so at most some thousands.
    labelings
        One label for each point in each; NaN for a partition of fewer than two groups. A point alone in its
        group counts 0.

    References
    ----------
    Rousseeuw P. (1987). Silhouettes. J. Computational and Applied Mathematics 20, 53-65.

    Examples
    --------
    >>> silhouettes(np.array([[0.0], [1.0], [10.0], [11.0]]), [np.array([0, 0, 1, 1])])
    [0.899...]
    """
    from scipy.spatial.distance import cdist

    distances = cdist(points, points).astype(np.float32)
    return [_silhouette(distances, labels) for labels in labelings]


def _silhouette(distances: npt.NDArray[np.float32], labels: Ints) -> float:
    names, place = np.unique(labels, return_inverse=True)
    if len(names) < 2:
        return float("nan")
    member = np.eye(len(names), dtype=np.float32)[place]
    sums, sizes = (distances @ member).astype(float), member.sum(0).astype(float)
    own = np.arange(len(labels)), place
    inside = sums[own] / np.maximum(sizes[place] - 1, 1)
    means = sums / sizes
    means[own] = np.inf
    nearest = means.min(1)
    widths = (nearest - inside) / np.maximum(np.maximum(nearest, inside), np.finfo(float).tiny)
    return float(np.where(sizes[place] > 1, widths, 0.0).mean())


def bootstrap_agreement(points: Floats, k: int, *, n_pairs: int = 10, seed: int = 0) -> Floats:
    """Cluster pairs of bootstrap samples and compare how each pair divides the points.

    Parameters
    ----------
    points, k
        As in `k_means`.
    n_pairs, seed
        How many pairs, and of the draws.

    Returns
    -------
    ndarray
        Adjusted Rand index of each pair, 1 for the same division, about 0 for chance; shape (n_pairs,).

    References
    ----------
    Dolnicar S., Leisch F. (2017). Using segment level stability to select target segments in data-driven
    market segmentation studies. Marketing Letters 28(3), 423-436: stability of the whole division.
    """
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(n_pairs):
        one, two = (_clustered_again(points, k, rng) for _ in range(2))
        found.append(rand_of(cross_counts(one, two)))
    return np.array(found)


def _clustered_again(points: Floats, k: int, rng: np.random.Generator) -> Ints:
    counts = np.bincount(rng.integers(0, len(points), len(points)), minlength=len(points))
    drawn = counts > 0
    rows, weights = points[drawn], counts[drawn].astype(float)
    groups = min(k, len(np.unique(rows, axis=0)))
    centers = k_means(rows, groups, seed=int(rng.integers(2**31)), n_init=3, weights=weights)
    return assign(points, centers)

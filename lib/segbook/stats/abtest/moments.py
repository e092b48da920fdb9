"""Counts, means, variances and covariances of cells, and how cells are put together without raw squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Moments:
    """Two measures ``y`` and ``x`` of the units of each cell; arrays of one shape.

    Parameters
    ----------
    n
        Units with both measures known.
    y, x
        Means; NaN in an empty cell. ``x`` is the denominator of a ratio, the covariate of a mean, else 1.
    yy, xx, xy
        Sample variances and covariance; NaN below two units.
    """

    n: Floats
    y: Floats
    x: Floats
    yy: Floats
    xx: Floats
    xy: Floats

    @classmethod
    def of(cls, y: Floats, x: Floats | None = None) -> Moments:
        """Measure one cell from its values.

        Examples
        --------
        >>> Moments.of(np.array([1.0, 2.0, 3.0])).yy.tolist()
        [1.0]
        """
        x = np.ones(len(y)) if x is None else x
        cov = np.cov(y, x) if len(y) > 1 else np.full((2, 2), np.nan)
        parts = (len(y), y.mean(), x.mean(), cov[0, 0], cov[1, 1], cov[0, 1])
        return cls(*(np.array([float(each)]) for each in parts))

    def pooled(self, codes: NDArray[np.int_], size: int) -> Moments:
        """Put cells together by group; those of a negative code are left out.

        Parameters
        ----------
        codes
            Group of each cell.
        size
            Number of groups.

        References
        ----------
        .. [1] T. F. Chan, G. H. Golub, R. J. LeVeque, The American Statistician 37 (1983), 242-247, eq. 2.1.

        Examples
        --------
        >>> whole = Moments.of(np.array([1.0, 5.0, 9.0, 2.0]))
        >>> first, last = Moments.of(np.array([1.0, 5.0])), Moments.of(np.array([9.0, 2.0]))
        >>> parts = Moments(*(np.concatenate(pair) for pair in zip(first._arrays(), last._arrays())))
        >>> float(parts.pooled(np.zeros(2, dtype=int), 1).yy[0] - whole.yy[0])
        0.0
        """
        kept = (codes >= 0) & (self.n > 0)
        n, y, x, yy, xx, xy = (each[kept] for each in self._arrays())
        codes = codes[kept]

        def total(values: Floats) -> Floats:
            return np.bincount(codes, values, minlength=size).astype(float)

        count = total(n)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean_y, mean_x = total(n * y) / count, total(n * x) / count
            dy, dx = y - mean_y[codes], x - mean_x[codes]
            inner = [np.where(n > 1, (n - 1) * each, 0.0) for each in (yy, xx, xy)]
            outer = (dy * dy, dx * dx, dy * dx)
            spread = [
                np.where(count > 1, total(inside + n * between) / (count - 1), np.nan)
                for inside, between in zip(inner, outer, strict=True)
            ]
        return Moments(count, mean_y, mean_x, *spread)

    def without(self, value: float) -> Moments:
        """Give the moments of ``y`` after one value is taken out of each cell; its pair in ``x`` is 1.

        Examples
        --------
        >>> left = Moments.of(np.array([1.0, 2.0, 3.0, 50.0])).without(50.0)
        >>> left.y.tolist(), left.yy.tolist()
        ([2.0], [1.0])
        """
        n = self.n - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            y = self.y - (value - self.y) / n
            yy = ((self.n - 1) * self.yy - (value - self.y) * (value - y)) / (n - 1)
        return Moments(n, y, np.ones_like(n), np.maximum(yy, 0.0), np.zeros_like(n), np.zeros_like(n))

    def _arrays(self) -> tuple[Floats, ...]:
        return self.n, self.y, self.x, self.yy, self.xx, self.xy

"""Maximum likelihood for models whose parameters are positive, and whether to believe the result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]
Objective = Callable[[Floats], tuple[float, Floats]]
Status = Literal["converged", "boundary", "not_converged"]

FAR = 1e3
"""A shape this large means that customers no longer differ: the likelihood is flat from there on."""
VAGUE = 2.0
"""Standard error of a parameter's logarithm above which the data do not say how large it is."""


class Histories(NamedTuple):
    """Different histories of purchase, and how many customers share each.

    Parameters
    ----------
    x, t_x, T
        As in `segbook.stats.clv.timing`, arrays of one shape; no two rows are alike.
    weights
        Customers with this history.
    place
        For each customer the row of its history: ``values[place]`` spreads what was computed once.
    """

    x: Floats
    t_x: Floats
    T: Floats
    weights: Floats
    place: NDArray[np.intp]

    @classmethod
    def of(cls, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Self:
        """Gather the customers with equal histories.

        Examples
        --------
        >>> same = Histories.of([0, 2, 0], [0, 5, 0], [9, 9, 9])
        >>> same.weights.tolist(), same.place.tolist()
        ([2.0, 1.0], [0, 1, 0])
        """
        frame = pd.DataFrame({"x": x, "t_x": t_x, "T": T}, dtype=float)
        place: NDArray[np.intp] = frame.groupby(["x", "t_x", "T"]).ngroup().to_numpy().astype(np.intp)
        rows = frame.iloc[np.unique(place, return_index=True)[1]]
        weights = np.bincount(place, minlength=len(rows)).astype(float)
        return cls(rows["x"].to_numpy(), rows["t_x"].to_numpy(), rows["T"].to_numpy(), weights, place)


@dataclass(frozen=True)
class Fit:
    """Where the likelihood is highest.

    Parameters
    ----------
    values
        Parameters, in the order of the model.
    log_likelihood
        At those values.
    covariance
        Of the logarithms of the parameters; NaN where there is none.
    status
        ``converged``; ``boundary``: the likelihood rises towards an infinite or vanishing parameter, so the
        values mean nothing; ``not_converged``.
    """

    values: tuple[float, ...]
    log_likelihood: float
    covariance: Floats
    status: Status

    @property
    def standard_errors(self) -> Floats:
        """Standard errors of the parameters themselves, by the delta method."""
        errors: Floats = np.asarray(self.values) * np.sqrt(np.diag(self.covariance))
        return errors

    def draws(self, n: int, rng: np.random.Generator) -> Floats:
        """Draw parameters as uncertain as the fit is.

        Parameters
        ----------
        n
            How many.
        rng
            Source of chance.

        Returns
        -------
        array, shape (n, n_parameters)
        """
        logs = rng.multivariate_normal(np.log(self.values), self.covariance, n, method="eigh")
        drawn: Floats = np.exp(logs)
        return drawn


def maximise(objective: Objective, start: Floats, weight: float, shapes: Floats) -> Fit:
    """Find the highest likelihood, and judge whether it is a true maximum.

    Parameters
    ----------
    objective
        Log-parameters to the mean log-likelihood and its gradient.
    start
        Parameters to start from.
    weight
        Number of customers: the mean times it is the log-likelihood.
    shapes
        Which parameters have no unit, so that a huge value means a boundary; boolean.

    Returns
    -------
    Fit

    Notes
    -----
    The covariance is the inverse of the observed information, from differences of the exact gradient.
    """

    def down(logs: Floats) -> tuple[float, Floats]:
        height, slope = objective(logs)
        return -height, -slope

    limits = [(-12.0, 14.0)] * len(start)
    options = {"maxiter": 500, "ftol": 1e-15, "gtol": 1e-9}
    logs = minimize(down, np.log(start), jac=True, method="L-BFGS-B", bounds=limits, options=options).x
    covariance, sound = _inverse(-_hessian(objective, logs) * weight)
    if sound:
        logs = _polished(objective, logs, covariance * weight)
    height, slope = objective(logs)
    values = np.exp(logs)
    spread = np.sqrt(np.diag(covariance)) if sound else np.full(len(start), np.inf)
    if ((values > FAR) & shapes).any() or not sound or (spread > VAGUE).any():
        status: Status = "boundary"
    else:
        status = "converged" if np.abs(slope).max() < 1e-4 else "not_converged"
    return Fit(tuple(values.tolist()), float(height * weight), covariance, status)


def _polished(objective: Objective, logs: Floats, inverse: Floats) -> Floats:
    """Take one step of Newton's, where it makes the slope smaller.

    The search stops where the height no longer changes, which leaves the parameters eight digits: too few for
    two machines to print the same.
    """
    slope = objective(logs)[1]
    better: Floats = logs + inverse @ slope
    return better if np.abs(objective(better)[1]).max() < np.abs(slope).max() else logs


def maximise_in_ages(
    histories: Histories, likelihood: Callable[[Histories], Objective], *, start: Floats, powers: Floats
) -> Fit:
    """Find the highest likelihood with time measured in mean ages: all parameters are then near one.

    Parameters
    ----------
    histories
        In any unit of time.
    likelihood
        Gives the objective of `maximise` for histories in mean ages.
    start
        Parameters to start from, in mean ages.
    powers
        Of the unit of time in each parameter; those with none are shapes, of which a huge value means a
        boundary.

    Returns
    -------
    Fit
        In the unit of the histories.
    """
    unit = float(np.average(histories.T, weights=histories.weights)) or 1.0
    scaled = histories._replace(t_x=histories.t_x / unit, T=histories.T / unit)
    found = maximise(likelihood(scaled), start, float(histories.weights.sum()), powers == 0)
    # The density of a purchase time carries the unit.
    height = found.log_likelihood - float(histories.weights @ histories.x) * np.log(unit)
    values = tuple((np.array(found.values) * unit ** powers.astype(float)).tolist())
    return replace(found, values=values, log_likelihood=height)


def _hessian(objective: Objective, at: Floats, step: float = 1e-4) -> Floats:
    rows = [
        (objective(at + each)[1] - objective(at - each)[1]) / (2 * step) for each in np.eye(at.size) * step
    ]
    square = np.asarray(rows)
    symmetric: Floats = (square + square.T) / 2
    return symmetric


def _inverse(information: Floats) -> tuple[Floats, bool]:
    values = np.linalg.eigvalsh(information) if np.isfinite(information).all() else np.zeros(1)
    if values[0] <= 1e-10 * max(values[-1], 1.0):
        return np.full(information.shape, np.nan), False
    inverse: Floats = np.linalg.inv(information).astype(np.float64)
    return inverse, True

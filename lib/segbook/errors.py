"""Errors a user can act on.

The tree::

    SegbookError (ValueError)      says every problem at once
    ├── ParamsError                the YAML, the period, a model's parameters
    ├── SourceError                a file, a database, a column, a cell
    └── RunError                   a notebook that failed, a folder that cannot be written
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where it stands and what would be right.

    Parameters
    ----------
    where
        File and path inside it, such as ``acme.yaml: models.rfm.levels``.
    found
        What was found there.
    must_be
        What is allowed instead.

    Examples
    --------
    >>> print(Problem("acme.yaml: period", "'2026Q5'", "a period such as 2026Q3"))
    acme.yaml: period: found '2026Q5', must be a period such as 2026Q3
    """

    where: str
    found: str
    must_be: str

    def __str__(self) -> str:
        return f"{self.where}: found {self.found}, must be {self.must_be}"


class SegbookError(ValueError):
    """Bad input, with all its problems at once.

    Parameters
    ----------
    problems
        Every problem found, at least one.

    Examples
    --------
    >>> print(SegbookError([Problem("a", "1", "2"), Problem("b", "3", "4")]))
    a: found 1, must be 2
    b: found 3, must be 4
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[SegbookError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class ParamsError(SegbookError):
    """The parameters cannot be used: a YAML file, a period, a model's section."""


class SourceError(SegbookError):
    """The client's data cannot be used: a file, a database, a column, a cell."""


class RunError(SegbookError):
    """A report could not be built or written."""


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Give the allowed names, the nearest one first when there is one.

    Parameters
    ----------
    name
        The unknown name.
    allowed
        The names that would have been right; may be empty.

    Returns
    -------
    str
        A phrase to stand behind "must be".

    Examples
    --------
    >>> nearest("custmer_id", ["amount", "customer_id"])
    "'customer_id' (one of: amount, customer_id)"
    >>> nearest("zzz", ["amount"])
    'one of: amount'
    """
    names = [str(each) for each in allowed]
    listing = f"one of: {', '.join(names)}" if names else "absent"
    folded = {each.casefold(): each for each in names}
    close = difflib.get_close_matches(str(name).casefold(), list(folded), n=1, cutoff=0.6)
    return f"'{folded[close[0]]}' ({listing})" if close else listing

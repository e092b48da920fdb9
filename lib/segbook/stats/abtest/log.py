"""The log of all tests of a client: what was tested and found, so that failures are not forgotten."""

from __future__ import annotations

import os
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from segbook.errors import Problem, RunError
from segbook.stats.abtest.book import Trials
from segbook.stats.abtest.trial import Trial
from segbook.stats.abtest.verdict import BLOCKING, Verdict

FILE = "ab_tests.csv"
"""Name of the log, in the client's folder of reports."""

COLUMNS = (
    "experiment", "variant", "control", "first", "last", "units", "verdict", "metric", "kind",
    "control_value", "variant_value", "effect_size", "ci_lower", "ci_upper", "pvalue_adjusted",
)  # fmt: skip


@dataclass(frozen=True)
class TestLog:
    """Every test of a client so far.

    Parameters
    ----------
    tests
        Columns `COLUMNS`, a row for each test and variant, the latest first; a test read again with the same
        data is there once.
    """

    __test__ = False

    tests: pd.DataFrame

    @property
    def judged(self) -> pd.DataFrame:
        """Tests that could be judged."""
        return self.tests[~self.tests["verdict"].isin([*BLOCKING, "too_early"])]

    @property
    def n_wins(self) -> int:
        """Tests that were won."""
        return int(self.judged["verdict"].isin(["win", "win_at_risk"]).sum())

    def content(self) -> dict[str, Any]:
        """Give the numbers of the JSON report."""
        return {"test_log": self.tests.to_dict("records")}


def false_positive_risk(success_rate: float, alpha: float = 0.05, power: float = 0.8) -> float:
    """Give the share of wins that are false when this share of ideas really works.

    References
    ----------
    .. [1] R. Kohavi, A. Deng, L. Vermeer, KDD (2022): A/B testing intuition busters.

    Examples
    --------
    >>> [round(100 * false_positive_risk(rate), 1) for rate in (0.33, 0.15, 0.10, 0.08)]
    [6.0, 15.0, 22.0, 26.4]
    """
    false = alpha / 2 * (1 - success_rate)
    return false / (false + power * success_rate)


def remember(tests: Trials, folder: Path | None = None) -> TestLog:
    """Add the tests of a report to the client's log, and give the whole log.

    Parameters
    ----------
    tests
        Of the report.
    folder
        Where the log is kept; absent: nothing is written, and the log holds these tests alone.

    Raises
    ------
    RunError
        The log cannot be read or written.
    """
    rows = [_row(trial, verdict) for trial in tests.trials for verdict in trial.verdicts]
    new = pd.read_csv(StringIO(pd.DataFrame(rows, columns=list(COLUMNS)).to_csv(index=False)), dtype=_TEXTS)
    if folder is None:
        return TestLog(_sorted(new))
    path = folder / FILE
    try:
        old = pd.read_csv(path, dtype=_TEXTS) if path.is_file() else new.head(0)
        _append(path, new[~_keys(new).isin(set(_keys(old)))])
    except (OSError, ValueError, KeyError) as error:
        raise RunError([Problem(str(path), str(error), "the log of tests, as segbook writes it")]) from None
    return TestLog(_sorted(pd.concat([old, new]) if len(old) else new))


_TEXTS = dict.fromkeys(
    ["experiment", "variant", "control", "first", "last", "verdict", "metric", "kind"], "str"
)


def _row(trial: Trial, verdict: Verdict) -> dict[str, Any]:
    lead = verdict.leading
    own = {
        "experiment": trial.name, "variant": verdict.variant, "control": trial.experiment.control,
        "first": trial.first, "last": trial.last, "units": trial.n_units, "verdict": verdict.key,
    }  # fmt: skip
    if lead is None:
        return own
    test = lead.test
    numbers = {
        "control_value": test.control, "variant_value": test.treatment, "effect_size": test.effect_size,
        "ci_lower": test.effect_size_ci_lower, "ci_upper": test.effect_size_ci_upper,
        "pvalue_adjusted": test.pvalue_adjusted,
    }  # fmt: skip
    return (
        own
        | {"metric": lead.metric, "kind": lead.kind}
        | {name: float(f"{value:.9g}") for name, value in numbers.items()}
    )


def _keys(rows: pd.DataFrame) -> pd.Series:
    """Tell two readings of a test apart: other data or another verdict is news."""
    names = ("experiment", "variant", "last", "units", "verdict", "effect_size")
    parts = [rows[name].astype("str").fillna("") for name in names]
    keys = parts[0]
    for each in parts[1:]:
        keys = keys + "\0" + each
    return keys


def _append(path: Path, rows: pd.DataFrame) -> None:
    """Write whole lines in one go, so that reports built at the same time do not mix theirs."""
    if rows.empty:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    text = rows.to_csv(index=False, header=not path.is_file(), lineterminator="\n")
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, text.encode())
    finally:
        os.close(handle)


def _sorted(rows: pd.DataFrame) -> pd.DataFrame:
    """Give each reading once: two reports may have written the same at the same time."""
    rows = rows[rows["experiment"] != "experiment"]
    once = rows[~_keys(rows).duplicated(keep="last")]
    order = ["last", "experiment", "variant", "units"]
    return once.sort_values(
        order, ascending=[False, True, True, False], na_position="last", ignore_index=True
    )

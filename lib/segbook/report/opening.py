"""Opening a report: the parameters checked, the data read, the language chosen."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from segbook.data.client import load_data
from segbook.errors import ParamsError, Problem, nearest
from segbook.params import REPORTS, load_params
from segbook.report.report import Report
from segbook.words.i18n import Texts
from segbook.words.labels import playbook_texts, trial_texts
from segbook.yamlfile import parse_overrides


def open_report(
    name: str,
    params_file: str | Path,
    period: str = "",
    lang: str = "",
    *,
    out_dir: str = "",
    overrides: str = "",
) -> Report:
    """Open a report: check the parameters, read the data, choose the language.

    Parameters
    ----------
    name
        Which report.
    params_file
        The client's YAML.
    period, lang
        Empty: the parameters' own period and first language.
    out_dir
        Folder to write into when the report is closed; empty: nothing is written.
    overrides
        Lines ``key=value`` laid over the YAML, such as ``models.rfm.levels=2``.

    Returns
    -------
    Report

    Raises
    ------
    ParamsError, SourceError
        As `load_params` and `load_data`.
    """
    if name not in REPORTS:
        raise ParamsError([Problem("report", f"'{name}'", nearest(name, REPORTS))])
    params = load_params(params_file, parse_overrides(overrides.splitlines()))
    chosen: Any = lang or params.language[0]
    if chosen not in {"ru", "en"}:
        raise ParamsError([Problem("lang", f"'{lang}'", "ru or en")])
    report = Report(
        name,
        load_data(params, period or None),
        Texts(chosen, params.currency, playbook_texts(params) | trial_texts(params)),
        Path(out_dir) if out_dir else None,
    )
    warnings.showwarning = lambda message, category, *_, **__: report.caught.append(
        f"{category.__name__}: {message}"
    )
    return report

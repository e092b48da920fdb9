"""What to build, and everything wrong with it, before anything runs."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from segbook.errors import ParamsError, Problem, RunError, SegbookError, nearest
from segbook.params import REPORTS, Params, load_params
from segbook.periods import Period
from segbook.press.execute import Job
from segbook.show.logo import logo_uri
from segbook.yamlfile import parse_overrides

NEEDS = {
    "segmentation": ("orders", "customers", "emails", "surveys", "leads", "experts"),
    "movement": ("orders",),
    "csi_review": ("surveys",),
    "ab_test": ("experiments",),
}
"""Report to the tables of which it needs one to have something to say."""


@dataclass(frozen=True)
class Request:
    """What the user asked for on the command line; empty means what the parameters say.

    Parameters
    ----------
    files
        Parameter files.
    periods, reports, langs
        Several of each give all combinations.
    overrides
        ``key=value`` laid over every file.
    out
        Root of all reports.
    """

    files: Sequence[Path]
    periods: Sequence[str] = ()
    reports: Sequence[str] = ()
    langs: Sequence[str] = ()
    overrides: Sequence[str] = ()
    out: Path = Path("reports")


def notebooks_folder() -> Path:
    """Give the folder of the notebooks: the checkout's own, else the one shipped in the package."""
    package = Path(__file__).resolve().parents[1]
    checkout = package.parents[1] / "notebooks"
    return checkout if checkout.is_dir() else package / "notebooks"


def available() -> list[str]:
    """Give the reports that have a notebook, in report order."""
    return [name for name in REPORTS if (notebooks_folder() / f"{name}.ipynb").is_file()]


def plan(request: Request) -> list[Job]:
    """Give the jobs of a request.

    Parameters
    ----------
    request
        What the user asked for.

    Returns
    -------
    list of Job
        By file, period, language and report.

    Raises
    ------
    SegbookError
        Every problem of every file at once: parameters, models' parameters, periods, data, a folder two
        clients would share, an output folder that cannot be written.
    """
    overrides = parse_overrides(request.overrides)
    problems: list[Problem] = []
    jobs: list[Job] = []
    if not request.files:
        problems.append(Problem("params", "no parameters file", "a YAML file such as params/acme.yaml"))
    for file in request.files:
        try:
            params = load_params(file, overrides)
            jobs += _jobs(params, request)
        except SegbookError as error:
            problems += error.problems
    problems += _collisions(jobs)
    inputs: dict[tuple[Path, Period], tuple[str, ...]] = {}
    for job in {(job.params.file, job.period): job for job in jobs}.values():
        try:
            inputs[job.params.file, job.period] = _read(job, jobs)
        except SegbookError as error:
            problems += error.problems
    try:
        _check_writable(request.out)
    except RunError as error:
        problems += error.problems
    if problems:
        raise SegbookError(dict.fromkeys(problems))
    return [replace(job, inputs=inputs[job.params.file, job.period]) for job in jobs]


def _jobs(params: Params, request: Request) -> list[Job]:
    from segbook.models import configure

    configure(params)
    asked = list(request.reports or params.reports)
    asked = asked or [name for name in available() if params.sources.keys() & NEEDS[name]]
    problems = [*_report_problems(params, asked)]
    problems += [
        Problem("--lang", f"'{lang}'", "ru or en") for lang in request.langs if lang not in {"ru", "en"}
    ]
    periods = []
    for text in request.periods or [params.period or ""]:
        try:
            periods.append(_begun(params.period_of(text), params))
        except ParamsError as error:
            problems += error.problems
    if problems:
        raise ParamsError(problems)
    lines, folder = "\n".join(request.overrides), notebooks_folder()
    return [
        Job(params, period, report, lang, folder / f"{report}.ipynb", request.out.absolute(), lines)
        for period in periods
        for lang in request.langs or params.language
        for report in asked
    ]


def _begun(period: Period, params: Params) -> Period:
    """Refuse a period of the future: everybody would look lost in it."""
    today = datetime.now(ZoneInfo(params.timezone)).date()
    if period.start > today:
        where = f"{params.file.name}: period"
        raise ParamsError(
            [Problem(where, f"{period}, which begins on {period.start}", f"begun by today, {today}")]
        )
    return period


def _report_problems(params: Params, asked: Sequence[str]) -> Iterator[Problem]:
    where, built = params.file.name, available()
    if not asked:
        wanted = dict.fromkeys(table for name in built for table in NEEDS[name])
        yield Problem(
            f"{where}: sources", ", ".join(params.sources), f"one of {', '.join(wanted)} among them"
        )
    for name in asked:
        if name not in built:
            yield Problem(f"{where}: reports", f"'{name}'", nearest(name, built))
        elif not params.sources.keys() & NEEDS[name]:
            found = "none of " * (len(NEEDS[name]) > 1) + ", ".join(f"sources.{each}" for each in NEEDS[name])
            yield Problem(f"{where}: reports.{name}", found, "a report whose table is given")


def _collisions(jobs: Sequence[Job]) -> list[Problem]:
    owners: dict[str, Params] = {}
    problems = []
    for job in jobs:
        owner = owners.setdefault(job.params.slug, job.params)
        if owner.file != job.params.file:
            found = f"'{job.params.client}', whose folder '{job.params.slug}' is that of {owner.file.name}"
            problems.append(Problem(f"{job.params.file.name}: client", found, "a name of its own"))
    return problems


def _read(job: Job, jobs: Sequence[Job]) -> tuple[str, ...]:
    """Read the client's data as the notebooks will; what was parsed is then in the cache."""
    from segbook.data.client import load_data
    from segbook.stats.abtest.book import check_tests

    logo = logo_uri(job.params) or ""
    data = load_data(job.params, job.period)
    if "experiments" in data.tables:
        check_tests(data)
    if any(each.report == "csi_review" and each.params.file == job.params.file for each in jobs):
        from segbook.stats.csi.answers import read_answers
        from segbook.stats.csi.steady import check_scale

        check_scale(data)
        read_answers(data)
    hashes = [file.sha256 for read in data.reads.values() for file in read.files]
    # What a database holds now is not known without reading it all: such a report is always built.
    return (logo, *(each or str(time.time_ns()) for each in hashes))


def _check_writable(out: Path) -> None:
    existing = next(each for each in (out.absolute(), *out.absolute().parents) if each.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        raise RunError([Problem(str(out), "a place that cannot be written", "a folder that can be")])

"""The command line: thin, and quick to start because what is heavy is imported inside the commands."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, cast

import typer

if TYPE_CHECKING:
    from segbook.errors import SegbookError
    from segbook.params import Lang
    from segbook.press.execute import Job
    from segbook.press.plan import Request

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Customer-segmentation reports: HTML, PDF and workbook, in Russian and English.",
)

Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[PARAMS]...", help="Clients' YAML files; default: params/*.yaml."),
]
Periods = Annotated[
    list[str] | None, typer.Option("--period", "-p", help="Such as 2026Q3; repeat for several.")
]
Reports = Annotated[
    list[str] | None, typer.Option("--report", "-r", help="Such as segmentation; repeat for several.")
]
Langs = Annotated[list[str] | None, typer.Option("--lang", "-l", help="ru or en; repeat for both.")]
Overrides = Annotated[
    list[str] | None, typer.Option("--set", "-s", help="Lay a value over the YAML: models.rfm.levels=2.")
]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Reports built at the same time.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder of all reports.")]


@app.command()
def run(
    files: Files = None,
    period: Periods = None,
    report: Reports = None,
    lang: Langs = None,
    overrides: Overrides = None,
    jobs: Jobs = 2,
    force: Annotated[
        bool, typer.Option("--force", "-f", help="Build again what is already up to date.")
    ] = False,
    out: Out = Path("reports"),
) -> None:
    """Build reports. Exit 0: all built; 1: some failed; 2: bad input, nothing was run."""
    from segbook.press.batch import run_jobs

    request = _request(files, out, periods=period, reports=report, langs=lang, overrides=overrides)
    sys.exit(run_jobs(_planned(request), jobs, force=force))


@app.command()
def check(
    files: Files = None,
    period: Periods = None,
    report: Reports = None,
    lang: Langs = None,
    overrides: Overrides = None,
    out: Out = Path("reports"),
) -> None:
    """Say everything wrong with parameters and data, without running anything."""
    jobs = _planned(_request(files, out, periods=period, reports=report, langs=lang, overrides=overrides))
    for job in jobs:
        typer.echo(f"✓ {job}")


@app.command()
def models(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with parameters and segments.")] = False,
    lang: Annotated[str, typer.Option("--lang", "-l", help="ru or en.")] = "en",
) -> None:
    """List every model: what it is and which columns it needs."""
    from segbook.press.listing import list_models, print_models

    _lang(lang)
    listed = list_models()
    typer.echo(json.dumps(listed, ensure_ascii=False, indent=1)) if as_json else print_models(listed, lang)


@app.command()
def demo(
    out: Out = Path("reports"),
    jobs: Jobs = 2,
    force: Annotated[
        bool, typer.Option("--force", "-f", help="Build again what is already up to date.")
    ] = False,
) -> None:
    """Make up two clients in this folder and build their reports."""
    from segbook.press.batch import run_jobs
    from segbook.press.newcomer import write_demo_clients

    try:
        files = write_demo_clients(Path())
    except OSError as error:
        _refuse_text(f"{Path.cwd()}: found {error.strerror}, must be a folder that can be written")
    sys.exit(run_jobs(_planned(_request(files, out)), jobs, force=force))


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the client; the file is params/<name>.yaml.")],
    orders: Annotated[list[Path], typer.Option("--orders", help="Files with the client's orders.")],
    folder: Annotated[Path, typer.Option("--folder", help="Where the YAML goes.")] = Path("params"),
) -> None:
    """Write a new client's YAML, with the columns of the orders guessed."""
    from segbook.errors import SegbookError
    from segbook.press.newcomer import write_client

    try:
        path = write_client(name, orders, folder)
    except SegbookError as error:
        _refuse(error)
    typer.echo(f"{path}\nRead it through, correct what was guessed, then: segbook check {path}")


@app.command()
def size(
    base: Annotated[float, typer.Argument(help="What is usual: a share such as 0.05, or a mean with --sd.")],
    change: Annotated[
        float, typer.Option("--change", "-c", help="Relative change to be found: 0.1 is a tenth.")
    ] = 0.1,
    sd: Annotated[
        float | None, typer.Option("--sd", help="Standard deviation, when the base is a mean.")
    ] = None,
    variants: Annotated[int, typer.Option("--variants", help="Arms, the control included.")] = 2,
    control_share: Annotated[
        float | None, typer.Option("--control-share", help="Share of the control; equal arms when absent.")
    ] = None,
    power: Annotated[float, typer.Option("--power", help="Wanted chance of finding the change.")] = 0.8,
    alpha: Annotated[float, typer.Option("--alpha", help="Accepted chance of a false find.")] = 0.05,
    per_day: Annotated[float | None, typer.Option("--per-day", help="Recipients a day.")] = None,
    lang: Annotated[str, typer.Option("--lang", "-l", help="ru or en.")] = "en",
) -> None:
    """Say how many recipients an A/B test needs."""
    from segbook.errors import SegbookError
    from segbook.press.sizing import Question, answer
    from segbook.stats.abtest.planning import Plan

    chosen = _lang(lang)
    plan = Plan(alpha, power, variants, control_share)
    try:
        typer.echo("\n".join(answer(Question(base, change, sd, plan, per_day), chosen)))
    except SegbookError as error:
        _refuse(error)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    app()


def _lang(lang: str) -> Lang:
    if lang not in {"ru", "en"}:
        _refuse_text(f"--lang: found '{lang}', must be ru or en")
    return cast("Lang", lang)


def _request(files: list[Path] | None, out: Path, **asked: list[str] | None) -> Request:
    from segbook.press.plan import Request

    chosen = files or sorted(Path("params").glob("*.yaml"))
    return Request(chosen, out=out, **{name: values or () for name, values in asked.items()})


def _planned(request: Request) -> list[Job]:
    from segbook.errors import SegbookError
    from segbook.press.plan import plan

    try:
        return plan(request)
    except SegbookError as error:
        _refuse(error)


def _refuse(error: SegbookError) -> NoReturn:
    for problem in error.problems:
        typer.echo(f"✗ {problem}", err=True)
    sys.exit(2)


def _refuse_text(text: str) -> NoReturn:
    typer.echo(f"✗ {text}", err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()

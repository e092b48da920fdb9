"""Many reports at once: one progress view, one closing table."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from segbook.errors import SegbookError
from segbook.press.execute import Job, Outcome, build
from segbook.press.index import write_index
from segbook.press.kernels import stop_kernels

STEPS = ("execute", "html", "pdf")


def run_jobs(jobs: Sequence[Job], workers: int, *, force: bool = False) -> int:
    """Build reports, a few at a time, and say what came of each.

    Parameters
    ----------
    jobs
        What to build.
    workers
        How many at the same time.
    force
        Build again what is already up to date.

    Returns
    -------
    int
        0 when all are built, 1 when some failed; the others are not affected.

    Raises
    ------
    KeyboardInterrupt
        The user stopped the run: kernels are stopped and nothing half-written is left.
    """
    console = Console()
    due = [job for job in jobs if force or not job.is_built()]
    try:
        outcomes = _run(due, workers, console)
    except KeyboardInterrupt:
        console.print("Stopped. What was built before stays; run again to build the rest.")
        raise
    finally:
        if jobs:
            write_index(jobs[0].out)
    # As wide as it is: a folder parted over two lines could not be copied.
    Console(width=1000).print(_closing(jobs, outcomes))
    for outcome in outcomes.values():
        if outcome.error:
            where = f"cell {outcome.cell}: " if outcome.cell else ""
            console.print(Text(f"✗ {outcome.job}: {where}{outcome.error}", style="red"), soft_wrap=True)
    return int(any(outcome.error for outcome in outcomes.values()))


def _run(jobs: Sequence[Job], workers: int, console: Console) -> dict[Job, Outcome]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    outcomes: dict[Job, Outcome] = {}
    with Progress(*columns, console=console, transient=True) as progress:
        total = progress.add_task("reports", total=len(jobs))
        pool = ThreadPoolExecutor(max_workers=workers)
        try:
            futures = {pool.submit(_one, job, progress): job for job in jobs}
            for future in as_completed(futures):
                outcomes[futures[future]] = future.result()
                progress.advance(total)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            stop_kernels()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return {job: outcomes[job] for job in jobs}


def _one(job: Job, progress: Progress) -> Outcome:
    task: TaskID = progress.add_task(str(job), total=len(STEPS))

    def step(name: str) -> None:
        progress.update(task, description=f"{job} · {name}", completed=STEPS.index(name))

    try:
        return build(job, step)
    except SegbookError as error:
        return Outcome(job, error=str(error))
    except Exception as error:  # noqa: BLE001 - whatever broke one report, the others must go on
        return Outcome(job, error=f"{type(error).__name__}: {error}")
    finally:
        progress.remove_task(task)


def _closing(jobs: Sequence[Job], outcomes: dict[Job, Outcome]) -> Table:
    table = Table(title=None, box=None, pad_edge=False)
    for header in ("", "client", "period", "report", "lang", "seconds", "folder"):
        table.add_column(header, justify="right" if header == "seconds" else "left")
    for job in jobs:
        outcome = outcomes.get(job)
        mark = "=" if outcome is None else ("✗" if outcome.error else "✓")
        seconds = f"{outcome.seconds:.1f}" if outcome else "as built"
        cells = (mark, job.params.client, str(job.period), job.report, job.lang, seconds, _short(job))
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _short(job: Job) -> str:
    return job.folder.relative_to(job.out.parent).as_posix()

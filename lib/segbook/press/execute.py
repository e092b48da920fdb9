"""One report, from notebook to files: executed, rendered, put in place whole."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from segbook.errors import Problem, RunError
from segbook.params import Params
from segbook.periods import Period

if TYPE_CHECKING:
    from nbformat import NotebookNode


_PRESS = Lock()
"""Font metrics must not be measured in two threads at once."""


@dataclass(frozen=True, eq=False)
class Job:
    """One report to build.

    Parameters
    ----------
    params, period, report, lang
        Whose, for when, which and in which language.
    notebook
        The notebook to execute.
    out
        Root of all reports.
    overrides
        Lines laid over the parameters, as `segbook.report.open_report` takes them.
    inputs
        Hashes of the files it is made from.
    """

    params: Params
    period: Period
    report: str
    lang: str
    notebook: Path
    out: Path
    overrides: str = ""
    inputs: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where the files go."""
        return self.out / self.params.slug / self.period.key / self.lang

    @property
    def fingerprint(self) -> str:
        """Hash of everything the report is made from: parameters, data, notebook, code."""
        parts = [
            self.params.model_dump_json(), self.period.key, str(self.period.moment), self.report, self.lang,
            *self.inputs, self.notebook.read_text(encoding="utf-8"), _code(),
        ]  # fmt: skip
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def is_built(self) -> bool:
        """Tell whether the files in place are of this very fingerprint."""
        try:
            facts = json.loads((self.folder / f"{self.report}.json").read_text(encoding="utf-8"))["manifest"]
        except (OSError, ValueError, KeyError):
            return False
        kinds = ("html", "pdf", "xlsx", "ipynb")
        whole = all((self.folder / f"{self.report}.{kind}").is_file() for kind in kinds)
        return whole and facts.get("fingerprint") == self.fingerprint

    def __str__(self) -> str:
        return f"{self.params.client} · {self.period} · {self.report} · {self.lang}"


@dataclass
class Outcome:
    """What came of a job.

    Parameters
    ----------
    job
        Which.
    timings
        Step to seconds: ``execute``, ``html``, ``pdf``.
    error
        What went wrong, in a line; absent when the report was built.
    cell
        Number of the failed cell.
    """

    job: Job
    timings: dict[str, float] = field(default_factory=dict)
    error: str | None = None
    cell: int | None = None

    @property
    def seconds(self) -> float:
        """Time of all steps."""
        return sum(self.timings.values())


def build(job: Job, step: Callable[[str], None] = lambda _: None) -> Outcome:
    """Build one report.

    Parameters
    ----------
    job
        What to build.
    step
        Told each step as it begins.

    Returns
    -------
    Outcome
        With the error when the notebook failed: it is then kept as ``<report>.failed.ipynb``, and what was
        built before stays.

    Raises
    ------
    RunError
        The folder cannot be written.
    """
    outcome = Outcome(job)
    with _staging(job) as staging:
        notebook = _execute(job, staging, outcome, step)
        if outcome.error is None:
            _render(job, notebook, staging, outcome, step)
        if outcome.error is None:
            _complete(staging / f"{job.report}.json", outcome)
            (job.folder / f"{job.report}.failed.ipynb").unlink(missing_ok=True)
        _publish(staging, job.folder)
    return outcome


@contextmanager
def _staging(job: Job) -> Any:
    """Give a folder beside the final one, on the same disk, so that files move in by renaming."""
    try:
        job.folder.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".building-", dir=job.out))
    except OSError as error:
        raise RunError(
            [Problem(str(job.folder), error.strerror or str(error), "a folder that can be written")]
        ) from None
    try:
        yield staging
    except OSError as error:
        raise RunError(
            [Problem(str(job.folder), error.strerror or str(error), "a folder with room to write")]
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _execute(job: Job, staging: Path, outcome: Outcome, step: Callable[[str], None]) -> Any:
    import nbformat
    from papermill.exceptions import PapermillExecutionError

    step("execute")
    began = time.perf_counter()
    target = staging / f"{job.report}.ipynb"
    try:
        notebook = _run_notebook(job, staging, target)
    except PapermillExecutionError as error:
        outcome.error, outcome.cell = f"{error.ename}: {error.evalue}", error.cell_index + 1
        notebook = nbformat.read(target, as_version=4)
        target = _keep_failed(job, staging)
    except Exception as error:  # noqa: BLE001 - a kernel dies in many ways, and the other reports must go on
        outcome.error = f"{type(error).__name__}: {error}"
        return None
    outcome.timings["execute"] = time.perf_counter() - began
    _forget(notebook)
    nbformat.write(notebook, target)
    return notebook


def _run_notebook(job: Job, staging: Path, target: Path) -> Any:
    import papermill
    from jupyter_core.utils import ensure_event_loop

    from segbook.press.kernels import OwnKernel

    logging.getLogger("papermill").setLevel(logging.ERROR)
    parameters = {
        "params_file": str(job.params.file), "period": job.period.key, "lang": job.lang,
        "out_dir": str(staging), "overrides": job.overrides,
    }  # fmt: skip
    try:
        return papermill.execute_notebook(
            str(job.notebook), str(target), parameters, progress_bar=False,
            request_save_on_cell_execute=False, kernel_manager_class=OwnKernel, shutdown_kernel="immediate",
        )  # fmt: skip
    finally:
        ensure_event_loop().close()  # the client opens one for each thread and leaves it open


def _keep_failed(job: Job, staging: Path) -> Path:
    """Leave nothing of a failed report but its notebook."""
    kept = (staging / f"{job.report}.ipynb").replace(staging / f"{job.report}.failed.ipynb")
    for file in staging.iterdir():
        if file != kept:
            file.unlink()
    return kept


def _forget(notebook: NotebookNode) -> None:
    """Take the passing folder out of the notebook: run again by hand, it writes nothing."""
    facts = notebook.metadata["papermill"]
    facts["parameters"]["out_dir"] = ""
    facts |= {name: Path(facts[name]).name for name in ("input_path", "output_path")}
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = re.sub(r"^out_dir = .*$", 'out_dir = ""', cell.source, flags=re.MULTILINE)


def _render(
    job: Job, notebook: NotebookNode, staging: Path, outcome: Outcome, step: Callable[[str], None]
) -> None:
    from segbook.press.render import SegbookHTMLExporter
    from segbook.press.typst import SegbookPDFExporter

    resources = {"metadata": {"name": job.report, "path": str(job.notebook.parent)}}
    for name, exporter in (("html", SegbookHTMLExporter), ("pdf", SegbookPDFExporter)):
        step(name)
        began = time.perf_counter()
        try:
            with _PRESS:
                content, _ = exporter().from_notebook_node(notebook, resources)
        except Exception as error:  # noqa: BLE001 - one report that cannot be rendered must not stop the others
            outcome.error = f"{name}: {type(error).__name__}: {error}"
            _keep_failed(job, staging)
            return
        raw = content if isinstance(content, bytes) else content.encode()
        (staging / f"{job.report}.{name}").write_bytes(raw)
        outcome.timings[name] = time.perf_counter() - began


@cache
def _code() -> str:
    """Hash the library itself: its code, texts and templates."""
    root = Path(__file__).resolve().parents[1]
    files = sorted(file for file in root.rglob("*") if file.is_file() and file.suffix != ".pyc")
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _complete(path: Path, outcome: Outcome) -> None:
    """Add what only the press knows to the manifest the notebook wrote."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content["manifest"]["fingerprint"] = outcome.job.fingerprint
    timings = content["manifest"]["timings"]
    timings |= {name: round(seconds, 3) for name, seconds in outcome.timings.items()}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def _publish(staging: Path, folder: Path) -> None:
    for file in sorted(staging.iterdir()):
        if not file.name.startswith("."):
            file.replace(folder / file.name)

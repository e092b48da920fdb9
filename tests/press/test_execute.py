"""One report from notebook to files: whole or not at all, and a failure stops nothing else."""

from __future__ import annotations

import dataclasses
import json
import os
import threading
from pathlib import Path

import jsonschema
import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from tests.conftest import ROOT, draw_orders

from segbook.errors import RunError
from segbook.press import execute
from segbook.press.batch import run_jobs
from segbook.press.execute import Job, build
from segbook.press.kernels import stop_kernels
from segbook.press.plan import Request, plan

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("kernels")]


@pytest.fixture(scope="module")
def job(tmp_path_factory) -> Job:
    folder = tmp_path_factory.mktemp("client")
    orders = draw_orders(1, 1200, 300).assign(
        customer_id=lambda o: o["customer_id"] + " <script>x</script> #1 *b* $5$"
    )
    orders.to_csv(folder / "orders.csv", index=False)
    (folder / "acme.yaml").write_text(
        "client: 'Acme <b>&amp; \"Ко\" $1$ #2'\npurpose: '*проба* _x_'\nlanguage: en\nperiod: 2026Q2\n"
        "sources: {orders: {path: orders.csv}}\nmodels: {rfm: {levels: 3}}\n",
        encoding="utf-8",
    )
    return plan(Request([folder / "acme.yaml"], out=folder / "reports"))[0]


@pytest.fixture(scope="module")
def built(job) -> Path:
    outcome = build(job)
    assert outcome.error is None
    return job.folder


def notebook(tmp_path: Path, job: Job, *cells: str) -> Job:
    """Give the same job with a notebook of these cells."""
    parameters = new_code_cell(
        'params_file = ""\nperiod = ""\nlang = ""\nout_dir = ""\noverrides = ""',
        metadata={"tags": ["parameters"]},
    )
    path = tmp_path / f"{job.report}.ipynb"
    nb = new_notebook(cells=[parameters, *map(new_code_cell, cells)])
    nb.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nb, path)
    return dataclasses.replace(job, notebook=path)


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()} if folder.exists() else set()


WHOLE = {f"segmentation.{kind}" for kind in ("html", "pdf", "xlsx", "ipynb", "json")} | {"segments.parquet"}


def test_all_files_are_there_and_nothing_else(job, built):
    assert names(built) == WHOLE
    assert not [each for each in job.out.iterdir() if each.name.startswith(".")]


def test_json_keeps_the_contract(built):
    content = json.loads((built / "segmentation.json").read_text(encoding="utf-8"))
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, schema)
    assert content["results"]["models"]["rfm"]["params"]["levels"] == 3
    assert set(content["manifest"]["timings"]) >= {"notebook", "execute", "html", "pdf"}
    assert content["manifest"]["sources"]["orders"]["files"][0]["name"] == "orders.csv"


def test_segments_are_ready_for_a_crm(built):
    frame = pd.read_parquet(built / "segments.parquet")
    content = json.loads((built / "segmentation.json").read_text(encoding="utf-8"))
    assert list(frame.columns) == ["customer_id", *content["results"]["models"]]
    counts = frame["rfm"].value_counts().to_dict()
    told = content["results"]["models"]["rfm"]["segments"]
    assert counts == {name: row["customers"] for name, row in told.items() if row["customers"]}


def test_names_stand_for_themselves(built):
    from bs4 import BeautifulSoup

    page = BeautifulSoup((built / "segmentation.html").read_text(encoding="utf-8"), "html.parser")
    assert 'Acme <b>&amp; "Ко" $1$ #2' in page.get_text()
    assert "*проба* _x_" in page.get_text()
    assert "<script>x</script> #1 *b* $5$" in page.get_text()
    assert page.find("script", string="x") is None


def test_notebook_forgets_the_passing_folder(built):
    text = (built / "segmentation.ipynb").read_text(encoding="utf-8")
    assert ".building-" not in text
    assert nbformat.reads(text, as_version=4).metadata["papermill"]["parameters"]["out_dir"] == ""


def test_up_to_date_is_not_built_again(job, built, capsys):
    before = (built / "segmentation.html").stat().st_mtime_ns
    assert run_jobs([job], 1) == 0
    assert (built / "segmentation.html").stat().st_mtime_ns == before
    said = capsys.readouterr().out
    assert "as built" in said
    assert f"{job.out.name}/{job.params.slug}/2026Q2/en" in said, "the folder can be copied whole"
    other = dataclasses.replace(job, inputs=("another hash",))
    assert job.is_built()
    assert not other.is_built()
    assert (job.out / "index.html").is_file()


def test_a_failure_keeps_the_notebook_and_what_was_built(job, built, tmp_path, capsys):
    before = {name: (built / name).read_bytes() for name in WHOLE}
    failing = notebook(tmp_path, job, "1", "raise ValueError('no such luck')")
    out = dataclasses.replace(failing, out=tmp_path / "other")
    assert run_jobs([failing, out], 2, force=True) == 1
    assert {name: (built / name).read_bytes() for name in WHOLE} == before
    assert names(out.folder) == {"segmentation.failed.ipynb"}
    kept = (built / "segmentation.failed.ipynb").read_text(encoding="utf-8")
    assert "no such luck" in kept
    said = " ".join(capsys.readouterr().out.split())
    assert "cell 4: ValueError: no such luck" in said
    (built / "segmentation.failed.ipynb").unlink()


def test_a_dead_kernel_is_a_failure_not_a_hang(job, tmp_path):
    outcome = build(notebook(tmp_path, dataclasses.replace(job, out=tmp_path), "import os; os._exit(3)"))
    assert "DeadKernelError" in (outcome.error or "")


def test_what_cannot_be_rendered_leaves_nothing_half(job, tmp_path, monkeypatch):
    from segbook.press.typst import SegbookPDFExporter

    def fail(*_, **__):
        raise RuntimeError("no ink")

    monkeypatch.setattr(SegbookPDFExporter, "from_notebook_node", fail)
    cells = "import pathlib; pathlib.Path(out_dir, 'segmentation.json').write_text('{\"manifest\": {\"timings\": {}}}')"
    failing = notebook(tmp_path, dataclasses.replace(job, out=tmp_path), cells)
    outcome = build(failing)
    assert outcome.error == "pdf: RuntimeError: no ink"
    assert names(failing.folder) == {"segmentation.failed.ipynb"}


def test_a_full_disk_leaves_what_was_there(job, built, tmp_path, monkeypatch):
    before = names(built)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(execute, "_complete", full)
    with pytest.raises(RunError, match="No space left on device"):
        build(notebook(tmp_path, job, "1"))
    assert names(built) == before
    assert not [each for each in job.out.iterdir() if each.name.startswith(".building")]


def test_a_folder_that_cannot_be_written(job, tmp_path):
    (tmp_path / "blocked").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="a folder that can be written"):
        build(dataclasses.replace(job, out=tmp_path / "blocked"))


def test_interrupted_in_the_middle(job, tmp_path, monkeypatch):
    """Ctrl-C: the kernel is killed, nothing half-written is left."""
    slow = notebook(tmp_path, dataclasses.replace(job, out=tmp_path / "r"), "import time; time.sleep(60)")
    started = threading.Event()
    original = execute._run_notebook
    monkeypatch.setattr(execute, "_run_notebook", lambda *a: (started.set(), original(*a))[1])

    def interrupt(_):
        started.wait(30)
        threading.Event().wait(3)
        raise KeyboardInterrupt

    monkeypatch.setattr("segbook.press.batch.as_completed", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_jobs([slow], 1, force=True)
    assert names(slow.folder) == set()
    assert not [each for each in slow.out.iterdir() if each.name.startswith(".building")]


def test_kernel_talks_over_private_sockets(job, tmp_path):
    from segbook.press.kernels import OwnKernel

    kernel = OwnKernel()
    if os.name == "posix":
        assert kernel.transport == "ipc"
        assert Path(kernel._folder or "").stat().st_mode & 0o077 == 0
    assert (
        kernel.kernel_spec.argv[0].endswith(("python", "python3", "python.exe"))
        or "python" in kernel.kernel_spec.argv[0]
    )
    stop_kernels()


def test_whatever_breaks_one_report_the_others_go_on(job, tmp_path, monkeypatch, capsys):
    def build_or_break(each, step):
        if each.lang == "ru":
            raise RuntimeError("a slip of ours")
        return execute.Outcome(each)

    monkeypatch.setattr("segbook.press.batch.build", build_or_break)
    jobs = [dataclasses.replace(job, out=tmp_path, lang=lang) for lang in ("ru", "en")]
    tmp_path.joinpath("x").mkdir()
    assert run_jobs(jobs, 1, force=True) == 1
    said = capsys.readouterr().out
    assert "RuntimeError: a slip of ours" in said
    assert "✓" in said

"""The README tells the truth: its commands run, everything it names exists."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from typer.testing import CliRunner

from segbook.cli import app
from tests.conftest import COMMANDS, README, ROOT, run


def test_ci_runs_the_two_commands_word_for_word():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in COMMANDS if line.startswith("python -m pip")] == [
        line for line in script if line.startswith("python -m pip") and "&&" in line
    ]


@pytest.mark.slow
@pytest.mark.xdist_group("kernels")
def test_commands_run_in_order_in_an_empty_folder(typed):
    """A newcomer types them one after the other; CI runs the two that set everything up, word for word."""
    built = {str(file.parent.relative_to(typed)) for file in typed.glob("reports*/*/*/*/segmentation.pdf")}
    assert built == {"reports/acme/2026Q2/en", "reports-trial/chainyi-dom/2026Q3/ru"}
    index = (typed / "reports" / "index.html").read_text(encoding="utf-8")
    assert "acme" in index


def test_any_notebook_exports(tmp_path):
    import nbformat

    nbformat.write(new_notebook(cells=[new_markdown_cell("# Mine\n\nтекст")]), tmp_path / "mine.ipynb")
    assert "jupyter nbconvert --to segbook-pdf mine.ipynb" in README
    for kind in ("pdf", "html"):
        done = run(tmp_path, "jupyter", "nbconvert", "--to", f"segbook-{kind}", "mine.ipynb")
        assert done.returncode == 0, done.stderr
        assert (tmp_path / f"mine.{kind}").stat().st_size > 1000


def test_jupyterlab_is_there_for_the_analyst():
    assert "uv run jupyter lab notebooks/segmentation.ipynb" in COMMANDS
    assert (ROOT / "notebooks" / "segmentation.ipynb").is_file()
    assert shutil.which("jupyter-lab", path=str(Path(sys.executable).parent))


def test_every_command_of_the_program_is_in_the_readme():
    names = {command.callback.__name__ for command in app.registered_commands}
    assert {name for name in names if f"segbook {name}" not in README} == set()


@pytest.mark.parametrize("name", ["run", "check", "models", "demo", "new", "size"])
def test_every_command_and_option_has_help(name):
    shown = CliRunner().invoke(app, [name, "--help"])
    assert shown.exit_code == 0
    command = next(each for each in app.registered_commands if each.callback.__name__ == name)
    assert (command.callback.__doc__ or "").strip()


def test_every_path_and_link_exists():
    linked = [target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target]
    named = re.findall(r"^\| `([\w/.-]+/)` \|", README, re.MULTILINE)
    assert linked
    assert named
    assert [path for path in (*linked, *named) if not (ROOT / path).exists()] == []


def test_every_folder_has_a_line():
    folders = {
        f"{path.relative_to(ROOT).as_posix()}/"
        for path in (*ROOT.iterdir(), *(ROOT / "lib" / "segbook").iterdir())
        if path.is_dir()
        and not path.name.startswith((".", "__"))
        and path.name not in {"lib", "demo-data", "dist"}
    }
    assert {folder for folder in folders if f"`{folder}`" not in README} == set()

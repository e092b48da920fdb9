"""The notebooks: documents without machinery, stored clean, paired in two languages, readable when rendered."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from papermill import inspect_notebook

from segbook.press.execute import build
from segbook.press.plan import Request, notebooks_folder, plan
from tests.conftest import ROOT

FILES = sorted(notebooks_folder().glob("*.ipynb"))
each = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def cells(file: Path, kind: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == kind]


@each
def test_stored_without_outputs(file):
    for cell in cells(file, "code"):
        assert (cell.outputs, cell.execution_count) == ([], None)


@each
def test_under_sixty_lines_without_machinery(file):
    source = [cell.source for cell in cells(file, "code")]
    lines = [line for text in source for line in text.splitlines() if line.strip()]
    assert len(lines) < 60
    assert max(len(text.splitlines()) for text in source) <= 10
    tree = ast.parse("\n".join(source))
    assert not [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)
    ]


@each
def test_prose_is_paired_in_both_languages(file):
    tags = [cell.metadata.get("tags", []) for cell in cells(file, "markdown")]
    langs = [next(tag for tag in names if tag.startswith("lang-")) for names in tags]
    assert langs == ["lang-ru", "lang-en"] * (len(langs) // 2)


@each
def test_parameters_are_those_the_press_passes(file):
    passed = {"params_file", "period", "lang", "out_dir", "overrides"}
    found = inspect_notebook(str(file))
    assert set(found) == passed
    assert all(facts["help"] for facts in found.values())


@pytest.fixture(scope="module")
def folders(typed, tmp_path_factory) -> dict[str, Path]:
    """Give the shop in both languages: the README builds it in Russian, with three levels of RFM."""
    (job,) = plan(
        Request(
            [typed / "params" / "demo.yaml"], langs=["en"], overrides=["models.rfm.levels=3"],
            out=tmp_path_factory.mktemp("english"),
        )
    )  # fmt: skip
    assert build(job).error is None
    return {"ru": typed / "reports-trial" / "chainyi-dom" / "2026Q3" / "ru", "en": job.folder}


@pytest.mark.slow
@pytest.mark.xdist_group("kernels")
class TestRendered:
    """The shop of the demo, in both languages."""

    @pytest.mark.parametrize("lang", ["ru", "en"])
    def test_html_is_offline_whole_and_in_one_language(self, folders, lang):
        text = (folders[lang] / "segmentation.html").read_text(encoding="utf-8")
        page = BeautifulSoup(text, "html.parser")
        assert page.html["lang"] == lang
        loads = [
            tag.get("src") or tag.get("href")
            for tag in page.find_all(["script", "link", "img", "iframe", "source"])
        ]
        assert not [target for target in loads if target and not target.startswith("data:")]
        assert "@import" not in text
        assert not re.search(r"url\(\s*['\"]?http", text)
        words = page.body.get_text(" ")
        assert "Traceback" not in words
        assert not re.search(r"\bnan\b|\bNaN\b|\bNone\b", words)
        other = {"ru": "What matters most", "en": "Главное"}[lang]
        assert other not in words
        assert not page.select("div.highlight"), "no code in a report"

    @pytest.mark.parametrize("lang", ["ru", "en"])
    def test_every_figure_has_an_alt_text_with_numbers(self, folders, lang):
        page = BeautifulSoup((folders[lang] / "segmentation.html").read_text(encoding="utf-8"), "html.parser")
        alts = [image.get("alt", "") for image in page.main.find_all("img")] if page.main else []
        alts = alts or [image.get("alt", "") for image in page.find_all("img")]
        assert len(alts) >= 9
        assert sum(bool(re.search(r"\d", alt)) for alt in alts) >= 9

    def test_headings_have_ascii_addresses(self, folders):
        page = BeautifulSoup((folders["ru"] / "segmentation.html").read_text(encoding="utf-8"), "html.parser")
        found = [heading.get("id") for heading in page.find_all(["h2", "h3"]) if heading.get("id")]
        assert len(found) == len(set(found))
        assert all(name.isascii() for name in found)

    def test_numbers_do_not_depend_on_the_language(self, folders):
        numbers = [
            json.loads((folder / "segmentation.json").read_text(encoding="utf-8"))["results"]
            for folder in folders.values()
        ]
        assert numbers[0] == numbers[1]

    def test_pdf_has_pages_an_outline_and_a_language(self, folders):
        from pypdf import PdfReader

        for lang, folder in folders.items():
            pdf = PdfReader(folder / "segmentation.pdf")
            assert 8 <= len(pdf.pages) <= 30
            assert len(pdf.outline) >= 5
            assert pdf.trailer["/Root"]["/Lang"].startswith(lang)
            assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
            assert "Чайный дом" in pdf.pages[2].extract_text()


@pytest.mark.slow
@pytest.mark.xdist_group("kernels")
@each
def test_opens_and_runs_by_hand_with_its_defaults(file, tmp_path):
    """As in JupyterLab: the notebook's own folder, its own parameters cell, no papermill."""
    from nbclient import NotebookClient

    from segbook.press.kernels import OwnKernel
    from segbook.press.newcomer import write_demo_clients

    write_demo_clients(tmp_path)
    (tmp_path / "notebooks").mkdir()
    resources = {"metadata": {"path": str(tmp_path / "notebooks")}}
    notebook = nbformat.read(file, as_version=4)
    client = NotebookClient(
        notebook, kernel_manager_class=OwnKernel, resources=resources, shutdown_kernel="immediate"
    )
    client.execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert len(outputs) > 20
    assert not [output for output in outputs if output.output_type in {"error", "stream"}]
    assert list((tmp_path / "notebooks").iterdir()) == []


def test_defaults_of_the_parameters_cell_lead_to_the_demo():
    found = inspect_notebook(str(notebooks_folder() / "segmentation.ipynb"))
    path = ROOT / "notebooks" / ast.literal_eval(found["params_file"]["default"])
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["client"] == "Чайный дом"

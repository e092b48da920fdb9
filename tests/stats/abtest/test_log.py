from __future__ import annotations

import pandas as pd
import pytest
from tests.stats.abtest.test_trial import CLICK, client, units

from segbook.errors import RunError
from segbook.stats.abtest.book import ab_tests
from segbook.stats.abtest.log import COLUMNS, FILE, false_positive_risk, remember
from segbook.stats.abtest.plans import plan_next
from segbook.words.findings import findings
from segbook.words.i18n import Texts


@pytest.fixture(scope="module")
def data():
    frame = units(6000, lift=0.05, assigned_at=pd.date_range("2026-07-01", periods=6000, freq="10min"))
    return client(frame.assign(experiment="subject"), subject={"control": "a", "metrics": CLICK})


def test_each_reading_is_there_once(data, tmp_path):
    tests = ab_tests(data)
    one, two = remember(tests, tmp_path / "acme"), remember(tests, tmp_path / "acme")
    assert one.tests.to_dict() == two.tests.to_dict()
    stored = pd.read_csv(tmp_path / "acme" / FILE)
    assert list(stored.columns) == list(COLUMNS)
    assert len(stored) == 1
    assert stored.loc[0, ["experiment", "variant", "verdict", "units"]].tolist() == [
        "subject",
        "b",
        "win",
        6000,
    ]


def test_older_tests_stay(data, tmp_path):
    lost = dict.fromkeys(COLUMNS, "") | {
        "experiment": "old",
        "variant": "x",
        "verdict": "loss",
        "last": "2026-01-31",
    }
    pd.DataFrame([lost]).to_csv(tmp_path / FILE, index=False)
    log = remember(ab_tests(data), tmp_path)
    assert log.tests["experiment"].tolist() == ["subject", "old"]
    assert (len(log.judged), log.n_wins) == (2, 1)
    assert "2" in findings(log)[0].text(Texts("en"))


def test_nothing_is_written_without_a_folder(data, tmp_path):
    assert len(remember(ab_tests(data)).tests) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_is_no_log_is_refused(data, tmp_path):
    (tmp_path / FILE).write_text("mine,own\n1,2\n", encoding="utf-8")
    with pytest.raises(RunError, match=r"ab_tests\.csv"):
        remember(ab_tests(data), tmp_path)


@pytest.mark.parametrize(("rate", "risk"), [(0.33, 6.0), (0.15, 15.0), (0.10, 22.0), (0.08, 26.4)])
def test_false_positive_risk_as_published(rate, risk):
    """Kohavi, Deng, Vermeer, KDD (2022), table 2."""
    assert 100 * false_positive_risk(rate) == pytest.approx(risk, abs=0.11)


def test_plan_rests_on_the_control(data):
    plan = plan_next(data, ab_tests(data))
    (line,) = plan.lines
    assert (line.source, line.name, line.n) == ("control", "click", 3000)
    assert line.per_day == pytest.approx(6000 / 42)
    assert line.table.loc[0.1, "days"] % 7 == 0
    assert "recipients" in findings(plan)[0].text(Texts("en"))


def test_tests_that_could_not_be_read_are_remembered_too(tmp_path):
    frame = pd.concat([units(100).query("variant == 'a'").assign(experiment=name) for name in ("x", "y")])
    tests = ab_tests(client(frame, **{name: {"control": "a", "metrics": CLICK} for name in ("x", "y")}))
    remember(tests, tmp_path)
    assert remember(tests, tmp_path).tests[["experiment", "verdict"]].to_numpy().tolist() == [
        ["x", "unreadable"],
        ["y", "unreadable"],
    ]

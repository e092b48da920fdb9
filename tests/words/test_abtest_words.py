"""What is said of a test never contradicts what is shown."""

from __future__ import annotations

import re

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.stats.abtest.test_trial import units

from segbook.params.experiment import Experiment, Metric
from segbook.show.result_tables import tables_of
from segbook.stats.abtest.trial import read_trial
from segbook.stats.abtest.verdict import KEYS
from segbook.words.findings import findings
from segbook.words.findings.abtest import remarks_on, segment_findings
from segbook.words.i18n import Texts, catalogue
from segbook.words.measures import Measure

METRICS = {
    "click": Metric(type="proportion", primary=True),
    "left": Metric(type="guardrail", margin=0.01),
}


@st.composite
def counted(draw):
    """Counts of two arms, small and large, with and without an effect."""
    n = draw(st.sampled_from([40, 400, 5_000, 60_000]))
    share = draw(st.sampled_from([0.01, 0.1, 0.5, 0.9]))
    lift = draw(st.sampled_from([0.0, 0.02, -0.02, 0.2, -0.2, 1.0])) * share
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    left = draw(st.sampled_from([0.0, 0.004, 0.05]))
    rows = []
    for variant, p, gone in (("a", share, 0.01), ("b", min(share + lift, 0.99), 0.01 + left)):
        size = int(n * rng.uniform(0.97, 1.03))
        rows.append((variant, size, rng.binomial(size, max(p, 0.0)), rng.binomial(size, gone)))
    return pd.DataFrame(rows, columns=["variant", "n", "click", "left"]).assign(unit_id=None)


@given(counted(), st.sampled_from([None, 0.05, 0.5]))
@settings(max_examples=25, deadline=None)
def test_verdict_numbers_and_words_agree(frame, matters):
    metrics = METRICS | {"click": Metric(type="proportion", primary=True, matters=matters)}
    trial = read_trial("it", ibis.memtable(frame), Experiment(control="a", metrics=metrics, units="n"))
    (verdict,) = trial.verdicts
    click, left = trial.comparisons
    low, high = click.test.effect_size_ci_lower, click.test.effect_size_ci_upper
    found = click.test.pvalue_adjusted <= 0.05
    assert found == (low > 0 or high < 0)
    assert (left.state == "safe") == (left.test.effect_size_ci_upper < 0.01)
    expected = {
        "win": low > 0 and left.state == "safe", "win_at_risk": low > 0 and left.state == "unclear",
        "loss": high < 0, "guardrail_broken": left.test.effect_size_ci_lower > 0.01,
        "tiny": found and max(abs(low), abs(high)) < click.bound,
        "no_difference": low <= 0 <= high and max(abs(low), abs(high)) < click.bound,
        "cannot_tell": low <= 0 <= high, "broken_split": trial.ratio.pvalue < 0.001,
    }  # fmt: skip
    assert expected[verdict.key]
    for lang in ("ru", "en"):
        _say(trial, click, verdict, Texts(lang))


def _say(trial, click, verdict, texts):
    first = findings(trial)[0].text(texts)
    table = tables_of(trial, texts)[0].frame
    if verdict.key == "broken_split":
        return
    for level in table["levels"].iloc[0].split(" → "):
        assert level in first, "the table's number is the sentence's"
    shown = table["difference"].iloc[0]
    ends = re.search(r"\((\S+?)(?:…| to )(\S+?)\)", shown)
    low, high = (each[0] for each in ends.groups())
    if verdict.key in {"win", "win_at_risk"}:
        assert (low, high) == ("+", "+")
    if verdict.key == "loss":
        assert (low, high) == ("−", "−")
    if verdict.key in {"no_difference", "cannot_tell"}:
        assert low in "−0"
        assert high in "+0"
    is_small = table["pvalue"].iloc[0].lstrip("<").replace(",", ".")
    assert (float(is_small) <= 0.05) == (click.test.pvalue_adjusted <= 0.05)
    if verdict.key == "cannot_tell":
        assert "не работает" in " ".join(each.text(Texts("ru")) for each in findings(trial))


def test_every_verdict_has_its_words():
    for key in KEYS:
        for part in ("label", "finding", "action", "caution"):
            assert f"abtest.verdicts.{key}.{part}" in catalogue()


def test_every_fault_has_its_words():
    source = (__import__("pathlib").Path("lib/segbook/stats/abtest")).resolve()
    keys = {
        key for file in source.glob("*.py") for key in re.findall(r'Fault\("(\w+)"', file.read_text("utf-8"))
    }
    keys |= {"no_variant", "no_unit", "missing_differs", "missing"}
    assert keys == {key.split(".")[2] for key in catalogue() if key.startswith("abtest.faults.")}


@pytest.mark.parametrize("differ", [True, False])
def test_segments_are_never_told_from_single_rows(differ):
    rng = np.random.default_rng(3)
    segment = np.tile(list("wxyz"), 3000)
    frame = units(12_000, lift=0.03, segment=segment)
    if differ:
        extra = (frame["variant"] == "b") & np.isin(segment, ["w", "x"]) & (rng.random(12_000) < 0.15)
        frame["click"] |= extra.astype(int)
    trial = read_trial(
        "it", ibis.memtable(frame), Experiment(control="a", metrics={"click": METRICS["click"]})
    )
    (study,) = trial.segments
    assert study.differ == differ
    said = segment_findings(trial)[0].text(Texts("ru"))
    assert ("различается" in said) == differ
    assert "работает только" not in said.replace("«работает только здесь»", "")


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_remarks_name_the_value_that_decides(lang):
    frame = units(2000).assign(spend=0.0)
    frame.loc[frame.index[frame["variant"] == "b"][0], "spend"] = 50_000.0
    metrics = {"spend": Metric(type="money", primary=True)}
    trial = read_trial("it", ibis.memtable(frame), Experiment(control="a", metrics=metrics))
    said = " ".join(each.text(Texts(lang)) for each in remarks_on(trial))
    assert Texts(lang).exact_money(50_000) in said
    assert trial.verdicts[0].key == "cannot_tell"


def test_a_number_that_is_not_zero_is_never_written_as_zero():
    for value in (3e-7, -3e-7, 0.00004, 0.5, -12.0):
        for kind in ("share", "money", "mean"):
            text = Measure(value, kind, "difference", scale=5.0).text(Texts("en"))
            assert re.search(r"[1-9]", text)
            assert text[0] == ("+" if value > 0 else "−")


@pytest.mark.parametrize("p", [0.0499, 0.04999, 0.0501, 0.050004, 0.0002])
def test_p_near_its_limit_is_written_to_the_digit_that_decides(p):
    written = Measure(p, "pvalue").text(Texts("en"))
    assert (float(written.lstrip("<")) <= 0.05) == (p <= 0.05)

"""Whole tests: real and made-up rows in, verdict out."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import pytest

from segbook.data.client import ClientData
from segbook.data.demo.trials import make_experiments
from segbook.errors import ParamsError
from segbook.params import Params
from segbook.params.experiment import Experiment, Metric
from segbook.stats.abtest.book import ab_tests
from segbook.stats.abtest.means import ratio_of_means
from segbook.stats.abtest.moments import Moments
from segbook.stats.abtest.shares import SharesEffect
from segbook.stats.abtest.trial import read_trial

CLICK = {"click": Metric(type="proportion", primary=True)}


def units(n: int = 4000, lift: float = 0.0, seed: int = 1, **columns) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    variant = np.where(rng.permutation(n) < n // 2, "a", "b")
    click = rng.random(n) < 0.1 + lift * (variant == "b")
    return pd.DataFrame(
        {"unit_id": np.arange(n).astype(str), "variant": variant, "click": click.astype(int), **columns}
    )


def read(frame: pd.DataFrame, **more):
    more = {"control": "a", "metrics": CLICK} | more
    return read_trial("it", ibis.memtable(frame), Experiment(**more))


def keys(trial) -> list[str]:
    return [each.key for each in trial.verdicts]


def faults(trial) -> dict:
    return {each.key: each for each in trial.faults}


def test_cookie_cats(real):
    """Published: sample ratio p .008608; day 7 p .0016, -.0082 (-.0133, -.0031); one player makes the rounds' "lift"."""
    frame = pd.read_csv(real("cookie_cats/cookie_cats.csv")).rename(
        columns={"userid": "unit_id", "version": "variant"}
    )
    metrics = {
        "retention_7": Metric(type="proportion", primary=True),
        "retention_1": Metric(type="proportion"),
        "sum_gamerounds": Metric(type="mean"),
    }
    trial = read_trial("gates", ibis.memtable(frame), Experiment(control="gate_30", metrics=metrics))
    assert (trial.ratio.light, round(trial.ratio.pvalue, 6)) == ("yellow", 0.008608)
    day7, day1, rounds = trial.comparisons
    assert (round(day7.test.pvalue, 4), day7.state, keys(trial)) == (0.0016, "worse", ["loss"])
    assert round(day7.test.effect_size_ci_lower, 6) == -0.013282
    assert day1.test.pvalue == pytest.approx(0.0744096553, rel=1e-3)
    assert rounds.test.statistic == pytest.approx(-0.88543743, rel=1e-7)
    assert rounds.test.pvalue == pytest.approx(0.3759, abs=1e-4)
    assert (rounds.beside["largest"], rounds.beside["largest_in"]) == (49854, "gate_30")
    without = frame[frame["sum_gamerounds"] < 49854].groupby("variant")["sum_gamerounds"].mean()
    assert rounds.beside["effect_without"] == pytest.approx(without["gate_40"] - without["gate_30"])


@pytest.mark.parametrize(
    ("name", "verdict", "light"),
    [
        ("subject_line", "win", "green"),
        ("long_letter", "loss", "green"),
        ("landing_page", "broken_split", "red"),
        ("price_offer", "win", "green"),
    ],
)
def test_demo_tells_its_stories(name, verdict, light):
    rows = make_experiments().query("experiment == @name")
    controls = {
        "subject_line": "old_subject",
        "long_letter": "short",
        "landing_page": "old_page",
        "price_offer": "no_letter",
    }
    spend, split = name == "price_offer", {"no_letter": 0.1, "letter": 0.9} if name == "price_offer" else {}
    metrics = CLICK if not spend else {"spend": Metric(type="money", primary=True)}
    trial = read_trial(
        name, ibis.memtable(rows), Experiment(control=controls[name], metrics=metrics, split=split)
    )
    assert (keys(trial), trial.ratio.light) == ([verdict], light)


def test_win_loss_and_no_difference():
    assert keys(read(units(lift=0.05))) == ["win"]
    assert keys(read(units(lift=-0.05))) == ["loss"]
    assert keys(read(units(200))) == ["cannot_tell"]
    wide = {"click": Metric(type="proportion", primary=True, matters=0.5)}
    assert keys(read(units(20_000), metrics=wide)) == ["no_difference"]
    assert keys(read(units(20_000, lift=0.02), metrics=wide)) == ["tiny"]


def test_less_is_better_when_it_says_so():
    metrics = {"click": Metric(type="proportion", primary=True, better="lower")}
    assert keys(read(units(lift=0.05), metrics=metrics)) == ["loss"]


def test_guardrail_stops_a_win():
    rng = np.random.default_rng(3)
    frame = units(lift=0.05)
    bad = frame.assign(gone=(rng.random(4000) < 0.01 + 0.05 * (frame["variant"] == "b")).astype(int))
    thin = frame.assign(gone=(rng.random(4000) < 0.01).astype(int))
    guarded = CLICK | {"gone": Metric(type="guardrail", margin=0.02)}
    tight = CLICK | {"gone": Metric(type="guardrail", margin=0.001)}
    assert keys(read(bad, metrics=guarded)) == ["guardrail_broken"]
    assert keys(read(thin, metrics=guarded)) == ["win"]
    assert keys(read(thin, metrics=tight)) == ["win_at_risk"]


def test_several_variants_share_alpha():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {"unit_id": range(6000), "variant": np.repeat(list("abc"), 2000), "click": rng.binomial(1, 0.1, 6000)}
    )
    frame.loc[frame["variant"] == "b", "click"] = rng.binomial(1, 0.16, 2000)
    trial = read(frame)
    assert [each.variant for each in trial.verdicts] == ["b", "c"]
    better, plain = trial.comparisons
    assert better.test.pvalue_adjusted == pytest.approx(2 * better.test.pvalue)
    assert (better.confidence_level, plain.confidence_level) == (0.975, 0.95)
    assert keys(trial) == ["win", "cannot_tell"]


def test_rows_and_ids_do_not_matter():
    frame = units(lift=0.02, segment=np.tile(list("xyzw"), 1000))
    shuffled = frame.sample(frac=1, random_state=1).assign(unit_id=lambda each: "u" + each["unit_id"])
    assert (
        read(frame).content()["experiments"]["it"]["verdict"]
        == read(shuffled).content()["experiments"]["it"]["verdict"]
    )
    assert read(frame).comparisons[0].test.pvalue == pytest.approx(read(shuffled).comparisons[0].test.pvalue)


def test_counts_per_variant_say_the_same_as_rows():
    frame = units(lift=0.02, segment=np.tile(["x", "y"], 2000))
    counted = frame.groupby(["variant", "segment"], as_index=False).agg(
        n=("click", "size"), click=("click", "sum")
    )
    by_row, by_count = read(frame), read(counted.assign(unit_id=None), units="n")
    assert by_count.comparisons[0].test == by_row.comparisons[0].test
    assert by_count.segments[0].pvalue == pytest.approx(by_row.segments[0].pvalue)
    assert by_count.n_units == 4000


def test_every_kind_of_bad_row_is_said():
    frame = units()
    doubled = read(pd.concat([frame, frame.head(3)]))
    assert (faults(doubled)["repeated"].facts["n"], keys(doubled)) == (3, ["unreadable"])
    crossed = frame.head(10).assign(variant=lambda each: np.where(each["variant"] == "a", "b", "a"))
    few = read(pd.concat([frame, crossed]))
    assert (faults(few)["crossed"].facts["n"], faults(few)["crossed"].blocks, few.n_units) == (
        10,
        False,
        3990,
    )
    nameless = read(frame.assign(variant=frame["variant"].where(frame.index > 4)))
    assert faults(nameless)["no_variant"].facts["n"] == 5
    odd = read(frame.assign(click=frame["click"] * 2))
    assert faults(odd)["not_binary"].blocks
    assert keys(odd) == ["unreadable"]
    assert "one_arm" in faults(read(frame[frame["variant"] == "a"]))
    assert keys(read(frame[frame["variant"] == "b"])) == ["unreadable"]
    assert faults(read(frame.assign(click=0)))["constant"].facts["value"] == 0
    assert "tiny_arm" in faults(read(frame.head(40)))


def test_missing_values_are_counted_by_arm():
    frame = units()
    gaps = frame.assign(click=frame["click"].where((frame["variant"] == "a") | (frame.index % 4 > 0)))
    trial = read(gaps)
    assert faults(trial)["missing_differs"].facts["n"] == int(gaps["click"].isna().sum())
    assert (
        trial.units.loc["b", "click"] == trial.comparisons[0].test.n_treatment < trial.units.loc["b", "units"]
    )


def test_groups_that_chance_did_not_make_get_no_verdict():
    frame = units(lift=0.05)
    assert keys(read(frame, randomised=False)) == ["not_random"]
    rich = frame.assign(income=np.where(frame["variant"] == "b", 60.0, 40.0) + np.arange(4000) % 7)
    metrics = {"click": Metric(type="proportion", primary=True, covariate="income")}
    assert keys(read(rich, metrics=metrics)) == ["not_alike"]
    uneven = frame.assign(segment=np.where(frame["variant"] == "b", "x", np.tile(["x", "y"], 2000)))
    assert keys(read(uneven)) == ["not_alike"]


def test_observational_campaign_is_no_experiment(real):
    """Who took the first campaign differs in income from who did not, whatever the response says."""
    frame = pd.read_csv(real("customer_personality/marketing_campaign.csv"), sep="\t").dropna(
        subset=["Income"]
    )
    frame = frame.assign(unit_id=frame["ID"], variant=np.where(frame["AcceptedCmp1"] == 1, "took", "refused"))
    metrics = {"Response": Metric(type="proportion", primary=True, covariate="Income")}
    test = Experiment(control="refused", metrics=metrics, split={"refused": 0.9356, "took": 0.0644})
    trial = read_trial("campaign", ibis.memtable(frame), test)
    assert keys(trial) == ["not_alike"]
    assert trial.balance.checks.loc["Income", "pvalue_adjusted"] < 1e-6
    assert trial.comparisons[0].state == "better"  # what a reader in a hurry would have believed


def test_days_as_clusters_are_not_fooled_by_good_days():
    """Whole days drawn: a day's weather moves everybody. Rows taken one by one alarm far too often."""
    rng, alarms = np.random.default_rng(12), {"cluster": 0, "rows": 0}
    for _ in range(200):
        clicks = rng.binomial(150, np.clip(0.2 + rng.normal(0, 0.06, 28), 0.01, 1)).astype(float)
        arms = [Moments.of(clicks[part], np.full(14, 150.0)) for part in (slice(14), slice(14, 28))]
        alarms["cluster"] += ratio_of_means(*arms, "cluster").pvalue <= 0.05
        alarms["rows"] += SharesEffect(clicks[:14].sum(), 2100, clicks[14:].sum(), 2100).test_pvalue <= 0.05
    assert alarms["cluster"] <= 19  # 5 % of 200, and three standard errors
    assert alarms["rows"] >= 60


def test_clusters_by_day_are_those_of_the_dates():
    day = np.repeat(np.arange(28), 50)
    click = np.random.default_rng(13).binomial(1, 0.2, len(day))
    arm = np.where(day % 2 == 0, "a", "b")
    frame = pd.DataFrame({"unit_id": range(len(day)), "variant": arm, "click": click})
    frame["assigned_at"] = pd.Timestamp("2026-01-01 09:00") + pd.to_timedelta(day, unit="D")
    effect = read(frame, cluster="assigned_at").comparisons[0].test
    sums = frame.groupby(["variant", day])["click"].sum()
    byhand = ratio_of_means(*(Moments.of(sums[each].to_numpy(float), np.full(14, 50.0)) for each in "ab"))
    assert (effect.pvalue, effect.n_control) == (pytest.approx(byhand.pvalue), 700)
    assert effect.method == "cluster"


def test_early_look_needs_more_proof():
    trial = read(units(lift=0.02, seed=2), planned_units=8000)
    assert trial.fraction == 0.5
    assert trial.alpha == pytest.approx(0.0055746, rel=1e-3)
    assert keys(read(units(), planned_units=8000)) == ["too_early"]
    assert read(units(), planned_units=4000, looks=(0.5,)).alpha < 0.05


def test_daily_difference_ends_where_the_test_ends():
    frame = units(lift=0.02, assigned_at=pd.date_range("2026-03-01", periods=4000, freq="7min"))
    trial = read(frame)
    last = trial.daily.iloc[-1]
    assert (len(trial.daily), last["n"]) == (20, 4000)
    assert last["effect_size"] == pytest.approx(trial.comparisons[0].test.effect_size)


def test_funnel_counts_of_the_delivered():
    frame = pd.DataFrame({"unit_id": range(8), "variant": list("aaaabbbb"), "delivered": [1, 1, 1, 0, 1, 1, 1, 1],
                          "opened": [1, 1, 0, 0, 1, 1, 1, 0], "clicked": [1, 0, 0, 0, 1, 1, 0, 0], "revenue": [5.0, 0, 0, 0, 6, 2, 0, 0]})  # fmt: skip
    found = read(frame, metrics={"clicked": Metric(type="proportion")}).funnel
    assert found.steps.loc[("a", "opened"), ["count", "of"]].tolist() == [2, 3]
    assert found.steps.loc[("b", "click_to_open"), ["count", "of"]].tolist() == [2, 3]
    assert found.steps.xs("opened", level="step")["is_diagnostic"].all()
    assert not found.steps.xs("clicked", level="step")["is_diagnostic"].any()
    assert found.revenue.to_dict() == {"a": pytest.approx(5 / 3), "b": 2.0}


def client(frame: pd.DataFrame, period: str = "2026Q3", **experiments) -> ClientData:
    data = ClientData.of(experiments=frame)
    params = Params(client="Trial", purpose="trial", sources={"experiments": {}}, experiments=experiments)
    return ClientData(params, params.period_of(period), data.tables)


def test_tests_of_other_periods_are_listed():
    frame = make_experiments()
    found = ab_tests(client(frame, "2026-08", send_time={"control": "morning", "metrics": CLICK},
                            subject_line={"control": "old_subject", "metrics": CLICK},
                            price_offer={"control": "no_letter", "metrics": CLICK}))  # fmt: skip
    assert [each.name for each in found.trials] == ["send_time"]
    assert found.elsewhere["reason"].to_dict() == {
        "subject_line": "earlier", "long_letter": "no_params", "landing_page": "no_params", "price_offer": "running",
    }  # fmt: skip


def test_wrong_names_are_all_said_at_once():
    frame = make_experiments()
    with pytest.raises(ParamsError) as raised:
        ab_tests(client(frame, subject_lin={"control": "x", "metrics": CLICK},
                        send_time={"control": "morningg", "metrics": {"clik": {"type": "proportion"}}}))  # fmt: skip
    text = str(raised.value)
    assert all(each in text for each in ("'subject_line'", "'morning'", "'click'"))
    assert len(raised.value.problems) == 3

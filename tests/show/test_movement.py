"""The report on movement in words, tables and charts: both languages, numbers that agree, nothing left out."""

from __future__ import annotations

import dataclasses
import io
import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
from tests.conftest import ROOT, draw_orders

from segbook.data.client import ClientData
from segbook.movement import (
    behaviour_changes,
    churn,
    cohorts,
    compare,
    flow,
    lifetime,
    make_tasks,
    migrate_all,
    replenishment,
    revenue_bridge,
    value_outlook,
)
from segbook.results import plain
from segbook.show.canvas import Palette
from segbook.show.charts import Look, charts_of
from segbook.show.movement_figures import grid
from segbook.show.result_tables import tables_of
from segbook.show.result_tables.named import named
from segbook.show.result_tables.tasks import tasks_csv, tasks_frame
from segbook.words.findings import findings, most_important
from segbook.words.i18n import Texts

NAMES = (
    "bridge", "changes", "churn", "cohorts", "comparison", "flow", "lifetime", "moves_abc", "moves_clv",
    "moves_lifecycle", "moves_rfm", "reorders", "tasks", "worth",
)  # fmt: skip
LANGS = pytest.mark.parametrize("lang", ["ru", "en"])


@cache
def made() -> dict:
    orders = draw_orders(3, 1500, 220)
    orders["product"] = "p" + (orders.index % 4).astype(str)
    orders["category"] = "k" + (orders.index % 3).astype(str)
    cards = pd.DataFrame({"customer_id": sorted(orders["customer_id"].unique())})
    cards = cards.assign(
        name="Firm " + cards["customer_id"],
        manager=["Ann", "Bob"] * (len(cards) // 2) + ["Ann"] * (len(cards) % 2),
    )
    surveys = pd.DataFrame(
        {
            "customer_id": ["c001", "c001", "c002"],
            "survey_date": pd.to_datetime(["2026-01-10", "2026-05-10", "2026-05-11"]),
            "score": ["9", "2", "8"],
        }
    )
    data = ClientData.of(orders, "2026Q2", customers=cards, surveys=surveys)
    comparison = compare(data)
    moves, changes, reorders = migrate_all(comparison), behaviour_changes(data), replenishment(data)
    return {
        "bridge": revenue_bridge(data), "tasks": make_tasks(data, moves, changes, reorders, flow(comparison, "lifecycle")),
        "changes": changes, "reorders": reorders, "churn": churn(moves["lifecycle"], flow(comparison, "lifecycle")),
        "cohorts": cohorts(data), "lifetime": lifetime(data), "worth": value_outlook(data),
        "flow": flow(comparison, "lifecycle"), "comparison": comparison,
        **{f"moves_{key}": each for key, each in moves.items()},
    }  # fmt: skip


@LANGS
@pytest.mark.parametrize("name", NAMES)
def test_every_result_has_words_tables_and_charts(name, lang):
    result, texts = made()[name], Texts(lang, "RUB")
    for sentence in findings(result):
        assert not re.search(r"nan|None|\{|\}", sentence.text(texts)), sentence.key
    for table in tables_of(result, texts):
        page = table.html(texts, 5)
        assert not re.search(r">\s*(nan|None|NaT)\s*<", page), table.key
    for chart in charts_of(result, Look(texts)):
        assert re.search(r"\d", chart.alt)
        assert chart.svg.startswith("<svg")
    assert plain(result.content())


def test_first_sentences_take_the_change_apart_and_add_up():
    """What came in less what went away is the change, in the very numbers of the sentences."""
    said = most_important([each for result in made().values() for each in findings(result)])
    names = ["bridge.yearly", "bridge.gains", "bridge.losses", "tasks.finding", "tasks.begin"]
    assert [each.key.removeprefix("movement.") for each in said] == names
    whole, gains, losses = (each.values for each in said[:3])
    assert gains["money"] - losses["money"] == pytest.approx(whole["change"])
    for side in (gains, losses):
        assert all(facts["money"] > 0 for _, facts in side["parts"].parts)
        assert sum(facts["money"] for _, facts in side["parts"].parts) == pytest.approx(side["money"])


def test_fewer_returns_than_before_count_among_what_came_in():
    """By hand: a bought nothing in either period and brought back 50 before and 20 now; b buys as before."""
    rows = [
        ("a", "2025-01-05", 100),
        ("a", "2026-02-05", -50),
        ("a", "2026-05-05", -20),
        ("b", "2026-02-01", 10),
        ("b", "2026-05-01", 10),
    ]
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    bridge = revenue_bridge(
        ClientData.of(orders.assign(order_date=pd.to_datetime(orders["order_date"])), "2026Q2")
    )
    bridge = dataclasses.replace(bridge, before=10.0)
    said = {each.key: each.text(Texts("en", "EUR")) for each in findings(bridge)}
    gains = "Gains of €30: fewer returns of those who bought nothing €30 (1 customer)."
    assert said["movement.bridge.gains"] == gains
    assert said["movement.bridge.no_losses"].startswith("Nothing went away")


def said(result: object, lang: str = "en") -> dict[str, str]:
    return {each.key.removeprefix("movement."): each.text(Texts(lang, "EUR")) for each in findings(result)}


def test_orders_without_a_product_are_said_to_lack_it():
    nothing = dataclasses.replace(made()["reorders"], pairs=pd.DataFrame(), back_test=None)
    assert list(said(nothing)) == ["replenishment.none"]
    lacking = dataclasses.replace(nothing, has_product=False)
    assert list(said(lacking)) == ["replenishment.no_product"]
    assert "orders.product" in said(lacking, "ru")["replenishment.no_product"]


def test_look_back_says_what_was_promised_and_what_part_of_all_it_kept():
    """80 % is the promise; 60 % of all forecasts and three quarters of those that came are invented numbers."""
    facts = {
        "n": 100,
        "came": 0.8,
        "kept": 0.6,
        "inside": 0.75,
        "early": 0.05,
        "late": 0.2,
        "median_error": 3,
    }
    tested = dataclasses.replace(made()["reorders"], back_test=facts)
    text = said(tested)["replenishment.tested"]
    assert "made to hold 80% of next purchases" in text
    assert "of 100 forecasts of the previous period 60% ended in a purchase within that time" in text


@pytest.mark.parametrize(
    ("n", "words"), [(1, "1 клиент этого не сделал (1 пара «"), (2, "2 клиента этого не сделали (2 пары «")]
)
def test_who_did_not_reorder_agrees_in_number(n, words):
    counts = made()["reorders"].counts.copy()
    counts.loc["overdue"] = [n, n, 10.0]
    late = dataclasses.replace(made()["reorders"], counts=counts.astype({"customers": int, "pairs": int}))
    assert words in said(late, "ru")["replenishment.finding"]


def test_due_and_overdue_are_listed_with_their_interval_the_most_valuable_first():
    """By hand: three pairs, one overdue of 5, two due of 10 and 20."""
    tables = {table.key: table for table in tables_of(reorders_of("own"), Texts("en", "EUR"))}
    assert list(tables) == ["replenishment", "overdue", "due", "replenishment_all"]
    assert tables["overdue"].frame["value"].tolist() == [5]
    assert tables["due"].frame["value"].tolist() == [20, 10]
    assert list(tables["due"].frame) == [
        "customer_id", "product", "last_date", "rhythm_days", "expected_date", "from_date", "to_date", "value",
    ]  # fmt: skip
    assert list(tables["overdue"].frame) == list(tables["due"].frame)
    assert len(tables["replenishment_all"].frame) == 3


@pytest.mark.parametrize(("source", "mentioned"), [("own", False), ("device", True)])
def test_consumables_are_mentioned_where_there_are_any(source, mentioned):
    first, *_ = tables_of(reorders_of(source), Texts("en", "EUR"))
    assert ("table of consumables" in first.note) == mentioned


def reorders_of(source: str):
    statuses, values = ["due", "overdue", "due"], [10.0, 5.0, 20.0]
    pairs = pd.DataFrame({"customer_id": list("abc"), "product": "ink", "status": statuses, "value": values})
    days = dict.fromkeys(("last_date", "expected_date", "from_date", "to_date"), pd.Timestamp("2026-04-01"))
    pairs = pairs.assign(n=4, rhythm_days=30.0, source=source, **days)
    return dataclasses.replace(made()["reorders"], pairs=pairs)


@pytest.mark.parametrize(
    ("lower", "upper", "spread"),
    [
        (170.0, 190.0, "(interval 170 to 190 days)"),
        (170.0, float("inf"), "(allowing for chance, at least 170 days)"),
        (180.0, 180.0, "(give or take less than a day)"),
        (float("inf"), float("inf"), "(these data do not tell how far off that may be)"),
    ],
)
def test_median_lifetime_has_its_interval(lower, upper, spread):
    median = {"median": 180.0, "ci_lower": lower, "ci_upper": upper}
    curve = pd.DataFrame({"survival": [0.8, 0.4]}, index=[90, 180])
    found = dataclasses.replace(made()["lifetime"], median=median, curve=curve, patience=180.0)
    assert said(found)["lifetime.median"].endswith(f"180 days after the first purchase {spread}.")
    most = dataclasses.replace(found, curve=pd.DataFrame({"survival": [0.9, 0.3]}, index=[90, 180]))
    assert said(most)["lifetime.once"].endswith(f"{spread}.")


def test_caption_tells_the_step_of_the_rule_where_there_is_one():
    """The curve falls from 0.8 to 0.4 on day 180: the rule's step with a patience of 180, not of 150."""
    ends = {"survival": [0.8, 0.4], "ci_lower": [0.7, 0.3], "ci_upper": [0.9, 0.5]}
    curve = pd.DataFrame(ends, index=[90, 180])
    for patience, step in ((180.0, True), (150.0, False)):
        found = dataclasses.replace(made()["lifetime"], curve=curve, patience=patience)
        (drawn,) = charts_of(found, Look(Texts("ru", "RUB")))
        assert ("Ступень через 180 дней — само правило" in drawn.caption) == step
        assert f"дольше {patience:.0f} дней" in drawn.caption


@LANGS
@pytest.mark.parametrize(
    "failed", ["converged", "held_out", "better", "close", "ranks", "independent", "nothing"]
)
def test_every_doubt_of_the_forecast_is_said(monkeypatch, failed, lang):
    """No sum where the fit or the hold-out speaks against it, no personal managers where the order is chance."""
    worth = made()["worth"]
    checks = dict.fromkeys(worth.checks, True) | {failed: False}
    monkeypatch.setattr(type(worth), "checks", checks)
    said = {
        each.key.removeprefix("movement.worth."): each.text(Texts(lang, "RUB")) for each in findings(worth)
    }
    assert all(said.values())
    assert ("in_months" in said) == (failed not in {"converged", "close"})
    assert ("vip" in said) == (failed not in {"converged", "close", "ranks"})
    told = {
        "converged": "withheld.boundary",
        "close": "withheld.missed",
        "better": "worse",
        "ranks": "no_ranks",
    }
    assert told.get(failed, "dependent" if failed == "independent" else "independent") in said


@LANGS
def test_csv_opens_in_the_language_s_own_excel(lang):
    """With rank, segments and figures apart, and as many rows as tasks."""
    tasks, texts = made()["tasks"], Texts(lang, "RUB")
    separator, point = (";", ",") if lang == "ru" else (",", ".")
    worded = tasks_frame(tasks.rows, texts)
    frame = pd.read_csv(io.StringIO(tasks_csv(tasks, worded, texts)), sep=separator, decimal=point)
    assert len(frame) == len(tasks.rows)
    for name in ("number", "origin", "target", "measure", "before", "now", "money", "missing"):
        assert texts.t(f"movement.columns.{name}") in frame
    assert frame[texts.t("movement.columns.money")].sum() == pytest.approx(tasks.rows["money"].sum(), abs=1)


def test_small_sums_are_for_a_mailing():
    tables = {each.key: each for each in tables_of(made()["tasks"], Texts("en", "RUB"))}
    small = tables["tasks_small"].frame
    assert "due_date" not in small
    assert small["action"].str.contains("mailing").all()


@LANGS
def test_tasks_say_why_whom_and_by_when(lang):
    frame = tasks_frame(made()["tasks"].rows, Texts(lang, "RUB"))
    assert {"name", "manager", "reason", "why", "money", "action", "due_date"} <= set(frame)
    assert frame["why"].str.contains(r"\d").all()
    assert frame["action"].str.len().gt(10).all()
    assert frame["due_date"].notna().all()


@LANGS
def test_list_without_a_task_has_its_headings(lang):
    """The file is written all the same: the list of an earlier run must not stay."""
    tasks, texts = made()["tasks"], Texts(lang, "RUB")
    nothing = dataclasses.replace(tasks, rows=tasks.rows.head(0))
    told = tasks_csv(nothing, tasks_frame(nothing.rows, texts), texts)
    assert texts.t("movement.columns.money") in told
    assert len(told.strip().splitlines()) == 1


def test_who_never_came_back_is_said_so():
    row = made()["tasks"].rows.head(1)
    row = row.assign(
        reason="lost", model="lifecycle", origin="lost", target="lost", before=900.0, now=0.0, also=""
    )
    assert tasks_frame(row, Texts("en", "EUR"))["why"].tolist() == ["Did not come back: revenue €900 → €0."]


def test_first_answer_of_all_is_said_to_be_the_first():
    row = (
        made()["tasks"]
        .rows.head(1)
        .assign(reason="detract", model="", before=float("nan"), now=2.0, also="", detail="10")
    )
    assert tasks_frame(row, Texts("en", "RUB"))["why"].tolist() == ["First survey score: 2 of 10."]


def test_dissatisfied_customer_is_called():
    rows = made()["tasks"].rows.set_index("customer_id")
    reasons = f"{rows.loc['c001', 'reason']} {rows.loc['c001', 'also']}".split()
    assert "detract" in reasons
    assert "c002" not in rows.index or "detract" not in rows.loc["c002", "reason"]


def test_a_sheet_for_each_manager():
    tables = tables_of(made()["tasks"], Texts("en", "RUB"))
    assert [table.title for table in tables if table.title.startswith("Tasks: ")] == [
        "Tasks: Ann",
        "Tasks: Bob",
    ]


def test_blank_cells_of_cohorts_are_those_not_over():
    shares = made()["cohorts"].shares
    assert shares.iloc[-1].isna().sum() == shares.shape[1] - 1
    assert shares.iloc[0].notna().all()


def test_numbers_keep_the_contract_of_the_json():
    import json

    import jsonschema

    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    results: dict = {}
    for result in made().values():
        for key, value in plain(result.content()).items():
            results.setdefault(key, {}).update(value)
    wanted = next(each["then"] for each in schema["allOf"] if "movement" in json.dumps(each["if"]))[
        "properties"
    ]["results"]["required"]
    assert set(wanted) <= set(results)
    jsonschema.validate(results, schema["properties"]["results"])
    cell = next(iter(next(iter(results["migration"]["abc"].values())).values()))
    assert {"customers", "revenue_change", "behaviour", "recut"} <= set(cell)


def test_those_who_stayed_are_framed_and_shares_shaded_from_the_least():
    values, colors = (
        pd.DataFrame([[3.0, 1.0], [np.nan, 2.0]], index=["a", "b"], columns=["a", "b"]),
        Palette("#0b6e4f", "#9fc5b8"),
    )
    written = values.map(str)
    framed, bare = (grid(values, written, ("x", "y"), colors, stayed=each).axes[0] for each in (True, False))
    assert len(framed.patches) - len(bare.patches) == 2
    assert framed.get_ylabel() == "y"
    counts, shares = (
        grid(values, written, ("x", "y"), colors, shares=each).axes[0] for each in (False, True)
    )
    assert (counts.collections[0].norm.vmin, shares.collections[0].norm.vmin) == (0, 1)


def test_net_flows_balance_on_the_page():
    """Before + came - left = now, and the shares are of everybody who is there now."""
    for moved in [each for name, each in made().items() if name.startswith("moves_")]:
        net, *_ = tables_of(moved, Texts("en", "RUB"))
        frame = net.frame
        assert net.key == f"net_{moved.model}"
        assert (frame["before"] + frame["came_all"] - frame["left_all"] == frame["now"]).all()
        assert (frame["now"] - frame["before"] == frame["net"]).all()
        assert frame["share_now"].sum() == pytest.approx(1)


def test_customers_of_the_bridge_add_up_to_it_the_largest_falls_first():
    bridge = made()["bridge"]
    parts, falls, everybody = (table.frame for table in tables_of(bridge, Texts("en", "RUB")))
    assert everybody["change"].sum() == pytest.approx(bridge.change)
    assert everybody["change"].is_monotonic_increasing
    assert everybody["customer_id"].is_unique
    assert falls["change"].sum() == pytest.approx(everybody["change"].clip(upper=0).sum())
    assert parts["customers"].iloc[-1] == len(everybody)


def test_names_and_managers_stand_beside_ids_and_in_their_place_on_the_page():
    _, falls, _ = tables_of(made()["bridge"], Texts("en", "RUB"))
    ids = falls.frame["customer_id"]
    people = pd.DataFrame({"name": "Firm " + ids, "manager": "Ann"}).set_index(pd.Index(ids)).iloc[1:]
    full = named(falls, people, Texts("en"))
    assert list(full.frame)[:3] == ["customer_id", "name", "manager"]
    assert full.frame["name"].iloc[:2].tolist() == [ids.iloc[0], f"Firm {ids.iloc[1]}"]
    page = named(falls, people, Texts("en"), short=True)
    assert "customer_id" not in page.frame
    assert page.frame["who_managed"].iloc[:2].tolist() == [ids.iloc[0], f"Firm {ids.iloc[1]} (Ann)"]
    bare = pd.DataFrame({"name": ids.to_numpy()}, index=pd.Index(ids))
    assert named(falls, bare, Texts("en")) is falls

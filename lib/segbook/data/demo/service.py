"""What the demo B2B firm records beside its orders: enquiries, answers, claims, estimates."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from segbook.data.demo.answers import make_surveys
from segbook.data.demo.firms import DEVICES, MANAGERS, STEMS, make_firm_orders, make_firms, with_gaps
from segbook.data.demo.mailings import make_campaigns, make_emails
from segbook.data.demo.orders import AS_OF
from segbook.data.demo.people import blank, choose
from segbook.data.demo.trials import make_experiments

MIDDLEPROM: dict[str, Any] = {
    "lead_date": pd.Timestamp("2026-06-15"),
    "customer_id": None,
    "outcome": "refused",
    "name": "MiddleProm",
    "brand_strength": 5.0,
    "order_appeal": 5.0,
    "closeness": 5.0,
    "deadline": pd.Timestamp("2026-10-12"),
    "launch_date": pd.NaT,
}
"""The refused enquiry with the highest index, as in the article."""

LEAD_ANSWERS = {
    "lead_form_interest": {"тара": 30, "этикетки": 25, "печать": 20, "оборудование": 15, "пакеты": 10},
    "problem": {"срок": 35, "цена": 35, "брак у поставщика": 20, "нет склада": 10},
}
"""What an enquiry wrote in the form: column to its answers with their weights."""

DIFFICULT = 14
"""Customers of good revenue with very many claims."""


def make_b2b(seed: int = 2026, n_firms: int = 260) -> dict[str, pd.DataFrame]:
    """Make every canonical table of the B2B firm.

    Parameters
    ----------
    seed
        Same seed, same tables.
    n_firms
        Business customers.

    Returns
    -------
    One DataFrame for each name of `segbook.schema.TABLES`, joined by `customer_id`; no date after AS_OF
    but the deadlines and launches of enquiries.

    Examples
    --------
    >>> b2b = make_b2b(n_firms=60)
    >>> len(b2b), b2b["leads"]["name"].iloc[0]
    (10, 'MiddleProm')
    """
    streams = np.random.default_rng([seed, 2]).spawn(9)
    firms = make_firms(n_firms, streams[0])
    orders = make_firm_orders(firms, streams[1])
    tickets = make_tickets(orders, streams[4])
    return {
        "orders": orders,
        "customers": with_gaps(firms, streams[8]),
        "leads": make_leads(firms, orders, streams[2]),
        "surveys": make_surveys(orders, tickets, streams[3]),
        "emails": make_emails(firms, streams[5]),
        "tickets": tickets,
        "experts": make_experts(firms, streams[6]),
        "campaigns": make_campaigns(firms, streams[7]),
        "experiments": make_experiments(seed),
        "consumables": make_consumables(),
    }


def make_consumables() -> pd.DataFrame:
    """Give the devices with what they use up and how often.

    Examples
    --------
    >>> make_consumables().columns.tolist()
    ['device', 'consumable', 'interval_days']
    """
    rows = [(device, consumable, days) for device, (_, consumable, _, days) in DEVICES.items()]
    return pd.DataFrame(rows, columns=["device", "consumable", "interval_days"])


def make_leads(
    firms: pd.DataFrame, orders: pd.DataFrame, rng: np.random.Generator, n_leads: int = 190
) -> pd.DataFrame:
    """Make enquiries with their outcome and the three 1-5 scores of refused ones.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> firms = make_firms(30, rng)
    >>> leads = make_leads(firms, make_firm_orders(firms, rng), rng)
    >>> leads.loc[0, ["brand_strength", "order_appeal", "closeness"]].tolist()
    [5.0, 5.0, 5.0]
    """
    scores = {"brand_strength": 0.06, "order_appeal": 0.05, "closeness": 0.09}
    deadline = _days_ago(rng.integers(-150, 600, n_leads))
    leads = pd.DataFrame(
        {
            "lead_id": [f"L{number:04d}" for number in range(1, n_leads + 1)],
            "lead_date": np.minimum(
                deadline - rng.integers(20, 200, n_leads), AS_OF - np.timedelta64(3, "D")
            ),
            "outcome": choose(rng, n_leads, {"refused": 62, "won": 26, "open": 12}),
            "name": [f"«{STEMS[number % len(STEMS)]}-{number + 1}»" for number in range(n_leads)],
            "manager": choose(rng, n_leads, MANAGERS),
            **{name: _scores(rng, n_leads, missing) for name, missing in scores.items()},
            "deadline": deadline,
            "launch_date": deadline + rng.integers(-5, 40, n_leads),
            **{name: choose(rng, n_leads, weights) for name, weights in LEAD_ANSWERS.items()},
        }
    )
    leads = blank(_with_newcomers(leads, firms, orders, rng), rng, {"deadline": 0.2, "launch_date": 0.45})
    for column, value in MIDDLEPROM.items():
        leads.loc[0, column] = value
    # only MiddleProm may have the full fifteen, so that the ranking starts with it
    leads.loc[leads[list(scores)].sum(axis=1).eq(15) & (leads.index > 0), "closeness"] = 4.0
    return leads


def _with_newcomers(
    leads: pd.DataFrame, firms: pd.DataFrame, orders: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Make each won enquiry the beginning of one later customer; those left over are still open."""
    first = orders.groupby("customer_id")["order_date"].min()
    newcomers = rng.permutation(first.index[first > first.min() + pd.Timedelta(days=120)].to_numpy())
    won = leads.index[leads["outcome"] == "won"]
    leads.loc[won[len(newcomers) :], "outcome"] = "open"
    won = won[: len(newcomers)]
    cards = firms.set_index("customer_id").loc[newcomers[: len(won)]]
    leads.insert(1, "customer_id", pd.Series(cards.index, index=won, dtype=str))
    leads.loc[won, ["name", "manager"]] = cards[["name", "manager"]].to_numpy()
    before = pd.to_timedelta(rng.integers(5, 60, len(won)), unit="D")
    leads.loc[won, "lead_date"] = first[cards.index].to_numpy() - before
    leads.loc[won, ["deadline", "launch_date"]] = pd.NaT
    return leads


def _days_ago(days: npt.NDArray[np.int64]) -> npt.NDArray[np.datetime64]:
    moments: npt.NDArray[np.datetime64] = AS_OF - days
    return moments


def _scores(rng: np.random.Generator, size: int, missing: float) -> pd.Series[float]:
    scores = pd.Series(rng.choice(5, size, p=[0.16, 0.24, 0.28, 0.2, 0.12]) + 1.0)
    return scores.mask(rng.random(size) < missing)


def make_tickets(orders: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Make claims and questions: a few for everybody, very many for difficult customers of decent revenue.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> tickets = make_tickets(make_firm_orders(make_firms(60, rng), rng), rng)
    >>> bool(tickets["customer_id"].value_counts().iloc[0] > 10)
    True
    """
    by_firm = orders.groupby("customer_id").agg(n=("order_id", "nunique"), amount=("amount", "sum"))
    by_firm = by_firm.sort_values(["amount", "n"], ascending=False)
    rank = np.arange(len(by_firm))
    is_difficult = (rank % 5 == 2) & (rank < 5 * DIFFICULT)
    number = rng.poisson(by_firm["n"] * np.where(is_difficult, 0.75, 0.06))
    owner = np.repeat(by_firm.index.to_numpy(), number)
    # a claim follows one of the customer's own orders
    dates = {firm: days.to_numpy() for firm, days in orders.groupby("customer_id")["order_date"]}
    opened = [rng.choice(dates[firm]) + np.timedelta64(int(rng.integers(1, 12)), "D") for firm in owner]
    kinds = choose(
        rng, len(owner), {"брак": 30, "срок поставки": 30, "недостача": 15, "документы": 15, "вопрос": 10}
    )
    table = pd.DataFrame({"customer_id": owner, "opened_at": pd.to_datetime(opened), "kind": kinds})
    return table[table["opened_at"] <= pd.Timestamp(AS_OF)].sort_values("opened_at", ignore_index=True)


def make_experts(firms: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Make the experts' 1-5 estimates of most firms; capacity and potential go with the firm's size.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> make_experts(make_firms(5, rng), rng)["capacity"].between(1, 5).all()
    np.True_
    """
    size = np.log(firms["employees"].to_numpy() + 1.0)
    size = (size - size.mean()) / max(float(size.std()), 1e-9)

    def score(pull: float) -> pd.Series[float]:
        return pd.Series(np.clip(np.round(2.9 + pull * size + rng.normal(0, 1.0, len(firms))), 1, 5))

    experts = pd.DataFrame(
        {
            "customer_id": firms["customer_id"],
            "activity": score(0.2),
            "capacity": score(0.8),
            "brand": score(0.6),
            "potential": score(0.4).mask(rng.random(len(firms)) < 0.05),
        }
    )
    return experts[rng.random(len(firms)) < 0.93].reset_index(drop=True)

"""Letters and campaigns of the demo B2B firm: who opens, clicks, answers, and what it brings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segbook.data.demo.orders import AS_OF

CAMPAIGNS: dict[str, tuple[str, float, float, float, str]] = {
    "Каталог 2026": ("2026-01-20", 0.10, 42_000, 350, ""),
    "Скидка на короба": ("2026-03-03", 0.16, 26_000, 90, "Интернет-торговля"),
    "Пакеты к празднику": ("2025-11-10", 0.14, 31_000, 120, "Кафе и доставка"),
    "Аудит этикетки": ("2026-05-14", 0.07, 64_000, 900, "Фармацевтика"),
    "Возвращайтесь": ("2026-07-08", 0.04, 15_000, 150, ""),
    "Сервис оборудования": ("2026-08-25", 0.09, 38_000, 600, "Производство продуктов"),
}
"""Campaign to its day, usual response, revenue of a response and cost of a contact (RUB), suited industry."""

HABITS = {
    "active": 0.34,
    "semi_active": 0.24,
    "fading": 0.14,
    "asleep": 0.14,
    "never": 0.08,
    "newcomer": 0.06,
}
"""How subscribers treat letters, and their shares."""


def make_emails(firms: pd.DataFrame, rng: np.random.Generator, n_letters: int = 48) -> pd.DataFrame:
    """Make two years of letters, one per firm and mailing; some firms stopped opening long ago.

    Examples
    --------
    >>> from segbook.data.demo.firms import make_firms
    >>> rng = np.random.default_rng(1)
    >>> emails = make_emails(make_firms(40, rng), rng)
    >>> bool((emails["clicked_at"].dropna() >= emails["opened_at"][emails["clicked_at"].notna()]).all())
    True
    """
    subscribed = firms[firms["consent"] == "да"]["customer_id"].to_numpy()
    habit = rng.choice(list(HABITS), len(subscribed), p=list(HABITS.values()))
    back = np.arange(n_letters)[::-1] * 15 + 6
    who, letter = (grid.ravel() for grid in np.meshgrid(np.arange(len(subscribed)), np.arange(n_letters)))
    days_ago, kind = back[letter], habit[who]
    # the fading stopped 180 to 365 days ago, the asleep earlier; newcomers get letters for 100 days
    silent_for = np.select(
        [habit == "fading", habit == "asleep"], [rng.integers(185, 360, len(who) // n_letters), 420], 0
    )
    reads = (kind != "never") & (days_ago > silent_for[who])
    is_opened = reads & (rng.random(len(who)) < np.where(kind == "semi_active", 0.35, 0.5))
    is_clicked = is_opened & (kind != "semi_active") & (rng.random(len(who)) < 0.3)
    sent = pd.Series(
        AS_OF.astype("datetime64[s]") - days_ago.astype("timedelta64[D]") + np.timedelta64(10, "h")
    )
    opened = sent + pd.to_timedelta(rng.exponential(400, len(who)).astype(int) + 1, unit="min")
    clicked = opened + pd.to_timedelta(rng.integers(5, 600, len(who)), unit="s")
    emails = pd.DataFrame(
        {"customer_id": subscribed[who], "sent_at": sent, "opened_at": opened.where(is_opened)}
    )
    emails["clicked_at"] = clicked.where(is_clicked)
    emails["campaign"] = "Рассылка " + (letter + 1).astype(str).astype(object)
    is_kept = pd.Series((kind != "newcomer") | (days_ago < 100))
    return emails[is_kept].sort_values(["sent_at", "customer_id"], ignore_index=True)


def make_campaigns(firms: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Make the contacts of each campaign with response, revenue and cost in RUB.

    Examples
    --------
    >>> from segbook.data.demo.firms import make_firms
    >>> rng = np.random.default_rng(1)
    >>> campaigns = make_campaigns(make_firms(40, rng), rng)
    >>> bool((campaigns.loc[campaigns["responded"] == 0, "revenue"] == 0).all())
    True
    """
    parts = []
    for name, (day, response, revenue, cost, industry) in CAMPAIGNS.items():
        invited = firms[rng.random(len(firms)) < 0.6]
        size = (invited["employees"].to_numpy() / 50.0) ** 0.4
        chance = np.minimum(response * np.where(invited["industry"] == industry, 2.6, 0.9), 0.9)
        responded = rng.random(len(invited)) < chance
        money = np.round(responded * revenue * size * rng.lognormal(0, 0.5, len(invited)), 2)
        contacts = {"customer_id": invited["customer_id"], "campaign": name, "sent_at": pd.Timestamp(day)}
        parts.append(
            pd.DataFrame({**contacts, "responded": responded.astype(int), "revenue": money, "cost": cost})
        )
    return pd.concat(parts, ignore_index=True)

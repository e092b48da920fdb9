"""What a client's YAML says of comparing two periods."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Movement(BaseModel):
    """How two periods are compared.

    Attributes
    ----------
    window_months
        Length of the history both dates are judged on, when ``history_months`` is absent and the
        history is long enough.
    cutoffs
        JSON of the movement report of last period, relative to the YAML file: its cut-offs are used, on as
        long a history as they were learned on; absent: they are learned from last period's data again.
    false_discoveries
        Share of false alarms to put up with among the customers whose behaviour is said to have changed.
    least_money
        Money at stake, client currency, from which a customer is a task for a manager; absent: a usual
        purchase of the base. The others are listed apart.
    tasks_per_day
        Tasks a manager can do in a working day: due dates follow the list no faster.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    window_months: Annotated[int, Field(ge=1)] = 12
    cutoffs: Path | None = None
    false_discoveries: Annotated[float, Field(gt=0, lt=1)] = 0.1
    least_money: Annotated[float, Field(ge=0)] | None = None
    tasks_per_day: Annotated[int, Field(ge=1)] = 20

"""What customers cost, as the client says: no data hold it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Cost = Annotated[float, Field(ge=0)]


class Costs(BaseModel):
    """Costs in the client's currency; what is absent is left out of the reckoning, and said.

    Attributes
    ----------
    service
        Serving one customer for one period of the report; segments are held against it.
    acquisition, keeping
        Winning one new customer, and keeping one; absent: the cost of a response in the campaigns.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    service: Cost | None = None
    acquisition: Cost | None = None
    keeping: Cost | None = None

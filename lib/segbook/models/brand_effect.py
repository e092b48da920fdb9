"""Whom it is good to be seen with: the effect on image and portfolio."""

from __future__ import annotations

from typing import ClassVar

from segbook.models.contract import model
from segbook.models.experts import ExpertBands


@model
class BrandEffect(ExpertBands):
    """Customers by what their name does for yours, as experts score it: high, middle, low.

    Who has no score, or one beside the scale, is ``unknown``. The parameters ``scale``, ``bands`` and
    ``min_customers`` are those of `ExpertBands`.

    References
    ----------
    The effect on the portfolio is of [S0:109]; thirds of the scale are the reading of segbook.

    Examples
    --------
    >>> import pandas as pd
    >>> from segbook.data.client import ClientData
    >>> experts = pd.DataFrame({"customer_id": list("abc"), "brand": [5, 3, 1]})
    >>> BrandEffect().segment(ClientData.of(experts=experts)).segments.tolist()
    ['high', 'middle', 'low']
    """

    key: ClassVar = "brand_effect"
    column: ClassVar = "brand"

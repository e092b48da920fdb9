"""Who can still grow with you: development potential."""

from __future__ import annotations

from typing import ClassVar

from segbook.models.contract import model
from segbook.models.experts import ExpertBands


@model
class Potential(ExpertBands):
    """Customers by how much more you could do for them, as experts score it: high, middle, low.

    Who has no score, or one beside the scale, is ``unknown``. The parameters ``scale``, ``bands`` and
    ``min_customers`` are those of `ExpertBands`.

    References
    ----------
    The potential of development is of [S0:111]; thirds of the scale are the reading of segbook.

    Examples
    --------
    >>> import pandas as pd
    >>> from segbook.data.client import ClientData
    >>> experts = pd.DataFrame({"customer_id": list("abc"), "potential": [5, 3, 1]})
    >>> Potential().segment(ClientData.of(experts=experts)).segments.tolist()
    ['high', 'middle', 'low']
    """

    key: ClassVar = "potential"
    column: ClassVar = "potential"

"""What a chart is, and the register of the drawings of every kind of result."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from functools import singledispatch
from html import escape
from typing import Any

from matplotlib.figure import Figure

from segbook.periods import Period
from segbook.show.canvas import Palette, palette, style, svg_of
from segbook.words.i18n import Texts


@dataclass(frozen=True)
class Chart:
    """A drawing that needs nothing else, shown as such by Jupyter.

    Parameters
    ----------
    svg
        Letters are drawn as shapes, so it looks the same everywhere.
    alt
        What the drawing says, with its numbers.
    caption
        One line below it.

    Examples
    --------
    >>> data, about = Chart("<svg/>", "one bar", "Revenue")._repr_mimebundle_()
    >>> data["text/plain"], about["caption"]
    ('one bar', 'Revenue')
    """

    svg: str
    alt: str
    caption: str

    @property
    def html(self) -> str:
        """The drawing as a figure for a page that is written as HTML."""
        image = base64.b64encode(self.svg.encode()).decode()
        source = f'<img src="data:image/svg+xml;base64,{image}" alt="{escape(self.alt)}"/>'
        return f"<figure>{source}<figcaption>{escape(self.caption)}</figcaption></figure>"

    def _repr_mimebundle_(
        self,
        include: Any = None,  # noqa: ARG002 - Jupyter's signature
        exclude: Any = None,  # noqa: ARG002
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        data = {"image/svg+xml": self.svg, "text/plain": self.alt}
        return data, {"image/svg+xml": {"alt": self.alt}, "alt": self.alt, "caption": self.caption}


@dataclass(frozen=True)
class Look:
    """How the drawings of one report look.

    Parameters
    ----------
    texts
        Language and currency.
    color
        The client's.
    period
        Whose months stand out in the overview; all of them when absent.
    """

    texts: Texts
    color: str = "#0B6E4F"
    period: Period | None = None
    colors: Palette = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "colors", palette(self.color))


def charts_of(result: object, look: Look) -> list[Chart]:
    """Give the charts of a result.

    Parameters
    ----------
    result
        Any result that `draw` knows.
    look
        Language and colours.

    Returns
    -------
    list of Chart
        Empty when there is nothing to see, such as no row left out.

    Examples
    --------
    >>> import pandas as pd
    >>> from segbook.show.charts import money
    >>> from segbook.stats.concentration import Concentration
    >>> curve = pd.DataFrame({"share_customers": [0, 0.8, 1], "share_value": [0, 0.4, 1]})
    >>> measured = Concentration("revenue", 10, 0, 0.3, 0.6, 5, 0.5, 0.4, 0.35, 0.45, curve)
    >>> charts_of(measured, Look(Texts("en")))[0].alt
    'Lorenz curve of 10 customers: the best 20% of customers bring 60% of revenue, the smallest ...
    """
    with style():
        return draw(result, look)


@singledispatch
def draw(result: object, look: Look) -> list[Chart]:  # noqa: ARG001 - the shape of its registered kin
    """Draw one kind of result; a module for each topic registers its own.

    Raises
    ------
    TypeError
        Nothing is known to draw of such a result.
    """
    raise TypeError(f"no charts for {type(result).__name__}")


def chart(figure: Figure, alt: str, caption: str) -> Chart:
    """Give a figure as a chart."""
    return Chart(svg_of(figure, alt), alt, caption)

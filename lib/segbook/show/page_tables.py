"""How a table stands on the page: bare HTML, classes instead of styles, short ids kept in one piece."""

from __future__ import annotations

import re

from jinja2 import Environment
from pandas.io.formats.style import Styler

SHORT = 16
"""Letters up to which an id stays on one line."""

_ID = re.compile(r"(?=\S*\d)\S+")

_TEMPLATE = """\
<table class="segbook">
<caption>{{ caption }}</caption>
<thead>
<tr>
{% for cell in head[0] if cell.is_visible %}
<th scope="col"{% if numeric[loop.index0] %} class="num"{% endif %}>{{ cell.display_value }}</th>
{% endfor %}
</tr>
</thead>
<tbody>
{% for row in body %}
<tr>
{% set number = loop.index0 %}
{% for cell in row if cell.is_visible %}
{% if loop.first and row_headers %}
{% set id = cell.display_value | id_class %}
<th scope="row"{% if id %} class="{{ id }}"{% endif %}>{{ cell.display_value }}</th>
{% else %}
{% set bar = bars[loop.index0][number] %}
<td{% if numeric[loop.index0] %} class="num"{% endif %}{% if bar %} style="{{ bar }}"{% endif %}>\
{{ cell.display_value }}</td>
{% endif %}
{% endfor %}
</tr>
{% else %}
<tr>
<td colspan="{{ numeric | length }}">{{ no_rows }}</td>
</tr>
{% endfor %}
</tbody>
</table>
"""


def id_class(value: str) -> str:
    """Give the class of a row's heading that is an id: one word with a digit in it.

    Parameters
    ----------
    value
        As written in the table.

    Examples
    --------
    >>> [id_class(each) for each in ("HW-14935", "1bf1f423-5c16-4e84-8400-2c76210b4bf3", "At risk")]
    ['short-id', 'long-id', '']
    """
    if not _ID.fullmatch(value):
        return ""
    return "short-id" if len(value) <= SHORT else "long-id"


_PAGE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
_PAGE.filters["id_class"] = id_class


class PageTable(Styler):
    """Styler that writes a bare table: no ids, no style sheet, headings for screen readers."""

    template_html = _PAGE.from_string(_TEMPLATE)

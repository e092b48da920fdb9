"""The few words the exporters add by themselves, in the language of the report."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from segbook.yamlfile import parse_yaml

TEMPLATES = Path(__file__).parents[1] / "templates"
"""The folder of nbconvert templates, the Typst template and the wording."""

LANGUAGES = ("ru", "en")


@cache
def wording(lang: str) -> Mapping[str, str]:
    """Give the exporters' own words in one language.

    Parameters
    ----------
    lang
        ``ru`` or ``en``.

    Examples
    --------
    >>> wording("ru")["contents"], wording("en")["contents"]
    ('Содержание', 'Contents')
    """
    table = parse_yaml((TEMPLATES / "wording.yaml").read_text(encoding="utf-8"))
    return {key: texts[lang] for key, texts in table.items()}

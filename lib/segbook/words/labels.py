"""What a model and a segment are called, also those a client named."""

from __future__ import annotations

from segbook.params import Params
from segbook.words.i18n import Texts


def playbook_texts(params: Params) -> dict[str, dict[str, str]]:
    """Give the client's own names and actions of segments, as `Texts` lays them over its own.

    An action is a sentence: it gets its full stop where the client left it out.

    Examples
    --------
    >>> play = {"rfm": {"champions": {"label": "Stars"}}}
    >>> params = Params(client="A", purpose="-", sources={"orders": {}}, playbook=play)
    >>> label("rfm", "champions", Texts("en", own=playbook_texts(params)))
    'Stars'
    """
    return {
        f"{model}.segments.{segment}.{what}": {
            lang: text if what == "label" or text[-1] in ".!?…" else f"{text}."
            for lang, text in words.model_dump().items()
        }
        for model, plays in params.playbook.items()
        for segment, play in plays.items()
        for what, words in (("label", play.label), ("action", play.action))
        if words is not None
    }


def model_text(model: str, what: str, texts: Texts) -> str:
    """Give a text of a model, such as its ``title``; a model of the client's own is called by its key."""
    return texts.label(f"{model}.{what}", model)


def label(model: str, segment: str, texts: Texts) -> str:
    """Give a segment's name in the language, or the client's own name for it."""
    return texts.label(f"{model}.segments.{segment}.label", segment)


def action(model: str, segment: str, texts: Texts) -> str:
    """Give what to do with a segment, or nothing where nobody has said."""
    return texts.label(f"{model}.segments.{segment}.action", "")

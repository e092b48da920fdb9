"""What a model and a segment are called, also those a client named."""

from __future__ import annotations

from segbook.words.i18n import Texts


def model_text(model: str, what: str, texts: Texts) -> str:
    """Give a text of a model, such as its ``title``; a model of the client's own is called by its key."""
    return texts.label(f"{model}.{what}", model)


def label(model: str, segment: str, texts: Texts) -> str:
    """Give a segment's name in the language, or the client's own name for it."""
    return texts.label(f"{model}.segments.{segment}.label", segment)


def action(model: str, segment: str, texts: Texts) -> str:
    """Give what to do with a segment, or nothing where nobody has said."""
    return texts.label(f"{model}.segments.{segment}.action", "")

"""What a client says in its own words: the purpose, and what each segment is called and asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Words(BaseModel):
    """A text of the client's in both languages; one text alone stands for both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ru: Annotated[str, Field(min_length=1, max_length=300)]
    en: Annotated[str, Field(min_length=1, max_length=300)]


def _in_both(value: object) -> object:
    return {"ru": value, "en": value} if isinstance(value, str) else value


Spoken = Annotated[Words, BeforeValidator(_in_both, str | dict[str, str])]


class Play(BaseModel):
    """What a segment is called and what to do with it, in the client's own words.

    Attributes
    ----------
    label, action
        One text, or one for each language; what is absent stays as segbook says it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Spoken | None = None
    action: Spoken | None = None


Playbook = Mapping[str, Mapping[str, Play]]
"""Model to segment to what it is called and asks for."""

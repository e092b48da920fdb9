"""The satisfaction scale: which answers there are, and which of them attract and detract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Asked = Annotated[int, Field(ge=1)]


def _texts(value: object) -> object:
    """Make the keys of a mapping texts: YAML reads ``1: 5`` as numbers."""
    if not isinstance(value, Mapping):
        return value
    return {str(key).strip().casefold(): each for key, each in value.items()}


class Surveys(BaseModel):
    """The satisfaction scale and the answers that attract and detract, ends included.

    Attributes
    ----------
    scale
        Lowest and highest answer, whole numbers; the highest is the best.
    attract, detract
        First and last answer of each band; ``attract`` reaches the highest answer, ``detract`` the lowest.
    labels
        Answers written otherwise, and the number each stands for: ``{отлично: 5, плохо: 2}``.
    asked
        How many were asked: ``rows`` when each row of the table is somebody asked and a blank score nobody
        who answered, or quarter to number, ``{2026Q3: 240}``; nothing when it is not known.
    several
        Which of several answers of a customer in a quarter counts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    scale: tuple[int, int] = (1, 10)
    attract: tuple[int, int] = (8, 10)
    detract: tuple[int, int] = (1, 3)
    labels: Annotated[Mapping[str, int], BeforeValidator(_texts, dict[str, int])] = {}
    asked: Literal["rows"] | Mapping[str, Asked] = {}
    several: Literal["last", "first", "lowest"] = "last"

    @model_validator(mode="after")
    def _bands_fit(self) -> Self:
        (low, high), wrong = self.scale, []
        if not low < high:
            wrong.append(f"scale from the lowest to the highest answer, not {low}, {high}")
        if self.attract[1] != high or not self.attract[0] <= high:
            wrong.append(f"attract up to {high}, the highest answer, such as [{high - 1}, {high}]")
        if self.detract[0] != low or not low <= self.detract[1]:
            wrong.append(f"detract from {low}, the lowest answer, such as [{low}, {low + 1}]")
        if self.detract[1] >= self.attract[0]:
            wrong.append("detract below attract")
        strange = [text for text, score in self.labels.items() if not low <= score <= high]
        if strange:
            wrong.append(f"labels of answers from {low} to {high} (not so: {', '.join(strange)})")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def group_of(self, score: int) -> str:
        """Give ``attract``, ``neutral`` or ``detract`` for an answer of the scale.

        Examples
        --------
        >>> [Surveys().group_of(score) for score in (10, 8, 7, 4, 3)]
        ['attract', 'attract', 'neutral', 'neutral', 'detract']
        """
        if score >= self.attract[0]:
            return "attract"
        return "detract" if score <= self.detract[1] else "neutral"

"""YAML files written by people: read strictly, laid over, and their errors said in their own words."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from segbook.errors import ParamsError, Problem, nearest

_TRUTH = "tag:yaml.org,2002:bool"


class _Loader(yaml.SafeLoader):
    """YAML in which a key written twice is an error, and only true and false are truth.

    Not ``no``, which is Norway, nor ``on`` and ``off``, as YAML 1.2 has it.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key '{key.value}' twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in kinds if tag != _TRUTH]
    for first, kinds in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_TRUTH, re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def parse_yaml(text: str) -> Any:
    """Give what a text in YAML says.

    Raises
    ------
    yaml.YAMLError
        It is no YAML, or has a key twice.
    ValueError
        A date that does not exist.

    Examples
    --------
    >>> parse_yaml("{country: NO, on: true}")
    {'country': 'NO', 'on': True}
    """
    return yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a mapping from a YAML file.

    Raises
    ------
    ParamsError
        The file cannot be read, is no UTF-8, no valid YAML, has a key twice, or is no mapping.
    """
    try:
        raw = parse_yaml(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ParamsError(
            [Problem(str(path), error.strerror or str(error), "a readable YAML file")]
        ) from None
    except UnicodeDecodeError:
        raise ParamsError(
            [Problem(str(path), "text that is not UTF-8", "a YAML file saved as UTF-8")]
        ) from None
    except ValueError as error:  # an impossible date such as 2026-02-30
        raise ParamsError([Problem(path.name, str(error), "dates that exist, or text in quotes")]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path.name}, line {mark.line + 1}" if mark else path.name
        raise ParamsError(
            [Problem(where, getattr(error, "problem", None) or str(error), "valid YAML")]
        ) from None
    if not isinstance(raw, dict):
        raise ParamsError([Problem(path.name, type(raw).__name__, "a mapping of key: value")])
    return raw


def lay_over(raw: Mapping[str, Any], overrides: Mapping[str, str]) -> dict[str, Any]:
    """Lay dotted keys over a mapping; their values are YAML.

    Raises
    ------
    ParamsError
        A key goes through something that is not a section.

    Examples
    --------
    >>> lay_over({"models": {"rfm": {}}}, {"models.rfm.levels": "2"})
    {'models': {'rfm': {'levels': 2}}}
    """
    laid: dict[str, Any] = copy.deepcopy(dict(raw))
    for key, value in overrides.items():
        *parents, last = key.split(".")
        section = laid
        for parent in parents:
            section = section.setdefault(parent, {})
            if not isinstance(section, dict):
                raise ParamsError([Problem(f"--set {key}", f"a value at '{parent}'", "a section")])
        section[last] = _value(key, value)
    return laid


def _value(key: str, text: str) -> object:
    try:
        return parse_yaml(text)
    except (yaml.YAMLError, ValueError):
        raise ParamsError([Problem(f"--set {key}", repr(text), "a value as in YAML")]) from None


def parse_overrides(lines: Iterable[str]) -> dict[str, str]:
    """Read ``key=value`` lines.

    Raises
    ------
    ParamsError
        A line without ``=``.

    Examples
    --------
    >>> parse_overrides(["models.rfm.levels=2"])
    {'models.rfm.levels': '2'}
    """
    pairs = [line.partition("=") for line in lines if line.strip()]
    wrong = [key for key, sign, _ in pairs if not sign or not key.strip()]
    if wrong:
        raise ParamsError(
            [Problem("--set", repr(each), "key=value, such as models.rfm.levels=2") for each in wrong]
        )
    secret = [key.strip() for key, _, _ in pairs if key.strip().endswith(".url")]
    if secret:
        allowed = "written in the YAML, its secrets as ${NAME}: what is laid over is kept in the notebook"
        raise ParamsError([Problem("--set", f"'{each}'", allowed) for each in secret])
    return {key.strip(): value for key, _, value in pairs}


def fields_of(section: object) -> list[str]:
    """Give the names a section of the YAML may hold; ``section`` is a pydantic class."""
    fields = getattr(section, "model_fields", None) or getattr(section, "__pydantic_fields__", None)
    return [name for name in fields if name != "file"] if fields else []


def explain(error: ValidationError, file: str, section: object, prefix: str = "") -> list[Problem]:
    """Turn pydantic's errors into problems in the words of the YAML.

    Parameters
    ----------
    error
        What pydantic raised.
    file, prefix
        Place of the section: file name, and the dotted path of ``section`` in it.
    section
        The pydantic class that was checked; its fields are the allowed names.

    Returns
    -------
    list of Problem
    """
    problems = []
    for each in error.errors():
        loc = [str(part) for part in each["loc"] if part != "[key]"]
        where = f"{file}: {'.'.join(filter(None, [prefix, *loc]))}"
        if each["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
            problems.append(
                Problem(
                    where, f"unknown key '{loc[-1]}'", nearest(loc[-1], fields_of(_inner(section, loc[:-1])))
                )
            )
        elif each["type"] in {"missing", "missing_argument"}:
            problems.append(Problem(where, "nothing", "given"))
        else:
            problems.append(Problem(where, repr(each["input"]), _allowed(each["type"], each["msg"])))
    return problems


_ALLOWED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "float_parsing": "a number",
    "string_pattern_mismatch": "a colour such as #0B6E4F",
    "string_too_short": "not empty",
    "too_short": "not empty",
}
"""pydantic's own words where they would not help a person."""


def _allowed(kind: str, message: str) -> str:
    said = re.sub(r"^(Value error, |Input should be (a )?)", "", message)
    return _ALLOWED.get(kind, said[:1].lower() + said[1:])


def _inner(section: object, loc: list[str]) -> object:
    """Follow a path of keys through the sections to the class that holds the last one."""
    if isinstance(section, type) and issubclass(section, BaseModel):
        if not loc:
            return section
        field = section.model_fields.get(loc[0])
        return _inner(field.annotation, loc[1:]) if field else None
    arguments = getattr(section, "__args__", ())
    inside = [each for each in arguments if each is not type(None) and each is not str]
    mapping = getattr(section, "__origin__", None) is not None and len(arguments) == 2 and len(loc) > 0
    return _inner(inside[-1], loc[1:] if mapping else loc) if inside else section

"""The client's logo, carried inside the report."""

from __future__ import annotations

import base64
import mimetypes

from segbook.errors import ParamsError, Problem
from segbook.params import Params

_SIGNS = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8\xff", "image/svg+xml": b"<svg"}


def logo_uri(params: Params) -> str | None:
    """Give the client's logo as a data URI, or nothing when there is none.

    Raises
    ------
    ParamsError
        The file cannot be read, or is no svg, png or jpg.
    """
    if params.brand.logo is None:
        return None
    path = params.resolve(params.brand.logo)
    kind = mimetypes.guess_type(path.name)[0] or ""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _refusal(params, f"{path.name}: {error.strerror}") from None
    if _SIGNS.get(kind, b"\0not an image") not in content[:2000]:
        raise _refusal(params, f"{path.name}, which is no such image")
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _refusal(params: Params, found: str) -> ParamsError:
    return ParamsError([Problem(f"{params.file.name}: brand.logo", found, "a readable svg, png or jpg file")])

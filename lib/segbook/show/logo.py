"""The client's logo, carried inside the report."""

from __future__ import annotations

import base64
import mimetypes

from segbook.errors import ParamsError, Problem
from segbook.params import Params


def logo_uri(params: Params) -> str | None:
    """Give the client's logo as a data URI, or nothing when there is none.

    Raises
    ------
    ParamsError
        The file cannot be read.
    """
    if params.brand.logo is None:
        return None
    path = params.resolve(params.brand.logo)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    try:
        return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
    except OSError as error:
        where = f"{params.file.name}: brand.logo"
        raise ParamsError(
            [Problem(where, f"{path.name}: {error.strerror}", "a readable svg, png or jpg file")]
        ) from None

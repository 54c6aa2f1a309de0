"""Pictures and arrays that travel with the page itself.

What Streamlit serves by an address is gone once a page is drawn anew, also while a browser still
fetches it.
"""

from __future__ import annotations

import base64
from typing import Final

_PNG: Final = b"\x89PNG"


def text(data: bytes) -> str:
    """Bytes as base64, for JSON."""
    return base64.b64encode(data).decode("ascii")


def source(picture: bytes) -> str:
    """What `st.image` shows of JPEG or PNG bytes without asking for them later."""
    kind = "png" if picture.startswith(_PNG) else "jpeg"
    return f"data:image/{kind};base64,{text(picture)}"

"""JSON, as sessions carry it."""

import json
from typing import Any


def write(value: Any) -> str:
    """As short as can be.

    >>> write({"sum": 1, "by": "ä"})
    '{"sum":1,"by":"ä"}'

    Half of a character, which JSON can have and no text, stays as it came.

    >>> write("\\ud83d")
    '"\\\\ud83d"'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    return text


read = json.loads

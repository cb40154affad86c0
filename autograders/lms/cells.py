"""Tables as CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def as_csv(rows: Iterable[Iterable[str | float]]) -> bytes:
    """`rows` as UTF-8 without a byte order mark, which all three systems read.

    Numbers stay numbers, of two digits at most behind the point. A text is quoted, and where a
    spreadsheet would run it as a formula an apostrophe stands in front; tabs, line breaks and other
    control characters become spaces.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return stream.getvalue().encode()


def _cell(value: str | float) -> str | float:
    if not isinstance(value, str):
        rounded = round(value, 2)
        return int(rounded) if rounded == int(rounded) else rounded
    # Moodle's PHP takes \" for a quote within a cell.
    plain = "".join(letter if letter.isprintable() else " " for letter in value.replace("\\", "/"))
    return f"'{plain.strip()}" if plain.strip().startswith(FORMULA) else plain.strip()

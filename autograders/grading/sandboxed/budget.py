"""What one submission may hold and show, all its parts together, and the line for what is cut.

Of a graded notebook and its feedback page each, that makes less than 20 MB. An honest notebook has
a tenth of it.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

Output = dict[str, Any]  # as notebooks hold them; nbformat itself takes a second to load

OWN_CELLS = 2_000  # beside the released ones
SOURCE = 500_000  # characters that the student wrote, without pictures
FORMATTED = 100_000  # characters of the student's Markdown that are formatted
PICTURES = 8_000_000  # bytes, of text and of outputs
TEXT = 1_000_000  # bytes of outputs as a page has them, where a sign may take six
EACH = 100  # bytes of text that an output counts at least

# Of one output, cell or file:
LONGEST_TEXT = 64_000  # characters of one text; of a longer one the middle is left out
MOST_OUTPUTS = 40  # of a cell
LARGEST_PICTURE = 2_000_000  # bytes
LARGEST_WEIGHTS = 8 << 20  # bytes of a file; larger ones are read by nobody
MOST_WEIGHTS = 8  # files

SHOWN = f"a submission may show {PICTURES / 1e6:g} MB of pictures and {TEXT / 1e6:g} MB of text"
_IN_BASE64 = re.compile(r"[A-Za-z0-9+/=]{200,}")


@dataclass
class Budget:
    """What is left of it for one submission."""

    source: int = SOURCE
    formatted: int = FORMATTED
    pictures: int = PICTURES
    text: int = TEXT

    def write(self, source: str) -> bool:
        """Whether it may hold this source as well, the pictures that are written in it included."""
        words = len(words_of(source))
        return self._take(source=words, pictures=(len(source) - words) * 3 // 4)

    def format(self, source: str) -> bool:
        """Whether this Markdown may be formatted as well."""
        return self._take(formatted=len(words_of(source)))

    def attach(self, picture: str) -> bool:
        """Whether it may hold this picture in base64 as well."""
        return self._take(pictures=len(picture) * 3 // 4)

    def show(self, output: Output) -> bool:
        """Whether it may show this output as well."""
        pictures, text = _sizes(output)
        return self._take(pictures=pictures, text=text)

    def shown(self, outputs: list[Output]) -> list[Output]:
        """Those of a cell's outputs that it may show, and below them how many it may not."""
        kept = [output for output in outputs if self.show(output)]
        if len(kept) == len(outputs):
            return kept
        cut = sum(sum(_sizes(output)) for output in outputs if not any(output is k for k in kept))
        count = len(outputs) - len(kept)
        line = f"... outputs left out: {count}, of {cut / 1e6:.1f} MB; {SHOWN} ...\n"
        return [*kept, {"output_type": "stream", "name": "stdout", "text": line}]

    def _take(self, **wanted: int) -> bool:
        """Takes all of it, or nothing where one is more than is left."""
        left = {name: getattr(self, name) - size for name, size in wanted.items()}
        if min(left.values()) < 0:
            return False
        vars(self).update(left)
        return True


def words_of(source: str) -> str:
    """The source without the pictures that are written in it."""
    return _IN_BASE64.sub("", source)


def _sizes(output: Output) -> tuple[int, int]:
    """Bytes of the pictures and of the text of an output, as a page has them."""
    data = output.get("data", {})
    pictures = sum(len(data.get(kind, "")) for kind in ("image/png", "image/jpeg", "text/html"))
    alts = [str(about.get("alt", "")) for about in output.get("metadata", {}).values()]
    texts = [output.get("text", ""), data.get("text/plain", ""), output.get("evalue", "")]
    texts += [*output.get("traceback", []), *alts]
    return pictures * 3 // 4, EACH + sum(len(html.escape(text).encode()) for text in texts)

"""What a zip of strangers' files holds, read within limits; nothing is ever unpacked to a disk."""

from __future__ import annotations

import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from autograders.notebook.file import LARGEST

SMALL = 1_000_000  # bytes that no ratio makes a bomb
RATIO = 200  # a notebook shrinks to a tenth; deflate cannot do more than 1,032
# What Finder and Explorer put beside the files of people, in small letters.
CLUTTER = {"__macosx", ".ds_store", "thumbs.db", "desktop.ini"}
UTF8_NAME = 0x800
ENCRYPTED = 0x1
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class Refused(Exception):
    """An archive, or a file in it, that is not read; the message says why."""


@dataclass(frozen=True)
class Limits:
    """How much an archive may claim to hold."""

    files: int
    size: int


OUTSIDE = Limits(files=50_000, size=20_000_000_000)  # a system's archive
INSIDE = Limits(files=2_000, size=1_000_000_000)  # a zip that a student made


@dataclass(frozen=True)
class Entry:
    """A file in an archive under its name there, with `/` between folders, and why it may not be
    read, "" where it may."""

    name: str
    problem: str
    _archive: zipfile.ZipFile
    _info: zipfile.ZipInfo

    def read(self) -> bytes:
        """The file's content. Raises Refused."""
        if self.problem:
            raise Refused(self.problem)
        try:
            with self._archive.open(self._info) as file:
                content = file.read(LARGEST + 1)
        except UNREADABLE as error:
            raise Refused(f"it is damaged ({str(error) or type(error).__name__})") from error
        if len(content) != self._info.file_size:
            raise Refused(f"it is damaged ({len(content)} bytes, not {self._info.file_size})")
        return content


def entries(stream: IO[bytes], limits: Limits) -> list[Entry]:
    """The files of the zip in `stream`, which stays open as long as they are read; without those
    that only Finder and Explorer know.

    Raises:
        Refused: it is no zip, or it claims to hold more than `limits`.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except UNREADABLE as error:
        raise Refused(f"it is no zip, or a damaged one ({error})") from error
    infos = [info for info in archive.infolist() if not _name(info).endswith("/")]
    if len(infos) > limits.files:
        raise Refused(f"it holds {len(infos):,} files; the limit is {limits.files:,}")
    size = sum(info.file_size for info in infos)
    if size > limits.size:
        raise Refused(f"it unpacks to {size / 1e6:,.0f} MB; the limit is {limits.size / 1e6:,.0f}")
    infos = [info for info in infos if not _is_clutter(_name(info))]
    names = Counter(_name(info) for info in infos)
    return [Entry(_name(info), _problem(info, names), archive, info) for info in infos]


def _name(info: zipfile.ZipInfo) -> str:
    """Some systems write names in UTF-8 and do not say so; zipfile then reads them as cp437."""
    name = info.filename
    if not info.flag_bits & UTF8_NAME:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _is_clutter(name: str) -> bool:
    parts = name.casefold().split("/")
    return not CLUTTER.isdisjoint(parts) or parts[-1].startswith("._")


def _problem(info: zipfile.ZipInfo, names: Mapping[str, int]) -> str:
    name = _name(info)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if not name:
        return "it has no name"
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/"):
        return "its name leads out of the archive"
    if not name.isprintable():
        return "its name has characters that cannot be shown"
    if names[name] > 1:
        return f"the archive holds {names[name]} files of this name"
    if kind not in (0, stat.S_IFREG):
        return "it is a link" if kind == stat.S_IFLNK else "it is no plain file"
    if info.flag_bits & ENCRYPTED:
        return "it is encrypted"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is compressed in an unusual way"
    if info.file_size > LARGEST:
        return _too_large(info.file_size)
    if info.file_size > max(SMALL, RATIO * info.compress_size):
        return f"{info.compress_size:,} bytes unpack to {info.file_size:,}, as a zip bomb's do"
    return ""


def _too_large(size: int) -> str:
    return f"it has {size / 1e6:,.0f} MB or more; the limit is {LARGEST / 1e6:,.0f}"

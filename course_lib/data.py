"""The course's images, read from the course's data/ and checked against SHA256SUMS.

Nothing is downloaded, and no array comes from a file that is missing or damaged.
"""

import gzip
import hashlib
import io
import math
import struct
import zlib
from os.path import isdir  # which is False, too, where one may not look
from pathlib import Path

import numpy as np


def _data_folder() -> Path:
    """data/ beside this package, or, where a wheel was installed, in the folder worked in."""
    beside = Path(__file__).resolve().parents[1] / "data"
    if beside.is_dir():
        return beside
    here = Path.cwd()
    folders = (folder for folder in (here, *here.parents) if isdir(folder / "course_lib"))
    return next((folder / "data" for folder in folders), beside)


DATA = _data_folder()
PHOTOGRAPHS = ("brick", "camera", "chelsea", "coffee")

_BT601 = np.array([0.299, 0.587, 0.114], np.float32)  # how bright red, green and blue look


def load_mnist(split: str) -> tuple[np.ndarray, np.ndarray]:
    """Images of handwritten digits and the digits they show.

    Half of MNIST's 10,000 test images are kept for grading; "test" is the other half.

    Args:
        split: "train" or "test".

    Returns:
        images: (60000, 28, 28) or (5000, 28, 28), uint8, 0 is background.
        labels: (60000,) or (5000,), int64, 0 to 9.

    Raises:
        ValueError: split is something else, or a file is damaged.
        FileNotFoundError: a file or its folder is missing.

    Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".

    Example:
        >>> images, labels = load_mnist("test")
        >>> print(images.shape, labels[:3])
        (5000, 28, 28) [7 1 4]
    """
    _expect("split", split, ("train", "test"))
    stem, count = {"train": ("train", 60_000), "test": ("t10k-even", 5_000)}[split]
    return read_labelled_images(DATA / "mnist", stem, count)


def load_fashion_mnist(split: str) -> tuple[np.ndarray, np.ndarray]:
    """Images of clothing and the class of each, in the form of MNIST.

    Args:
        split: "train" or "test".

    Returns:
        images: (60000, 28, 28) or (10000, 28, 28), uint8, 0 is background.
        labels: (60000,) or (10000,), int64, 0 to 9; data/fashion-mnist/SOURCE.md names them.

    Raises:
        ValueError: split is something else, or a file is damaged.
        FileNotFoundError: a file or its folder is missing.

    Source: Xiao, Rasul, Vollgraf, "Fashion-MNIST", arXiv:1708.07747.

    Example:
        >>> images, labels = load_fashion_mnist("test")
        >>> print(images.shape, labels[:3])
        (10000, 28, 28) [9 2 1]
    """
    _expect("split", split, ("train", "test"))
    stem, count = {"train": ("train", 60_000), "test": ("t10k", 10_000)}[split]
    return read_labelled_images(DATA / "fashion-mnist", stem, count)


def load_photograph(name: str, grey: bool = False) -> np.ndarray:
    """A photograph of 256 rows, in colour or as brightness.

    Brightness is 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601). brick and camera are grey
    photographs: in colour their three channels are equal.

    Args:
        name: one of PHOTOGRAPHS.
        grey: brightness instead of colour.

    Returns:
        (3, 256, W) float32, channels red, green, blue; with grey (256, W). Values 0 to 1.

    Raises:
        ValueError: name is something else, or the file is damaged.
        FileNotFoundError: the file or its folder is missing.

    Source: data/photographs/SOURCE.md names the photographers.

    Example:
        >>> print(load_photograph("chelsea").shape, load_photograph("camera", grey=True).shape)
        (3, 256, 385) (256, 256)
    """
    _expect("name", name, PHOTOGRAPHS)
    from matplotlib.image import imread

    file = io.BytesIO(_verified(DATA / "photographs", f"{name}.png"))
    pixels = imread(file, format="png")  # (H, W) or (H, W, 3), float32
    if pixels.ndim == 2:
        return pixels if grey else np.stack([pixels] * 3)
    return pixels @ _BT601 if grey else pixels.transpose(2, 0, 1).copy()


def read_labelled_images(folder: Path, stem: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Images and labels from two gzip'd IDX files of a folder with SHA256SUMS.

    Args:
        folder: holds STEM-images-idx3-ubyte.gz and STEM-labels-idx1-ubyte.gz.
        stem: what the two names begin with.
        count: how many images there must be.

    Returns:
        images: (count, 28, 28), uint8.
        labels: (count,), int64, as torch's cross_entropy takes them.

    Raises:
        ValueError: a file is damaged, or does not hold what was expected.
        FileNotFoundError: a file or the folder is missing.
    """
    images = _read_idx(folder, f"{stem}-images-idx3-ubyte.gz", (count, 28, 28))
    labels = _read_idx(folder, f"{stem}-labels-idx1-ubyte.gz", (count,))
    return images, labels.astype(np.int64)


def _read_idx(folder: Path, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """The uint8 array of this shape, writable, in an IDX file: header, then the values."""
    packed = _verified(folder, name)
    try:
        content = gzip.decompress(packed)
    except (gzip.BadGzipFile, EOFError, zlib.error) as fault:
        raise ValueError(f"{folder / name} is not a whole gzip file ({fault}); {_REMEDY}") from None
    header = struct.pack(f">4B{len(shape)}I", 0, 0, 8, len(shape), *shape)  # 8: unsigned bytes
    begins, expected = content[: len(header)], len(header) + math.prod(shape)
    if begins != header:
        raise ValueError(
            f"{folder / name} begins with the bytes {begins.hex(' ', 4)}; an IDX file of shape "
            f"{shape} begins with {header.hex(' ', 4)}; {_REMEDY}"
        )
    if len(content) != expected:
        raise ValueError(
            f"{folder / name} holds {len(content)} bytes; an IDX file of shape {shape} "
            f"holds {expected}; {_REMEDY}"
        )
    return np.frombuffer(content, np.uint8, offset=len(header)).reshape(shape).copy()


_REMEDY = "unpack the course zip again, or in a git checkout run `git restore .`"


def _verified(folder: Path, name: str) -> bytes:
    """The bytes of a file whose SHA-256 is the one in its folder's SHA256SUMS."""
    if not folder.is_dir():
        raise FileNotFoundError(
            f"the folder {folder} is missing; it holds {name} and belongs there; {_REMEDY} "
            "(a course zip holds only the data sets that its notebook uses)"
        )
    for needed in (folder / "SHA256SUMS", folder / name):
        if not needed.is_file():
            raise FileNotFoundError(f"the file {needed} is missing; {_REMEDY}")
    content = (folder / name).read_bytes()
    found = f"{hashlib.sha256(content).hexdigest()}  {name}"
    sums = (folder / "SHA256SUMS").read_text(encoding="ascii", errors="replace").splitlines()
    listed = [line for line in sums if line.endswith(f"  {name}")]
    if listed != [found]:
        raise ValueError(
            f"{folder / name} is damaged: its SHA-256 is {found[:64]}, and SHA256SUMS beside it "
            f"has {listed[0][:64] if listed else 'no line for it'}; {_REMEDY}"
        )
    return content


def _expect(argument: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(
            f"{argument} is {value!r}; expected one of {', '.join(map(repr, choices))}"
        )

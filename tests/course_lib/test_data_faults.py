"""A missing or damaged file gives one sentence that names it, and never an array."""

import gzip
import hashlib
import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from course_lib import data

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "autograders" / "hidden" / "mnist"
EVEN_IMAGES = "t10k-even-images-idx3-ubyte.gz"
REMEDY = "unpack the course zip again, or in a git checkout run `git restore .`"


@pytest.mark.parametrize("load", [data.load_mnist, data.load_fashion_mnist])
@pytest.mark.parametrize("split", ["validation", "Train", None, ["train"]])
def test_a_wrong_split_is_named(load, split):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared
        load(split)
    assert str(caught.value) == f"split is {split!r}; expected one of 'train', 'test'"


def test_a_wrong_photograph_is_named():
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared
        data.load_photograph("../mnist/SOURCE")
    assert str(caught.value) == (
        "name is '../mnist/SOURCE'; expected one of 'brick', 'camera', 'chelsea', 'coffee'"
    )


@pytest.fixture
def unpacked(tmp_path: Path) -> ModuleType:
    """The loader in a folder of its own, with a MNIST test set and the photographs beside it."""
    (tmp_path / "course_lib").mkdir()
    shutil.copy(ROOT / "course_lib" / "data.py", tmp_path / "course_lib")
    shutil.copytree(
        ROOT / "data" / "mnist", tmp_path / "data" / "mnist", ignore=lambda *_: ["train-images*"]
    )
    shutil.copytree(ROOT / "data" / "photographs", tmp_path / "data" / "photographs")
    place = tmp_path / "course_lib" / "data.py"
    spec = importlib.util.spec_from_file_location("unpacked_data", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def put(file: Path, content: bytes, listed: bool) -> str:
    """Writes a file and returns its SHA-256, with listed=True into SHA256SUMS as well."""
    file.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    sums = file.parent / "SHA256SUMS"
    if listed:
        lines = sums.read_text().splitlines()
        sums.write_text(
            "\n".join(
                f"{digest}  {file.name}" if line.endswith(file.name) else line for line in lines
            )
        )
    return digest


def sum_listed(file: Path) -> str:
    lines = (file.parent / "SHA256SUMS").read_text().splitlines()
    return next(line.split()[0] for line in lines if line.endswith(f"  {file.name}"))


def test_an_unpacked_folder_is_read_where_it_lies(unpacked, tmp_path):
    assert tmp_path / "data" == unpacked.DATA
    sums = tmp_path / "data" / "mnist" / "SHA256SUMS"
    sums.write_bytes(sums.read_bytes().replace(b"\n", b"\r\n"))  # as git writes it on Windows
    images, labels = unpacked.load_mnist("test")
    expected_images, expected_labels = data.load_mnist("test")
    assert (images == expected_images).all()
    assert (labels == expected_labels).all()


def test_a_missing_folder_is_named(unpacked, tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        unpacked.load_fashion_mnist("train")
    assert str(caught.value) == (
        f"the folder {tmp_path / 'data' / 'fashion-mnist'} is missing; it holds "
        f"train-images-idx3-ubyte.gz and belongs there; {REMEDY} "
        "(a course zip holds only the data sets that its notebook uses)"
    )


@pytest.mark.parametrize("name", [EVEN_IMAGES, "t10k-even-labels-idx1-ubyte.gz", "SHA256SUMS"])
def test_a_missing_file_is_named(unpacked, name):
    file = unpacked.DATA / "mnist" / name
    file.unlink()
    with pytest.raises(FileNotFoundError) as caught:
        unpacked.load_mnist("test")
    assert str(caught.value) == f"the file {file} is missing; {REMEDY}"


def flip_one_bit(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    "damage",
    [flip_one_bit, lambda content: content[:-1], lambda content: content + b"\0", lambda _: b""],
    ids=["one bit", "truncated", "longer", "empty"],
)
@pytest.mark.parametrize("place", [f"mnist/{EVEN_IMAGES}", "photographs/chelsea.png"])
def test_a_damaged_file_is_named(unpacked, damage, place):
    file = unpacked.DATA / place
    digest = put(file, damage(file.read_bytes()), listed=False)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared
        unpacked.load_mnist("test") if "mnist" in place else unpacked.load_photograph("chelsea")
    assert str(caught.value) == (
        f"{file} is damaged: its SHA-256 is {digest}, and SHA256SUMS beside it has "
        f"{sum_listed(file)}; {REMEDY}"
    )


@pytest.mark.parametrize("sums", [b"", b"\xff\xfe\x00", b"0123  camera.png\n"])
def test_a_file_that_the_sums_do_not_list_is_not_read(unpacked, sums):
    file = unpacked.DATA / "photographs" / "chelsea.png"
    (file.parent / "SHA256SUMS").write_bytes(sums)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared
        unpacked.load_photograph("chelsea")
    assert str(caught.value) == (
        f"{file} is damaged: its SHA-256 is {hashlib.sha256(file.read_bytes()).hexdigest()}, "
        f"and SHA256SUMS beside it has no line for it; {REMEDY}"
    )


ZEROS = gzip.compress(bytes(100))
SHAPE = "an IDX file of shape (5000, 28, 28)"
HEADER = bytes.fromhex("00000803 00001388 0000001c 0000001c")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (
            gzip.compress(HEADER[:11] + b"\x1b" + HEADER[12:] + bytes(5000 * 27 * 28)),
            "begins with the bytes 00000803 00001388 0000001b 0000001c; "
            f"{SHAPE} begins with 00000803 00001388 0000001c 0000001c",
        ),
        (
            gzip.compress(b"\0\0"),
            f"begins with the bytes 0000; {SHAPE} begins with 00000803 00001388 0000001c 0000001c",
        ),
        (
            gzip.compress(HEADER + bytes(3_919_999)),
            f"holds 3920015 bytes; {SHAPE} holds 3920016",
        ),
        (
            gzip.compress(HEADER + bytes(3_920_001)),
            f"holds 3920017 bytes; {SHAPE} holds 3920016",
        ),
        (b"no", "is not a whole gzip file (Not a gzipped file (b'no'))"),
        (
            ZEROS[:-9],
            "is not a whole gzip file "
            "(Compressed file ended before the end-of-stream marker was reached)",
        ),
        (
            ZEROS[:10] + b"\xff" + ZEROS[11:],
            "is not a whole gzip file (Error -3 while decompressing data: invalid block type)",
        ),
    ],
    ids=["header", "short header", "too short", "too long", "no gzip", "cut gzip", "bad deflate"],
)
def test_a_listed_file_of_the_wrong_form_is_not_read(unpacked, content, fault):
    file = unpacked.DATA / "mnist" / EVEN_IMAGES
    put(file, content, listed=True)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared
        unpacked.load_mnist("test")
    assert str(caught.value) == f"{file} {fault}; {REMEDY}"


def test_kept_images_are_checked_in_the_same_way(tmp_path):
    folder = tmp_path / "mnist"
    shutil.copytree(KEPT, folder)
    file = folder / "t10k-odd-labels-idx1-ubyte.gz"
    digest = put(file, flip_one_bit(file.read_bytes()), listed=False)
    shutil.copy(ROOT / "autograders" / "hidden" / "kept_images.py", tmp_path)
    spec = importlib.util.spec_from_file_location("kept_copy", tmp_path / "kept_images.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared
        module.load_kept_mnist()
    assert str(caught.value) == (
        f"{file} is damaged: its SHA-256 is {digest}, and SHA256SUMS beside it has "
        f"{sum_listed(file)}; {REMEDY}"
    )

"""The data sets are the originals in the promised form, and the kept half stays away."""

import doctest
import gzip
import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from autograders.hidden import kept_images
from course_lib import data

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "autograders" / "hidden" / "mnist"
FOLDERS = [
    ROOT / "data" / "mnist",
    ROOT / "data" / "fashion-mnist",
    ROOT / "data" / "photographs",
    KEPT,
]

# Images of each digit 0 to 9 in the original training and test sets.
TRAIN_COUNTS = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
TEST_COUNTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]

MNIST_MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
FASHION_MD5 = {  # printed in the authors' README, of the compressed files
    "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
}


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


def interleaved(even: np.ndarray, odd: np.ndarray) -> np.ndarray:
    return np.stack([even, odd], axis=1).reshape(-1, *even.shape[1:])


@pytest.mark.parametrize(
    ("load", "split", "counts"),
    [
        (data.load_mnist, "train", TRAIN_COUNTS),
        (data.load_mnist, "test", [451, 591, 501, 511, 480, 458, 499, 519, 466, 524]),
        (data.load_fashion_mnist, "train", [6000] * 10),
        (data.load_fashion_mnist, "test", [1000] * 10),
    ],
)
def test_images_and_labels_have_the_promised_form(load, split, counts):
    images, labels = load(split)
    assert images.shape == (sum(counts), 28, 28)
    assert images.dtype == np.uint8
    assert (images.min(), images.max()) == (0, 255)
    assert labels.shape == (sum(counts),)
    assert labels.dtype == np.int64
    assert np.bincount(labels).tolist() == counts


def test_torch_takes_the_arrays_without_a_warning():
    images, labels = data.load_mnist("test")
    logits = torch.from_numpy(images).float().flatten(1)[:, :10]
    assert torch.nn.functional.cross_entropy(logits, torch.from_numpy(labels)).isfinite()


def test_loading_the_largest_set_takes_well_under_a_second():
    start = time.process_time()
    data.load_fashion_mnist("train")
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("name", "width"), [("brick", 256), ("camera", 256), ("chelsea", 385), ("coffee", 384)]
)
def test_a_photograph_comes_in_colour_or_grey(name, width):
    colour, grey = data.load_photograph(name), data.load_photograph(name, grey=True)
    assert (colour.shape, grey.shape) == ((3, 256, width), (256, width))
    for image in (colour, grey):
        assert image.dtype == np.float32
        assert image.flags.c_contiguous
        assert image.flags.writeable
        assert image.min() >= 0
        assert 0.5 < image.max() <= 1
    red, green, blue = colour
    np.testing.assert_allclose(grey, 0.299 * red + 0.587 * green + 0.114 * blue, atol=1e-6)


def test_a_red_cup_is_in_the_red_channel_and_a_grey_photograph_in_all():
    red, green, blue = data.load_photograph("coffee").mean(axis=(1, 2))
    assert red > green > blue
    camera = data.load_photograph("camera")
    assert (camera == camera[0]).all()


def test_there_is_a_photograph_for_each_name_and_no_other():
    files = (ROOT / "data" / "photographs").glob("*.png")
    assert sorted(file.stem for file in files) == list(data.PHOTOGRAPHS)


@pytest.mark.parametrize("module", [data, kept_images], ids=lambda module: module.__name__)
def test_the_examples_in_the_docstrings_print_what_they_say(module):
    failed, attempted = doctest.testmod(module)
    assert attempted > 0
    assert failed == 0


def test_importing_the_loader_imports_nothing_slow_and_nothing_that_downloads():
    program = "import sys, course_lib.data; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    modules = set(run.stdout.split())
    assert "course_lib.data" in modules
    assert not modules & {"torch", "matplotlib", "PIL", "urllib.request", "requests", "socket"}


def test_mnist_put_together_again_is_the_original_to_the_byte():
    even, even_labels = data.load_mnist("test")
    odd, odd_labels = kept_images.load_kept_mnist()
    labels = interleaved(even_labels, odd_labels)
    assert np.bincount(labels).tolist() == TEST_COUNTS
    header = bytes([0, 0, 8, 3]) + b"".join(n.to_bytes(4, "big") for n in (10_000, 28, 28))
    found = {
        "t10k-images-idx3-ubyte": md5(header + interleaved(even, odd).tobytes()),
        "t10k-labels-idx1-ubyte": md5(
            bytes([0, 0, 8, 1]) + (10_000).to_bytes(4, "big") + labels.astype(np.uint8).tobytes()
        ),
    }
    for name in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"):
        found[name] = md5(gzip.decompress((ROOT / "data" / "mnist" / f"{name}.gz").read_bytes()))
    assert found == MNIST_MD5


def test_fashion_mnist_files_are_those_that_their_authors_published():
    folder = ROOT / "data" / "fashion-mnist"
    assert {file.name: md5(file.read_bytes()) for file in folder.glob("*.gz")} == FASHION_MD5


@pytest.mark.parametrize(("folder", "sums"), [("mnist", MNIST_MD5), ("fashion-mnist", FASHION_MD5)])
def test_source_tells_the_md5_of_each_original(folder, sums):
    rows = (ROOT / "data" / folder / "SOURCE.md").read_text().splitlines()
    for name, digest in sums.items():
        assert any(row.startswith(f"| {name} |") and row.endswith(f"| {digest} |") for row in rows)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_folder_has_a_licence_a_source_and_sums_of_all_its_files(folder):
    files = {file.name for file in folder.iterdir()}
    papers = {"LICENSE", "SOURCE.md", "SHA256SUMS"}
    assert papers < files
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    assert lines == [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}"
        for name in sorted(files - papers)
    ]


def test_data_stays_under_60_megabytes():
    files = [file for file in (ROOT / "data").rglob("*") if file.is_file()]
    assert 40e6 < sum(file.stat().st_size for file in files) < 60e6


def images_in(folder: Path) -> set[bytes]:
    """Each image of each IDX file in a folder or below, whatever the file's name."""
    found: set[bytes] = set()
    for file in folder.rglob("*"):
        if file.is_dir():
            continue
        content = file.read_bytes()
        content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        if content[:4] == bytes([0, 0, 8, 3]):
            found.update(content[at : at + 784] for at in range(16, len(content), 784))
    return found


def test_no_kept_image_is_under_data():
    kept = {image.tobytes() for image in kept_images.load_kept_mnist()[0]}
    assert len(kept) == 5_000
    shipped = images_in(ROOT / "data")
    assert len(shipped) > 130_000
    assert not kept & shipped


def test_a_kept_image_under_data_would_be_found(tmp_path):
    (tmp_path / "mnist").mkdir()
    shutil.copy(KEPT / "t10k-odd-images-idx3-ubyte.gz", tmp_path / "mnist" / "other-name")
    kept = {image.tobytes() for image in kept_images.load_kept_mnist()[0]}
    assert kept == images_in(tmp_path)

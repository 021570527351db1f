"""The largest image that is read takes far less memory than its pixels in full would."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from PIL import Image, ImageDraw

from mnist_core.drawing.image_file import MAX_BYTES, MAX_PIXELS

TURNED = Image.Exif()
TURNED[0x0112] = 6
# The picture below as phones write it, in tiles and with its colours at half the size, kept since that takes 12 s:
# pillow_heif.from_pillow(picture).save("digit.heic", quality=20, tile_size=512, preset="ultrafast")
HEIC = Path(__file__).parent / "digit.heic"
MOST_MEGABYTES = 300
# The high-water mark of the process's own memory; getrusage's also counts that of the process that started it.
READING = """
import sys
from pathlib import Path
import cv2
from mnist_core.drawing import find_digits, image_file, thin_strokes

def peak():
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1_000

before = peak()
assert find_digits(image_file.read(Path(sys.argv[1]))).written.any()
print(peak() - before)
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").is_file(), reason="only Linux says how much memory was used at most"
)

KINDS: list[tuple[str, str, dict[str, Any]]] = [
    ("digit.png", "RGBA", {"compress_level": 1}),
    ("digit.png", "LA", {"compress_level": 1}),
    ("digit.png", "I;16", {"compress_level": 1}),
    ("digit.jpg", "RGB", {}),
    ("digit.jpg", "RGB", {"progressive": True}),
    ("digit.webp", "RGB", {"method": 0}),
    ("digit.webp", "RGBA", {"lossless": True, "method": 0, "quality": 0}),
    ("digit.gif", "P", {}),
    ("digit.bmp", "1", {}),
    ("digit.tif", "RGB", {"compression": "tiff_lzw", "exif": TURNED}),
]


@pytest.mark.parametrize(("name", "mode", "options"), KINDS)
def test_the_largest_picture_of_any_kind_is_read_in_less_than_300_mb(
    name: str, mode: str, options: dict[str, Any], tmp_path: Path
) -> None:
    image = Image.new(mode, (8_192, 6_144), 65_535 if mode == "I;16" else "white")
    ImageDraw.Draw(image).line((2_500, 800, 2_400, 3_200), fill=0 if mode == "I;16" else "black", width=300)
    image.save(tmp_path / name, **options)
    assert image.width * image.height == MAX_PIXELS

    assert megabytes_to_read(tmp_path / name) <= MOST_MEGABYTES


def test_the_largest_picture_of_a_phone_is_read_in_less_than_300_mb(tmp_path: Path) -> None:
    width, height = pillow_heif.open_heif(HEIC).size
    assert width * height == MAX_PIXELS
    shutil.copy(HEIC, tmp_path)

    assert megabytes_to_read(tmp_path / HEIC.name) <= MOST_MEGABYTES


def megabytes_to_read(path: Path) -> float:
    # As large a file as is taken: what follows a picture in its file is not read.
    with path.open("ab") as file:
        file.truncate(MAX_BYTES)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", READING, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return float(done.stdout)

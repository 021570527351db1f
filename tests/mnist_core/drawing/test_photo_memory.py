"""The largest image that is read takes far less memory than its pixels in full would."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from mnist_core.drawing import MAX_BYTES, MAX_PIXELS

MOST_MEGABYTES = 250
# The high-water mark of the process's own memory; getrusage's also counts that of the process that started it.
READING = """
import sys
from pathlib import Path
from scipy import ndimage
from mnist_core import drawing

def peak():
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1_000

before = peak()
assert drawing.read_image(Path(sys.argv[1])).any()
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="only Linux says how much memory was used at most")
@pytest.mark.parametrize(("mode", "name"), [("RGBA", "digit.png"), ("L", "digit.png"), ("RGB", "digit.jpg")])
def test_the_largest_image_is_read_in_less_than_250_mb(mode: str, name: str, tmp_path: Path) -> None:
    image = Image.new(mode, (5_000, 4_000), "white")
    ImageDraw.Draw(image).line((2_500, 800, 2_400, 3_200), fill="black", width=300)
    image.save(tmp_path / name, **({"compress_level": 1} if name.endswith("png") else {}))
    assert image.width * image.height == MAX_PIXELS
    assert (tmp_path / name).stat().st_size <= MAX_BYTES

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", READING, str(tmp_path / name)], capture_output=True, text=True, check=True
    )

    assert done.stderr == ""
    assert float(done.stdout) <= MOST_MEGABYTES

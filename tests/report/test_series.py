"""Laws of figures whose series a reader brings out or hides, in a browser without a display."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from fake_generations import frame
from PIL import Image

from mc.report import writer
from mc.report.inlining import inlined
from mc.report.stage_result import StageResult

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
SCRIPT = Path(writer.TEMPLATES, "series.js")
PROBE = """<script>
const seen = {errors: []};
addEventListener("error", (event) => seen.errors.push(event.message));
const svg = document.querySelector('svg:has([data-label="0.1"])');
const of = (kind, name) => [...svg.querySelectorAll(`[data-${kind}="${name}"]`)];
const act = (name, event) => of("label", name)[0].dispatchEvent(new MouseEvent(event));
const look = (style) => ["0", "0.1", "1"].map((name) => of("series", name).map((line) =>
  line.style[style]));
act("0.1", "mouseenter"); seen.hovered = look("opacity");
act("0.1", "mouseleave"); seen.left = look("opacity");
act("0.1", "click"); seen.hidden = look("display");
act("0.1", "click"); seen.shown = look("display");
of("series", "1")[0].dispatchEvent(new MouseEvent("mouseenter")); seen.line = look("opacity");
document.body.dataset.seen = JSON.stringify(seen);
</script></body>"""


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    """A page with rates 0, 0.1 and 1."""
    folder = tmp_path_factory.mktemp("series")
    rows = frame((0.0, 0.1, 1.0), replicates=4)
    writer.write(folder, [StageResult("collapse_rates", {}, {"generations": rows})])
    return folder / writer.PAGE


def browse(*options: str) -> subprocess.CompletedProcess[str]:
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"]
    command = [str(CHROMIUM), *flags, *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)


def test_the_script_is_small_and_every_series_has_a_label_and_no_id_twice(page):
    text = page.read_text("utf-8")
    assert SCRIPT.stat().st_size < 10_000
    assert set(re.findall(r'data-series="([^"]+)"', text)) == {"0", "0.1", "1"}
    assert set(re.findall(r'data-label="([^"]+)"', text)) == {"0", "0.1", "1"}
    ids = re.findall(r' id="([^"]+)"', text)
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids)
    assert len(ids) == len(set(ids))


def test_a_figure_without_series_is_not_inlined(tmp_path):
    (tmp_path / "a.svg").write_text('<svg id="figure_1"></svg>')
    assert inlined(tmp_path / "a.svg", "a") == ""


@pytest.mark.slow
@needs_browser
@pytest.mark.parametrize("scheme", ["0", "1"], ids=["dark", "light"])
def test_the_page_is_drawn_without_errors(page, tmp_path, scheme):
    shot = tmp_path / "shot.png"
    scheme = f"--blink-settings=preferredColorScheme={scheme}"
    said = browse(scheme, f"--screenshot={shot}", "--window-size=1000,2000", page.as_uri())
    assert "CONSOLE" not in said.stderr
    with Image.open(shot) as image:
        pixels = np.asarray(image.convert("L"))
    assert pixels.shape == (2000, 1000)
    assert pixels.std() > 5


@pytest.mark.slow
@needs_browser
def test_pointing_brings_out_a_series_and_a_click_on_its_label_hides_it(page, tmp_path):
    probed = tmp_path / "probed.html"
    probed.write_text(page.read_text("utf-8").replace("</body>", PROBE), "utf-8")
    said = browse("--dump-dom", probed.as_uri())
    assert "CONSOLE" not in said.stderr
    (found,) = re.findall(r'<body data-seen="([^"]*)"', said.stdout)
    seen = json.loads(found.replace("&quot;", '"'))
    assert seen["errors"] == []
    for name, (human, tenth, whole) in {
        "hovered": ("0.12", "", "0.12"),
        "left": ("", "", ""),
        "hidden": ("", "none", ""),
        "shown": ("", "", ""),
        "line": ("0.12", "0.12", ""),
    }.items():
        assert [set(each) for each in seen[name]] == [{human}, {tenth}, {whole}], name

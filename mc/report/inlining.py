"""Figures whose lines a reader can bring out or hide: SVG as part of a page.

A line whose gid is ``series-NAME`` belongs to a series, a legend's entry ``label-NAME`` to its
label; several lines of a series may end in ``--1``, ``--2``, ... `mc/report/templates/series.js`
does the rest.
"""

import re
from pathlib import Path

MAX_BYTES = 250_000  # of an SVG that is made part of a page: larger ones make it slow to open


def inlined(svg: Path, prefix: str) -> str:
    """The SVG as a part of a page; empty where it has no series, or is too large.

    Parameters
    ----------
    svg : Path
        As `mc.report.canvas.save` wrote it.
    prefix : str
        Put before all ids, which must differ between the figures of a page.
    """
    if svg.stat().st_size > MAX_BYTES:
        return ""
    text = svg.read_text("utf-8")
    if 'id="series-' not in text:
        return ""
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r' xmlns(:xlink)?="[^"]*"', "", text)
    text = re.sub(r' id="(series|label)-(.+?)(?:--\d+)?"', r' data-\1="\2"', text)
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{prefix}-", text)
    # As wide as its drawing at most; narrower where the page is.
    size = r'<svg width="([^"]+)pt" height="[^"]+"'
    return re.sub(size, r'<svg style="max-width: \1pt"', text, count=1)

"""The documentation site: ``uv run sphinx-build -W -q docs docs/_build`` writes it to docs/_build.

It is built without a network and read without one: the theme brings its fonts and scripts along.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from myst_parser.parsers.sphinx_ import MystParser
from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parents[1]))

project = "The model-collapse laboratory"
author = copyright = "the model-collapse laboratory's authors"

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
exclude_patterns = ["_build"]
default_role = "py:obj"
suppress_warnings = ["ref.python"]  # names such as Condition mean the class of their own module

myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_default_options = {
    "members": True,
    "member-order": "bysource",
    "exclude-members": "model_config, set",  # pydantic's, matplotlib's
}
autodoc_typehints_format = "short"
numpydoc_show_class_members = False
python_maximum_signature_line_length = 80
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"

html_theme = "pydata_sphinx_theme"
html_title = "Model-collapse laboratory"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
ALONE = ("index", "tutorial", "laws", "results", "testing", "changelog", "genindex", "search")
html_sidebars = {page: [] for page in ALONE}  # pages of a section list its other pages
html_theme_options = {
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "navigation_with_keys": False,
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": ["theme-version"],
}

ARRAY = re.compile(r"~?numpy\.ndarray\[tuple\[[^]]*\], ~?numpy\.dtype\[~?(?:numpy\.)?(\w+)\]\]")


def shorten(_app, _what, _name, _object, _options, signature, returned):
    """Write arrays as ``NDArray[int8]``, and defaults that Sphinx cannot read as an ellipsis."""
    texts = (text and text.replace("<factory>", "...") for text in (signature, returned))
    return tuple(text and ARRAY.sub(r"NDArray[\1]", text) for text in texts)


class NotebookParser(MystParser):
    """Reads a notebook as the Markdown of its cells and of what they show; runs nothing."""

    supported = ("ipynb",)

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Parse a notebook's file."""
        cells = json.loads(inputstring)["cells"]
        super().parse("\n\n".join(part for cell in cells for part in in_markdown(cell)), document)


def in_markdown(cell: dict) -> Iterator[str]:
    """A cell, then its outputs: figures as images, all else as text."""
    source = "".join(cell["source"])
    yield source if cell["cell_type"] == "markdown" else f"```python\n{source}\n```"
    for output in cell.get("outputs", ()):
        data = output.get("data", {"text/plain": output.get("text", "")})
        if image := data.get("image/png"):
            image = "".join(image).replace("\n", "")
            yield f'```{{raw}} html\n<p><img alt="" src="data:image/png;base64,{image}"></p>\n```'
        else:
            yield f"```text\n{''.join(data['text/plain'])}\n```"


def setup(app: Sphinx) -> None:
    """Register what this file adds to Sphinx."""
    app.add_source_suffix(".ipynb", "ipynb")
    app.add_source_parser(NotebookParser)
    app.connect("autodoc-process-signature", shorten)

"""The documentation site: ``uv run sphinx-build -W -q docs docs/_build`` writes it to docs/_build.

It is built without a network and read without one: the theme brings its fonts and scripts along.
"""

import re
import sys
from pathlib import Path

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
    "exclude-members": "model_config",  # pydantic's
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


def setup(app: Sphinx) -> None:
    """Register what this file adds to Sphinx."""
    app.connect("autodoc-process-signature", shorten)

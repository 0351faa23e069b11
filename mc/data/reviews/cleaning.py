"""Title and body of a review to one line of text that does not state its stars."""

import math
import re
from html import unescape

_TAG = re.compile(
    r"</?(?:br|p|div|span|b|i|u|em|strong|a|img|hr|ul|ol|li|font|h[1-6]|small|big|center|table|tr|"
    r"td|th|tbody|blockquote|pre|code|sub|sup|s|strike|del)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ESCAPED_QUOTE = re.compile(r'\\+"')
_NUMBER = r"(?:[0-5](?:[.,]\d+)?|zero|no|one|two|three|four|five)"
_FRACTION = r"(?:(?:and a|&|and)?\W*(?:1/2|half|½))?"
_OF_FIVE = r"(?:(?:out\W+of|of|/)\W*(?:a\W+possible\W+)?(?:5|five))"
_STAR_TITLE = re.compile(
    rf"\W*(?:(?:a|an|only|just|solid|all|overall|rating|rated|review|full|big|i|we|would|give|gave|"
    rf"it|this|rate|my|as)\W+)*(?:"
    rf"{_NUMBER}\W*{_FRACTION}\W*(?:{_OF_FIVE}\W*)?(?:big\W+|full\W+|gold\W+|shining\W+)?stars?"
    rf"(?:\W*{_OF_FIVE})?(?:\W+(?:rating|review|product|item|for\W+me|from\W+me|all\W+the\W+way|"
    rf"again|all\W+around))?"
    rf"|{_NUMBER}\W*{_OF_FIVE}"
    rf")\W*",
    re.IGNORECASE,
)
_DRAWN_STARS = re.compile(r"[\s*★☆⭐✭✮✩✪🌟\ufe0f]+")


def clean(text: str) -> str:
    r"""Undo HTML entities, breaks and tags, and make all white space single spaces.

    Also undoes the literal ``\n`` and ``\"`` of the Zhang et al. files. Cleaning a clean
    text changes nothing.
    """
    if "&" in text:
        text = _unescape(text)
    if "\\" in text:
        text = _ESCAPED_QUOTE.sub('"', text.replace("\\n", " "))
    if "<" in text:
        text = _without_tags(text)
    return " ".join(text.split())


def _unescape(text: str) -> str:
    """Undo entities repeatedly: some files were escaped twice."""
    while (plain := unescape(text)) != text:
        text = plain
    return text


def _without_tags(text: str) -> str:
    """Remove tags repeatedly: a removal may join the halves of another tag."""
    while (plain := _TAG.sub(" ", text)) != text:
        text = plain
    return text


def states_stars(title: str) -> bool:
    """Whether a clean title states only the stars: "Five Stars", "4 stars!", "*****"."""
    if len(title) > 60 or not title:
        return False
    return bool(_STAR_TITLE.fullmatch(title) or _DRAWN_STARS.fullmatch(title))


def review_text(title: object, body: object) -> str:
    """Text of a review: clean title and body, without a title that states the stars.

    >>> review_text("Five Stars", "Great<br>book"), review_text("Great", "A &amp; B")
    ('Great book', 'Great A & B')
    """
    heading, text = clean(as_text(title)), clean(as_text(body))
    if not heading or states_stars(heading):
        return text
    return f"{heading} {text}" if text else heading


def as_text(value: object) -> str:
    """Turn a field into text: numbers as written, missing values and other types as empty."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, str):
        # JSON may hold half a character (a lone surrogate), which cannot be encoded
        return value if value.isascii() else value.encode(errors="replace").decode()
    missing = not isinstance(value, int | float) or math.isnan(value)
    return "" if missing else str(value)

"""Addresses of corpora, and what of an address may be shown.

Works on the text only; `mc.data.addresses.copies` fetches the files.
"""

import os
import re
from urllib.parse import unquote

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)  # two letters or more: C:/ is a drive
_USER = re.compile(r"(?P<kind>https?)?://(?P<user>[^/?\s]*)@", re.IGNORECASE)
_QUERY = re.compile(r"(?<=\?)[^\s'\"]+")
_NAMES_A_SECRET = re.compile(r"sig|token|key|secret|pass|pwd|auth|cred|policy", re.IGNORECASE)
_LOOKS_SECRET = re.compile(r"[\w%+/~=-]{16,}")
HIDDEN = "***"


def is_address(data: str) -> bool:
    """Whether ``data`` is an address: ``https://...``, ``s3://...``, ``runs:/...``.

    >>> is_address("s3://bucket/reviews.csv"), is_address("C:/reviews.csv")
    (True, False)
    """
    return bool(_ADDRESS.match(data))


def name(address: str) -> str:
    """Name of the corpus at an address; the same files given by their path have the same name.

    >>> name("https://host/my%20reviews.csv?download=1")
    'my reviews.csv'
    """
    path = without_password(address).partition("://")[2] or address.partition(":/")[2]
    path = path.partition("?")[0] if _is_web(address) else path
    last = path.rstrip("/").rpartition("/")[2]
    return (unquote(last) if _is_web(address) else last).replace("/", "_") or "files"


def without_secrets(text: str) -> str:
    """Hide the secrets of an address, or of a text that holds one, so that it may be logged.

    Hides passwords, a web user without a password (usually a token), and queries that carry a
    signature, a token or anything that looks like one.

    >>> without_secrets("https://me:pw@host/reviews.csv?sig=1234")
    'https://me:***@host/reviews.csv?***'
    """
    return _QUERY.sub(_shown_query, without_password(text))


def without_password(address: str) -> str:
    """Hide the password before the host; keep the query."""
    return _USER.sub(_shown_user, address)


def hub() -> str:
    """Address of the Hugging Face hub; huggingface_hub reads the same environment variable."""
    return (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")


def _is_web(address: str) -> bool:
    return address.lower().startswith(("http://", "https://"))


def _shown_user(match: re.Match[str]) -> str:
    user, colon, _ = match["user"].partition(":")
    # outside the web a user alone is a name: sftp://me@host, abfs://box@host
    alone = HIDDEN if match["kind"] else user
    return f"{match['kind'] or ''}://{f'{user}:{HIDDEN}' if colon else alone}@"


def _shown_query(match: re.Match[str]) -> str:
    return HIDDEN if any(map(_is_secret, match[0].split("&"))) else match[0]


def _is_secret(part: str) -> bool:
    key, equals, value = part.partition("=")
    if not equals:  # usually the ? belongs to a glob, and this is the rest of it
        return bool(_LOOKS_SECRET.fullmatch(part))
    return bool(_NAMES_A_SECRET.search(key) or _LOOKS_SECRET.search(value))

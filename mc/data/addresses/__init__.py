"""What `data` may be besides a name and a path: an address, and what of it may be shown.

Knows the text only; `mc.data.addresses.copies` fetches what is there.
"""

import re
from urllib.parse import unquote

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)  # longer than a drive's letter
_USER = re.compile(r"(?P<kind>https?)?://(?P<user>[^/?\s]*)@", re.IGNORECASE)
_QUERY = re.compile(r"(?<=\?)[^\s'\"]+")
_NAMES_A_SECRET = re.compile(r"sig|token|key|secret|pass|pwd|auth|cred|policy", re.IGNORECASE)
_LOOKS_SECRET = re.compile(r"[\w%+/~=-]{16,}")
HIDDEN = "***"


def is_address(data: str) -> bool:
    """Whether it names files elsewhere: ``https://...``, ``s3://...``, ``runs:/...``."""
    return bool(_ADDRESS.match(data))


def name(address: str) -> str:
    """What a corpus of this address is called: as the same files are when given by their path."""
    place = without_password(address).partition("://")[2] or address.partition(":/")[2]
    place = place.partition("?")[0] if _is_web(address) else place
    last = place.rstrip("/").rpartition("/")[2]
    return (unquote(last) if _is_web(address) else last).replace("/", "_") or "files"


def without_secrets(text: str) -> str:
    """An address, or a text that holds one, as it may be shown and logged.

    Hidden are passwords, a lone user of the web (a token, then), and queries that carry a
    signature, a token or anything that looks like one.
    """
    return _QUERY.sub(_shown_query, without_password(text))


def without_password(address: str) -> str:
    """The address without the password before its host; its query stays."""
    return _USER.sub(_shown_user, address)


def _is_web(address: str) -> bool:
    return address.lower().startswith(("http://", "https://"))


def _shown_user(found: re.Match[str]) -> str:
    user, colon, _ = found["user"].partition(":")
    lone = HIDDEN if found["kind"] else user  # elsewhere a name: sftp://me@host, abfs://box@host
    return f"{found['kind'] or ''}://{f'{user}:{HIDDEN}' if colon else lone}@"


def _shown_query(found: re.Match[str]) -> str:
    parts = found[0].split("&")
    return HIDDEN if any(map(_is_secret, parts)) else found[0]


def _is_secret(part: str) -> bool:
    key, equals, value = part.partition("=")
    if not equals:  # what follows a ? is the rest of a glob, more often than not
        return bool(_LOOKS_SECRET.fullmatch(part))
    return bool(_NAMES_A_SECRET.search(key) or _LOOKS_SECRET.search(value))

"""Laws of addresses as texts: no secret is shown, and what is no secret stays as it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mc.data import addresses

TOKENS = st.text("abcdefXYZ0123456789-_~%2F", min_size=16, max_size=40)
PASSWORDS = st.text("abcdefXYZ0123456789-_~!:@=&+", min_size=12, max_size=30)
NAMES = st.sampled_from(["X-Amz-Signature", "sig", "token", "access_token", "api_key", "id", "v"])


@settings(deadline=None, max_examples=40)
@given(PASSWORDS, st.sampled_from(["https", "ftp", "s3", "memory"]))
def test_a_password_is_never_shown(password, kind):
    address = f"{kind}://user:{password}@host/folder/reviews.csv"
    for text in (address, f"cannot open '{address}': refused", f"zip://a.csv::{address}"):
        assert password not in addresses.without_secrets(text)
        assert "host/folder/reviews.csv" in addresses.without_secrets(text)
    assert password not in addresses.without_password(address)
    assert addresses.name(address) == "reviews.csv"


@settings(deadline=None, max_examples=40)
@given(TOKENS, NAMES)
def test_a_token_is_never_shown(token, name):
    for query in (f"{name}={token}", f"download=1&{name}={token}", token):
        shown = addresses.without_secrets(f"https://host/reviews.csv?{query}")
        assert shown == f"https://host/reviews.csv?{addresses.HIDDEN}"
    assert token not in addresses.without_secrets(f"https://{token}@host/reviews.csv")


@pytest.mark.parametrize(
    "text",
    [
        "https://host/models@v1/reviews.csv?download=1&ref=main",
        "s3://bucket/reviews-0?-of-10.parquet",
        "sftp://me@host/reviews.csv",
        "abfs://box@account/reviews.csv",
        "runs:/0123456789abcdef0123456789abcdef/reviews.csv",
        "simulated",
        "/home/me@work/reviews.csv",
        "mistakes?.csv",
    ],
)
def test_what_is_no_secret_stays(text):
    assert addresses.without_secrets(text) == text


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://host/a/reviews.csv.gz?download=1", "reviews.csv.gz"),
        ("https://host/my%20reviews.csv", "my reviews.csv"),
        ("s3://bucket/a/reviews-?.parquet", "reviews-?.parquet"),
        ("s3://bucket/folder/", "folder"),
        ("runs:/abc/reviews.csv", "reviews.csv"),
        ("https://host/..%2F..%2Fpasswd", ".._.._passwd"),
    ],
)
def test_an_address_has_the_name_that_its_path_would_have(address, name):
    assert addresses.is_address(address)
    assert addresses.name(address) == name


@pytest.mark.parametrize(
    "data", ["simulated", "reviews.csv", "/a/b.csv", "C:/a/b.csv", "a/b:c.csv"]
)
def test_a_path_is_no_address(data):
    assert not addresses.is_address(data)

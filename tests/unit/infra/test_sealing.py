"""A sealed file opens with its password only, and says in one sentence when it is damaged or the password is wrong."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.domain.errors import UserError
from filingdesk.infra.sealing import PasswordNeeded, WrongPassword, is_sealed, unwrap, wrap

KIND, NAME = "filingdesk-test", "档案"
BODY = "示例智联科技（杭州）有限公司".encode()


def test_plain_and_sealed_come_back() -> None:
    plain = wrap(BODY, kind=KIND)
    assert unwrap(plain, kind=KIND, name=NAME) == BODY
    assert not is_sealed(plain, NAME)
    sealed = wrap(BODY, kind=KIND, password="口令 abc")
    assert is_sealed(sealed, NAME)
    assert unwrap(sealed, kind=KIND, name=NAME, password="口令 abc") == BODY
    assert sealed != wrap(BODY, kind=KIND, password="口令 abc")  # salt and nonce are new each time
    assert BODY not in sealed


def test_wrong_or_no_password() -> None:
    sealed = wrap(BODY, kind=KIND, password="right")
    with pytest.raises(WrongPassword, match="密码不对"):
        unwrap(sealed, kind=KIND, name=NAME, password="wrong")
    with pytest.raises(PasswordNeeded, match="设了密码"):
        unwrap(sealed, kind=KIND, name=NAME)


SEALED = wrap(BODY, kind=KIND, password="right")


@settings(max_examples=40)
@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_any_flipped_byte_is_told_as_damage(place: int, mask: int) -> None:
    bad = bytearray(SEALED)
    bad[place] ^= mask
    try:
        body = unwrap(bytes(bad), kind=KIND, name=NAME, password="right")
    except UserError as error:
        assert error.code in {"sealed.damaged", "sealed.newer"}
    else:  # white space between the entries says nothing
        assert body == BODY


@pytest.mark.parametrize("cut", [0, 1, 40, len(SEALED) - 1])
def test_a_half_file_is_damaged(cut: int) -> None:
    with pytest.raises(UserError, match="已损坏"):
        unwrap(SEALED[:cut], kind=KIND, name=NAME, password="right")


def test_greedy_parameters_are_refused_before_memory_is_asked_for() -> None:
    from filingdesk.infra import sealing

    content = json.loads(SEALED)
    content.pop("sha256")
    content["n"] = 2**40
    data = json.dumps({**content, "sha256": sealing._digest(content)}).encode()
    with pytest.raises(UserError, match="加密参数"):
        unwrap(data, kind=KIND, name=NAME, password="right")


def test_another_kind_or_a_newer_version_is_refused() -> None:
    with pytest.raises(UserError, match="这一类"):
        unwrap(wrap(BODY, kind="other"), kind=KIND, name=NAME)
    content = json.loads(wrap(BODY, kind=KIND)) | {"version": 9}
    with pytest.raises(UserError, match="更新版本"):
        unwrap(json.dumps(content).encode(), kind=KIND, name=NAME)

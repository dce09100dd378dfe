"""Personal data: what is found, what is not, where, and what is left to read of it."""

from __future__ import annotations

import pytest

from replies.risk import Found, mask, personal
from replies.risk.personal import is_card, is_national_id


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("打 0912-345-678", "打 09••-•••-678"),
        ("０９１２３４５６７８", "０９•••••６７８"),
        ("09.12.34.56.78 自取", "09.••.••.•6.78 自取"),
        ("0️⃣9️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", "0️⃣9️⃣•️⃣•️⃣•️⃣•️⃣•️⃣6️⃣7️⃣8️⃣"),
        ("零九一二三四五六七八", "零九•••••六七八"),
        ("+81 90-1234-5678", "+81 ••-••••-•678"),
        ("02-2345-6789 轉 12", "02-••••-•••• 轉 12"),
        ("A123456789", "A1•••••••9"),
        ("4111 1111 1111 1111", "•••• •••• •••• 1111"),
        ("amy.chen@gmail.com", "a••.••••@gmail.com"),
        ("a@gmail.com", "•@gmail.com"),
        ("寄台北市大安區永康街12巷3號5樓", "寄台北市••區••街••巷•號•樓"),
        ("加賴 kitty_0425", "加賴 k••••_•••5"),
        ("帳號 012-1234567890123", "帳號 •••-••••••••••123"),
    ],
)
def test_a_mask_keeps_the_shape_and_a_few_characters(text: str, shown: str) -> None:
    assert mask(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "訂單 202611240001",
        "單號 0912345678",
        "物流單號 900123456789",
        "order #1234567890123",
        "NT$1,280",
        "2026/11/24 14:30",
        "2026-11-24 18:00-20:00",
        "統編 12345675",
        "條碼4710088432561",
        "發票號碼 AB-12345678",
        "客服 0800-123-456",
        "永康街12號",
        "信義路五段那間",
        "101大樓那間是3樓還是4樓",
        "可以用LINE Pay嗎",
        "官方LINE帳號是哪個",
        "信賴 abc123",
        "online store",
        "@bet_agent",
        "+1",
        "8 stars out of 10",
        "A123456788 這款",
        "4111 1111 1111 1112",
    ],
)
def test_numbers_of_orders_prices_dates_and_shops_are_not_personal(text: str) -> None:
    assert personal(text) == ()
    assert mask(text) == text


def test_places_are_those_of_the_original_text() -> None:
    text = "我\u200b是 Ａ１２３４５６７８９ 喔"
    assert personal(text) == (Found("national_id", 4, 14),)
    assert mask(text) == "我\u200b是 Ａ１•••••••９ 喔"


def test_two_pieces_of_data_are_both_masked() -> None:
    assert mask("0912345678 或 b@x.tw") == "09•••••678 或 •@x.tw"


def test_an_id_said_to_be_one_is_masked_even_with_a_slip_in_it() -> None:
    assert mask("身分證 A123456788") == "身分證 A1•••••••8"


@pytest.mark.parametrize("number", ["a123456789", "f131104093", "a800000014", "ac01234567", "k102938475"])
def test_one_slip_in_an_id_is_noticed(number: str) -> None:
    last = next(digit for digit in "0123456789" if is_national_id(number[:-1] + digit))
    right = number[:-1] + last
    for place in range(2, len(right)):
        wrong = f"{right[:place]}{(int(right[place]) + 1) % 10}{right[place + 1 :]}"
        assert not is_national_id(wrong)


@pytest.mark.parametrize("number", ["A123456789", "F131104093", "A800000014"])
def test_known_ids_hold(number: str) -> None:
    assert is_national_id(number.lower())


@pytest.mark.parametrize("digits", ["4111111111111111", "5555555555554444", "378282246310005", "3566002020360505"])
def test_known_test_cards_hold(digits: str) -> None:
    assert is_card(digits)
    assert not is_card(digits[:-1] + str((int(digits[-1]) + 1) % 10))

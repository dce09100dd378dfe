"""The brand's posts on the left half, in a real browser: pictures with what they show, and threads in one piece."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.async_api import expect

from bot.sandbox import Sandbox
from tests.e2e.conftest import OpenPage

HOSTILE = '"><img src=x onerror="window.hit=1"> 一杯拿鐵'


def picture(box: Sandbox, alt: str, colour: str = "#c8553d") -> str:
    """A picture on the square's shelf; its id."""
    file = io.BytesIO()
    Image.new("RGB", (90, 60), colour).save(file, "PNG")
    return box.square.state.shelf.put(file.getvalue(), "image/png", alt).id


def publish(box: Sandbox, text: str, *names: str, after: str | None = None) -> str:
    """A post of the brand; its id."""
    state = box.square.state
    return state.publish(text, after=after, media=state.shelf.chosen(list(names), 4)).id


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
async def test_a_picture_is_shown_with_what_it_shows(open_page: OpenPage, box: Sandbox, color_scheme: str) -> None:
    post = publish(box, "", picture(box, HOSTILE), picture(box, ""))
    page = await open_page(color_scheme=color_scheme)
    shown = page.locator(f'[data-testid="post"][data-id="{post}"]').get_by_test_id("picture")
    await expect(shown).to_have_count(2)
    for number, words in enumerate((HOSTILE, "圖片（沒有替代文字）")):
        image = shown.nth(number).get_by_role("img")
        await expect(image).to_have_attribute("alt", words)
        await image.scroll_into_view_if_needed()
        await expect(image).to_have_js_property("naturalWidth", 90)
    await expect(shown.first.locator("figcaption")).to_contain_text(HOSTILE)
    await expect(shown.last.locator("figcaption")).to_have_count(0)
    assert await page.evaluate("window.hit") is None


async def test_a_thread_stands_together_with_its_first_part_on_top(open_page: OpenPage, box: Sandbox) -> None:
    first = publish(box, "爵士之夜")
    second = publish(box, "節目單", after=first)
    between = publish(box, "今日公休")
    third = publish(box, "交通", after=second)
    page = await open_page()
    posts = page.get_by_test_id("post")
    ids = [await posts.nth(number).get_attribute("data-id") for number in range(4)]
    assert ids == [first, second, third, between]
    await expect(posts.nth(1).get_by_test_id("part")).to_have_text("串文 2/3")
    await expect(posts.nth(3).get_by_test_id("part")).to_have_count(0)
    await expect(page.get_by_role("article", name="串文 3/3")).to_have_attribute("data-id", third)
    boxes = [await posts.nth(number).bounding_box() for number in range(4)]
    ends = [box["y"] + box["height"] for box in boxes if box]
    tops = [box["y"] for box in boxes if box]
    gaps = [round(top - end) for end, top in zip(ends[:-1], tops[1:], strict=True)]
    assert gaps == [0, 0, 12], "the parts touch, the next post does not"


async def test_a_part_that_comes_later_joins_the_thread_on_the_open_page(open_page: OpenPage, box: Sandbox) -> None:
    first = publish(box, "爵士之夜")
    page = await open_page(locale="en-US")
    await expect(page.get_by_test_id("part")).to_have_count(0)
    publish(box, "節目單", after=first)
    await expect(page.get_by_test_id("part")).to_have_text(["Part 1 of 2", "Part 2 of 2"])

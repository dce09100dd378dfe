"""Posts into the desk from files and pasted sheets, and out again: every refusal is said with its row and a remedy."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.i18n import LOCALES, Words
from bot.posts.importing import Importing, Taken
from bot.posts.sheet import Refused
from bot.posts.slot import State
from bot.posts.walltime import Order
from bot.store.engine import Store
from handlers import importing
from handlers.payloads import pack
from handlers.ui import importing as ui
from tests.desk.world import TAIPEI
from tests.handlers.conftest import DAVID, DESK, EMMA, PINYU, POHAN, Office
from tests.handlers.planning import Planning, planning
from tests.handlers.room import fields, texts
from tests.people import until

HEAD = "Text,Image URL,Tags,Posting Time\n"


@pytest.fixture
async def desk(office: Office, store: Store, tmp_path: Path) -> Planning:
    return await planning(office, store, tmp_path / "shelf")


def wall(desk: Planning, days: int = 3) -> str:
    """Noon in Taipei on a day to come."""
    return f"{desk.world.clock().astimezone(TAIPEI) + timedelta(days=days):%Y-%m-%d} 12:00"


async def put_in(desk: Planning, sheet: str, who: str = EMMA, **more: object) -> str:
    """Choose this file and import it; what the window says then."""
    view = await desk.opened(who, "import", "paste")
    told = await desk.submit(who, view, file=await desk.attached(who, "posts.csv", sheet.encode()), **more)
    assert told == {"outcome": "acked", "errors": None}
    return texts(await desk.office.window(who, "新增" if who == PINYU else "draft"))


async def test_a_file_becomes_drafts_and_refused_rows_are_named_with_what_to_do(desk: Planning) -> None:
    await desk.start()
    said = await put_in(
        desk, f"{HEAD}早安,,,{wall(desk)}\n晚安,,,someday\n午安,http://10.0.0.1/a.png,,\n,,x,\n夜,,,,多\n"
    )
    assert "1 draft was made." in said
    assert "4 things are in the way" in said
    assert "Row 3, Posting Time:\n “someday” cannot be read as a time. Write it like 2027-03-31 17:30." in said
    assert "Row 4, Image URL:\n http://10.0.0.1/a.png is inside a private network" in said
    assert "Row 5, Text:\n There is neither a text nor a picture." in said
    assert "Row 6:\n The row has more cells than there are columns: “多” is too much." in said
    (draft,) = await desk.drafts(EMMA)
    assert (draft.text, draft.accounts, draft.state) == ("早安", ("shop",), State.DRAFT)


async def test_what_was_pasted_is_taken_in_and_told_in_the_readers_language(desk: Planning) -> None:
    await desk.office.does("settings", PINYU, scopes=["chat:write", "commands", "users:read"])
    await desk.start()
    view = await desk.opened(PINYU, "匯入", "paste")
    assert "`files:read`" in texts(view)
    told = await desk.submit(PINYU, view, paste="貼文\t時間\t備註\n早安\t\t甲\n晚安\t昨天\t乙\n")
    assert told["errors"] is None
    said = texts(await desk.office.window(PINYU, "已經建立 1 篇草稿"))
    assert "第 3 列「時間」：\n 看不懂「昨天」這個時間。" in said
    assert "沒有用到的欄位：備註" in said


async def test_the_second_time_nothing_is_made_and_that_is_said(desk: Planning) -> None:
    await desk.start()
    sheet = f"{HEAD}一,,,\n二,,,\n"
    assert "2 drafts were made." in await put_in(desk, sheet)
    await desk.office.does("close", EMMA, view_id=(await desk.office.window(EMMA, "drafts"))["id"])
    said = await put_in(desk, sheet)
    assert "No new draft was made." in said
    assert "2 rows are posts already" in said
    assert len(await desk.drafts(EMMA)) == 2


@pytest.mark.parametrize(("order", "day"), [("mdy", "03-04"), ("dmy", "04-03")])
@pytest.mark.parametrize("pasted", [True, False])
async def test_a_date_that_may_be_two_is_asked_about_before_anything_is_stored(
    desk: Planning, order: str, day: str, pasted: bool
) -> None:
    await desk.start()
    year = desk.world.clock().year + 1
    sheet = f"{HEAD}早安,,,03/04/{year} 09:00\n"
    view = await desk.opened(EMMA, "import", "paste")
    given: dict[str, Any] = {"paste": sheet} if pasted else {"file": await desk.attached(EMMA, "p.csv", sheet.encode())}
    zone = {"selected_option": {"value": "UTC"}}
    assert (await desk.submit(EMMA, view, zone=zone, **given))["errors"] is None
    view = await desk.office.window(EMMA, "may be either of two days")
    said = texts(view)
    assert f"“03/04/{year} 09:00”" in said
    assert f"Month first: {year}-03-04\nDay first: {year}-04-03" in said
    assert await desk.drafts(EMMA) == ()
    chosen = {"selected_option": {"value": order}}
    kept = {"paste": fields(view)["paste"]} if pasted else {}
    told = await desk.submit(EMMA, view, order=chosen, zone=fields(view)["zone"], accounts=_boxes("shop"), **kept)
    assert told["errors"] is None
    await desk.office.window(EMMA, "1 draft was made.")
    (draft,) = await desk.drafts(EMMA)
    assert f"{draft.at:%Y-%m-%d %H:%M %Z}" == f"{year}-{day} 09:00 UTC"


def _boxes(*names: str) -> dict[str, object]:
    return {"selected_options": [{"value": name} for name in names]}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"hello\nthere\n", "These are not columns I know."),
        (b"Text,Posting Time\n\"open,2027-01-01 09:00\n", "A quotation mark is opened and not closed"),
        (HEAD.encode() + b"x,,,\n" * 1001, "The file has more than 1000 rows."),
        (b"Text,Tags,Posting Time\n\xff\xfe\xfa\xfb,,\n", "cannot be told for sure"),
    ],
)  # fmt: skip
async def test_a_file_that_cannot_be_read_is_said_at_its_field(desk: Planning, content: bytes, says: str) -> None:
    await desk.start()
    view = await desk.opened(EMMA, "import", "paste")
    told = await desk.submit(EMMA, view, file=await desk.attached(EMMA, "p.csv", content))
    assert list(told["errors"]) == ["file"]
    assert says in told["errors"]["file"]


async def test_nothing_chosen_is_said(desk: Planning) -> None:
    await desk.start()
    told = await desk.submit(EMMA, await desk.opened(EMMA, "import", "paste"), paste="  ")
    assert told["errors"] == {"paste": "Choose a file, or paste something."}


async def test_rows_without_an_account_say_so_where_none_was_chosen(desk: Planning) -> None:
    await desk.start()
    said = await put_in(desk, f'{HEAD}一,,,\n二,,"夏天,SHOP",\n', accounts=_boxes())
    assert "Row 2:\n The row names no account. Name one in it, or choose one in this window." in said
    assert [draft.text for draft in await desk.drafts(EMMA)] == ["二"]


async def test_approval_is_asked_for_all_of_them_and_what_fails_is_listed(desk: Planning) -> None:
    await desk.start()
    await put_in(desk, f"{HEAD}一,,,\n{'長' * 3000},,,\n三,,,\n")
    view = await desk.office.window(EMMA, "post.submit_all")
    button = next(block for block in view["blocks"] if block["type"] == "actions")["elements"][0]
    assert "3 cards appear in the channel" in button["confirm"]["text"]["text"]
    await desk.press(EMMA, view, "post.submit_all")
    said = texts(await desk.office.window(EMMA, "Approval is asked for", 2))
    assert "Approval is asked for 2 posts." in said
    assert "1 stays a draft:" in said
    assert "Post 2:\n Not sent. It is too long: 3,000 of 280 allowed." in said
    assert [draft.post for draft in await desk.drafts(EMMA)] == [2]
    await desk.office.does("close", EMMA, view_id=(await desk.office.window(EMMA, "stays", 2))["id"])
    await desk.press(EMMA, await desk.office.window(EMMA, "post.submit_all"), "post.submit_all")
    assert "2 are no drafts any more" in texts(await desk.office.window(EMMA, "no drafts", 2))


async def test_what_takes_long_says_so_and_ends_in_the_same_window(desk: Planning) -> None:
    slow = Slow()
    desk.imports_by(slow)
    await desk.start()
    view = await desk.opened(EMMA, "import", "paste")
    assert (await desk.submit(EMMA, view, paste="Text,Tags\nx,\n"))["outcome"] == "acked"
    await desk.office.window(EMMA, "takes longer than usual")
    slow.done.set()
    assert "2 rows are posts already" in texts(await desk.office.window(EMMA, "No new draft"))


class Slow(Importing):
    """Takes in nothing, until it is told to."""

    def __init__(self) -> None:
        self.done = asyncio.Event()

    async def take_in(
        self, raw: bytes, zone: ZoneInfo, accounts: Sequence[str], who: str, order: Order | None = None
    ) -> Taken:
        await self.done.wait()
        return Taken(known=2)


async def test_who_may_not_plan_posts_can_neither_take_in_nor_give_out(desk: Planning) -> None:
    await desk.start(managers=(POHAN,))
    for n, word in enumerate(("import", "export"), start=1):
        await desk.says(DAVID, f"/engage post {word}")
        assert "plan posts" in await desk.office.whispered(DAVID, n)
    assert (await desk.office.sees(DAVID))["views"] == []


async def test_a_text_that_only_begins_with_the_word_is_a_text(desk: Planning) -> None:
    await desk.start()
    view = await desk.opened(EMMA, "import taxes are gone", "repeat")
    assert fields(view)["text"]["value"] == "import taxes are gone"


async def test_the_button_on_the_home_tab_opens_the_window(desk: Planning) -> None:
    await desk.start()
    await desk.office.does("open_home", EMMA)

    async def drawn() -> bool | None:
        return "post.take_in" in str((await desk.office.sees(EMMA))["home"]) or None

    await until(drawn, "the button")
    await desk.office.does("click", EMMA, home=True, action_id="post.take_in")
    assert "Import posts" in str(await desk.office.window(EMMA, "paste"))


async def test_an_export_is_shared_in_the_channel_and_is_known_when_it_comes_in_again(desk: Planning) -> None:
    await desk.start()
    await put_in(desk, f'{HEAD}早安,,,{wall(desk)}\n"=1+1, ok",,,\n')
    await desk.office.does("close", EMMA, view_id=(await desk.office.window(EMMA, "drafts"))["id"])
    view = await desk.opened(EMMA, "export", f"The file is in <#{DESK}>")
    await desk.office.does("close", EMMA, view_id=view["id"])
    shown = (await desk.office.sees(EMMA))["messages"][DESK]
    (message,) = [message for message in shown if message["files"]]
    assert f"2 planned posts, asked for by <@{EMMA}>. Times are those of Asia/Taipei" in message["text"]
    (file,) = message["files"]
    assert file["name"] == importing.NAME
    async with desk.office.http.get(file["url_private"]) as answer:
        content = (await answer.read()).decode("utf-8-sig")
    assert content.startswith("Text,Time,Media,Link,Tags,Accounts,Pillar,Campaign,First comment\r\n")
    assert "2 rows are posts already" in await put_in(desk, content)


async def test_without_the_scope_a_short_export_can_be_copied(desk: Planning) -> None:
    await desk.office.does("settings", EMMA, scopes=["chat:write", "commands", "users:read"])
    await desk.start()
    await desk.submit(EMMA, await desk.opened(EMMA, "import", "paste"), paste="Text,Tags\n*早安* <!channel>,\n")
    await desk.office.does("close", EMMA, view_id=(await desk.office.window(EMMA, "1 draft was made"))["id"])
    said = texts(await desk.opened(EMMA, "export", "Copy this into a file"))
    assert "`files:write`" in said
    assert "*早安* <!channel>,,,,,shop,,,\r\n" in said


@pytest.mark.parametrize("locale", LOCALES)
def test_a_thousand_refusals_fit_into_one_window_and_say_how_many_are_not_shown(locale: str) -> None:
    given = {"value": "https://cdn.shop.tw/圖片/" + "長" * 40, "reason": "unknown_kind"}
    refused = tuple(Refused(line, "圖片網址", "bad_media", given) for line in range(2, 1002))
    view = ui.taken_in(Taken((1, 2), refused, known=3, unknown=("備註",) * 50), pack(posts="1-2"), Words(locale))
    assert len(json.dumps(view)) < 250_000
    assert len(view["blocks"]) < 100
    assert "800" in view["blocks"][-3]["elements"][0]["text"]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_reason_to_refuse_a_row_has_a_sentence(locale: str) -> None:
    words = Words(locale)
    judged = ["empty_text", "bad_date", "skipped", "past", "bad_url", "too_many_columns", "duplicate"]
    judged += ["unknown_account", "no_account", "too_many_files"]
    fetched = ["bad_media", "not_found", "private_address", "too_large", "bad_answer", "away"]
    for code in (*judged, *fetched, *importing.WHOLE):
        assert words.has(f"post_refused.{code}"), code
    assert words("post_refused.other") == ui.refusal(Refused(2, "", "brand_new", {}), words)


def test_numbers_are_kept_folded_and_come_back_as_they_were() -> None:
    assert importing._folded([5, 3, 4, 9, 11, 12]) == "3-5,9,11-12"
    assert importing._unfolded("3-5,9,11-12") == [3, 4, 5, 9, 11, 12]
    assert importing._folded([]) == ""
    assert importing._unfolded("") == []

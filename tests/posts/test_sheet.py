"""Planned posts from other programs' files and ours: kinds, encodings, dates, and every row that is refused."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.posts.sheet import Kind, Row, Sheet, read, write

TAIPEI = ZoneInfo("Asia/Taipei")
BUFFER = (
    "Text,Image URL,Tags,Posting Time\n"
    "週三新口味，\"限量\" 20 份,https://shop.tw/a.jpg,\"新品,夏天\",2027-03-31 17:30\n"
    "\"第一行\n第二行\",,,\n"
    ",https://shop.tw/b.png,,2027-04-01 09:00\n"
)  # fmt: skip
HOOTSUITE = (
    "03/04/2027 09:00,\"Fresh bread, daily\",https://shop.tw\n"
    "03/31/2027 17:30,快打烊了,\n"
)  # fmt: skip


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def refused(sheet: Sheet) -> list[tuple[int, str, str]]:
    return [(row.line, row.column, row.code) for row in sheet.refused]


def dated(*dates: str) -> bytes:
    """A file of Hootsuite's with these dates."""
    return "".join(f"{date},post {n},\n" for n, date in enumerate(dates)).encode()


def test_buffers_file_gives_posts_with_their_pictures_tags_and_times() -> None:
    sheet = read(BUFFER.encode(), TAIPEI)
    assert (sheet.kind, sheet.refused, sheet.unknown, sheet.ambiguous) == (Kind.BUFFER, (), (), False)
    new, lines, picture = sheet.rows
    assert (new.line, new.text, new.wall) == (2, '週三新口味，"限量" 20 份', wall("2027-03-31 17:30"))
    assert (new.media, new.tags) == (("https://shop.tw/a.jpg",), ("新品", "夏天"))
    assert (lines.line, lines.text, lines.wall) == (3, "第一行\n第二行", None)
    assert (picture.line, picture.text, picture.media) == (4, "", ("https://shop.tw/b.png",))


def test_hootsuites_file_has_no_header_and_a_link_beside_the_message() -> None:
    sheet = read(HOOTSUITE.encode(), TAIPEI)
    assert (sheet.kind, sheet.refused) == (Kind.HOOTSUITE, ())
    assert [(row.line, row.text, row.link, row.wall) for row in sheet.rows] == [
        (1, "Fresh bread, daily", "https://shop.tw", wall("2027-03-04 09:00")),
        (2, "快打烊了", "", wall("2027-03-31 17:30")),
    ]
    (row,) = read(b"Date,Message,Image\n03/31/2027 17:30,Hi,https://a.tw/x.png https://a.tw/y.png\n", TAIPEI).rows
    assert (row.line, row.text, row.media) == (2, "Hi", ("https://a.tw/x.png", "https://a.tw/y.png"))


def test_our_own_columns_may_be_chinese_and_in_any_order() -> None:
    header = "帳號,時間,貼文,首則留言,主題,活動,備註"
    text = header + '\n"廣場、tg",2027/3/31 下午 05:30,早安,第一！,日常,春季,memo\n'
    sheet = read(text.encode(), TAIPEI)
    assert (sheet.kind, sheet.unknown) == (Kind.OWN, ("備註",))
    (row,) = sheet.rows
    assert (row.text, row.wall, row.accounts) == ("早安", wall("2027-03-31 17:30"), ("廣場", "tg"))
    assert (row.pillar, row.campaign, row.first_comment) == ("日常", "春季", "第一！")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("codec", "said"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp950", "Big5")],
)
@pytest.mark.parametrize("content", [BUFFER, HOOTSUITE])
def test_separators_and_encodings_do_not_matter_and_are_said(
    content: str, separator: str, codec: str, said: str
) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(csv.reader(io.StringIO(content)))
    sheet = read(out.getvalue().encode(codec), TAIPEI)
    assert sheet.rows == read(content.encode(), TAIPEI).rows
    assert sheet.encoding == said


def test_a_text_full_of_semicolons_does_not_hide_the_commas() -> None:
    (row,) = read(b"03/31/2027 17:30,Bread; cake; pie; more,https://shop.tw\n", TAIPEI).rows
    assert row.text == "Bread; cake; pie; more"


@pytest.mark.parametrize(
    ("data", "code", "params"),
    [
        ("Text,Posting Time\n简体中文的帖子，明天发布，欢迎关注我们\n".encode("gbk"), "encoding", {"encoding": "?"}),
        ("Text,Posting Time\nこんにちは\n".encode("shift-jis"), "encoding", {"encoding": "?"}),
        ("Text,Posting Time\ndéjà vu, señor\n".encode("latin-1"), "encoding", {"encoding": "?"}),
        ("Text,Posting Time\nhello\n".encode("utf-16-le"), "encoding", {"encoding": "UTF-16"}),
        (b"\xff\xfe\xff", "encoding", {"encoding": "?"}),
        (b"x" * 8_000_001, "too_big", {"limit": 8}),
        (b"", "unknown_format", {}),
        (b"name,mail\nx,y\n", "unknown_format", {}),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(data: bytes, code: str, params: dict[str, object]) -> None:
    (told,) = read(data, TAIPEI).refused
    assert (told.column, told.code, told.params) == ("", code, params)


def test_an_open_quotation_mark_refuses_the_file_at_its_line_and_swallows_no_posts() -> None:
    sheet = read(b'Text,Posting Time\none,\n"two,\nthree,\nfour,\n', TAIPEI)
    assert sheet.rows == ()
    assert refused(sheet) == [(3, "", "not_csv")]


def test_a_thousand_rows_are_taken_and_one_more_is_too_long() -> None:
    rows = [Row(0, f"post {n}") for n in range(1_000)]
    assert read(write(rows), TAIPEI).rows == tuple(rows)
    long = read(write([*rows, Row(0, "one more")]), TAIPEI)
    assert (long.rows, refused(long), long.refused[0].params) == ((), [(1_002, "", "too_long_file")], {"limit": 1_000})
    hootsuite = dated(*["03/31/2027 17:30"] * 1_001)
    assert refused(read(hootsuite, TAIPEI)) == [(1_001, "", "too_long_file")]


def test_rows_that_cannot_be_used_are_refused_each_with_every_reason_and_the_others_are_taken() -> None:
    content = (
        "Text,Image URL,Tags,Posting Time,Board Name\n"
        "good,,,2027-03-31 17:30,\n"
        "\n"
        ",,only a tag,2027-03-31 17:30,\n"
        "no date,,,soon,\n"
        "no day,,,2027-02-30 17:30,\n"
        "no time,,,2027-03-31,\n"
        "no address,shop.tw/a.jpg,,2027-13-01 00:00,\n"
        "unquoted,,,2027-03-31 17:30,, and cut\n"
        " good ,,,2027/3/31 17:30,\n"
        "good,,,2027-03-31 17:31,board\n"
        "late,,,2027-01-01 08:00,\n"
    )
    sheet = read(content.encode(), TAIPEI, now=datetime(2027, 1, 1, tzinfo=UTC))
    assert [(row.line, row.text) for row in sheet.rows] == [(2, "good"), (11, "good")]
    assert refused(sheet) == [
        (4, "Text", "empty_text"),
        (5, "Posting Time", "bad_date"),
        (6, "Posting Time", "bad_date"),
        (7, "Posting Time", "bad_date"),
        (8, "Posting Time", "bad_date"),
        (8, "Image URL", "bad_url"),
        (9, "", "too_many_columns"),
        (10, "Text", "duplicate"),
        (12, "Posting Time", "past"),
    ]
    params = {row.code: row.params for row in sheet.refused}
    assert params["duplicate"] == {"first": 2}
    assert params["too_many_columns"] == {"value": "and cut"}
    assert params["bad_url"] == {"value": "shop.tw/a.jpg"}
    assert sheet.unknown == ("Board Name",)


@pytest.mark.parametrize(
    "link",
    [
        "shop.tw",
        "ftp://shop.tw/a",
        "https://localhost/a",
        "https://me:word@shop.tw",
        "https://shop.tw:port/",
        "https://shop.tw/a b",
        "javascript:alert(1)",
        "https://[shop.tw/",
        f"https://shop.tw/{'x' * 2_000}",
    ],
)
def test_an_address_that_is_none_is_refused(link: str) -> None:
    assert refused(read(f"Date,Message,Link\n,Hello,{link}\n".encode(), TAIPEI)) == [(2, "Link", "bad_url")]


def test_what_is_said_back_of_a_cell_is_short_and_shows_no_tricks() -> None:
    (told,) = read(f"Date,Message\n\u202e{'9' * 500},Hello\n".encode(), TAIPEI).refused
    assert told.params == {"value": "9" * 59 + "…"}


def test_the_same_text_at_the_same_time_on_other_accounts_is_no_duplicate() -> None:
    accounts = ("a", "b", '"b, c"', "")
    content = "Text,Time,Accounts\n" + "".join(f"hi,2027-03-31 17:30,{names}\n" for names in accounts)
    sheet = read(content.encode(), TAIPEI)
    assert [row.accounts for row in sheet.rows] == [("a",), ("b",)]
    assert [(row.line, row.code, row.params) for row in sheet.refused] == [
        (4, "duplicate", {"first": 3}),
        (5, "duplicate", {"first": 2}),
    ]


def test_a_second_column_of_one_name_is_said_and_does_not_hide_the_first() -> None:
    sheet = read(b"Text,Text,Time\nfirst,second,\n", TAIPEI)
    assert (sheet.rows[0].text, sheet.unknown) == ("first", ("Text",))


def test_one_day_above_twelve_decides_the_order_for_the_whole_file() -> None:
    american = read(dated("03/04/2027 09:00", "03/31/2027 09:00"), TAIPEI)
    european = read(dated("03/04/2027 09:00", "31/03/2027 09:00"), TAIPEI)
    assert [row.wall for row in american.rows] == [wall("2027-03-04 09:00"), wall("2027-03-31 09:00")]
    assert [row.wall for row in european.rows] == [wall("2027-04-03 09:00"), wall("2027-03-31 09:00")]


@pytest.mark.parametrize(
    "dates", [("03/04/2027 09:00", "05/05/2027 09:00"), ("03/04/2027 09:00", "03/31/2027 09:00", "31/03/2027 09:00")]
)
def test_a_file_that_does_not_tell_or_contradicts_itself_is_asked_about_and_gives_nothing(dates: tuple[str]) -> None:
    sheet = read(dated(*dates), TAIPEI)
    assert (sheet.ambiguous, sheet.example, sheet.rows, sheet.refused) == (True, "03/04/2027 09:00", (), ())


def test_what_a_person_answers_holds_for_the_whole_file() -> None:
    file = dated("03/04/2027 09:00", "03/31/2027 09:00", "31/03/2027 09:00")
    month_first, day_first = read(file, TAIPEI, "mdy"), read(file, TAIPEI, "dmy")
    assert [row.wall for row in month_first.rows] == [wall("2027-03-04 09:00"), wall("2027-03-31 09:00")]
    assert [row.wall for row in day_first.rows] == [wall("2027-04-03 09:00"), wall("2027-03-31 09:00")]
    assert refused(month_first) == [(3, "Date", "bad_date")]
    assert refused(day_first) == [(2, "Date", "bad_date")]


def test_a_date_that_reads_the_same_both_ways_is_not_asked_about() -> None:
    sheet = read(dated("05/05/2027 09:00"), TAIPEI)
    assert (sheet.ambiguous, sheet.rows[0].wall) == (False, wall("2027-05-05 09:00"))


def test_a_formula_is_harmless_in_our_file_and_comes_back_as_it_was() -> None:
    rows = (Row(0, "=1+1", pillar="@home", first_comment="'-x"), Row(0, "+1 留言"), Row(0, "'quoted'"))
    table = list(csv.reader(io.StringIO(write(rows).decode("utf-8-sig"))))
    assert [cells[0] for cells in table] == ["Text", "'=1+1", "'+1 留言", "'quoted'"]
    assert (table[1][6], table[1][8]) == ("'@home", "''-x")
    assert read(write(rows), TAIPEI).rows == rows


def test_another_programs_harmless_formula_is_taken_for_what_it_was() -> None:
    (row,) = read(b"Text,Posting Time\n'@shop says hi,\n", TAIPEI).rows
    assert row.text == "@shop says hi"


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40) | st.text(
    "=+-@\t\r\n'\", ;", max_size=8
)
NAME = (st.text("台ab-@'\\,|;、，；\n", min_size=1, max_size=6)).map(str.strip).filter(bool)
URL = st.text("ab/?=&,;~é台", max_size=20).map(lambda end: f"https://shop.tw/{end}")
ROW = st.builds(
    Row,
    st.just(0),
    TEXT.filter(str.strip),
    st.none() | st.datetimes(wall("2026-01-01"), wall("2090-01-01")).map(lambda at: at.replace(microsecond=0)),
    st.lists(URL, max_size=3).map(tuple),
    URL | st.just(""),
    st.lists(NAME, max_size=3).map(tuple),
    st.lists(NAME, max_size=3).map(tuple),
    TEXT,
    TEXT,
    TEXT,
)


@given(st.lists(ROW, max_size=5, unique_by=lambda row: (row.text, row.wall)).map(tuple))
def test_what_is_written_is_read_back_exactly(rows: tuple[Row, ...]) -> None:
    sheet = read(write(rows), TAIPEI)
    assert sheet.refused == ()
    assert sheet.rows == rows
    assert [row.line for row in sheet.rows] == list(range(2, len(rows) + 2))


@given(st.binary(max_size=200) | TEXT.map(lambda text: f"Text,Posting Time\n{text}".encode()))
def test_no_file_makes_it_raise_and_every_row_is_taken_or_refused(data: bytes) -> None:
    sheet = read(data, TAIPEI, now=datetime(2027, 1, 1, tzinfo=UTC))
    lines = [row.line for row in sheet.rows] + [row.line for row in sheet.refused]
    assert len({row.line for row in sheet.rows}) == len(sheet.rows)
    assert not {row.line for row in sheet.rows} & {row.line for row in sheet.refused}
    assert sheet.kind is not None or lines != []


def test_times_in_the_file_that_name_their_offset_are_moved_to_the_wall() -> None:
    (row,) = read(b"Text,Posting Time\nhi,2027-03-31T09:30:00Z\n", TAIPEI).rows
    assert row.wall == wall("2027-03-31 17:30")


def test_a_time_the_clocks_jump_over_is_refused_as_that() -> None:
    file = b"Text,Posting Time\nhi,2027-03-28 02:30\n"
    assert refused(read(file, ZoneInfo("Europe/Berlin"))) == [(2, "Posting Time", "skipped")]
    assert refused(read(file, TAIPEI)) == []

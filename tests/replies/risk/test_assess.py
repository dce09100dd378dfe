"""What is flagged, what is left alone, and with which words: the cases that decide how the rules are built."""

from __future__ import annotations

import pytest

from replies.risk import Flag, Kind, Outcome, Tone, assess, outcome, tone


def kinds(text: str) -> list[Kind]:
    return [flag.kind for flag in assess(text)]


@pytest.mark.parametrize(
    "text",
    [
        "沒有不好 我覺得蠻推的",
        "謝謝小編 不會生氣啦",
        "告訴我地址好嗎",
        "笑死 這隻貓太可愛",
        "杯子有消毒嗎",
        "真的沒騙你 好用到爆",
        "好吃到想哭",
        "not bad at all",
        "can't complain, great value",
        "麻煩小編了",
        "請問退貨流程怎麼走",
        "會不會容易壞",
        "如果收到有破損可以換嗎",
        "可以用 LINE Pay 付款嗎",
    ],
)
def test_a_word_that_only_looks_like_trouble_is_left_alone(text: str) -> None:
    assert assess(text) == ()


@pytest.mark.parametrize("text", ["餅乾好吃", "乾淨舒服", "我想死你們家的蛋糕了", "打雷了", "好棒 謝謝喔"])
def test_daily_words_that_hold_a_bad_one_are_left_alone(text: str) -> None:
    assert assess(text) == ()


def test_a_question_of_yes_or_no_denies_nothing() -> None:
    assert assess("這個會不會起疹子") == (Flag(Kind.CLAIM, ("起疹子",), False),)
    assert kinds("沒有受傷，謝謝關心") == []


def test_being_annoyed_to_death_is_a_complaint_and_no_crisis() -> None:
    assert kinds("氣死我了") == [Kind.COMPLAINT]


def test_the_words_are_given_as_they_were_written() -> None:
    assert assess("Ｗｏｒｓｔ ever") == (Flag(Kind.COMPLAINT, ("Ｗｏｒｓｔ",), True),)


def test_invisible_characters_between_do_not_hide_a_word() -> None:
    assert assess("你們是詐\u200b欺吧") == (Flag(Kind.CLAIM, ("詐\u200b欺",), True),)


@pytest.mark.parametrize(
    ("simplified", "kind"),
    [
        ("等了一个月还没出货", Kind.COMPLAINT),
        ("我要向卫生局检举你们", Kind.CLAIM),
        ("会员个资外泄", Kind.CRISIS),
        ("恭喜您中奖 点击链接领取红包", Kind.SCAM),
        ("死胖子", Kind.ABUSE),
    ],
)
def test_simplified_writing_is_read_too(simplified: str, kind: Kind) -> None:
    assert kind in kinds(simplified)


def test_at_most_five_words_say_why() -> None:
    (flag,) = assess("難喝、難吃、太貴、臭臉、踩雷、寄錯、漏單")
    assert len(flag.words) == 5


def test_the_same_word_twice_is_said_once() -> None:
    assert assess("踩雷 真的踩雷") == (Flag(Kind.COMPLAINT, ("踩雷",), True),)


def test_the_most_serious_flag_comes_first() -> None:
    assert kinds("智障 食物中毒還已讀不回 我要告你們 0912-345-678") == [
        Kind.CRISIS,
        Kind.CLAIM,
        Kind.PERSONAL,
        Kind.ABUSE,
        Kind.COMPLAINT,
    ]


def test_a_number_is_masked_in_the_words_that_say_why() -> None:
    assert assess("我的電話 0912-345-678") == (Flag(Kind.PERSONAL, ("09••-•••-678",), True),)


def test_words_of_the_plan_are_a_crisis_in_any_writing() -> None:
    assert assess("聽說你們用了回收油？", crisis=["回收油"]) == (Flag(Kind.CRISIS, ("回收油",), True),)
    assert assess("Is RECYCLED OIL used", crisis=["recycled oil"]) == (Flag(Kind.CRISIS, ("RECYCLED OIL",), True),)
    assert assess("听说用了回收油", crisis=["回收油", ""])[0].words == ("回收油",)


def test_a_question_about_an_allergy_wants_a_person_but_is_no_claim_for_certain() -> None:
    assert assess("我對堅果過敏 可以吃嗎") == (Flag(Kind.CLAIM, ("過敏",), False),)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("如果再不處理我就提告", Kind.CLAIM),
        ("要是不退錢我就不想活了", Kind.CRISIS),
        ("if you ignore me, my lawyer will call", Kind.CLAIM),
    ],
)
def test_a_threat_that_begins_with_if_is_still_one(text: str, kind: Kind) -> None:
    assert [flag.sure for flag in assess(text) if flag.kind is kind] == [True]


def test_irony_is_never_certain() -> None:
    flags = assess("讚啦 等了半年還是沒貨")
    assert [(flag.kind, flag.sure) for flag in flags] == [(Kind.COMPLAINT, False), (Kind.SARCASM, False)]
    assert tone("讚啦 等了半年還是沒貨") is Tone.UNSURE


def test_praise_with_a_but_is_no_irony() -> None:
    assert kinds("咖啡好喝，但等了四十分鐘") == [Kind.COMPLAINT]
    assert tone("咖啡好喝，但等了四十分鐘") is Tone.UNSURE


@pytest.mark.parametrize("text", ["不好喝", "沒有很好吃", "這家不值得推薦", "not good"])
def test_praise_taken_back_is_a_complaint(text: str) -> None:
    assert Kind.COMPLAINT in kinds(text)
    assert tone(text) is Tone.NEGATIVE


@pytest.mark.parametrize("text", ["原本擔心會破掉 結果包得超仔細", "雖然太貴，但真的很好喝"])
def test_what_was_only_feared_or_granted_does_not_count(text: str) -> None:
    assert tone(text) is Tone.POSITIVE


@pytest.mark.parametrize(
    "text",
    [
        "請至 https://faceb00k.com/x 申訴",
        "paypa1.com says your order failed",
        "蝦皮通知 shopee.gift-tw.com/a",
        "領取獎品 https://bit.ly/abc",
        "恭喜您中獎 請點 reurl.cc/xyz 領取",
    ],
)
def test_a_link_in_disguise_is_a_scam(text: str) -> None:
    assert Kind.SCAM in kinds(text)


@pytest.mark.parametrize(
    "text", ["活動看這裡 https://www.facebook.com/events/1", "https://line.me/R/ti/p/@shop", "v1.2.3"]
)
def test_a_link_to_whom_it_names_is_none(text: str) -> None:
    assert assess(text) == ()


def test_a_warning_of_a_scam_is_no_scam() -> None:
    assert assess("提醒大家這個是詐騙帳號 不要點") == ()


def test_the_contact_a_scam_gives_is_bait_and_no_personal_data() -> None:
    assert kinds("保證獲利 加賴領取明牌 money888") == [Kind.SCAM]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("謝謝小編 收到了！", Outcome.THANKS),
        ("ok got it, thanks", Outcome.THANKS),
        ("謝謝，那請問可以改地址嗎", Outcome.QUESTION),
        ("and on Sundays?", Outcome.QUESTION),
        ("所以呢 你根本沒回答", Outcome.COMPLAINT),
        ("還是沒收到", Outcome.COMPLAINT),
        ("that's not what I asked", Outcome.COMPLAINT),
        ("週六下午", Outcome.OTHER),
        ("", Outcome.OTHER),
    ],
)
def test_a_later_message_says_what_our_answer_was_worth(text: str, expected: Outcome) -> None:
    assert outcome(text) is expected

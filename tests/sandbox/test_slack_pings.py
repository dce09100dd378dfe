"""Whom a message would have notified: mentions in markup do, literal text never does."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.conftest import DESK, EMMA, POHAN, Json, Person

HOSTILE = "<!channel> <@U0EMMA> <!subteam^S0APPROVERS> hi"


@pytest.mark.parametrize(
    ("said", "pings"),
    [
        ({"text": HOSTILE}, ["@channel", EMMA, "S0APPROVERS"]),
        ({"text": HOSTILE.replace("<", "&lt;").replace(">", "&gt;")}, []),
        ({"text": "@channel"}, []),
        ({"text": "@channel @approvers", "link_names": True}, ["@channel", "S0APPROVERS"]),
        ({"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "<!here|h>"}}]}, ["@here"]),
        ({"text": "x", "blocks": [{"type": "section", "text": {"type": "plain_text", "text": HOSTILE}}]}, []),
        ({"text": "x", "blocks": [{"type": "markdown", "text": HOSTILE}]}, ["@channel", EMMA, "S0APPROVERS"]),
        (
            {
                "text": "x",
                "blocks": [
                    {
                        "type": "rich_text",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [
                                    {"type": "text", "text": HOSTILE},
                                    {"type": "user", "user_id": POHAN},
                                    {"type": "broadcast", "range": "here"},
                                ],
                            }
                        ],
                    }
                ],
            },
            [POHAN, "@here"],
        ),
    ],
)
async def test_pings_are_what_slack_would_have_notified(
    pinyu: Person, web: AsyncWebClient, said: Json, pings: list[str]
) -> None:
    await web.api_call("chat.postMessage", json={"channel": DESK, **said})
    assert (await pinyu.sees())["messages"][DESK][0]["pings"] == pings


async def test_loose_angle_brackets_are_stored_escaped_and_controls_are_kept(web: AsyncWebClient) -> None:
    said = "a < b & c <https://a.example/?x=1|link> <script> &amp; <@U0EMMA>"
    stored = (await web.chat_postMessage(channel=DESK, text=said))["message"]["text"]
    assert stored == "a &lt; b &amp; c <https://a.example/?x=1|link> &lt;script&gt; &amp; <@U0EMMA>"


async def test_edit_does_not_unsend_a_ping(pinyu: Person, web: AsyncWebClient) -> None:
    ts = (await web.chat_postMessage(channel=DESK, text="<!here> 快來"))["ts"]
    await web.chat_update(channel=DESK, ts=ts, text="沒事了")
    assert (await pinyu.sees())["messages"][DESK][0]["pings"] == ["@here"]

"""What a person's client is shown of the workspace."""

from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.conftest import DESK, Person


async def test_a_client_may_ask_for_the_newest_messages_only(pinyu: Person, web: AsyncWebClient) -> None:
    first, *_, last = [(await web.chat_postMessage(channel=DESK, text=f"第 {n} 則"))["ts"] for n in range(4)]
    assert [one["ts"] for one in (await pinyu.sees(latest="1"))["messages"][DESK]] == [last]
    reply = (await web.chat_postMessage(channel=DESK, text="回覆", thread_ts=first))["ts"]
    assert [one["ts"] for one in (await pinyu.sees(latest="1"))["messages"][DESK]] == [first, reply]
    assert len((await pinyu.sees(latest="9"))["messages"][DESK]) == 5

"""A channel's digests, listener by listener."""

from dataclasses import replace

import pytest

from blocks.forms.digest import fresh
from bot.domain.digest import Digest
from bot.domain.errors import ChannelUnseen, DigestRemoved, SharedOutside, StaleButton
from bot.i18n import Translator
from bot.tasks import Tasks
from handlers.dispatch.services import Services
from handlers.listeners import digests
from tests.clock import ManualClock
from tests.handlers.listening import ANN, click, command, listening
from tests.waiting import until

T = Translator("en")


async def saved(services: Services, *, name: str = "Morning", channel: str = "C1") -> Digest:
    wanted = replace(fresh(channel, ANN, "UTC", T), name=name, only_changes=False)
    return await services.digests.save(wanted, ANN, key=name)


async def test_a_channel_without_digests_offers_to_add_one() -> None:
    async with listening() as (services, slack, _):
        await digests.show_digests(command(services, "digest"))
        shown, is_replaced = slack.shown[0]
    assert "None yet." in shown
    assert "Add digest" in shown
    assert is_replaced is False  # a command has nothing to be replaced


async def test_changes_to_a_digest_are_shown_where_they_were_clicked() -> None:
    async with listening() as (services, slack, _):
        digest = await saved(services)
        value = str(digest.id)
        await digests.pause_digest(click(services, "pause_digest", value))
        await digests.resume_digest(click(services, "resume_digest", value))
        await digests.remove_digest(click(services, "remove_digest", value))
        paused, resumed, removed = slack.shown
    assert "Paused" in paused[0]
    assert "Next:" in resumed[0]
    assert "None yet." in removed[0]
    assert [paused[1], resumed[1], removed[1]] == [True, True, True]


async def test_the_page_of_a_digest_is_shown() -> None:
    async with listening() as (services, slack, _):
        all_of_them = [await saved(services, name=f"Digest {number}") for number in range(9)]
        await digests.pause_digest(click(services, "pause_digest", str(all_of_them[-1].id)))
        shown, _ = slack.shown[0]
    assert "Digest 8" in shown
    assert "Digest 0" not in shown


async def test_send_now_pressed_twice_shows_one_posting() -> None:
    async with listening() as (services, slack, _):
        digest = await saved(services)
        await digests.send_digest(click(services, "send_digest", str(digest.id)))
        await digests.send_digest(click(services, "send_digest", str(digest.id)))
    assert all("⏳ Posting …" in shown for shown, _ in slack.shown)


async def test_a_digest_removed_while_it_is_posted_gets_no_late_answer() -> None:
    clock, errors = ManualClock(), list[BaseException]()
    async with listening() as (real, slack, _):
        services = replace(real, clock=clock, tasks=Tasks(errors.append))
        value = str((await saved(services)).id)
        await digests.send_digest(click(services, "send_digest", value))
        await until(lambda: clock.sleepers > 0)
        await digests.remove_digest(click(services, "remove_digest", value))
        await clock.advance(digests.POSTING_SECONDS)
        await services.tasks.drain()
    assert not errors
    assert ["None yet." in shown for shown, _ in slack.shown] == [False, True]


async def test_pages_of_all_tickets_replace_only_what_is_private() -> None:
    async with listening() as (services, slack, _):
        digest = await saved(services)
        value = f"{digest.id} 0"
        await digests.show_all(click(services, "show_digest", value, private=False))
        await digests.show_all(click(services, "show_digest", value))
    assert [is_replaced for _, is_replaced in slack.shown] == [False, True]
    assert all("Show ticket" in shown for shown, _ in slack.shown)


@pytest.mark.parametrize("value", ["", "x", "-1", "1x"])
async def test_a_button_without_a_digest_is_stale(value: str) -> None:
    async with listening() as (services, _, _):
        with pytest.raises(StaleButton):
            await digests.pause_digest(click(services, "pause_digest", value))


async def test_actions_on_a_removed_digest_are_refused() -> None:
    async with listening() as (services, _, _):
        for listener in (digests.pause_digest, digests.send_digest, digests.preview_digest):
            with pytest.raises(DigestRemoved):
                await listener(click(services, "pause_digest", "77"))


@pytest.mark.parametrize(
    ("channel", "error"), [("CSHARED", SharedOutside), ("D1", ChannelUnseen), ("", ChannelUnseen)]
)
async def test_no_digest_in_shared_or_unseen_channels(channel: str, error: type[Exception]) -> None:
    async with listening() as (services, slack, _):
        slack.channels["CSHARED"] = {"is_member": True, "is_ext_shared": True}
        with pytest.raises(error):
            await digests.show_digests(command(services, "digest", channel))
        with pytest.raises(error):
            await saved(services, channel=channel)

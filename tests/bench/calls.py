"""How many calls of LiveAgent's people's journeys cost, counted at the stand-in."""

from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import running
from bot.play import moving_clock, sandbox_settings
from bot.sandbox import open_sandbox
from tests.bench.table import row
from tests.journeys import counting
from tests.journeys.counting import Journey, calls_of
from tests.manifest import read_manifest

CALLS_PER_MINUTE = 9000  # nobody wants to wait

MAX_CALLS: dict[str, tuple[Journey, int]] = {
    "a card": (counting.show_card, 3),
    "card and reply, to the updated card": (counting.reply, 10),
    "note by command, to the updated card": (counting.note_by_command, 8),
    "card and Resolve, to the updated card": (counting.resolve, 9),
    "a tag by command, to the updated card": (counting.add_tag_by_command, 9),
    f"a list of {counting.LISTED} tickets": (counting.show_list, 3),
    "opening Home twice in ten seconds": (counting.open_home_twice, 2),
}


async def count_journeys() -> None:
    for what, (journey, most) in MAX_CALLS.items():
        number = await _count(journey)
        row(f"LiveAgent calls: {what}", "", str(number), f"≤ {most}", is_met=number <= most)


async def _count(journey: Journey) -> int:
    """Each in a sandbox of its own, so that none finds what another has left."""
    manifest = read_manifest()
    with TemporaryDirectory() as folder:
        async with open_sandbox(manifest) as sandbox:
            sandbox.liveagent.switches.calls_per_minute = CALLS_PER_MINUTE
            sandbox.slack.workspace.rates.is_on = False
            settings = sandbox_settings(
                sandbox, Path(folder), calls_per_minute=CALLS_PER_MINUTE
            ).model_copy(update={"reply_undo_seconds": 600.0, "resolve_undo_seconds": 600.0})
            async with moving_clock(sandbox, settings) as clock, running(settings, clock=clock):
                return (await calls_of(journey, sandbox.slack.person("ann"), sandbox)).total()

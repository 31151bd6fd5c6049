"""The account "Acme" as it stands when the sandbox opens."""

from bot.sandbox.liveagent.world.english import ENGLISH
from bot.sandbox.liveagent.world.japanese import JAPANESE
from bot.sandbox.liveagent.world.odd import ODD
from bot.sandbox.liveagent.world.people import AGENTS, DEPARTMENTS, TAGS

STORIES = (*ENGLISH, *JAPANESE, *ODD)

__all__ = ["AGENTS", "DEPARTMENTS", "STORIES", "TAGS"]

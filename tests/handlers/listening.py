"""Listeners with a real desk and database, LiveAgent's stand-in, and a recording Slack."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from bot.slack.channels import check_is_ours
from handlers.dispatch.context import Context
from handlers.dispatch.interaction import Interaction
from handlers.dispatch.services import Services
from tests.bench.services import QuickSlack, open_services

if TYPE_CHECKING:
    from bot.slack.client import Slack
    from handlers.notify.home import HomePublisher

ANN = "U0ANN"


@dataclass
class NotingSlack(QuickSlack):
    """Records what is shown, as JSON and whether in place of something, and what is unfurled."""

    shown: list[tuple[str, bool]] = field(default_factory=list)
    unfurled: list[Mapping[str, Any]] = field(default_factory=list)
    known: list[str] = field(default_factory=list)  # hashes of forms that must be unchanged
    channels: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    async def respond(self, *given: object, **how: object) -> None:
        self.shown.append((_as_json(given[-1]), bool(how.get("replace"))))

    async def update_form(self, *given: object) -> str:
        self.shown.append((_as_json(given[1]), True))
        self.known += map(str, given[2:])
        return "drawn"

    async def channel(self, channel: str) -> Mapping[str, Any]:
        return self.channels.get(channel, {"is_member": True})

    async def unfurl(self, _channel: str, _ts: str, previews: Mapping[str, Any]) -> None:
        self.unfurled.append(previews)


@dataclass
class Homes:
    """Records whose Home was published."""

    shown: list[str] = field(default_factory=list)

    async def show(self, user_id: str) -> None:
        self.shown.append(user_id)

    def follow(self, user_id: str) -> None:
        self.shown.append(user_id)


@asynccontextmanager
async def listening(
    *, has_spare_calls: bool = False
) -> AsyncIterator[tuple[Services, NotingSlack, Homes]]:
    slack, homes = NotingSlack(), Homes()
    async with open_services(has_spare_calls=has_spare_calls) as (services, _):
        noting = cast("Slack", slack)
        rights = replace(services.digests.rights, check=partial(check_is_ours, noting))
        digests = replace(services.digests, rights=rights)
        live = replace(services.live, rights=rights)
        overdue = replace(services.overdue, rights=rights)
        publisher = cast("HomePublisher", homes)
        desks = replace(services, digests=digests, live=live, overdue=overdue)
        yield replace(desks, slack=noting, homes=publisher), slack, homes


def click(
    services: Services, action: str, value: str = "", *, channel: str = "C1", private: bool = True
) -> Context:
    body = {
        "user": {"id": ANN},
        "actions": [{"action_id": action, "value": value}],
        "response_url": "https://hooks.slack.com/actions/T1/1/x",
        "channel": {"id": channel},
        "container": {"is_ephemeral": private},
    }
    return Context(Interaction.of_action(body), services)


def command(services: Services, text: str, channel: str = "C1") -> Context:
    body = {
        "user_id": ANN,
        "text": text,
        "response_url": "https://hooks.slack.com/commands/T1/1/x",
        "channel_id": channel,
    }
    return Context(Interaction.of_command(body, ()), services)


def event(services: Services, **fields: object) -> Context:
    return Context(Interaction.of_event({"event": {"user": ANN, **fields}}), services)


def _as_json(shown: object) -> str:
    return json.dumps(shown, default=lambda each: each.to_dict(), ensure_ascii=False)

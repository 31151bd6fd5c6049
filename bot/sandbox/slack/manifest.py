"""Reads the app's manifest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.wire import Json


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True, slots=True)
class Shortcut:
    name: str
    callback_id: str
    is_global: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    app_name: str
    bot_name: str
    scopes: frozenset[str]
    commands: Mapping[str, Command]
    shortcuts: tuple[Shortcut, ...]
    events: frozenset[str]
    unfurl_domains: tuple[str, ...]
    has_home: bool
    takes_messages: bool  # else nothing can be typed in its direct messages
    is_interactive: bool

    def shortcut(self, name: str, *, is_global: bool) -> Shortcut | None:
        """By its visible name or its callback id."""
        return next(
            (
                shortcut
                for shortcut in self.shortcuts
                if name in (shortcut.name, shortcut.callback_id) and shortcut.is_global == is_global
            ),
            None,
        )


def read_manifest(manifest: Mapping[str, Any]) -> Manifest:
    features: Json = manifest.get("features", {})
    settings: Json = manifest.get("settings", {})
    scopes: Json = manifest.get("oauth_config", {}).get("scopes", {})
    name = manifest.get("display_information", {}).get("name", "App")
    return Manifest(
        app_name=name,
        bot_name=features.get("bot_user", {}).get("display_name", name),
        scopes=frozenset([*_list(scopes, "bot"), *_list(scopes, "bot_optional")]),
        commands={
            command.name: command for command in map(_command, _list(features, "slash_commands"))
        },
        shortcuts=tuple(_shortcut(shortcut) for shortcut in _list(features, "shortcuts")),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
        unfurl_domains=tuple(_list(features, "unfurl_domains")),
        has_home=bool(features.get("app_home", {}).get("home_tab_enabled")),
        takes_messages=not features.get("app_home", {}).get("messages_tab_read_only_enabled"),
        is_interactive=bool(settings.get("interactivity", {}).get("is_enabled")),
    )


def _list(features: Json, name: str) -> list[Any]:
    return list(features.get(name) or ())


def _command(command: Json) -> Command:
    return Command(
        name=command["command"],
        description=command.get("description", ""),
        usage_hint=command.get("usage_hint", ""),
        should_escape=bool(command.get("should_escape")),
    )


def _shortcut(shortcut: Json) -> Shortcut:
    return Shortcut(shortcut["name"], shortcut["callback_id"], shortcut["type"] == "global")

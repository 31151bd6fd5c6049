"""The app's manifest."""

from typing import Literal

from pydantic import AliasPath, BaseModel, Field


class Command(BaseModel):
    name: str = Field(validation_alias="command")
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


class Shortcut(BaseModel):
    name: str
    callback_id: str
    type: Literal["global", "message"]

    @property
    def is_global(self) -> bool:
        return self.type == "global"


class Manifest(BaseModel):
    """The fields that the stand-in uses; others are ignored."""

    app_name: str = Field("App", validation_alias=AliasPath("display_information", "name"))
    bot_name: str = Field("app", validation_alias=AliasPath("features", "bot_user", "display_name"))
    commands: list[Command] = Field([], validation_alias=AliasPath("features", "slash_commands"))
    shortcuts: list[Shortcut] = Field([], validation_alias=AliasPath("features", "shortcuts"))
    unfurl_domains: list[str] = Field([], validation_alias=AliasPath("features", "unfurl_domains"))
    has_home: bool = Field(
        default=False, validation_alias=AliasPath("features", "app_home", "home_tab_enabled")
    )
    is_read_only: bool = Field(
        default=False,
        validation_alias=AliasPath("features", "app_home", "messages_tab_read_only_enabled"),
    )
    """Whether nothing can be typed in its direct messages."""
    scopes: frozenset[str] = Field(
        frozenset(), validation_alias=AliasPath("oauth_config", "scopes", "bot")
    )
    """Optional ones are among them."""
    events: frozenset[str] = Field(
        frozenset(), validation_alias=AliasPath("settings", "event_subscriptions", "bot_events")
    )
    is_interactive: bool = Field(
        default=False, validation_alias=AliasPath("settings", "interactivity", "is_enabled")
    )

    def command(self, name: str) -> Command | None:
        return next((one for one in self.commands if one.name == name), None)

    def shortcut(self, name: str, *, is_global: bool) -> Shortcut | None:
        """Finds a shortcut by its visible name or its callback id."""
        return next(
            (
                one
                for one in self.shortcuts
                if name in (one.name, one.callback_id) and one.is_global == is_global
            ),
            None,
        )

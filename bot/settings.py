"""The settings, read from the environment and `.env`, and nowhere else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    SettingsConfigDict,
)
from sqlalchemy import make_url
from yarl import URL

from bot.domain.files import FileLimits
from bot.operations import Hold
from bot.storage.database import check_url

MAX_UNDO_SECONDS = 86_400.0
MAX_DAYS = 36_500

_URL_SECRET = re.compile(r"[A-Za-z0-9_-]{24,200}")


def _account(url: str) -> str:
    """Returns the account's address without `/api`, a trailing slash, a query and a fragment.

    Links to tickets begin with it.
    """
    parsed = URL(url.strip())
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ValueError("must look like https://acme.ladesk.com")
    if parsed.user or parsed.password:
        raise ValueError("must not contain a user and password: people see it in every link")
    return (
        str(parsed.with_query(None).with_fragment(None))
        .rstrip("/")
        .removesuffix("/api")
        .rstrip("/")
    )


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _zone(name: object) -> object:
    try:
        return ZoneInfo(name) if isinstance(name, str) else name
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("must be a time zone, such as UTC or America/Phoenix") from error


def _unguessable(secret: SecretStr | None) -> SecretStr | None:
    if secret and not _URL_SECRET.fullmatch(secret.get_secret_value()):
        raise ValueError("must be 24 or more letters, digits, - and _")
    return secret


class Settings(BaseSettings):
    """The frozen settings. In the environment, the names are in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        env_ignore_empty=True,
    )

    slack_bot_token: SecretStr
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    liveagent_url: Annotated[str, AfterValidator(_account)]
    liveagent_api_key: SecretStr
    liveagent_api_v3_key: SecretStr | None = None
    liveagent_keys_counted_apart: bool = False
    liveagent_timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("UTC")
    liveagent_calls_per_minute: int = Field(default=180, ge=1)
    liveagent_webhook_secret: Annotated[SecretStr | None, AfterValidator(_unguessable)] = None
    database_url: Annotated[str, AfterValidator(check_url)] = "sqlite:///tickets.sqlite3"
    reply_undo_seconds: float = Field(default=10, ge=0, le=MAX_UNDO_SECONDS)
    resolve_undo_seconds: float = Field(default=5, ge=0, le=MAX_UNDO_SECONDS)
    delete_undo_seconds: float = Field(default=600, ge=0, le=MAX_UNDO_SECONDS)
    keep_bodies_days: int = Field(default=7, ge=1, le=MAX_DAYS)
    keep_rows_days: int = Field(default=365, ge=1, le=MAX_DAYS, validate_default=True)
    max_files: int = Field(default=10, ge=0, le=10)
    max_file_mb: int = Field(default=25, ge=0, le=1000)
    unfurl_links: bool = True
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)
    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = (
        "INFO"
    )
    log_format: Literal["console", "json"] = "console"

    @model_validator(mode="after")
    def _one_way_in(self) -> "Settings":
        if not (self.slack_app_token or self.slack_signing_secret):
            raise ValueError("set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)")
        return self

    @field_validator("keep_rows_days")
    @classmethod
    def _rows_outlast_text(cls, days: int, others: ValidationInfo) -> int:
        if days < others.data.get("keep_bodies_days", 0):
            raise ValueError("must not be less than KEEP_BODIES_DAYS")
        return days

    @property
    def hold_seconds(self) -> dict[Hold, float]:
        """The duration of each kind of hold."""
        return {
            Hold.NONE: 0,
            Hold.MESSAGE: self.reply_undo_seconds,
            Hold.STATUS: self.resolve_undo_seconds,
            Hold.DELETION: self.delete_undo_seconds,
        }

    @property
    def file_limits(self) -> FileLimits:
        return FileLimits(self.max_files, self.max_file_mb)

    @property
    def secrets(self) -> list[str]:
        """Values that must not appear in logs."""
        slack = (self.slack_bot_token, self.slack_app_token, self.slack_signing_secret)
        liveagent = (
            self.liveagent_api_key,
            self.liveagent_api_v3_key,
            self.liveagent_webhook_secret,
        )
        found = [secret.get_secret_value() for secret in (*slack, *liveagent) if secret]
        return [*found, *filter(None, [make_url(self.database_url).password])]


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """The settings read one by one, by their names in the environment, to find errors."""

    settings: Settings
    """Those in `wrong` hold substitutes, which must not be used."""
    wrong: Mapping[str, str]
    """Explanations of unreadable settings, without their values."""
    written: Mapping[str, str] = field(repr=False)
    """Raw values, secrets included; without empty and missing ones."""
    others: frozenset[str]
    """Names that are not settings."""


_WHATEVER: Mapping[str, Any] = {
    "slack_bot_token": "xoxb-",
    "slack_app_token": "xapp-",
    "liveagent_url": "https://localhost",
    "liveagent_api_key": "-",
    "keep_rows_days": MAX_DAYS,
}


def read_one_by_one() -> ReadSettings:
    """Reads all settings, even if some are wrong.

    Raises `OSError` or `ValueError` for `.env` itself.
    """
    sources = DotEnvSettingsSource(Settings), EnvSettingsSource(Settings)
    written = {name.upper(): str(value) for each in sources for name, value in each().items()}
    names = {name.upper() for each in sources for name in each.env_vars}
    wrong: dict[str, str] = {}
    instead: dict[str, Any] = {}
    while True:
        try:
            settings = Settings(**instead)
        except ValidationError as error:
            found = explain(error)
            wrong |= found
            for name in map(str.lower, found):
                instead[name] = _WHATEVER.get(name, Settings.model_fields[name].default)
        else:
            others = frozenset(names - {name.upper() for name in Settings.model_fields})
            return ReadSettings(settings, wrong, written, others)


def explain(error: ValidationError) -> dict[str, str]:
    """Returns what is wrong with each setting, by name and without its value."""
    return {
        str(each["loc"][0]).upper() if each["loc"] else "SLACK_APP_TOKEN": (
            "is not set" if each["type"] == "missing" else each["msg"].removeprefix("Value error, ")
        )
        for each in error.errors()
    }

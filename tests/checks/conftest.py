"""Runs `python -m bot check` with settings that are right except for what a test changes."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.checks.environment import SECRETS
from bot.checks.runner import SHORTEST_SECRET
from bot.cli import main
from bot.sandbox import Sandbox, open_sandbox
from bot.settings import Settings


@pytest.fixture
async def sandbox(manifest: dict[str, Any]) -> AsyncIterator[Sandbox]:
    async with open_sandbox(manifest) as sandbox:
        yield sandbox


@dataclass(frozen=True)
class Row:
    status: str
    message: str
    advice: str

    @property
    def text(self) -> str:
        return f"{self.message} {self.advice}"


@dataclass(frozen=True)
class Report:
    exit_status: int
    overall: str
    rows: dict[str, Row]

    def __getitem__(self, check: str) -> Row:
        return self.rows[check]

    def named(self, status: str) -> list[str]:
        """The checks of this status."""
        return [name for name, row in self.rows.items() if row.status == status]


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


class Checker:
    """`settings` is the environment: what is set to "" was left out."""

    def __init__(
        self,
        settings: dict[str, str],
        environment: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        self.settings = settings
        self._environment = environment
        self._capsys = capsys

    async def read(self, *options: str, **more: str) -> Report:
        """As a machine reads it."""
        status, text = await self.run("--json", *options, **more)
        whole = json.loads(text)
        rows = {row.pop("check"): Row(**row) for row in whole["checks"]}
        assert len(rows) == len(whole["checks"])
        return Report(status, whole["overall"], rows)

    async def run(self, *options: str, **more: str) -> tuple[int, str]:
        """The exit status and what is printed; no secret ever is."""
        for name, value in {**self.settings, **more}.items():
            if value:
                self._environment.setenv(name, value)
            else:
                self._environment.delenv(name, raising=False)
        self._capsys.readouterr()  # what was logged before
        status = await asyncio.to_thread(main, ["check", *options])
        out, err = self._capsys.readouterr()
        assert err == ""
        for name in SECRETS:
            secret = os.environ.get(name, "")
            assert len(secret) < SHORTEST_SECRET or secret not in out
        return status, out


@pytest.fixture
def checker(
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Checker:
    for name in os.environ:
        if name.startswith(("SLACK_", "LIVEAGENT_")) or name.lower() in Settings.model_fields:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    settings = {
        "SLACK_BOT_TOKEN": sandbox.slack.bot_token,
        "SLACK_APP_TOKEN": sandbox.slack.app_token,
        "SLACK_API_URL": sandbox.slack.api_url,
        "LIVEAGENT_URL": sandbox.liveagent.url,
        "LIVEAGENT_API_KEY": sandbox.liveagent.api_key,
        "DATABASE_URL": f"sqlite:///{tmp_path}/tickets.db",
        "PORT": "0",
    }
    return Checker(settings, monkeypatch, capsys)

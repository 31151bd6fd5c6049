"""The image and the compose file, as far as they can be checked by reading them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OF_OTHERS = {"HOME", "PATH"}


def instructions(name: str) -> list[str]:
    joined = DOCKERFILE.replace("\\\n", " ")
    return re.findall(rf"^{name}\s+(.*)$", joined, re.MULTILINE)


def test_the_image_copies_what_dockerignore_allows() -> None:
    let_in = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    copied = [
        each for line in instructions("COPY") if "--from" not in line for each in line.split()[:-1]
    ]
    assert set(copied) == set(let_in)
    assert all((ROOT / each).exists() for each in copied)


def test_the_image_has_every_package() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text()
    packages = re.search(r"include = \[(.+)\]", pyproject)
    assert packages
    assert {each.rstrip("*") for each in re.findall(r'"(.+?)"', packages[1])} <= set(
        (ROOT / ".dockerignore").read_text().replace("!", "").split()
    )


def test_the_sandbox_stays_outside() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert {"bot/play.py", "bot/sandbox"} <= set(lines[lines.index("!bot") :])


def test_versions_are_those_that_were_tested() -> None:
    assert "PIP_CONSTRAINT=.ci/constraints.txt" in DOCKERFILE


def test_the_image_runs_unprivileged_without_a_shell() -> None:
    (user,) = instructions("USER")
    assert int(user.split(":")[0]) > 0
    entry, (command,) = instructions("ENTRYPOINT"), instructions("CMD")
    assert [*json.loads(entry[0]), *json.loads(command)] == ["python", "-m", "bot", "run"]


def test_its_settings_are_settings() -> None:
    given = set(re.findall(r"\b([A-Z_]+)=", instructions("ENV")[0])) | set(
        SERVICES["bot"]["environment"]
    )
    ours = {name for name in given - OF_OTHERS if not name.startswith("PYTHON")}
    assert ours <= {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", SERVICES)
def test_services_are_restricted_and_rotate_logs(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"max-size", "max-file"} <= set(service["logging"]["options"])
    assert service["restart"] == "unless-stopped"
    volumes = {each.split(":")[0] for each in service.get("volumes", ())}
    assert volumes <= set(COMPOSE["volumes"])
    assert set(service["networks"]) <= {"default", *COMPOSE["networks"]}


def test_only_the_bot_reaches_the_database() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert SERVICES["database"]["networks"] == ["inside"]
    assert "ports" not in SERVICES["database"]
    assert SERVICES["bot"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert SERVICES["bot"]["environment"]["DATABASE_URL"].startswith("postgresql://tickets:")
    assert all(each.startswith("127.0.0.1:") for each in SERVICES["bot"]["ports"])

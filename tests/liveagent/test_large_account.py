"""Reading a large account's lists does not block others."""

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bot.liveagent import protocol, wire
from bot.liveagent.protocol import Request

MAX_GAP = 0.1

TAGS = [{"id": f"t{n:05}", "name": f"Tag number {n}", "color": "FFFFFF"} for n in range(10_000)]
DEPARTMENTS = [{"departmentid": f"d{n:07}", "name": f"Place {n}"} for n in range(1000)]
AGENTS = [
    {"id": f"a{n:07}", "username": f"a{n}@acme.example", "firstname": "Ann", "lastname": f"{n}"}
    for n in range(2000)
]


@pytest.mark.parametrize(
    ("request_", "key", "rows", "read"),
    [
        (protocol.get_tags(), "tags", TAGS, wire.read_tags),
        (protocol.get_departments(), "departments", DEPARTMENTS, wire.read_departments),
        (protocol.get_agents(), "agentsOnlineStates", AGENTS, wire.read_agents),
    ],
)
def test_a_list_is_read_within_a_gap_that_nobody_notices(
    request_: Request,
    key: str,
    rows: Sequence[dict[str, str]],
    read: Callable[[Request, object], Sequence[Any]],
) -> None:
    """Counted in the processor's time; the shortest of three, since garbage is collected too."""
    body = json.dumps({"response": {"status": "OK", "statuscode": 0, key: rows}}).encode()
    took = []
    for _ in range(3):
        began = time.thread_time()
        found = read(request_, protocol.read_answer(request_, 200, body, ""))
        took.append(time.thread_time() - began)
        assert len(found) == len(rows)
    assert min(took) <= MAX_GAP

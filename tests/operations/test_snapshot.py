"""Stored snapshots can be read by the previous version, as in a rolling upgrade."""

from bot.operations.snapshot import Baseline


def test_a_baseline_has_the_fields_that_the_version_before_requires() -> None:
    stored = Baseline(message_ids=("m1",), status="N").model_dump(mode="json")
    assert {"message_ids", "changed", "status"} <= {*stored}
    assert isinstance(stored["changed"], str)

"""Answers as servers gave them, one file each."""

from pathlib import Path

SAMPLES = Path(__file__).parent.parent / "samples"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()

"""The table that `make bench` prints."""


def row(what: str, against: str, measured: str, target: str, *, is_met: bool) -> None:
    print(f"| {what} | {against} | {measured} | {target} | {'yes' if is_met else '**no**'} |")

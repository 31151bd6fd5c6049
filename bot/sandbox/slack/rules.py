"""Combinators for the rules of Block Kit.

A check yields problems in Slack's words, with a JSON pointer to the place.
"""

from collections.abc import Callable, Iterator, Mapping

Check = Callable[[object, str], Iterator[str]]


def problem(text: str, path: str) -> str:
    return f"[ERROR] {text} [json-pointer:{path}]"


def string(most: int, least: int = 1) -> Check:
    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield problem("must be a string", path)
        elif len(value) > most:
            yield problem(f"must be less than {most + 1} characters", path)
        elif len(value) < least:
            yield problem(f"must be more than {least - 1} characters", path)

    return check


def url(most: int = 3000) -> Check:
    def check(value: object, path: str) -> Iterator[str]:
        yield from string(most)(value, path)
        if isinstance(value, str) and value and ":" not in value:
            yield problem("must be a valid URL", path)

    return check


def whole(least: int, most: int = 2**31) -> Check:
    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield problem("must be an integer", path)
        elif not least <= value <= most:
            yield problem(f"must be between {least} and {most}", path)

    return check


def number(value: object, path: str) -> Iterator[str]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield problem("must be a number", path)


def flag(value: object, path: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield problem("must be a boolean", path)


def anything(_value: object, _path: str) -> Iterator[str]:
    yield from ()


def one_of(*allowed: str) -> Check:
    def check(value: object, path: str) -> Iterator[str]:
        if value not in allowed:
            yield problem(f"must be one of {', '.join(allowed)}", path)

    return check


def many(item: Check, most: int, least: int = 1) -> Check:
    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield problem("must be an array", path)
            return
        if len(value) > most:
            yield problem(f"no more than {most} items allowed", path)
        if len(value) < least:
            yield problem(f"no fewer than {least} items allowed", path)
        for index, one in enumerate(value):
            yield from item(one, f"{path}/{index}")

    return check


def fields(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must be an object", path)
            return
        for name in required.keys() - value.keys():
            yield problem(f"missing required field: {name}", path)
        for name, one in value.items():
            rule = required.get(name) or optional.get(name)
            if rule is None:
                yield problem(f"invalid additional property: {name}", path)
            else:
                yield from rule(one, f"{path}/{name}")

    return check


def typed(kinds: Mapping[str, Check], allowed: frozenset[str] | None = None) -> Check:
    """Applies the rule for the object's `type`; `allowed` narrows the types for one place."""

    def check(value: object, path: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if (
            not isinstance(kind, str)
            or kind not in kinds
            or (allowed is not None and kind not in allowed)
        ):
            yield problem(f"unsupported type: {kind}", f"{path}/type")
        else:
            yield from kinds[kind](value, path)

    return check


def both(*checks: Check) -> Check:
    """Applies the checks in order, until one finds a problem: later ones may rely on the shape."""

    def check(value: object, path: str) -> Iterator[str]:
        for one in checks:
            problems = list(one(value, path))
            yield from problems
            if problems:
                return

    return check

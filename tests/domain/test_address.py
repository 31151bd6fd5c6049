import pytest

from bot.domain.address import only_address


@pytest.mark.parametrize(
    "text",
    [
        "María <Maria@lopez.example> asks for her chair.",
        "maria@lopez.example: where is it? (maria@lopez.example)",
        "連絡先はmaria@lopez.exampleです",
        "Mail 'maria@lopez.example', please.",
        "https://shop.example/?to=maria@lopez.example.",
    ],
)
def test_the_only_address_of_a_text(text: str) -> None:
    assert only_address(text) == "maria@lopez.example"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@maria",
        "maria@lopez",
        "maría@lopez.example",
        "maríabel@lopez.example",
        "a@lopez.example and b@lopez.example",
    ],
)
def test_no_address_or_several(text: str) -> None:
    assert only_address(text) == ""

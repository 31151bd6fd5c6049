"""Every error of the tree has a sentence of its own, in both languages."""

from collections.abc import Iterator

import pytest

from blocks.notices import say
from bot.domain import errors as e
from bot.domain.files import FileTrouble
from bot.i18n import Translator

EXAMPLES: list[e.BotError] = [
    e.NotARef(),
    e.ForeignLink(),
    e.NoRefInMessage(),
    e.NoTagChange(),
    e.TakesNoText(),
    e.NotATime(),
    e.PastTime(),
    e.TooFarAhead(),
    e.AdminNeeded(),
    e.V3KeyNeeded(),
    e.WordsOfAnAgent(),
    e.SharedOutside(),
    e.NotInChannel(),
    e.ChannelUnseen(),
    e.UnknownCommand(None),
    e.UnknownCommand("help"),
    *(e.NotAMember(reason) for reason in e.Outsider),
    e.NotAnAgent("nora@acme.example"),
    e.NotAnAgent(""),
    e.OutOfBounds(),
    e.DepartmentOutOfBounds(),
    e.ShowsTooMuch(),
    e.StillReading(),
    e.TicketNotFound(),
    e.TicketUnavailable(),
    e.TicketNotFound("AX4-B4T-FD8"),
    e.TicketUnavailable("AX4-B4T-FD8"),
    e.NotOffered("R"),
    e.TooLate(),
    e.Outdated(),
    e.DeletionUnderWay(),
    e.UnderWay(),
    e.WordsGone(),
    e.NotStored(),
    e.PerhapsStored(can_press_again=True),
    e.PerhapsStored(can_press_again=False),
    e.DigestRemoved(),
    e.AnswerOutOfBounds(),
    e.AnswerGone(),
    e.AnswerChanged(),
    e.AnswerTooLong(),
    e.StaleButton(),
    e.NeedsClick(),
    *(e.FileUnfit(each, "a.png", 25, "too many") for each in FileTrouble),
    *(e.FileOutOfReach(each, "a.png", 25) for each in FileTrouble),
    e.SlackDoesNotAnswer("users.info", "internal_error"),
    e.PostRefused("chat.postMessage", "restricted_action"),
    e.NotMade("GET tags", "down"),
    e.Refused("GET tags", 500, "because"),
    e.Refused("GET tags", 500),
    e.KeyRefused("GET tags", 403, "ApiKey not found"),
    e.KeyMayNot("PUT v3/tickets/{id}/postpone", 403, "Access denied"),
    e.CustomerUnknown("POST conversations", 500, "User x@y.example does not exist"),
    e.PerhapsMade("GET tags", "time-out"),
    e.Unreadable("GET tags", "a page"),
    e.TooLong("GET tags", "20 MB"),
]


def leaves(kind: type[e.BotError]) -> Iterator[type[e.BotError]]:
    for below in kind.__subclasses__():
        yield from leaves(below)
    if not kind.__subclasses__():
        yield kind


def test_the_examples_are_the_whole_tree() -> None:
    assert set(leaves(e.BotError)) <= {type(error) for error in EXAMPLES}


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_it_has_a_sentence_in_both_languages(error: e.BotError) -> None:
    english, japanese = say(error, Translator("en")), say(error, Translator("ja"))
    assert english != japanese
    assert say(RuntimeError(), Translator("en")) not in english


def test_what_nobody_foresaw_has_one_too() -> None:
    assert "Something went wrong" in say(RuntimeError("secret"), Translator("en"))

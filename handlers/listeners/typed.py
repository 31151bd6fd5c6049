"""Input that is not a command: shows the tickets that it names."""

from collections.abc import Sequence
from contextlib import suppress

from blocks.help import ON_A_TICKET, WORDS, command_of, spelled
from blocks.text import cut, line
from bot.domain.errors import (
    BadInput,
    NotARef,
    TicketNotFound,
    TicketUnavailable,
    UnknownCommand,
)
from bot.domain.ref import (
    TicketRef,
    codes_without_hyphens,
    first_word,
    normalise,
    spaced_code,
    unescape,
)
from bot.domain.spelling import may_be_address, nearest
from handlers.dispatch.context import Context
from handlers.listeners.tickets import MAX_REFS, show_each

MAX_UNUSED = 300
_TAKES_NO_WORDS = {"", "digest", "live", "overdue"}
_TAKES_TICKET_ALONE = {"open", "history"}
_TAKES_NO_TICKET = {*_TAKES_NO_WORDS, "help", "mine", "next"}
_TAKES_TEXT = {"reply", "note"}  # their text may name other tickets


async def show_ticket(context: Context) -> None:
    """`/ticket REF`, and every other input that is not a command."""
    typed, after = context.interaction.text, _ref_after_word(context)
    word = first_word(typed)
    is_command = _is_word(word) and (after or not _refs(context))  # else a sentence
    if is_command and (near := nearest(word.lower(), WORDS)):
        words = " ".join(typed.split(maxsplit=1)[1:])
        shows = context.as_command("open", after.value) if after else ""
        raise UnknownCommand(spelled(near), context.as_command(command_of(near), words), shows)
    refs = _named_in(context, after)
    if is_command and after:
        t, shown = await context.translator(), context.services.desk.without_codes(word)
        context.remark = t("I don't know the command “{word}”.", word=cut(line(shown), MAX_UNUSED))
    try:
        await show_each(context, refs)
    except TicketUnavailable:
        raise
    except TicketNotFound:
        if not _is_guess(context, refs):
            raise
        context.remark = ""
        raise UnknownCommand(None, context.as_command("find", typed)) from None


def is_sentence(context: Context) -> bool:
    """Whether a command's word merely begins a sentence that names a ticket, as in "Open the …".

    A command for one ticket, followed by several, is none either.
    """
    word = context.interaction.word
    if word in _TAKES_NO_TICKET:
        return bool(_refs(context))
    if word not in ON_A_TICKET or word in _TAKES_TEXT or not _refs(context):
        return False
    return _ref_after_word(context) is None or _is_followed_by_tickets_alone(context)


async def show_sentence(context: Context) -> None:
    """Shows the tickets that the sentence names, and says that its command was not run."""
    if context.interaction.word in ON_A_TICKET and context.interaction.word != "open":
        await _say_unused(context, context.interaction.text)
    await show_each(context, _refs(context))


async def say_what_is_not_used(context: Context) -> None:
    """Says in the answer which words the command ignored."""
    word = context.interaction.word
    if word in _TAKES_NO_WORDS:
        await _say_unused(context, " ".join(context.interaction.text.split()[1:]))
    elif word in _TAKES_TICKET_ALONE:
        with suppress(BadInput):
            await _say_unused(context, context.ref_and_text()[1])


async def _say_unused(context: Context, words: str) -> None:
    shown = line(context.services.desk.without_codes(unescape(words)))
    if shown:
        t = await context.translator()
        context.remark = t("Not used: “{words}”", words=cut(shown, MAX_UNUSED))


def _named_in(context: Context, after: TicketRef | None) -> Sequence[TicketRef]:
    """Returns the tickets named by any of the words, or by the first words."""
    account, typed = context.services.account, context.interaction.text
    word, refs = first_word(typed), _refs(context) or codes_without_hyphens(typed)[:MAX_REFS]
    if len(refs) > 1:
        return refs
    if code := spaced_code(typed):
        return [TicketRef(code)]
    try:
        return [account.read_ref(word, among_words=normalise(typed) != word)]
    except NotARef:
        if refs:
            return refs
        if after:
            return [after]
        if _is_word(word) or may_be_address(word) or " " in normalise(typed):
            raise UnknownCommand(None, context.as_command("find", typed)) from None
        raise


def _refs(context: Context) -> Sequence[TicketRef]:
    """Returns the tickets that the words certainly refer to."""
    return context.services.account.find_refs(context.interaction.text)[:MAX_REFS]


def _ref_after_word(context: Context) -> TicketRef | None:
    """Returns the ticket named where a command expects it; an id only if nothing follows."""
    try:
        ref, rest = context.ref_and_text()
    except BadInput:
        context.typed = ""
        return None
    return ref if ref.code or _refs(context) or not rest.strip() else None


def _is_followed_by_tickets_alone(context: Context) -> bool:
    """Whether several tickets follow the command's word, and nothing else."""
    find, words = context.services.account.find_refs, context.interaction.text.split()[1:]
    return len(_refs(context)) > 1 and all(map(find, words))


def _is_guess(context: Context, refs: Sequence[TicketRef]) -> bool:
    """Whether the ticket was read from something that may be a word, or lacks a code's hyphens."""
    typed = normalise(context.interaction.text).lower()
    is_id = [ref.value for ref in refs] == [typed] and not _is_word(typed)
    return not (is_id or _refs(context))


def _is_word(word: str) -> bool:
    return bool(word) and not any(map(str.isdigit, word)) and word.replace("-", "").isalnum()

"""Translates LiveAgent's letters into words. Only unknown letters are ever shown."""

from collections.abc import Collection, Mapping
from datetime import time
from functools import cache

from blocks.text import describe_days
from bot.domain.calendar import Hours
from bot.domain.ticket import Channel, MessageKind, Status
from bot.i18n import LANGUAGES, N_, Translator, clock_time

_STATUSES: Mapping[str, tuple[str, str]] = {
    Status.NEW: ("large_blue_circle", N_("New")),
    Status.OPEN: ("large_orange_circle", N_("Open")),
    Status.ANSWERED: ("large_green_circle", N_("Answered")),
    Status.RESOLVED: ("white_check_mark", N_("Resolved")),
    Status.POSTPONED: ("hourglass_flowing_sand", N_("Postponed")),
    Status.CHATTING: ("speech_balloon", N_("Chatting")),
    Status.CALLING: ("telephone_receiver", N_("Calling")),
    Status.INTERNAL: ("lock", N_("Internal")),
    Status.SPAM: ("no_entry_sign", N_("Spam")),
    Status.DELETED: ("wastebasket", N_("Deleted")),
    Status.CLOSED: ("file_cabinet", N_("Closed")),
}
_SIGNS: Mapping[str, str] = {
    Status.NEW: "🔵",
    Status.OPEN: "🟠",
    Status.ANSWERED: "🟢",
    Status.RESOLVED: "✅",
    Status.POSTPONED: "⏳",
    Status.CHATTING: "💬",
    Status.CALLING: "📞",
    Status.INTERNAL: "🔒",
    Status.SPAM: "🚫",
    Status.DELETED: "🗑️",
    Status.CLOSED: "🗄️",
}
_KINDS: Mapping[str, str] = {
    MessageKind.NOTE: N_("Internal note"),
    MessageKind.INTERNAL: N_("Internal note"),
    MessageKind.FILE: N_("File"),
    MessageKind.NOTE_FILE: N_("Internal file"),
    MessageKind.TRANSFER: N_("Transfer"),
    MessageKind.TAG: N_("Tag"),
    MessageKind.SYSTEM: N_("System"),
    MessageKind.QUOTE: N_("Quoted"),
    MessageKind.UNDELIVERED: N_("Not delivered"),
}
_CHANNELS: Mapping[str, str] = {
    Channel.MAIL: N_("E-mail"),
    Channel.CHAT: N_("Chat"),
    Channel.CALL: N_("Call"),
    Channel.FACEBOOK: "Facebook",
    Channel.TWITTER: "Twitter",
    Channel.TRANSFER: N_("Transfer"),
    Channel.TAG: N_("Tag"),
    Channel.RESOLVED: N_("Resolved"),
}


def status(letter: str, t: Translator) -> tuple[str, str]:
    """Returns an emoji's name and a word."""
    if letter in _STATUSES:
        icon, word = _STATUSES[letter]
        return icon, t(word)
    return "grey_question", " ".join((t("Status ?"), *letter[:8].split()))


def sign(letter: str) -> str:
    """Returns the emoji character, for text that is not parsed."""
    return _SIGNS.get(letter, "❔")


def status_named(word: str) -> str | None:
    """Returns the status by its word in any supported language."""
    return _named().get(word.casefold())


def status_words() -> Collection[str]:
    """Returns the words of all statuses in all supported languages."""
    return _named()


@cache
def _named() -> Mapping[str, str]:
    translators = [Translator(language) for language in LANGUAGES]
    return {
        t(word).casefold(): letter for letter, (_, word) in _STATUSES.items() for t in translators
    }


def working_hours(hours: Hours, t: Translator) -> str:
    """As "Mon-Fri 9:00-18:00", "Sat 18:00-2:00 the next day" or "Every day, around the clock"."""
    days = describe_days(hours.days, t)
    if hours.begin == hours.end == time.min:
        return t("{days}, around the clock", days=days)
    end = clock_time(hours.end)
    if hours.end_next_day:
        end = t("{time} the next day", time=end)
    return t("{days} {begin}-{end}", days=days, begin=clock_time(hours.begin), end=end)


def kind(letter: str, t: Translator) -> str:
    """Returns the kind of a message; "" for an ordinary one and for unknown letters."""
    return t(_KINDS[letter]) if letter in _KINDS else ""


def channel(letter: str, t: Translator) -> str:
    """Returns the channel of a message; "" for unknown letters."""
    return t(_CHANNELS[letter]) if letter in _CHANNELS else ""

"""LiveAgent's letters as words. No letter reaches a screen, but for one unknown to us."""

from collections.abc import Mapping
from functools import cache

from bot.domain.ticket import Channel, MessageKind, Status
from bot.i18n import LANGUAGES, Translator, later

_STATUSES: Mapping[str, tuple[str, str]] = {
    Status.NEW: ("large_blue_circle", later("New")),
    Status.OPEN: ("large_orange_circle", later("Open")),
    Status.ANSWERED: ("large_green_circle", later("Answered")),
    Status.RESOLVED: ("white_check_mark", later("Resolved")),
    Status.POSTPONED: ("hourglass_flowing_sand", later("Postponed")),
    Status.CHATTING: ("speech_balloon", later("Chatting")),
    Status.CALLING: ("telephone_receiver", later("Calling")),
    Status.INTERNAL: ("lock", later("Internal")),
    Status.SPAM: ("no_entry_sign", later("Spam")),
    Status.DELETED: ("wastebasket", later("Deleted")),
    Status.CLOSED: ("file_cabinet", later("Closed")),
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
_OPERATIONS: Mapping[str, str] = {
    "reply": later("Reply"),
    "note": later("Note"),
    "resolve": later("Resolve"),
    "reopen": later("Reopen"),
    "mark_answered": later("Mark as answered"),
    "tags": later("Tags"),
    "transfer": later("Transfer"),
    "assign": later("Assign to me"),
    "create": later("New ticket"),
    "delete": later("Delete"),
}
_KINDS: Mapping[str, str] = {
    MessageKind.NOTE: later("Internal note"),
    MessageKind.INTERNAL: later("Internal note"),
    MessageKind.FILE: later("File"),
    MessageKind.NOTE_FILE: later("Internal file"),
    MessageKind.TRANSFER: later("Transfer"),
    MessageKind.TAG: later("Tag"),
    MessageKind.SYSTEM: later("System"),
    MessageKind.QUOTE: later("Quoted"),
}
_CHANNELS: Mapping[str, str] = {
    Channel.MAIL: later("Mail"),
    Channel.CHAT: later("Chat"),
    Channel.CALL: later("Call"),
    Channel.FACEBOOK: "Facebook",
    Channel.TWITTER: "Twitter",
    Channel.TRANSFER: later("Transfer"),
    Channel.TAG: later("Tag"),
    Channel.RESOLVED: later("Resolved"),
}


def status(letter: str, t: Translator) -> tuple[str, str]:
    """An emoji's name and a word."""
    if letter in _STATUSES:
        icon, word = _STATUSES[letter]
        return icon, t(word)
    return "grey_question", " ".join((t("Status ?"), *letter[:8].split()))


def sign(letter: str) -> str:
    """The emoji itself, where nothing is parsed."""
    return _SIGNS.get(letter, "❔")


def status_named(word: str) -> str | None:
    """By its word in any of our languages."""
    return _named().get(word.casefold())


@cache
def _named() -> Mapping[str, str]:
    translators = [Translator(language) for language in LANGUAGES]
    return {
        t(word).casefold(): letter for letter, (_, word) in _STATUSES.items() for t in translators
    }


def operation(kind: str, t: Translator) -> str:
    """What an operation is called, on buttons and in notices."""
    return t(_OPERATIONS[kind]) if kind in _OPERATIONS else kind


def kind(letter: str, t: Translator) -> str:
    """What sort of message; nothing for an ordinary one and for letters unknown to us."""
    return t(_KINDS[letter]) if letter in _KINDS else ""


def channel(letter: str, t: Translator) -> str:
    """By what way a message came; nothing for letters unknown to us."""
    return t(_CHANNELS[letter]) if letter in _CHANNELS else ""

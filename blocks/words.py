"""LiveAgent's letters as words. No letter reaches a screen, but for one unknown to us."""

from collections.abc import Collection, Mapping
from functools import cache

from bot.domain.ticket import Channel, MessageKind, Status
from bot.i18n import LANGUAGES, N_, Translator

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
}
_CHANNELS: Mapping[str, str] = {
    Channel.MAIL: N_("Mail"),
    Channel.CHAT: N_("Chat"),
    Channel.CALL: N_("Call"),
    Channel.FACEBOOK: "Facebook",
    Channel.TWITTER: "Twitter",
    Channel.TRANSFER: N_("Transfer"),
    Channel.TAG: N_("Tag"),
    Channel.RESOLVED: N_("Resolved"),
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


def status_words() -> Collection[str]:
    """All of them, in any of our languages."""
    return _named()


@cache
def _named() -> Mapping[str, str]:
    translators = [Translator(language) for language in LANGUAGES]
    return {
        t(word).casefold(): letter for letter, (_, word) in _STATUSES.items() for t in translators
    }


def kind(letter: str, t: Translator) -> str:
    """What sort of message; nothing for an ordinary one and for letters unknown to us."""
    return t(_KINDS[letter]) if letter in _KINDS else ""


def channel(letter: str, t: Translator) -> str:
    """By what way a message came; nothing for letters unknown to us."""
    return t(_CHANNELS[letter]) if letter in _CHANNELS else ""

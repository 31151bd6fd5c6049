"""The subcommands of `/ticket`, with examples."""

from collections.abc import Iterator, Mapping

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, HeaderBlock

from blocks.commands import Command
from blocks.ids import Id
from blocks.notices import explain, notice
from blocks.operations import BY_COMMAND, PRESENTED, label
from blocks.text import Part, Post, button, cut, line, lines, plain, small, text_part
from blocks.values.lists import TicketSource
from blocks.values.value import CommandText
from bot.domain.errors import NeedsClick, UnknownCommand
from bot.domain.filter import TO_DO
from bot.domain.ref import first_word, unescape
from bot.i18n import N_, Translator
from bot.operations import DEFINITIONS

MAX_LABEL = 60

COMMANDS = (
    Command(None, "/ticket AX4-B4T-FD8", N_("Show a ticket by its code, ID or link")),
    Command(
        "",
        "/ticket",
        N_("Show what's waiting"),
        ("queue", "waiting", "status", "キュー", "対応待ち", "状況"),
    ),
    Command(
        "mine",
        "/ticket mine",
        N_("List the tickets assigned to you"),
        ("my", "自分", "自分の担当", "マイチケット", "担当チケット"),
    ),
    Command(
        "next",
        N_("/ticket next Support"),
        N_("Go through the tickets that have waited longest for you"),
        ("start", "次", "次へ", "開始"),
    ),
    Command(
        "list",
        N_("/ticket list new Support john@example.com lamp"),
        N_("List tickets by status, department, customer or words in the subject"),
        ("tickets", "ls", "一覧", "リスト"),
    ),
    Command(
        "find",
        N_("/ticket find lamp"),
        N_("Search tickets of any status by words or customer"),
        ("search", "検索", "探す"),
    ),
    Command(
        "open",
        "/ticket open AX4-B4T-FD8",
        N_("Show a ticket"),
        ("show", "view", "表示", "開く"),
    ),
    *(row.command for row in PRESENTED.values() if row.command),
    Command(
        "digest",
        "/ticket digest",
        N_("Show, add or change this channel's digests, daily or weekly"),
        ("digests", "week", "weekly", "ダイジェスト", "週間", "週報"),
    ),
    Command(
        "live",
        "/ticket live",
        N_("Show your departments' tickets in this channel as they change"),
        ("ライブ",),
    ),
    Command(
        "overdue",
        "/ticket overdue",
        N_("Alert this channel when customers wait too long"),
        ("late", "alerts", "alert", "対応遅れ", "対応遅れアラート", "アラート"),
    ),
    Command(
        "answers",
        "/ticket answers",
        N_("Show, add or change saved answers, which you insert into replies"),
        ("templates", "template", "canned", "定型文", "テンプレート"),
    ),
    Command(
        "history",
        "/ticket history AX4-B4T-FD8",
        N_("Show what was done to a ticket from Slack"),
        ("log", "履歴"),
    ),
    Command(
        "help",
        "/ticket help",
        N_("Show this help"),
        ("hello", "hi", "hey", "ヘルプ", "使い方", "こんにちは"),
    ),
)

_WORDS = {
    first_word(each).lower(): (each, command.word)
    for command in COMMANDS
    if command.word is not None
    for each in (command.word, *command.also)
    if each
}
WORDS: Mapping[str, str] = {typed: command for typed, (_, command) in _WORDS.items()}
"""The subcommand of each word that people may type, in the form used for comparing."""
_NEED_V3 = [PRESENTED[kind].command for kind, row in DEFINITIONS.items() if row.key_may]
ON_A_TICKET = {each.word for each in COMMANDS if each.word and "AX4-B4T-FD8" in each.example}
"""The subcommands that a ticket follows."""


def command_of(typed: str) -> str:
    """Returns the subcommand that the first word means, or the word itself if it means none."""
    word = first_word(typed).lower()
    return WORDS.get(word, word)


def spelled(word: str) -> str:
    """Returns one of `WORDS` as people write it: the compared form has hyphens for long vowels."""
    return _WORDS[word][0]


def word_first(typed: str) -> str:
    """Moves the subcommand before the ticket if they were typed in reverse."""
    first, second, rest = (*typed.split(maxsplit=2), "", "", "")[:3]
    if any(map(str.isdigit, first)) and command_of(second) in ON_A_TICKET:
        return f"{second} {first} {rest}".strip()
    return typed


def help_post(t: Translator, *, has_v3: bool = True, takes_files: bool = True) -> Post:
    """Returns the help, without commands that need a missing key of version 3."""
    title = t("LiveAgent tickets in Slack")
    shortcut = t(
        "The message shortcuts Open ticket, Create ticket, Add to ticket as a note and Send as "
        "reply work on any message; in a ticket's thread, its ticket comes first. Only you can see "
        "this."
    )
    files = t(
        "You can attach files to replies, notes and new tickets. Create ticket, Add to ticket as a "
        "note and Send as reply also take the message's files."
    )
    return Post(
        title,
        [
            HeaderBlock(text=plain(title, 150)),
            lines([list(_row(each, t)) for each in COMMANDS if has_v3 or each not in _NEED_V3]),
            small(shortcut),
            *([small(files)] if takes_files else []),
            small(t("In Home, choose whether to hear what happens to your tickets.")),
        ],
    )


def welcome(t: Translator, *, can_read_messages: bool) -> Post:
    """Returns the first message to an agent.

    `can_read_messages`: the bot may read the answer, so it can be a command.
    """
    steps = [
        t("Hi! I bring your LiveAgent tickets to Slack."),
        t("Type /ticket and a ticket's code anywhere in Slack. Only you see the card."),
        *([t("Or write to me here: a code, mine, next, find lamp …")] if can_read_messages else []),
    ]
    start = button(t("Start"), Id.GO_THROUGH, TicketSource(TO_DO), primary=True)
    ways = [start, button(t("Help"), Id.SHOW_HELP, "help")]
    return Post(
        steps[0], [lines([[text_part(step)] for step in steps]), ActionsBlock(elements=ways)]
    )


def did_you_mean(error: UnknownCommand, t: Translator) -> Post:
    """Returns one line, and buttons: the probable command, the ticket that is named, *Help*."""
    buttons = []
    if error.meant and command_of(error.meant) != "help":
        buttons.append(command_button(error.meant, t))
    if error.shows and command_of(error.meant) != "open":
        show = command_button(error.shows, t)
        show.action_id = f"{Id.COMMAND}.show"  # ids in a block must differ
        buttons.append(show)
    buttons.append(button(t("Help"), Id.SHOW_HELP, "help"))
    return notice(explain(error, t), t, buttons=buttons)


def press_to_open(error: NeedsClick, t: Translator) -> Post:
    """Returns the button for a form that was requested in a message to the bot."""
    if not error.meant:
        return notice(explain(error, t), t)
    opening = command_button(error.meant, t, primary=True)
    return notice(t("Press the button to continue."), t, buttons=[opening])


def command_button(text: str, t: Translator, *, primary: bool = False) -> ButtonElement:
    """Runs `/ticket` with this text. For an operation, its label names operation and ticket."""
    word, (ref, _) = command_of(text), (*text.split(maxsplit=2)[1:], "", "")[:2]
    match word:
        case _ if word in BY_COMMAND:
            says = f"{label(BY_COMMAND[word], t)} {unescape(ref)}".strip()
        case "open":
            says = " ".join([t("Show ticket"), unescape(ref)]).strip()
        case "find":
            words = line(unescape(text).partition(" ")[2])
            says = t("Search for “{words}”", words=cut(words, MAX_LABEL))
        case _:
            says = f"/ticket {line(unescape(text))}"
    return button(cut(says, MAX_LABEL), Id.COMMAND, CommandText(text), primary=primary)


def _row(command: Command, t: Translator) -> Iterator[Part]:
    yield text_part(t(command.example), code=True)
    yield text_part(f"  {t(command.does)}")

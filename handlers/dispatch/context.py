"""The argument of all listeners: an interaction, the services, and ways to answer."""

import asyncio
import re
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from slack_sdk.models.views import View

from blocks.forms.display import as_form
from blocks.ids import Id
from blocks.notices import remarked
from blocks.text import Post
from blocks.values.value import MAX_COMMAND_LENGTH, CommandText
from bot.domain.answer_to import AnswerTo
from bot.domain.errors import BadInput, NeedsClick, NotARef, SlackDoesNotAnswer
from bot.domain.files import FileLimits
from bot.domain.people import Agent, SlackUser
from bot.domain.ref import TicketRef, first_word, spaced_code, unescape
from bot.domain.ticket_message import ShownAs, TicketMessage
from bot.i18n import Translator
from bot.slack.refusals import FORM_CLOSED
from handlers.dispatch.interaction import MESSAGE, Interaction
from handlers.dispatch.progress import Progress
from handlers.dispatch.services import Services
from handlers.notify.message import NONE, Notice, put

_ARGUMENTS = re.compile(r"\s*\S+\s+(?P<ref>\S+)\s*(?P<rest>.*)", re.DOTALL)

T = TypeVar("T")

FILES_READ = "files:read"
LOCALE_SECONDS = 1.0  # a form must open within three
ACKNOWLEDGE_SECONDS = 0.5  # Slack's time for an acknowledgement, which overwrites updates


@dataclass(slots=True)
class Context:
    """An interaction and the services for it.

    `form_id` is the form that shows the result; never one that somebody is typing in, because input
    would be lost. `in_place`: any answer replaces the message that was clicked. `outlives_form`:
    the result is posted as a message if its form was closed. `retry` is the action and value of
    *Try again*, for interactions that change nothing. `progress_notice` is the progress message in
    the user's direct messages with the bot. `remark` precedes any answer: it names input that was
    not understood. `drawn` is the hash of the form after its last update, "" before.
    """

    interaction: Interaction
    services: Services
    form_id: str = ""
    in_place: bool = False
    outlives_form: bool = False
    retry: tuple[Id, str] | None = None
    typed: str = field(default="", repr=False)
    remark: str = field(default="", repr=False)
    progress: Progress | None = None
    progress_notice: Notice = NONE
    drawn: str = ""

    def __post_init__(self) -> None:
        is_shown = self.interaction.is_in_form and not self.interaction.takes_input
        self.form_id = self.interaction.view_id if is_shown else ""

    async def user(self) -> SlackUser:
        return await self.services.people.find(self.interaction.user_id)

    async def actor(self) -> Agent:
        """Returns the user's agent. Raises `NotAllowed`."""
        return await self.services.desk.actor(await self.user())

    async def file_limits(self) -> FileLimits | None:
        """Returns the limits for attachments; None if the bot may not read files, or takes none."""
        limits = self.services.files.limits
        scopes = (await self.services.slack.identity()).scopes or ()
        return limits if FILES_READ in scopes and limits.number and limits.megabytes else None

    async def translator(self, seconds: float = LOCALE_SECONDS) -> Translator:
        """Returns the user's translator, or the English one if Slack does not answer in time."""
        try:
            async with self.services.clock.timeout(seconds):
                user = await self.user()
        except (SlackDoesNotAnswer, TimeoutError):
            return Translator.for_locale("")
        return Translator.for_locale(user.locale)

    async def answer(self, post: Post, *, replace: bool = False) -> Notice:
        """Shows the answer to the user only. `replace` replaces the message that was clicked.

        Returns where it is if that is an ordinary message, else `NONE`.
        """
        await self._end_progress()
        post = remarked(post, self.remark)
        await self.answer_for_now(post, replace=replace or self.in_place)
        answered, self.progress_notice = self.progress_notice, NONE
        return answered

    async def remember_card(self, ticket_id: str, code: str = "", notice: Notice = NONE) -> None:
        """Stores the user's own card (`notice`, or the clicked message), so that it is updated.

        Only a click brings a `response_url`, through which a private card can change.
        """
        clicked = self.interaction
        if notice == NONE and clicked.kind == "action":
            notice = (clicked.channel, clicked.message_ts)
        if "" in notice or not (clicked.is_private or clicked.is_in_direct_message):
            return
        channel, ts = notice
        shown_as = ShownAs.PRIVATE if clicked.is_private else ShownAs.DIRECT
        url = clicked.response_url if clicked.is_private else ""
        card = TicketMessage(
            channel, ts, ticket_id, shown_as, code, clicked.user_id, response_url=url
        )
        await self.services.messages.note(card)

    async def answer_for_now(self, post: Post, *, replace: bool = False) -> None:
        """Answers as `answer` does, while work continues. At Home, answers appear in forms."""
        if self.form_id or self.interaction.is_at_home:
            await self._answer_in_form(post, replace=replace)
            return
        if self.interaction.is_in_direct_message:
            await self._answer_directly(post, replace=replace)
            return
        if not self.interaction.response_url:
            await self.services.slack.post(self.interaction.user_id, post.to_dict())
            return
        await self.services.slack.respond(
            self.interaction.response_url,
            post.to_dict(),
            replace=replace and self.interaction.kind == "action",
        )

    async def _answer_directly(self, post: Post, *, replace: bool) -> None:
        """Updates the clicked message or the progress message, else posts a new message."""
        clicked, slack = self.interaction, self.services.slack
        if replace and clicked.kind == "action":
            await self.delete_progress()
            self.progress_notice = (clicked.channel, clicked.message_ts)
        self.progress_notice = await put(
            slack, clicked.channel, self.progress_notice, post.to_dict()
        )

    async def delete_progress(self) -> None:
        """Deletes the progress message in the direct messages."""
        if self.progress_notice != NONE:
            with suppress(SlackDoesNotAnswer):
                await self.services.slack.delete(*self.progress_notice)
        self.progress_notice = NONE

    async def _answer_in_form(self, post: Post, *, replace: bool) -> None:
        """Answers in the form that waits for the answer, else on top of the clicked form."""
        form = as_form(post, await self.translator())
        if self.form_id and (replace or self.form_id != self.interaction.view_id):
            await self.show_in_form(form)
        else:
            await self._open_form(form)

    def ref_and_text(self) -> tuple[TicketRef, str]:
        """Returns the ticket that a command names, and the following text as Slack sent it.

        Raises `NotARef` and `ForeignLink`; the notice then shows the user's input.
        """
        found = _ARGUMENTS.fullmatch(self.interaction.text)
        if found is None:
            raise NotARef
        if code := spaced_code(f"{found['ref']} {found['rest']}"):
            return TicketRef(code), ""
        word = first_word(found["ref"])
        try:
            return self.services.account.read_ref(word, among_words=True), found["rest"]
        except BadInput:
            is_text = word.isalpha()  # the ref was omitted; anything else may be half a code
            kept = f"{found['ref']} {found['rest']}" if is_text else found["rest"]
            self.typed = unescape(kept).strip()
            raise

    def as_command(self, command: str, words: str) -> str:
        """Returns a command for a button, or "" if it has a public URL code or is too long."""
        text = f"{command} {words.strip()}".strip()
        refs = self.services.account.find_refs(text)
        for word in (first_word(text), first_word(words)):
            with suppress(BadInput):
                refs.append(self.services.account.read_ref(word))
        is_safe = not any(ref.is_public_code for ref in refs)
        return text if is_safe and len(text) <= MAX_COMMAND_LENGTH else ""

    def command_typed(self) -> str:
        """Returns the slash command without `typed`, because Slack does not show it to anybody.

        Returns "" if it has a public URL code.
        """
        text, end = unescape(self.interaction.text).strip(), self.typed.strip()
        if self.interaction.kind != "command" or not text.endswith(end):
            return ""
        command, _, words = text.removesuffix(end).partition(" ")
        typed = self.as_command(command, words)
        return f"/ticket {typed}".strip() if typed or not text else ""

    async def after_acknowledgement(self, work: Awaitable[T]) -> T:
        """Returns the result of `work`, or raises its error, after Slack got the acknowledgement.

        An earlier update of the form, such as an error, would be overwritten by the
        acknowledgement.
        """
        waiting = self.services.clock.sleep(ACKNOWLEDGE_SECONDS)
        result, _ = await asyncio.gather(work, waiting, return_exceptions=True)
        if isinstance(result, BaseException):
            raise result
        return result

    def type_value(self) -> None:
        """Runs the button's command as if it was typed; the answer replaces the button."""
        typed = CommandText.of_value(self.interaction.value).text
        self.interaction, self.in_place = self.interaction.typing(typed), True

    def offer_retry(self, text: str) -> None:
        """Makes a notice of an error offer *Try again*, which runs `text` as a command."""
        command, _, words = text.partition(" ")
        if typed := self.as_command(command, words):
            self.retry = (Id.COMMAND, CommandText(typed).to_value())

    def answering_at(self, answer_to: AnswerTo) -> "Context":
        """Returns a context that answers at `answer_to`."""
        return Context(self.interaction.clicked_at(answer_to), self.services)

    async def open_form(self, form: View) -> None:
        """Opens the form, on top of the clicked form if there is one.

        It replaces a failed form, and a third form unless that takes input.
        """
        await self._end_progress()
        await self._open_form(form)

    async def _open_form(self, form: View) -> None:
        clicked, slack = self.interaction, self.services.slack
        if clicked.kind == MESSAGE:
            words = " ".join(clicked.text.split(maxsplit=1)[1:])
            raise NeedsClick(self.as_command(clicked.word, words))
        has_no_room = clicked.is_in_third_form and not clicked.takes_input
        if clicked.form == Id.FAILED or has_no_room:
            await self.show_in_form(form)
        elif clicked.is_in_form:
            self.form_id = await slack.push_form(clicked.trigger_id, form)
        else:
            self.form_id = await slack.open_form(clicked.trigger_id, form)

    async def show_in_form(self, form: View | dict[str, Any]) -> str:
        """Returns the hash of the updated form.

        If the form was closed but the result `outlives_form`, it is posted as a message.
        """
        view_id = self.form_id or self.interaction.view_id
        try:
            self.drawn = await self.services.slack.update_form(view_id, form)
        except SlackDoesNotAnswer as error:
            if not (self.outlives_form and error.why == FORM_CLOSED and isinstance(form, View)):
                raise
            post = Post(form.title.text if form.title else "", form.blocks or [])
            await self.services.slack.post(self.interaction.user_id, post.to_dict())
        return self.drawn

    async def show_in_unchanged_form(self, form: View, known: str) -> None:
        """Updates the form unless it has changed since it had the hash `known`."""
        view_id = self.form_id or self.interaction.view_id
        await self.services.slack.update_form(view_id, form, known)

    async def _end_progress(self) -> None:
        """Prevents a progress message after the result."""
        if self.progress:
            await self.progress.end()

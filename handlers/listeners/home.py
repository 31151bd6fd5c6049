"""The app's Home is opened, and set up."""

from blocks.home import AS_IN_SLACK
from bot.domain.errors import StaleButton
from bot.i18n import LANGUAGES
from handlers.dispatch.context import Context


async def open_home(context: Context) -> None:
    """Slack says so each time somebody looks at the app; its other tabs are none of ours."""
    if context.interaction.message.get("tab", "home") != "home":
        return
    await context.services.preferences.opened_home(context.interaction.user_id)
    await context.services.homes.show(context.interaction.user_id)


async def choose_language(context: Context) -> None:
    language = "" if context.interaction.value == AS_IN_SLACK else context.interaction.value
    if language not in {"", *LANGUAGES}:
        raise StaleButton
    await context.services.preferences.choose_language(context.interaction.user_id, language)
    await context.services.homes.show(context.interaction.user_id)


async def hide_guide(context: Context) -> None:
    await context.services.preferences.hide_guide(context.interaction.user_id)
    await context.services.homes.show(context.interaction.user_id)

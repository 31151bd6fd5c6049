"""The app's Home is opened, and set up."""

from blocks.home import AS_IN_SLACK, LANGUAGES
from bot.domain.errors import StaleButton
from handlers.context import Context


async def open_home(context: Context) -> None:
    """Slack says so each time somebody looks at the app; its other tabs are none of ours."""
    if context.did.message.get("tab", "home") != "home":
        return
    await context.house.preferences.opened_home(context.did.user_id)
    await context.house.homes.show(context.did.user_id)


async def choose_language(context: Context) -> None:
    language = "" if context.did.value == AS_IN_SLACK else context.did.value
    if language not in {"", *LANGUAGES}:
        raise StaleButton
    await context.house.preferences.choose_language(context.did.user_id, language)
    await context.house.homes.show(context.did.user_id)


async def hide_guide(context: Context) -> None:
    await context.house.preferences.hide_guide(context.did.user_id)
    await context.house.homes.show(context.did.user_id)

"""The database: whether it is there and takes what is written, without writing."""

import os
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.doctor.finding import Finding, failed, ok
from bot.settings import Settings
from bot.storage.database import Database, Standing

CHECK = "DATABASE_URL"
_SAID = {
    Standing.EMPTY: "It is there and empty; the bot makes its tables when it starts.",
    Standing.OLDER: "It is of an older version; the bot brings it up to date when it starts.",
    Standing.CURRENT: "It is there, and of this version.",
    Standing.NEWER: "It is of a newer version than this bot, which gets along with it.",
}


async def examine_storage(settings: Settings) -> Finding:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        found = _file(Path(url.database))
        if found:
            return found
    database = Database(settings.database_url)
    try:
        standing = await database.standing()
    except (SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        message = f"It can't be opened ({type(cause).__name__}: {' '.join(str(cause).split())})."
        advice = "Is the server running, and are user, password and the database's name right?"
        return failed(CHECK, _without_password(message, url.password), advice)
    finally:
        await database.close()
    return ok(CHECK, _SAID[standing])


def _file(file: Path) -> Finding | None:
    """What can be said without opening it, where that is all."""
    folder = file.resolve().parent
    if not folder.is_dir():
        return failed(CHECK, f"There is no folder {folder}.", "Make it, for the bot's user.")
    if not os.access(folder, os.W_OK):  # SQLite keeps a journal beside its file
        advice = "Give the bot's user the right to, or name another place."
        return failed(CHECK, f"Nothing can be written in {folder}.", advice)
    if not file.exists():
        return ok(CHECK, f"The bot makes {file} when it starts.")
    if not os.access(file, os.W_OK | os.R_OK):
        return failed(CHECK, f"{file} can't be written.", "Give it to the bot's user.")
    return None


def _without_password(text: str, password: str | None) -> str:
    return text.replace(password, "…") if password else text

"""English and Japanese: texts, plurals and spans of time."""

from bot.i18n.translator import LANGUAGES, Translator, later

__all__ = ["LANGUAGES", "Translator", "later"]

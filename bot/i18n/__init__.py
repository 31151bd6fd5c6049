"""English and Japanese: texts, plurals and spans of time."""

from bot.i18n.translator import Translator, later

__all__ = ["Translator", "later"]

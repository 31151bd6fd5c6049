"""English and Japanese: texts, plurals and spans of time."""

from bot.i18n.translator import LANGUAGES, N_, Translator

__all__ = ["LANGUAGES", "N_", "Translator"]

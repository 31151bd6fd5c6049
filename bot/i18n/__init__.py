"""English and Japanese: texts, plurals, dates and durations."""

from bot.i18n.translator import LANGUAGES, N_, Translator

__all__ = ["LANGUAGES", "N_", "Translator"]

"""English and Japanese: texts, plurals, dates and durations."""

from bot.i18n.translator import LANGUAGES, N_, Translator, clock_time

__all__ = ["LANGUAGES", "N_", "Translator", "clock_time"]

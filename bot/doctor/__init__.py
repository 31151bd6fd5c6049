"""`python -m bot check`: what is wrong with the set-up, and what to do about it."""

from bot.doctor.examination import examine
from bot.doctor.report import report_json, report_text

__all__ = ["examine", "report_json", "report_text"]

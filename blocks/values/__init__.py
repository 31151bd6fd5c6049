"""The values of buttons in messages and forms, one type for each format.

Messages stay in Slack for years, so a type reads every format that its buttons ever had.
"""

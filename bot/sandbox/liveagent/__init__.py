"""A stand-in for LiveAgent's API, with an account that people and tests can play with.

It is written from LiveAgent's own documents and imports nothing of the bot.
"""

from bot.sandbox.liveagent.account import Account
from bot.sandbox.liveagent.faults import Fault, Faults
from bot.sandbox.liveagent.records import Agent, Call, Customer, Email, Message, Ticket
from bot.sandbox.liveagent.server import API_KEY, LiveAgentStandIn
from bot.sandbox.liveagent.switches import Switches

__all__ = [
    "API_KEY",
    "Account",
    "Agent",
    "Call",
    "Customer",
    "Email",
    "Fault",
    "Faults",
    "LiveAgentStandIn",
    "Message",
    "Switches",
    "Ticket",
]

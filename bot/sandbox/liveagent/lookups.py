"""The calls that read departments, agents, tags, queue lengths and the status."""

from bot.sandbox.liveagent import answers
from bot.sandbox.liveagent.account import Account
from bot.sandbox.liveagent.answers import Body
from bot.sandbox.liveagent.asking import Asked
from bot.sandbox.liveagent.calls import Perform
from bot.sandbox.liveagent.errors import Refused
from bot.sandbox.liveagent.records import Agent

VERSION = "5.61.4.20260401"
WAITING = {"new_count": "N", "customer_reply_count": "C", "chat_count": "T"}


def list_departments(account: Account, _asked: Asked) -> Body:
    return {
        "departments": [
            {
                "departmentid": one.id,
                "name": one.name,
                "description": one.description,
                "onlinestatus": "N" if one.deleted else "MC",
                "presetstatus": "S",
                "deleted": "Y" if one.deleted else "N",
            }
            for one in account.departments
        ]
    }


def list_department_agents(account: Account, asked: Asked) -> Body:
    department = account.department(asked.ref)
    return {
        "agents": [
            {
                "userid": one.id,
                "firstname": one.first_name,
                "lastname": one.last_name,
                "email": one.email,
                "onlinestatus": one.online,
            }
            for one in account.agents
            if department.id in one.departments
        ]
    }


def read_agent(account: Account, asked: Asked) -> Body:
    cut = account.switches.cuts_email_in_path
    return answers.agent(_agent(account, asked.ref.partition("@")[0] if cut else asked.ref))


def list_online_agents(account: Account, _asked: Asked) -> Body:
    return {
        "agentsOnlineStates": [
            {
                "id": one.id,
                "contactid": one.contact_id,
                "username": one.email,
                "firstname": one.first_name,
                "lastname": one.last_name,
                "avatar_url": "",
                "onlineStatus": one.online,
            }
            for one in account.agents
        ]
    }


def count_waiting(account: Account, _asked: Asked) -> Body:
    """Counts waiting tickets, as strings like real answers; postponed ones are not counted."""
    states = []
    for department in account.departments:
        statuses = [t.status for t in account.tickets.values() if t.department == department.id]
        counts = {name: statuses.count(letter) for name, letter in WAITING.items()}
        total = {"total_count": sum(counts.values()), "max_count": 0}
        texts = {name: str(count) for name, count in (counts | total).items()}
        online = {"onlineStatus": "MC", "presetStatus": "S"}
        if not department.deleted:
            states.append({"id": department.id, "name": department.name} | online | texts)
    return {"departmentsOnlineStates": states}


def list_tags(account: Account, _asked: Asked) -> Body:
    return {"tags": answers.all_tags(account)}


def read_application(account: Account, _asked: Asked) -> Body:
    return {
        "liveagentversion": VERSION,
        "gpfversion": "1.9.36",
        "dateinstalled": "2021-05-01 03:30:56",
        "datelatestupdate": "2026-04-01 08:09:18",
        "current_server_time": answers.written(account, account.clock()),
    }


def _agent(account: Account, identifier: str) -> Agent:
    agent = account.agent(identifier)
    if agent is None:
        raise Refused(detail=f"Agent {identifier} does not exist")
    return agent


LOOKUPS: tuple[tuple[str, str, Perform], ...] = (
    ("GET", "/departments", list_departments),
    ("GET", "/departments/{ref}/agents", list_department_agents),
    ("GET", "/agents/{ref}", read_agent),
    ("GET", "/onlinestatus/agents", list_online_agents),
    ("GET", "/onlinestatus/departments", count_waiting),
    ("GET", "/tags", list_tags),
    ("GET", "/application/status", read_application),
)

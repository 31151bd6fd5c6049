"""Who works at Acme, where, and the tags they use."""

from bot.sandbox.liveagent.records import Agent, Department, Tag

SUPPORT = "default"
SALES = "dep1s5a4"
JAPAN = "dep2jp00"

DEPARTMENTS = (
    Department(SUPPORT, "Support", "Questions on orders and products"),
    Department(SALES, "Sales", "Quotes and renewals"),
    Department(JAPAN, "日本サポート", "日本のお客様"),
    Department("dep0gone", "Returns (closed)", "Merged into Support", deleted=True),
)

AGENTS = (
    Agent(
        id="agent001",
        contact_id="cont0001",
        email="ann@acme.example",
        first_name="Ann",
        last_name="Agent",
        role="A",
        departments=(SUPPORT,),
    ),
    Agent(
        id="admin001",
        contact_id="cont0002",
        email="adam@acme.example",
        first_name="Adam",
        last_name="Admin",
        role="D",
        departments=(SUPPORT, SALES, JAPAN),
    ),
    Agent(
        id="owner001",
        contact_id="cont0003",
        email="olga@acme.example",
        first_name="Olga",
        last_name="Owner",
        role="O",
        departments=(SUPPORT, SALES, JAPAN),
    ),
    Agent(
        id="agent002",
        contact_id="cont0004",
        email="hanako@acme.example",
        first_name="花子",
        last_name="佐藤",
        role="A",
        departments=(JAPAN,),
    ),
    Agent(
        id="agent003",
        contact_id="cont0005",
        email="sam@acme.example",
        first_name="Sam",
        last_name="Sales",
        role="A",
        departments=(SALES,),
        online="N",
    ),
)

ANN, ADAM, OLGA, HANAKO, SAM = (agent.id for agent in AGENTS)

TAGS = (
    Tag("sh3j", "VIP", "FFFFFF", "B8860B"),
    Tag("8sd5", "Support", "FFFFFF", "2F6FEB"),
    Tag("rf9d", "Refund", "FFFFFF", "8250DF"),
    Tag("bg4u", "Bug", "FFFFFF", "CF222E"),
    Tag("jp5u", "至急", "FFFFFF", "D1242F"),
    Tag("shp1", "Shipping", "1F2328", "9BE9A8"),
    Tag("inv2", "Invoice & tax", "1F2328", "FFD8B5"),
    Tag("hnp7", "返品", "1F2328", "C8E1FF"),
)

VIP, SUPPORT_TAG, REFUND, BUG, URGENT, SHIPPING, INVOICE, RETURNS = (tag.id for tag in TAGS)

DELETED_TAG = "zz99"
"""Tickets still name it; `/tags` doesn't."""

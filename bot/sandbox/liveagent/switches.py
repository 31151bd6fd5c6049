"""Differences between LiveAgent servers."""

from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict


class Switches(BaseModel):
    """How this server behaves; the defaults are today's server at its best.

    Each switch may be changed at any time.
    """

    model_config = ConfigDict(
        validate_assignment=True, extra="forbid", arbitrary_types_allowed=True
    )

    # Older servers
    posts_by_id_only: bool = False
    """Before April 2026 a message could not be posted by code or public URL code."""
    status_needs_agent: bool = False
    """A status change without an agent is answered with OK, and nothing happens."""
    department_or_owner_required: bool = False
    unknown_ticket_is_404: bool = False
    known_customers_only: bool = False
    cuts_email_in_path: bool = False
    """`/agents/ann@acme.example` is read as `/agents/ann`."""

    reports_refused: bool = False
    """The key may not read reports."""

    # Spelling and form of the answers
    document_spelling: bool = False
    """List rows spell their keys as the document's examples do."""
    no_tickets: Literal["list", "null", "absent"] = "list"
    php_json: bool = True
    """Everything but ASCII is escaped, slashes too."""
    invalid_utf8: bool = False
    """U+FFFD goes out as one byte that is no UTF-8 (only without `php_json`)."""
    tag_colors: bool = True
    rows_tell_assignee: bool = False
    tells_postponed_until: bool = False
    exact_subject: bool = False
    ignores_owner: bool = False
    """Lists are not filtered by customer, although a customer is named."""
    ignores_offset: bool = False
    """Every page of a list is the first."""
    longest_page: int = 1000
    """Of a list, whatever is asked for."""

    # What happens to words
    appends_signature: bool = False
    tidies_html: bool = False
    converts_html: bool = False
    """`is_html_message=Y` is taken as: make HTML of this text."""
    resolving_emails: bool = False
    """A rule tells the customer that the ticket is resolved."""
    tag_deletion_ignores_name: bool = False
    """DELETE of tags removes them all, whatever it names."""

    # Files
    takes_files: bool = True
    keeps_files: bool = True
    """Off: attachments of a message are left out without a word."""
    files_as_rows: bool = True
    """Off: a file's message holds its name alone."""
    files_elsewhere: str = ""
    """The address on another host to which downloads are redirected."""

    # Postponed tickets
    oversleeps: bool = False
    """Tickets don't wake by themselves."""

    # Version 3
    v3_may_not: frozenset[str] = frozenset()
    """The names of calls that the key has no privilege for."""
    v3_old_grid: bool = False
    """The list of tickets has another name."""
    v3_ignores_filters: bool = False
    """As servers did silently until 2025."""
    v3_ignores_words: bool = False
    """A search by words finds every ticket."""
    v3_ignores_pages: bool = False
    """Every page of found tickets is the first."""
    v3_omits: frozenset[str] = frozenset()
    """The columns that rows of found tickets lack."""
    v3_zone: ZoneInfo | None = None
    """The zone of its times, if not the account's."""
    v3_reopen: Literal["epoch", "text", "iso", "local", "none"] = "epoch"
    """How a row says when its ticket wakes."""
    v3_needs_assignee: bool = False
    """As before March 2025, a change of an assigned ticket names its assignee."""
    v3_activity_by_user: bool = True
    """Whether agents in tickets are named by their user id, or by that of their contact."""

    # Pace
    keys_counted_apart: bool = False
    calls_per_minute: int = 180
    retry_after: str = ""
    """What the header says after too many calls; empty, there is none."""

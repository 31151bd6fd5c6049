"""Differences between LiveAgent servers."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Switches(BaseModel):
    """The defaults describe today's server at its best. Each may be changed at any time."""

    model_config = ConfigDict(validate_assignment=True, extra="forbid")

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

    # Pace
    calls_per_minute: int = 180
    retry_after: str = ""
    """What the header says after too many calls; empty, there is none."""

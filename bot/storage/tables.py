"""The tables. Times are seconds since 1970, by the clock of the database.

Those of other clocks are named in `clock_set_back.py`.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

metadata = MetaData()

outbox = Table(  # a column's `key` is its name in Python; the database keeps older names
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True, key="idempotency_key"),
    Column("once", Text, unique=True, key="dedup_key"),  # None once the row has ended
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("operation", JSON, nullable=False),
    Column("ticket_id", Text, nullable=False),
    Column("slack_user", Text, nullable=False),
    Column("response_url", Text, nullable=False, default="", key="answer_to"),
    Column("state", Text, nullable=False),
    Column("is_open", Boolean, nullable=False),  # delivery is not finished
    Column("due", Double, nullable=False),
    Column("attempt", Integer, nullable=False, default=0, key="lease_token"),
    Column("is_doubtful", Boolean, nullable=False, default=False, key="is_uncertain"),
    Column("is_confirmed", Boolean, nullable=False, default=False),  # Send anyway
    Column("gives_way", Boolean, nullable=False, default=False, key="yields_while_held"),
    Column("looks", Integer, nullable=False, default=0, key="verify_count"),
    Column("failures", Integer, nullable=False, default=0),
    Column("baseline", JSON),
    Column("settled", Text, nullable=False, default="", key="remote_id"),
    Column("outcome", JSON),
    Column("notice_channel", Text, nullable=False, default=""),
    Column("notice_ts", Text, nullable=False, default=""),
    Column("told", Text, nullable=False, default="", key="notified"),  # the last notified state
    Column("telling", Double, nullable=False, default=0, key="notify_lease"),  # its end
    Column("created", Double, nullable=False),
    Column("finished", Double),
    Column("batch", Text, nullable=False, server_default=""),  # its rows share a notice
    Column("reference", Text, nullable=False, server_default=""),  # the click's error id
    Column("is_blank", Boolean, nullable=False, server_default=false()),  # its text was erased
    Column("code", Text, nullable=False, server_default=""),  # the ticket's, if known
    Column("taken", Double, nullable=False, server_default="0", key="claimed"),  # the last time
    Column("breakdowns", Integer, nullable=False, server_default="0", key="crashes"),
    Column("is_behind", Boolean, nullable=False, server_default=false(), key="is_queued"),
    Column("answer_uses", Integer, nullable=False, server_default="0"),  # its `ResponseUrl`'s
    Column("remind_at", Double, nullable=False, server_default="0"),  # for trouble; 0 for never
    Column("link_tries", Integer, nullable=False, server_default="0"),  # to post it in a thread
    Column("link_result", Text, nullable=False, server_default=""),  # the post, or why none
    Column("wakes_at", Double, nullable=False, server_default="0"),  # to notify its author; 0: done
    Column("wakes_lease", Double, nullable=False, server_default="0"),  # its end
    Column("waits_for_slack", Boolean, nullable=False, server_default=false()),
    # The state whose notice Slack did not accept, and since when.
    Column("untold", Text, nullable=False, server_default="", key="unsent_notice"),
    Column("untold_since", Double, nullable=False, server_default="0", key="unsent_since"),
    Column("notify_due", Double, nullable=False, server_default="0"),  # the next try
)
Index(
    "outbox_open",
    outbox.c.due,
    sqlite_where=text("is_open = 1"),  # spelled as in the queries
    postgresql_where=outbox.c.is_open,
)
Index(
    "outbox_untold",
    outbox.c.id,
    sqlite_where=outbox.c.notified != outbox.c.state,
    postgresql_where=outbox.c.notified != outbox.c.state,
)
Index(
    "outbox_reminders",
    outbox.c.remind_at,
    sqlite_where=outbox.c.remind_at > 0,
    postgresql_where=outbox.c.remind_at > 0,
)
Index(
    "outbox_wakes",
    outbox.c.wakes_at,
    sqlite_where=outbox.c.wakes_at > 0,
    postgresql_where=outbox.c.wakes_at > 0,
)
Index("outbox_ticket", outbox.c.ticket_id, outbox.c.id)
Index(
    "outbox_code",
    outbox.c.code,
    sqlite_where=text("is_open = 1"),
    postgresql_where=outbox.c.is_open,
)
Index(
    "outbox_batch",
    outbox.c.batch,
    sqlite_where=outbox.c.batch != "",
    postgresql_where=outbox.c.batch != "",
)
Index("outbox_user", outbox.c.slack_user, outbox.c.id)
Index("outbox_kept", outbox.c.is_blank, outbox.c.finished)

mailed = Table(  # replies and new tickets whose mail may still be returned
    "mailed",
    metadata,
    Column("row_id", Integer, primary_key=True, autoincrement=False),  # the outbox's
    Column("due", Double, nullable=False),  # the next check, or the end of a lease
    Column("looks", Integer, nullable=False, server_default="0"),
    Index("mailed_due", "due"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Double, nullable=False),
    Column("ticket_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("slack_user", Text, nullable=False),
    Column("agent", Text, nullable=False),  # the name at that time
    Column("state", Text, nullable=False),
    Column("outcome", JSON),
    Index("audit_ticket", "ticket_id", "id"),
    Index("audit_at", "at"),
)

presence = Table(
    "presence",
    metadata,
    Column("ticket_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("slack_user", Text, primary_key=True),
    Column("opened", Double, nullable=False),
)

recent = Table(
    "recent",
    metadata,
    Column("slack_user", Text, primary_key=True),
    Column("ticket_id", Text, primary_key=True),
    Column("at", Double, nullable=False),
)

open_forms = Table(
    "open_forms",
    metadata,
    Column("view_id", Text, primary_key=True),
    Column("ticket_id", Text, nullable=False),
    Column("others", JSON, nullable=False),  # the ids of the tickets of its list
    Column("at", Double, nullable=False),
    Index("open_forms_at", "at"),
)

digests = Table(
    "digests",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("channel", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("settings", JSON, nullable=False),  # what the form sets
    Column("created_by", Text, nullable=False),
    Column("is_paused", Boolean, nullable=False, default=False),
    Column("due", Double, nullable=False),
    Column("last", JSON(none_as_null=True)),  # status and last change by ticket, as of the last run
    Column("last_posted", Double),
    Column("days", JSON(none_as_null=True)),  # figures of the last days, by local date
    Column("last_came", Double),  # when the channel last got a message
    Column("key", Text),  # identifies the submission that created it
    Index("digests_key", "key", unique=True),
    Index("digests_channel", "channel"),
    Index("digests_due", "due"),
    sqlite_autoincrement=True,  # an id is never reused
)

runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest_id", Integer, nullable=False),
    Column("due", Double, nullable=False),
    Column("state", Text, nullable=False),  # open, posted, or given_up
    Column("ready", Double, nullable=False, default=0),  # until then it is leased or waits
    Column("attempt", Integer, nullable=False, default=0, key="lease_token"),
    Column("failures", Integer, nullable=False, default=0),
    Column("ts", Text, nullable=False, default=""),
    Column(
        "is_extra", Boolean, nullable=False, server_default=false()
    ),  # in addition to the schedule
    UniqueConstraint("digest_id", "due"),
    Index("runs_state", "state", "ready"),
)
Index(  # a digest has one open run at a time
    "runs_open",
    runs.c.digest_id,
    unique=True,
    sqlite_where=runs.c.state == "open",
    postgresql_where=runs.c.state == "open",
)

preferences = Table(
    "preferences",
    metadata,
    Column("slack_user", Text, primary_key=True),
    Column("filter", JSON(none_as_null=True)),  # the last list's
    Column("language", Text, nullable=False, server_default=""),  # "": Slack's
    Column("hides_guide", Boolean, nullable=False, server_default=false()),
    Column("home_opened", Double, nullable=False, server_default="0"),
    Column("welcomed", Boolean, nullable=False, server_default=false()),
    Column(
        "hears_everything",
        Boolean,
        nullable=False,
        server_default=false(),
        key="wants_all_notices",
    ),
    Column("after_sending", Text, nullable=False, server_default=""),  # the last reply's status
    Column("postpone_times", Text, nullable=False, server_default=""),  # a line each, as typed
)

rounds = Table(
    "rounds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("slack_user", Text, nullable=False),
    Column("stops", JSON, nullable=False),
    Column("position", Integer, nullable=False),
    Column("done", JSON, nullable=False),  # pairs of a ticket's id and a row of the outbox
    Column("created", Double, nullable=False),
    Column("left_out", Integer, nullable=False, server_default="0"),  # tickets beyond the stops
)

readiness = Table(
    "readiness",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("written", Double, nullable=False),  # by the last bot that was probed
)

ticket_messages = Table(  # no column holds a word of the mail
    "ticket_messages",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("channel", Text, nullable=False),
    Column("ts", Text, nullable=False),
    Column("ticket_id", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("shown_as", Text, nullable=False),
    Column("slack_user", Text, nullable=False),  # who shared it, or whose card it is
    Column("shows_subject", Boolean, nullable=False),
    Column("language", Text, nullable=False),
    Column("comment", Text, nullable=False),  # typed by who shared it
    Column("response_url", Text, nullable=False),
    Column("uses", Integer, nullable=False),  # what following took of the response_url
    Column("content", Text, nullable=False),  # a digest of what it showed last
    Column("touched", Double, nullable=False),  # when it was posted, clicked or redrawn
    Column("changes", Integer, nullable=False),  # reported of the ticket
    Column("changed", Double, nullable=False),  # when the last was reported
    Column("due", Double, nullable=False),  # when it is redrawn, 0 for never; or a lease's end
    Column("claimed", Double, nullable=False),  # the last time
    Column("lease_token", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("is_resting", Boolean, nullable=False),  # follows no more
    Column("is_deleted", Boolean, nullable=False),  # by hand, so it is not posted again
    UniqueConstraint("channel", "ts", "ticket_id"),
    Index("ticket_messages_ticket", "ticket_id"),
    Index("ticket_messages_channel", "channel", "claimed"),
    Index("ticket_messages_touched", "touched"),
    Index("ticket_messages_kind", "shown_as", "is_resting"),
)
Index(
    "ticket_messages_due",
    ticket_messages.c.due,
    sqlite_where=text("due > 0"),  # spelled as in the queries
    postgresql_where=ticket_messages.c.due > 0,
)
Index(
    "ticket_messages_code",
    ticket_messages.c.code,
    sqlite_where=text("code != ''"),
    postgresql_where=ticket_messages.c.code != "",
)

watch = Table(
    "watch",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # there is one row
    Column("due", Double, nullable=False),  # of the next poll
    Column("lease", Double, nullable=False),  # its end
    Column("token", Integer, nullable=False, key="lease_token"),  # the number of claims
    Column("failures", Integer, nullable=False),
    Column("polled", Double, nullable=False),  # the last poll that LiveAgent answered
    Column("state", JSON(none_as_null=True)),  # None while nothing subscribes
)

watched = Table(  # times are LiveAgent's
    "watched",
    metadata,
    Column("ticket_id", Text, primary_key=True),
    Column("code", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("department_id", Text, nullable=False),
    Column("assignee_id", Text),
    Column("changed", Double),
    Column("since", Double),
    Column("message_ids", JSON, nullable=False),
    Column("read_at", Double),
    Column("stored", Double, nullable=False),
    Index("watched_stored", "stored"),
)

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("ticket_id", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("stored", Double, nullable=False),
    Column("message_id", Text, nullable=False, server_default=""),
    Index("changes_ticket", "ticket_id", "id"),
    Index("changes_stored", "stored"),
    sqlite_autoincrement=True,  # positions must never go back
)

Index(
    "changes_message",
    changes.c.message_id,
    sqlite_where=text("message_id != ''"),
    postgresql_where=changes.c.message_id != "",
)

change_readers = Table(
    "change_readers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", Integer, nullable=False),  # the last change that it has handled
    Column("lease", Double, nullable=False),
    Column("token", Integer, nullable=False, key="lease_token"),
    Column("failures", Integer, nullable=False),
)

live_channels = Table(
    "live_channels",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("settings", JSON, nullable=False),  # what the form sets
    Column("created_by", Text, nullable=False),
    Column("is_paused", Boolean, nullable=False),
    Column("posted", Double, nullable=False),  # the last message, to keep Slack's pace
)

live_events = Table(
    "live_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("channel", Text, nullable=False),
    Column("ticket_id", Text, nullable=False),  # "" for what is summed up
    Column("change_id", Integer, nullable=False),
    Column("what", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("stored", Double, nullable=False),
    Column("due", Double, nullable=False),  # or the end of a lease
    Column("token", Integer, nullable=False, key="lease_token"),
    Column("tries", Integer, nullable=False),
    Column("is_open", Boolean, nullable=False),
    UniqueConstraint("channel", "change_id"),
    Index("live_events_stored", "stored"),
)
Index(
    "live_events_open",
    live_events.c.channel,
    live_events.c.due,
    sqlite_where=text("is_open = 1"),  # spelled as in the queries
    postgresql_where=live_events.c.is_open,
)

ticket_listeners = Table(
    "ticket_listeners",
    metadata,
    Column("slack_user", Text, primary_key=True),
    Column("mode", Text, nullable=False),
    Column("hours", JSON, nullable=False),
    Column("agent_id", Text, nullable=False),  # theirs in LiveAgent
    Column("channel", Text, nullable=False, server_default=""),  # the bot's with them
    Column("ready", Double, nullable=False, server_default="0"),  # until then it is leased or waits
    Column("token", Integer, nullable=False, server_default="0", key="lease_token"),
    Column("failures", Integer, nullable=False, server_default="0"),
)

ticket_news = Table(  # no column holds a word of the mail
    "ticket_news",
    metadata,
    Column("slack_user", Text, primary_key=True),
    Column("ticket_id", Text, primary_key=True),  # "" for what is summed up
    Column("code", Text, nullable=False),
    Column("answers", Integer, nullable=False),
    Column("is_assigned", Boolean, nullable=False),
    Column("assigned_by", Text, nullable=False),
    Column("change_id", Integer, nullable=False),  # the last that counts
    Column("changed", Double, nullable=False),  # when that was stored
    Column("ts", Text, nullable=False),  # its message
    Column("pinged", Double, nullable=False),  # when there was a new message
    Column("wants_ping", Boolean, nullable=False),
    Column("posting", Text, nullable=False),  # identifies a post that may have been made
    Column("due", Double, nullable=False),  # 0 for never
    Column("failures", Integer, nullable=False, server_default="0"),  # to read the ticket
    Index("ticket_news_changed", "changed"),
)
Index(
    "ticket_news_due",
    ticket_news.c.slack_user,
    ticket_news.c.due,
    sqlite_where=text("due > 0"),  # spelled as in the queries
    postgresql_where=ticket_news.c.due > 0,
)

answers = Table(
    "answers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),  # identifies the form that added it
    Column("name", Text, nullable=False),
    Column("rich_text", JSON, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("department", JSON(none_as_null=True)),  # id and name
    Column("after_sending", JSON, nullable=False),  # what the reply then does
    sqlite_autoincrement=True,  # an id is never reused
)

overdue_alerts = Table(  # no column holds a word of the mail
    "late_alerts",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("settings", JSON, nullable=False),  # what the form sets
    Column("created_by", Text, nullable=False),
    Column("is_paused", Boolean, nullable=False),
    Column("told", JSON, nullable=False, key="state"),  # what the channel was notified of
    Column("due", Double, nullable=False),  # or the end of a lease
    Column("token", Integer, nullable=False, key="lease_token"),
)

files = Table(  # of rows of the outbox, until they have arrived
    "files",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("row_id", Integer, nullable=False),
    Column("slack_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False),  # what its content shows
    Column("size", Integer, nullable=False),  # 0 until all of it is there
    Column("remote_id", Text, nullable=False),  # LiveAgent's, once it is uploaded
    Column("failures", Integer, nullable=False),  # uploads whose outcome is not known
    Column("is_kept", Boolean),  # whether the ticket then had it, once known
    Column("stored", Double, nullable=False),
    UniqueConstraint("row_id", "slack_id"),
    Index("files_stored", "stored"),
    sqlite_autoincrement=True,  # parts of another download must never count as its own
)

file_parts = Table(
    "file_parts",
    metadata,
    Column("file_id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

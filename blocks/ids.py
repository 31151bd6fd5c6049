"""The names that Slack sends back. Old cards stand in channels for years: never rename one."""

from enum import StrEnum


class Id(StrEnum):
    # Shortcuts
    OPEN_TICKET = "open_ticket"
    NEW_TICKET = "new_ticket"
    CREATE_FROM_MESSAGE = "create_from_message"
    NOTE_FROM_MESSAGE = "note_from_message"

    # Reading
    REFRESH_CARD = "refresh_card"
    SHOW_CONVERSATION = "show_conversation"
    TURN_PAGE = "turn_page"
    SHOW_MESSAGE = "show_message"
    TURN_MESSAGE = "turn_message"
    OPEN_IN_LIVEAGENT = "open_in_liveagent"
    SHOW_QUEUE = "show_queue"
    SHOW_HELP = "show_help"
    LIST = "list_tickets"
    TURN_LIST = "turn_list"
    FIND = "find_tickets"
    GO_THROUGH = "go_through"
    SKIP = "skip"
    CONVERSATION = "conversation"
    SHARE = "share"
    REFRESH_SHARED = "refresh_shared"

    # Home
    HIDE_GUIDE = "hide_guide"
    CHOOSE_LANGUAGE = "choose_language"

    # Operations: the kinds of the table, as buttons and as forms
    REPLY = "reply"
    NOTE = "note"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    MARK_ANSWERED = "mark_answered"
    TAGS = "tags"
    TRANSFER = "transfer"
    ASSIGN = "assign"
    CREATE = "create"
    DELETE = "delete"
    MORE = "more"

    # Fields
    MESSAGE = "message"
    THEN = "then"
    EMAIL_CUSTOMER = "email_customer"
    NOTE_TEXT = "note_text"
    TICKET = "ticket"
    NEW_TAGS = "new_tags"
    DEPARTMENT = "department"
    AGENT = "agent"
    REASON = "reason"
    CONFIRM = "confirm"
    WRITER = "writer"
    CUSTOMER_EMAIL = "customer_email"
    CUSTOMER_NAME = "customer_name"
    SUBJECT = "subject"
    COPIES = "copies"
    STATUS = "status"
    COMMENT = "comment"
    SHOW_SUBJECT = "show_subject"
    ADD_THREAD = "add_thread"
    SINCE = "since"
    UNTIL = "until"
    ORDER = "order"
    MINE = "mine"

    NAME = "name"
    DAYS = "days"
    TIMES = "times"
    ZONE = "zone"
    LANGUAGE = "language"
    WHAT = "what"
    SHOWS = "shows"
    EMPTY = "empty"

    # Digests
    DIGEST = "digest"
    ADD_DIGEST = "add_digest"
    CHANGE_DIGEST = "change_digest"
    PAUSE_DIGEST = "pause_digest"
    RESUME_DIGEST = "resume_digest"
    SEND_DIGEST = "send_digest"
    PREVIEW_DIGEST = "preview_digest"
    REMOVE_DIGEST = "remove_digest"
    SHOW_DIGEST = "show_digest"

    # Decisions on notices
    UNDO = "undo"
    SEND_NOW = "send_now"
    SEND_ANYWAY = "send_anyway"
    TRY_AGAIN = "try_again"
    DISCARD = "discard"
    EDIT = "edit"

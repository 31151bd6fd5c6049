"""Slack's error codes, grouped by what they mean for the bot."""

MESSAGE_GONE = "message_not_found"  # somebody has deleted it
THREAD_GONE = {MESSAGE_GONE, "thread_not_found"}
FORM_CLOSED = "not_found"  # the form is not open any more
BLOCK_REFUSED = "invalid_blocks"  # also where Slack does not know a kind of block

CONTENT_REFUSED = {BLOCK_REFUSED, "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
"""Slack does not take this message, whenever it is sent."""

_CANT_POST = {"channel_is_archived", "channel_not_found", "is_archived", "not_in_channel"}
_RESTRICTED = "restricted_action"  # Slack adds kinds of it, such as restricted_action_…
CANT_REPLY = THREAD_GONE | {
    "cannot_reply_to_message",
    "restricted_action_non_threadable_channel",
    "restricted_action_thread_locked",
}
"""Nothing can be posted in the thread."""
CANT_UPDATE = {MESSAGE_GONE, "cant_update_message", "edit_window_closed"}
"""The message can't be changed."""
CANT_CHANGE = CANT_UPDATE | {
    "cant_delete_message",
    "channel_not_found",
    "is_archived",
    "is_inactive",
    "not_in_channel",
}
"""The message can be neither changed nor deleted, or no message in its channel can."""
CANT_READ = {"channel_not_found", "missing_scope", "no_permission", "not_in_channel"}
"""The bot may not see the channel or the post."""
USER_GONE = {"user_disabled", "user_not_found", "user_not_visible"}
"""Nobody reads direct messages to the user."""

FINAL = {
    "account_inactive",
    "invalid_auth",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "token_expired",
    "token_revoked",
}
"""No retry succeeds with this token."""


def cant_post(why: str) -> bool:
    """Whether no message can be posted in the channel until somebody changes it."""
    return why in _CANT_POST or (why.startswith(_RESTRICTED) and why not in CANT_REPLY)

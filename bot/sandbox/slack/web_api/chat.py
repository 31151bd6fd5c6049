"""`chat.*`."""

from bot.sandbox.slack.channels import Channel, Message
from bot.sandbox.slack.complete import completed
from bot.sandbox.slack.encode import Names, links_in
from bot.sandbox.slack.limits import check_blocks, refusal_of_message
from bot.sandbox.slack.people import TEAM_DOMAIN
from bot.sandbox.slack.web_api.arguments import needed
from bot.sandbox.slack.wire import Json, SlackRefused, invalid
from bot.sandbox.slack.workspace import Workspace


class TooFast(Exception):
    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def post_message(slack: Workspace, asked: Json) -> Json:
    channel = _writable(slack, needed(asked, "channel"))
    refuse_bad_message(asked)
    if unknown := slack.unknown_blocks & {block["type"] for block in asked.get("blocks") or ()}:
        raise invalid("invalid_blocks", [f"unsupported type: {each}" for each in sorted(unknown)])
    _refuse_bad_metadata(asked)
    if wait := slack.rates.seconds_to_wait(channel.id):
        raise TooFast(wait)
    message = slack.post(channel.id, asked)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "message": message.described(with_metadata=True),
    }


def post_ephemeral(slack: Workspace, asked: Json) -> Json:
    channel = _writable(slack, needed(asked, "channel"))
    user = slack.user(needed(asked, "user"))
    if user.id not in channel.members:
        raise SlackRefused("user_not_in_channel")
    refuse_bad_message(asked)
    return {"message_ts": slack.post(channel.id, asked, to=user.id).ts}


def update(slack: Workspace, asked: Json) -> Json:
    message = slack.message(needed(asked, "channel"), needed(asked, "ts"))
    if not message.is_bots or message.only_for:
        raise SlackRefused("cant_update_message")
    content = {"text": message.text if asked.get("blocks") else "", **asked}
    refuse_bad_message(content)
    slack.edit(message, content)
    return {
        "channel": message.channel_id,
        "ts": message.ts,
        "text": message.text,
        "message": message.described(),
    }


def delete(slack: Workspace, asked: Json) -> Json:
    message = slack.message(needed(asked, "channel"), needed(asked, "ts"))
    if not message.is_bots or message.only_for:
        raise SlackRefused("cant_delete_message")
    slack.remove(message)
    return {"channel": message.channel_id, "ts": message.ts}


def permalink(slack: Workspace, asked: Json) -> Json:
    message = slack.message(needed(asked, "channel"), needed(asked, "message_ts"))
    path = f"archives/{message.channel_id}/p{message.ts.replace('.', '')}"
    return {
        "channel": message.channel_id,
        "permalink": f"https://{TEAM_DOMAIN}.slack.com/{path}",
    }


def unfurl(slack: Workspace, asked: Json) -> Json:
    message = slack.message(needed(asked, "channel"), needed(asked, "ts"))
    known = set(links_in(Names(slack.users, slack.channels), _typed(message)))
    unfurls: Json = asked.get("unfurls") or {}
    for url, preview in unfurls.items():
        if url not in known:
            raise SlackRefused("cannot_unfurl_url")
        if problems := list(check_blocks(preview.get("blocks", []), "message")):
            raise invalid("invalid_blocks", problems)
    message.attachments = [
        {"from_url": url, "blocks": completed(preview.get("blocks", []))}
        for url, preview in unfurls.items()
    ]
    slack.changes.tell()
    return {}


def refuse_bad_message(content: Json) -> None:
    refusal = refusal_of_message(content)
    if refusal:
        raise invalid(*refusal)


def _writable(slack: Workspace, channel_id: str) -> Channel:
    channel = slack.direct(channel_id) if channel_id in slack.users else slack.channel(channel_id)
    if channel.is_archived:
        raise SlackRefused("is_archived")
    if channel.is_restricted:
        raise SlackRefused("restricted_action")
    if not channel.has_bot and "chat:write.public" not in slack.app.scopes:
        raise SlackRefused("not_in_channel")
    return channel


def _refuse_bad_metadata(asked: Json) -> None:
    metadata = asked.get("metadata")
    if metadata is None:
        return
    is_right = (
        isinstance(metadata, dict)
        and isinstance(metadata.get("event_type"), str)
        and isinstance(metadata.get("event_payload"), dict)
    )
    if not is_right:
        raise SlackRefused("invalid_metadata_format")


def _typed(message: Message) -> str:
    return message.text.replace("<", " ").replace(">", " ").replace("|", " ").replace("&amp;", "&")

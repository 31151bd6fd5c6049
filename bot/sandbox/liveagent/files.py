"""Files: uploaded, attached to messages, and downloaded with the key."""

from collections.abc import Sequence
from http import HTTPStatus

from aiohttp import web

from bot.sandbox.liveagent.account import Account
from bot.sandbox.liveagent.answers import Body
from bot.sandbox.liveagent.asking import Asked
from bot.sandbox.liveagent.errors import Refused
from bot.sandbox.liveagent.records import File

PATH = "/files"


def upload_file(account: Account, asked: Asked) -> Body:
    if not account.switches.takes_files:
        raise Refused("Files are not allowed", http=404)
    if asked.file is None:
        raise Refused(detail="Parameter file is required")
    name, kind, content = asked.file
    file = File(account.ids.make("file"), name, kind, content)
    account.files[file.id] = file
    account.uploaded.append(file)
    size = {"size": len(content)}
    return {"status": "OK", "statuscode": 0, "id": file.id, "name": name, "type": kind} | size


def attached(account: Account, asked: Asked, letter: str = "F") -> Sequence[tuple[str, str]]:
    """Returns the messages of a message's files; each file can be attached once."""
    ids = [each for each in asked["attachments"].split(",") if each]
    if not account.switches.keeps_files:
        return ()
    if any(each not in account.files or each in account.attached for each in ids):
        raise Refused(detail="Unknown attachment")
    account.attached.update(ids)
    return [(letter, account.file_text(account.files[each])) for each in ids]


def downloads(account: Account, api_key: str) -> list[web.RouteDef]:
    """Returns the route; with `files_elsewhere`, another host serves the content."""

    async def download(request: web.Request) -> web.Response:
        """With `files_elsewhere`, another host serves the content."""
        if request.query.get("apikey") != api_key:
            return web.Response(status=HTTPStatus.FORBIDDEN, text="no key")
        file = account.files.get(request.match_info["id"])
        if file is None:
            raise web.HTTPNotFound
        if elsewhere := account.switches.files_elsewhere:
            raise web.HTTPFound(elsewhere)
        return web.Response(body=file.content, content_type=file.type)

    return [web.get(f"{PATH}/{{id}}/{{name:.*}}", download)]

"""Errors that LiveAgent answers with."""

from http import HTTPStatus


class Refused(Exception):
    """Becomes the API's JSON error; `detail` is its debugmessage."""

    def __init__(
        self,
        message: str = "common processing error",
        *,
        http: int = HTTPStatus.INTERNAL_SERVER_ERROR,
        statuscode: int | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.http = int(http)
        self.statuscode = self.http if statuscode is None else statuscode
        self.detail = detail


class UnknownTicket(Refused):
    def __init__(self, ref: str, *, http: int) -> None:
        super().__init__(http=http, detail=f"Conversation {ref} does not exist")

"""Probes an address without any key, and explains failures."""

from dataclasses import dataclass

import aiohttp
from yarl import URL

SECONDS = 8.0
MAX_BODY_LENGTH = 100_000


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. `leads_to` is the origin of its redirection, "" for none."""

    status: int
    body: bytes
    leads_to: str


@dataclass(eq=False)
class Unreachable(Exception):
    """There was no answer: why, and what to do."""

    why: str
    advice: str


async def probe(session: aiohttp.ClientSession, url: str) -> Answer:
    """Returns the answer, without following redirections. Raises `Unreachable`."""
    place = URL(url).host or url
    try:
        async with session.get(
            url, timeout=aiohttp.ClientTimeout(total=SECONDS), allow_redirects=False
        ) as answer:
            body = await answer.content.read(MAX_BODY_LENGTH)
            return Answer(answer.status, body, _origin(answer))
    except aiohttp.ClientConnectorDNSError:
        why, advice = (
            "the name does not exist",
            "Check for a typing error, or ask whoever runs your DNS.",
        )
    except aiohttp.ClientProxyConnectionError:
        why, advice = "the proxy does not answer", "Check HTTPS_PROXY and NO_PROXY."
    except aiohttp.ClientConnectorCertificateError:
        why = "its certificate is not trusted"
        advice = (
            "It has expired, is for another name, or is signed by an authority that this machine "
            "does not know: for a company's own, set SSL_CERT_FILE to its certificates."
        )
    except aiohttp.ClientSSLError:
        why = "no encrypted connection can be made"
        advice = "Check whether the address begins with https:// but should begin with http://."
    except aiohttp.ClientConnectorError:
        why = "the connection is refused or there is no route to it"
        advice = "Check address and port, and whether a firewall blocks this machine."
    except TimeoutError:
        why = f"no answer within {SECONDS:g} seconds"
        advice = "Check whether a firewall or proxy is in between, and try again."
    except (aiohttp.ClientError, ValueError, OSError) as error:
        why = f"the connection broke ({type(error).__name__})"
        advice = "Try again; check whether a proxy is in between."
    raise Unreachable(f"{place} can't be reached: {why}.", advice) from None


def _origin(answer: aiohttp.ClientResponse) -> str:
    location = answer.headers.get("Location", "")
    try:
        return str(answer.url.join(URL(location)).origin()) if location else ""
    except ValueError:
        return ""

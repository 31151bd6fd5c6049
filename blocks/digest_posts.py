"""Builds the post of a digest of any kind."""

from blocks.digest_remarks import AS_USUAL, Posting
from blocks.digests import digest_post
from blocks.text import Post
from blocks.week import week_post
from bot.domain.digest import Contents, Digest
from bot.domain.ref import Account
from bot.domain.week import Week
from bot.i18n import Translator


def post_of(
    digest: Digest,
    found: Contents | Week,
    t: Translator,
    account: Account,
    how: Posting = AS_USUAL,
) -> Post:
    """Returns the post of what was gathered for the digest."""
    if isinstance(found, Week):
        return week_post(digest, found, t, account, how)
    return digest_post(digest, found, t, account, how)

"""Two who add a party of one address wait for each other: a call for a call, and either for an import of any length.

A claim is a row by the digest of the address, held by its writer until the commit. Locks of rows stand in the rows: an
import of a million people claims them all, where advisory locks would fill the server's table of locks after some
thousands, and nobody waits but who adds one of the same people. Claimed before a number is given, always: who holds a
number waits for nothing else.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection

from complaints.models import AddressClaim

KEPT = timedelta(days=1)
# In one order, so that two who claim several never wait for each other.
CLAIM = """
    INSERT INTO complaints_addressclaim (place, at)
    SELECT place, now() FROM (SELECT DISTINCT hashtextextended(address, 7301) AS place FROM {addresses}) places ORDER BY place
        ON CONFLICT (place) DO UPDATE SET at = EXCLUDED.at
"""
CLAIM_THESE = CLAIM.format(addresses="unnest(%s::text[]) AS address")


def claim(addresses: Iterable[str]) -> bool:
    """Wait for whoever adds a party of these numbers, e-mails in small letters and codes; false where there is none."""
    named = sorted({address for address in addresses if address})
    if named:
        with connection.cursor() as cursor:
            cursor.execute(CLAIM_THESE, [named])
    return bool(named)


def forget(*, now: datetime) -> int:
    """A claim says nothing once its transaction has ended."""
    return AddressClaim.objects.filter(at__lt=now - KEPT).delete()[0]

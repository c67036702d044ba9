"""What this app tells the apps above it, once the deed is committed."""

from django.dispatch import Signal

# Sent with `case_id` when a case has been closed: surveys invite, indicators count.
case_closed = Signal()

"""What this app tells the apps above it, once the deed is committed where nothing else is said."""

from django.dispatch import Signal

# Sent with `case_id` when a case has been closed: surveys invite, indicators count.
case_closed = Signal()
# Sent with `case_id` and `outcome` when a complaint has been decided: the person is asked how it was handled.
complaint_decided = Signal()
# Sent with `case_id` and `cause_id` when a lesson was kept on a complaint: quality may make an improvement of it.
complaint_lesson_learned = Signal()
# Sent with `contact_id` and the `channel`'s code when a contact was logged: those who were served at the counter are asked.
contact_logged = Signal()
# Sent with `case_id`, in the transaction of the deed, when a case was restricted or a person was named in its complaint:
# what somebody held of it goes to whoever may see it.
case_hidden_from_some = Signal()

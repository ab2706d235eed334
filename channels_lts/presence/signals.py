from django.dispatch import Signal

# People have come to a scope, or gone for good. `changes`: {user key as text: whether they are
# here now}. Receivers must send frames at once (immediately=True), since what they announced is
# checked afterwards. After a crash, or a quick return, the same change may be sent twice.
presence_diff = Signal(providing_args=["scope", "changes"])

# The number of people in these scopes has changed. Sent once per turn, for all.
presence_count = Signal(providing_args=["scopes"])

from django.dispatch import Signal

# People have come to a scope, or gone for good. `changes`: {key of the user as text: whether they
# are here now}. Receivers send frames at once (immediately=True), since what they told is checked
# afterwards. After a crash, or when people change their mind, the same may be told twice.
presence_diff = Signal(providing_args=["scope", "changes"])

# The number of people in these scopes is another one. Sent once a turn, for all.
presence_count = Signal(providing_args=["scopes"])

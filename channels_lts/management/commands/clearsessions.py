from django.contrib.sessions.management.commands import clearsessions

from channels_lts.auth.receivers import session_models
from channels_lts.auth.sweeper import Sweeper


class Command(clearsessions.Command):
    """Django's would load all expired sessions, since deleting them closes sockets."""
    help = "Deletes expired sessions, and closes the sockets that they have left open."

    def handle(self, **options):
        models = session_models()
        if not models:  # an engine without rows
            super().handle(**options)
        for model in models:
            Sweeper(model).clear()

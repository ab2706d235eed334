"""
Finding and closing open sockets, for the admin's page of the channel layer.
"""
from collections import namedtuple
from itertools import islice

from channels import DEFAULT_CHANNEL_LAYER, Channel, channel_layers
from django.contrib.auth import get_user_model
from django.core import signing

from .. import auth, sessions
from ..auth import groups
from ..layers.base import capabilities_of
from ..security import addresses
from .people import People

MOST = 50  # shown
MOST_LOOKED_AT = 20000  # open sockets searched for an address
SECONDS = 3600  # for which a page that shows a socket may close it

# `channel`: its reply channel; `user`: a user whom the person may see, or None; `address`: as
# sessions.ip_address_of, or ""; `groups`: its consumer's groups, without the engine's own.
Socket = namedtuple("Socket", "channel user address groups")


class Sockets:
    """
    The sockets that somebody may find. Users hidden in the list of users are hidden here too.

    site: an AdminSite.
    request: of the person.
    """

    def __init__(self, site, request):
        self.layer = channel_layers[DEFAULT_CHANNEL_LAYER]
        self.capabilities = capabilities_of(self.layer)
        self.store = sessions.store_in(self.layer)
        self.people = People(site, request)
        self.me = str(request.user.pk)

    @property
    def is_listed(self):
        """
        Whether the layer knows which sockets are open; if not, only users can be searched for.
        """
        return self.capabilities.knows_daphnes

    @property
    def shows_users(self):
        return self.people.users() is not None

    def find(self, text):
        """
        (Sockets, whether there are more) for a reply channel, an address or a username. Raises
        RedisError.
        """
        known = self._of_channel(text) if "!" in text else (
            self._of_address(text) if is_address(text) else self._of_user(text))
        found = list(islice(known, MOST + 1))
        return self._shown(found[:MOST]), len(found) > MOST

    def _open(self):
        """Yields (reply channel, what is known of it) for open sockets."""
        if not self.is_listed:
            return
        left = MOST_LOOKED_AT
        for each in self.capabilities.alive("interface"):
            channels = self.store.open(each["name"])[:left]
            left -= len(channels)
            yield from self.store.load_many(channels).items()

    def _of_channel(self, name):
        process = name.partition("!")[0] + "!"
        if self.is_listed and name in self.store.open(process):
            yield from self.store.load_many([name]).items()

    def _of_address(self, text):
        network = addresses.client_network(text)
        return ((channel, known) for channel, known in self._open()
                if known.get("address") == network)

    def _of_user(self, name):
        users = self.people.users()
        user = users and users.filter(**{get_user_model().USERNAME_FIELD: name}).first()
        if not user or not self.people.may_see(user):
            return
        names = self.layer.group_channels(groups.user_group(groups.user_key_of(user)))
        for channel in sorted(names):
            yield from self.store.load_many([channel]).items()

    def _shown(self, found):
        keys = {channel: self._user_key(known) for channel, known in found}
        users = self._users(filter(None, keys.values()))
        return [Socket(channel, users.get(keys[channel]), known.get("address", ""),
                       [each for each in known.get("groups", ()) if not each.startswith("auth.")])
                for channel, known in found]

    def _user_key(self, known):
        if not self.shows_users:
            return None
        key = sessions.session_key_in(known)
        return key and groups.user_key_in(sessions.session_store()(session_key=key))

    def _users(self, keys):
        users = self.people.users()
        found = users.filter(pk__in=set(keys)) if users is not None else []
        return {groups.user_key_of(each): each for each in found if self.people.may_see(each)}

    def seal(self, socket):
        """
        A signed token for a Socket that a page shows, with which its viewer can close that socket.
        """
        return signing.dumps(
            [socket.channel, socket.user.get_username() if socket.user else "", socket.address],
            salt=self._salt)

    def unseal(self, text):
        """(reply channel, username, address), or None if no page has shown it recently."""
        try:
            return tuple(signing.loads(text, salt=self._salt, max_age=SECONDS))
        except signing.BadSignature:
            return None

    @property
    def _salt(self):
        return "channels_lts.admin.socket %s" % self.me

    def close(self, channel):
        """
        Closes a socket. Its page reconnects at once, and the person's permissions are checked
        again.
        """
        Channel(channel).send({"close": auth.SESSION_CHANGED}, immediately=True)


def is_address(text):
    try:
        return bool(addresses.parse(text))
    except ValueError:
        return False

"""
As channels.binding.websockets: a model's rows on a stream, both ways.
"""
import functools
import logging

from channels.auth import channel_session_user
from channels.binding import websockets
from channels.sessions import channel_session, enforce_ordering
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, router, transaction
from django.utils.functional import cached_property
from django.utils.translation import ugettext as _

from .. import ratelimit, sessions
from ..frames import parse
from ..security.refusal_log import RefusalLog
from .actor import acting
from .base import Binding
from .errors import BindingError, invalid
from .field_names import check_field_names
from .inbound import Inbound
from .merge import Merge
from .related_keys import RelatedKeys
from .row_input import RowInput, blame
from .values import WrongType, plain, readable, to_json, to_python

refusals = RefusalLog(logging.getLogger(__name__))


def unless_user_known(consumer):
    """channels' channel_session_user, for messages whose user a demultiplexer hasn't set yet."""
    with_session = channel_session_user(consumer)

    @functools.wraps(consumer)
    def inner(message, **kwargs):
        return (consumer if hasattr(message, "user") else with_session)(message, **kwargs)
    return inner


class WebsocketBinding(Binding, websockets.WebsocketBinding):
    """
    channels' WebsocketBinding on our Binding. To write one, set
     - `model`, the class or its "app.Model" label. Its manager should be a BoundManager and its
       Meta.base_manager_name name that manager, or bulk changes are silent,
     - `stream`, the name that its frames carry,
     - `fields`, the names that are sent and may be written (or `exclude`, or "__all__"),
    implement group_names (or set `group`) and has_permission, and name its `consumer` in the
    `consumers` of a WebsocketDemultiplexer (or itself in `bindings`).

    Inbound: the row is locked, cleaned (see `validates`), and saved by save(), an update with
    `update_fields`. With answer_frames (see Binding) every payload gets one answer, on the stream,
    to the asker only; docs/protocol.md lists the codes of refusals. Without, a refusal is logged.

    To change what is sent, override serialize_data or serialize ({}: nothing is sent); to read
    rows with what it needs, queryset; to bound what a client may do, set rate_limit or override
    check_limits; and create, update, delete, which may raise BindingError.
    """

    model = None
    owner = None  # the field that a create fills with the visitor
    rate_limit = None  # a Limit of payloads, of one user or of all who are nobody at one address
    # Whether rows are cleaned by full_clean before they are saved. None: if it answers; channels
    # doesn't, and a page that hears of no refusal would lose what it has sent.
    validates = None
    request_id = None  # a client's name for what it asks, told in the answer
    base = None  # what it started from, {name: JSON value}; None: it doesn't say
    locked_row = None  # the one that is locked
    related_keys = RelatedKeys()  # of the rows that are serialized together

    # Data

    @classmethod
    def register(cls):
        """Raises ValueError for names of fields that there aren't, or that no frame can carry."""
        for model in cls.get_registered_models():
            if cls.serialize is WebsocketBinding.serialize and cls.serialize_data in (
                    WebsocketBinding.serialize_data,
                    websockets.WebsocketBindingWithMembers.serialize_data):
                check_field_names(cls, model)  # where it makes its own data, any may be right
        super().register()

    @classmethod
    def field_names(cls):
        """The fields that are sent; of `fields` those that the model has."""
        meta = cls.model._meta
        known = [field.name for field in list(meta.concrete_fields) + list(meta.many_to_many)]
        if cls.fields and list(cls.fields) != ["__all__"] and cls.fields != "__all__":
            return [name for name in cls.fields if name in known]
        return [name for name in known if name not in (cls.exclude or ())]

    @cached_property
    def names(self):
        return self.field_names()

    def serialize_data(self, instance):
        return {name: self.serialize_field(instance, name) for name in self.names}

    def serialize_rows(self, instances):
        """serialize_data of each; a relation to many costs one query for all of them."""
        self.related_keys = RelatedKeys(instances)
        return [self.serialize_data(instance) for instance in instances]

    def serialize(self, instance, action):
        payload = super().serialize(instance, action)
        return dict(payload, pk=self.key_of(instance), data=readable(payload["data"]))

    @staticmethod
    def key_of(instance):
        return to_json(instance._meta.pk, instance)

    def serialize_field(self, instance, name):
        """The value as the REST API shows it: a key for a relation, a list of them for many."""
        field = instance._meta.get_field(name)
        if field.many_to_many:
            return [plain(pk) for pk in self.related_keys.of(instance, field)]
        return to_json(field, instance)

    # A payload

    @classmethod
    def has_validation(cls):
        return cls.answers() if cls.validates is None else cls.validates

    @classmethod
    def get_handler(cls):
        """
        As channels', but the user of a demultiplexer that knows one is kept. `slight_ordering` is
        always on since channels 1.1.
        """
        handler = cls.trigger_inbound
        if cls.channel_session_user:
            handler = unless_user_known(handler)
        elif cls.channel_session:
            handler = channel_session(handler)
        return enforce_ordering(handler) if cls.strict_ordering else handler

    @classmethod
    def trigger_inbound(cls, message, **kwargs):
        """The consumer of one payload, JSON in message["text"]; passes over other messages."""
        from django.contrib.auth.models import AnonymousUser  # needs the apps to be loaded
        if message.channel.name != "websocket.receive":
            return
        self = cls()
        self.message = message
        self.kwargs = kwargs
        user = getattr(message, "user", None)
        # Its truth would look it up, which a refusal by rate_limit does without.
        self.user = AnonymousUser() if user is None else user
        with acting(lambda: self.user):
            answer = Inbound(self).answer()
        self.reply(answer)

    def reply(self, answer):
        if not self.answers():
            if answer["action"] == "error":
                refusals.note("a payload for %s (%s)" % (type(self).__name__, answer["code"]),
                              "%(message)s %(errors)s" % answer)
        elif self.kwargs.get("multiplexer"):
            self.kwargs["multiplexer"].send(answer)
        else:
            self.message.reply_channel.send(self.encode(self.stream, answer))

    def read_payload(self):
        """Sets what channels sets, and returns it."""
        self.action, self.pk, self.data = self.deserialize(self.message)
        return self.action, self.pk, self.data

    def deserialize(self, message):
        try:
            body = parse(message["text"])
        except ValueError:
            raise BindingError("bad_json", _("The payload isn't JSON."))
        if not isinstance(body, dict):
            raise BindingError("bad_data", _("The payload must be an object."))
        self.request_id = body.get("request_id")
        self.base = body.get("base")
        return body.get("action"), body.get("pk"), body.get("data")

    def check_limits(self):
        """Called for each payload before anything is looked at; may raise FrameError."""
        if self.rate_limit is None:
            return
        what = "binding:" + self.model._meta.label
        with ratelimit.remembered(what, self.message):
            ratelimit.hit(what, self.rate_limit, self.user, sessions.ip_address_of(self.message))

    @property
    def using(self):
        return router.db_for_write(self.model)

    def run_action(self, action, pk, data):
        """Does it in one transaction; returns what the answer tells. Raises BindingError."""
        try:
            with transaction.atomic(using=self.using):
                if action == "create":
                    return self.told(self.create(self.checked_data(data)))
                return self.change(action, self.checked_pk(pk), data)
        except ValidationError as error:
            raise invalid(error)
        except DataError:
            raise invalid(blame(self, data))
        except IntegrityError:
            raise BindingError(
                "conflict", _("This conflicts with another change."))

    def change(self, action, pk, data):
        """Updates or deletes a row, unless that undoes what the client hasn't seen."""
        if action == "update":
            data = self.checked_data(data)
            if self.base is not None:
                data = Merge(self, self.locked(pk), self.base).changes(data)
            return self.told(self.update(pk, data) or self.rows([pk], self.using).get(pk))
        if self.base is not None:
            Merge(self, self.locked(pk), self.base).check()
        self.delete(pk)
        return {"pk": plain(pk)}

    def told(self, instance):
        """
        What an answer tells of a row, as the table now holds it: a database rounds, pads and has
        triggers. Nothing where a create of channels' kind returns none.
        """
        if instance is None:
            return {"pk": None, "data": None}
        instance = self.rows([instance.pk], self.using).get(instance.pk, instance)
        return {"pk": self.key_of(instance), "data": readable(self.serialize_data(instance))}

    def create(self, data):
        """Makes a row of `data`, {name: JSON value}; returns it."""
        instance = self.model()
        if self.owner and self.user.is_authenticated:
            data = dict(data)
            if data.setdefault(self.owner, self.user.pk) is None:
                data[self.owner] = self.user.pk
        RowInput(self, instance, data).create()
        instance.save()
        self.written(self.user, "create", instance)
        return instance

    def update(self, pk, data):
        """Changes the row with this key; returns it."""
        instance = self.locked(pk)
        sent = RowInput(self, instance, data)
        names = sent.update()
        if names:
            instance.save(update_fields=names)
        if sent.changed:
            self.written(self.user, "update", instance, sent.changed)
        return instance

    def delete(self, pk):
        row = self.locked(pk)
        self.written(self.user, "delete", row)
        row.delete()

    def written(self, user, action, row, fields=()):
        """
        Called in the transaction of a write by create, update or delete ("create", …), before a row
        goes; `fields`: the names of those that got another value. To be implemented by whoever
        keeps a log of it (channels_lts.admin.history is the admin's).
        """

    def locked(self, pk):
        """The row, as it stays until the end of the transaction. Raises BindingError."""
        if self.locked_row is None or self.locked_row.pk != pk:
            self.locked_row = self.rows([pk], self.using, lock=True).get(pk)
        if self.locked_row is None:
            raise BindingError("gone", _("There is no such row (any more)."))
        return self.locked_row

    def checked_data(self, data):
        if not isinstance(data, dict):
            raise BindingError("bad_data", _("data must be an object."))
        return data

    def checked_pk(self, pk):
        if pk is None:
            raise BindingError("missing_pk", _("Which row? pk is missing."))
        try:
            return to_python(self.model._meta.pk, pk)
        except (ValidationError, WrongType):
            raise BindingError("bad_pk", _("No row of this stream has such a key."))


class WebsocketBindingWithMembers(websockets.WebsocketBindingWithMembers, WebsocketBinding):
    """channels' binding that also sends the attributes and methods named in `send_members`."""

    model = None  # abstract

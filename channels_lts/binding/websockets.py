"""
Counterpart of channels.binding.websockets: a model's rows on a stream, in both directions.
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
    """channels' channel_session_user, for messages whose user no demultiplexer has set yet."""
    with_session = channel_session_user(consumer)

    @functools.wraps(consumer)
    def inner(message, **kwargs):
        return (consumer if hasattr(message, "user") else with_session)(message, **kwargs)
    return inner


class WebsocketBinding(Binding, websockets.WebsocketBinding):
    """
    channels' WebsocketBinding on our Binding. To write one, set
     - `model`, the class or its "app.Model" label. Its manager should be a BoundManager, named in
       Meta.base_manager_name, or bulk changes go unnoticed,
     - `stream`, the name in its frames,
     - `fields`, the names that are sent and may be written (or `exclude`, or "__all__"),
    implement group_names (or set `group`) and has_permission, and name its `consumer` in the
    `consumers` of a WebsocketDemultiplexer (or itself in `bindings`).

    Inbound: the row is locked, cleaned (see `validates`), and saved by save(), an update with
    `update_fields`. With answer_frames (see Binding) every payload gets one answer, on the stream,
    to its sender only; docs/protocol.md lists the codes of refusals. Without, refusals are logged.

    To change what is sent, override serialize_data or serialize ({}: nothing is sent); to load rows
    with related data, queryset; to limit what a client may do, set rate_limit or override
    check_limits; and create, update, delete, which may raise BindingError.
    """

    model = None
    owner = None  # the field that a create fills with the visitor
    rate_limit = None  # a Limit of payloads, per user or for all anonymous users at one address
    # Whether rows are cleaned by full_clean before they are saved. None: if refusals are answered;
    # channels doesn't clean, and a page that isn't told of a refusal would lose its input.
    validates = None
    request_id = None  # the client's identifier for its request, repeated in the answer
    base = None  # what the client started from, {name: JSON value}; None: it doesn't say
    locked_row = None  # the row locked now
    related_keys = RelatedKeys()  # of the rows serialized together

    # Data

    @classmethod
    def register(cls):
        """Raises ValueError for names of fields that don't exist, or that no frame can carry."""
        for model in cls.get_registered_models():
            if cls.serialize is WebsocketBinding.serialize and cls.serialize_data in (
                    WebsocketBinding.serialize_data,
                    websockets.WebsocketBindingWithMembers.serialize_data):
                check_field_names(cls, model)  # if it builds its own data, any name may be right
        super().register()

    @classmethod
    def field_names(cls):
        """The fields that are sent; of `fields`, those that the model has."""
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
        """serialize_data of each row; a to-many relation costs one query for all of them."""
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
        # Its truth value would look it up, which a refusal by rate_limit can do without.
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
        """Sets what channels sets, and returns the content."""
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
        """Called for each payload before it is looked at; may raise FrameError."""
        if self.rate_limit is None:
            return
        what = "binding:" + self.model._meta.label
        with ratelimit.remembered(what, self.message):
            ratelimit.hit(what, self.rate_limit, self.user, sessions.ip_address_of(self.message))

    @property
    def using(self):
        return router.db_for_write(self.model)

    def run_action(self, action, pk, data):
        """
        Runs the action in one transaction; returns what the answer includes. Raises BindingError.
        """
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
        """Updates or deletes a row, unless that would undo changes the client hasn't seen."""
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
        What an answer includes of a row, as now stored: a database rounds, pads and has triggers.
        Empty if a channels-style create returned no row.
        """
        if instance is None:
            return {"pk": None, "data": None}
        instance = self.rows([instance.pk], self.using).get(instance.pk, instance)
        return {"pk": self.key_of(instance), "data": readable(self.serialize_data(instance))}

    def create(self, data):
        """Creates a row from `data`, {name: JSON value}; returns it."""
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
        Called in the transaction of a create, update or delete ("create", …), before a row is
        deleted; `fields`: the names of those that got another value. Implement it to keep a log of
        changes (channels_lts.admin.history is the admin's).
        """

    def locked(self, pk):
        """The row, locked until the end of the transaction. Raises BindingError."""
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

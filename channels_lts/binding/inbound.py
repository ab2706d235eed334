"""
What a client asks of a binding, and the answer.
"""
from django.core.exceptions import ValidationError
from django.db import IntegrityError, router, transaction

from .. import ratelimit, sessions
from ..frames import FrameError, described, encode
from .errors import BindingError, invalid
from .values import WrongType, is_writable, to_python

ACTIONS = {"create": "created", "update": "updated", "delete": "deleted"}
MAX_REQUEST_ID = 64  # characters


class Inbound(object):
    """
    The inbound half of a Binding: every payload gets one answer, on the stream, to the asker
    only. docs/protocol.md lists the codes of refusals.

    Only fields of the binding that a client may set are taken (values.is_writable); others are
    refused unless they equal the row's, so that a client may send a whole row back. The row is
    locked, cleaned by full_clean and saved by save(), an update with `update_fields`: what the
    client sent, what the model's clean() changed, and auto_now fields.

    To bound what a client may do, set rate_limit, or override check_limits; or create, which may
    raise BindingError.
    """

    rate_limit = None  # a Limit of payloads, of one user or of all who are nobody at one address

    @classmethod
    def trigger_inbound(cls, message, payload=None, **kwargs):
        """The consumer of one payload, a dict; the Demultiplexer has set `message.user`."""
        self = cls()
        self.message = message
        self.kwargs = kwargs
        self.user = message.user
        message.reply_channel.send(encode({"stream": cls.stream, "payload": self.answer(payload)}))

    def answer(self, payload):
        reply = {}
        try:
            if "request_id" in payload:
                reply["request_id"] = self.request_id(payload["request_id"])
            reply.update(self.run(payload))
        except FrameError as error:
            reply.update(described(error), action="error", errors=getattr(error, "errors", {}))
        return reply

    def request_id(self, value):
        if isinstance(value, bool) or not isinstance(value, (str, int, float)) \
                or len(str(value)) > MAX_REQUEST_ID:
            raise BindingError("bad_data", "request_id is a text or number of at most %d "
                                           "characters." % MAX_REQUEST_ID)
        return value

    def check_limits(self):
        """Called for each payload before anything is looked at; may raise FrameError."""
        if self.rate_limit is None:
            return
        what = "binding:" + self.model._meta.label
        with ratelimit.remembered(what, self.message):
            ratelimit.hit(what, self.rate_limit, self.user, sessions.ip_address_of(self.message))

    def run(self, payload):
        self.check_limits()
        action = payload.get("action")
        if not isinstance(action, str) or action not in ACTIONS:
            raise BindingError("unknown_action", "The actions are %s." % ", ".join(ACTIONS))
        # Asked first: whoever may not write learns nothing about rows.
        if not self.has_permission(self.user, action, payload.get("pk")):
            raise BindingError("forbidden", "You may not %s this." % action)
        return dict(self.run_action(action, payload.get("pk"), payload.get("data")),
                    action=ACTIONS[action])

    @property
    def using(self):
        return router.db_for_write(self.model)

    def run_action(self, action, pk, data):
        """Does it in one transaction; returns what the answer tells. Raises BindingError."""
        try:
            with transaction.atomic(using=self.using):
                if action == "create":
                    instance = self.create(self.checked(data))
                else:
                    pk = self.checked_pk(pk)
                    if action == "delete":
                        self.delete(pk)
                        return {"pk": pk}
                    instance = self.update(pk, self.checked(data))
        except ValidationError as error:
            raise invalid(error)
        except IntegrityError:
            raise BindingError("conflict", "Another change stands in the way of this one.")
        return {"pk": instance.pk, "data": self.serialize_data(instance)}

    def create(self, data):
        """Makes a row of `data`, {name: JSON value}; returns it."""
        instance = self.model()
        if self.owner and self.user.is_authenticated:
            data = dict(data)
            if data.setdefault(self.owner, self.user.pk) is None:
                data[self.owner] = self.user.pk
        self.apply(instance, data)
        instance.save()
        return instance

    def update(self, pk, data):
        """Changes the row with this key; returns it."""
        instance = self.locked(pk)
        before = self.columns(instance)
        self.apply(instance, data)
        names = {name for name, value in self.columns(instance).items() if value != before[name]}
        names.update(name for name in data if is_writable(self.field(name)))
        if names:
            names.update(field.name for field in self.model._meta.concrete_fields
                         if getattr(field, "auto_now", False))
            instance.save(update_fields=names)
        return instance

    def delete(self, pk):
        self.locked(pk).delete()

    # Parts

    def locked(self, pk):
        """The row, as it stays until the end of the transaction."""
        try:
            return self.rows([pk], self.using, lock=True)[pk]
        except KeyError:
            raise BindingError("gone", "There is no such row (any more).")

    def apply(self, instance, data):
        """Sets what `data` may set and cleans the instance."""
        errors = {}
        types = {}
        for name, value in data.items():
            try:
                self.set(instance, name, value)
            except ValidationError as error:
                errors[name] = error
            except WrongType as error:
                types[name] = [str(error)]
        if types:
            raise BindingError("bad_data", "Some values can't be taken.", types)
        try:
            instance.full_clean(exclude=list(errors))
        except ValidationError as error:
            errors.update(error.update_error_dict({}))
        if errors:
            raise ValidationError(errors)

    def set(self, instance, name, value):
        field = self.field(name)
        if not is_writable(field):
            if not is_same(value, self.serialize_field(instance, name)):
                raise WrongType("This field can't be set here.")
            return
        python = to_python(field, value)
        if python is None and not field.null:
            raise ValidationError(field.error_messages["null"], code="null")
        setattr(instance, field.attname, python)

    def field(self, name):
        if name not in self.field_names():
            raise WrongType("There is no such field here.")
        return self.model._meta.get_field(name)

    def columns(self, instance):
        return {field.name: getattr(instance, field.attname)
                for field in self.model._meta.concrete_fields}

    def checked(self, data):
        if not isinstance(data, dict):
            raise BindingError("bad_data", "data must be an object.")
        return data

    def checked_pk(self, pk):
        if pk is None:
            raise BindingError("missing_pk", "Which row? pk is missing.")
        try:
            return to_python(self.model._meta.pk, pk)
        except (ValidationError, WrongType):
            raise BindingError("bad_pk", "No row of this stream has such a key.")


def is_same(value, current):
    """Whether a JSON value is what the server would send for `current`."""
    return encode(value) == encode(current)

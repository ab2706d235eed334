from channels.binding.base import DELETE
from channels.binding.websockets import WebsocketBinding
from django.db import transaction
from django.utils.encoding import is_protected_type

from ..permissions import may_write_by_socket


class Binding(WebsocketBinding):
    """
    A WebsocketBinding whose frames leave after the commit, once, with what was committed.

    To implement it, set `model`, `stream`, `fields` and `group` (or implement `group_names`).
    What differs from channels: frames don't go out at the signal but when the transaction has
    ended well; `data` holds `id` and many-to-many keys where `fields` names them; the user comes
    from workshop.visitors, and may_write_by_socket decides.
    """

    model = None
    group = None

    # workshop.visitors sets message.user: a channel session would go on after a logout.
    channel_session_user = False

    @classmethod
    def group_names(cls, instance):
        return [cls.group]

    # Outbound

    def send_messages(self, instance, group_names, action, **kwargs):
        """Sends after the commit; a delete is serialized now, while the row has its keys."""
        if not group_names:
            return
        send = super(Binding, self).send_messages
        if action == DELETE:
            payload = self.serialize(instance, action)
            self.serialize = lambda *_args: payload
        transaction.on_commit(lambda: send(instance, group_names, action, **kwargs))

    def serialize_data(self, instance):
        return {name: self.serialize_field(instance, name) for name in self.fields}

    def serialize_field(self, instance, name):
        """The value as the REST API shows it: a key for a relation, a list of them for many."""
        field = instance._meta.get_field(name)
        if field.many_to_many:
            if instance.pk is None:
                return []
            return list(getattr(instance, name).order_by("pk").values_list("pk", flat=True))
        value = field.value_from_object(instance)
        return value if is_protected_type(value) else field.value_to_string(instance)

    # Inbound

    def has_permission(self, user, action, pk):
        return may_write_by_socket(user, action, self.model)

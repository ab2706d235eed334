from channels.binding import websockets
from django.db import connections
from django.utils.encoding import is_protected_type

from . import relations, signals
from .inbound import Inbound


class WebsocketBinding(Inbound, websockets.WebsocketBinding):
    """
    A model's rows on a stream, both ways.

    To write one, set
     - `model`, the class or its "app.Model" label. Its manager should be a BoundManager and its
       Meta.base_manager_name name that manager, or bulk changes are silent,
     - `stream`, the name that its frames carry,
     - `fields`, the names that are sent and may be written (or `exclude`, or fields="__all__"),
     - `group`, where every row is sent. If that depends on the row, implement group_names
       instead, and all_groups if you can list them all,
    put it into the `bindings` of a Demultiplexer, and describe its frames in docs/protocol.md.

    Outbound: one frame per row, group and transaction, sent after the commit with the row as it
    then is; none for what was rolled back. `create` goes to the groups that the row came to,
    `delete` to those that it left, `update` to those where it stays. More than `max_rows` rows
    in one transaction become one `reload` per group. Changes by save, delete, BoundManager,
    cascades, the collector's SET_NULL, many-to-many relations and their through models count.
    Every frame has a `seq` (see sequence.py) by which a client notices that one is missing.

    Inbound: see Inbound. `owner` names the field that a create fills with the visitor.

    To change what is sent, override serialize_data; to read rows with what it needs, queryset.
    channels' serialize, send_messages and *_receiver methods aren't used.
    """

    model = None
    group = None
    owner = None
    max_rows = 100

    # channels_lts.auth sets message.user: a channel session would go on after a logout.
    channel_session_user = False

    @classmethod
    def register(cls):
        for model in cls.get_registered_models():
            if cls.group is None and cls.has_fixed_groups():
                raise ValueError("Set group or implement group_names on %r." % cls)
            relations.watch(cls, model)
            signals.connect_all()

    # Groups

    @classmethod
    def group_names(cls, instance):
        """The names of the groups that `instance`, as it is in the table, is sent to."""
        return [cls.group]

    @classmethod
    def all_groups(cls):
        """The groups to tell when it isn't known which rows changed."""
        return [] if cls.group is None else [cls.group]

    @classmethod
    def has_fixed_groups(cls):
        """Whether a row's groups are known without the row."""
        return cls.group_names.__func__ is WebsocketBinding.group_names.__func__

    # Rows

    @classmethod
    def queryset(cls, using):
        """Every row of the table, whatever the model's default manager leaves out."""
        return cls.model._base_manager.using(using)

    @classmethod
    def rows(cls, pks, using, lock=False):
        """The rows with these keys by key; with `lock`, they stay as they are until the commit."""
        queryset = cls.queryset(using)
        connection = connections[using]
        if lock and connection.in_atomic_block and connection.features.has_select_for_update:
            queryset = queryset.order_by("pk").select_for_update()
        size = 500  # SQLite takes at most 999 parameters in a query
        pks = list(pks)
        return {
            row.pk: row for start in range(0, len(pks), size)
            for row in queryset.filter(pk__in=pks[start:start + size])}

    # Data

    @classmethod
    def field_names(cls):
        if cls.fields and list(cls.fields) != ["__all__"] and cls.fields != "__all__":
            return list(cls.fields)
        meta = cls.model._meta
        return [field.name for field in list(meta.concrete_fields) + list(meta.many_to_many)
                if field.name not in (cls.exclude or ())]

    def serialize_data(self, instance):
        return {name: self.serialize_field(instance, name) for name in self.field_names()}

    def serialize_field(self, instance, name):
        """The value as the REST API shows it: a key for a relation, a list of them for many."""
        field = instance._meta.get_field(name)
        if field.many_to_many:
            if instance.pk is None:
                return []
            return sorted(related.pk for related in getattr(instance, name).all())
        value = field.value_from_object(instance)
        return value if is_protected_type(value) else field.value_to_string(instance)

    # Permission

    PERMISSIONS = {"create": "add", "update": "change", "delete": "delete"}

    def has_permission(self, user, action, pk):
        """
        Whether the user has Django's permission for the action ("create", "update", "delete") on
        the model; `pk` is None for a create. Override it for permissions by row.
        """
        meta = self.model._meta
        return user.is_active and user.has_perm(
            "%s.%s_%s" % (meta.app_label, self.PERMISSIONS[action], meta.model_name))

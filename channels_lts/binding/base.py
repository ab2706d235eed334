"""
Counterpart of channels.binding.base: sends a model's changes to groups, whatever the protocol.
"""
from channels.binding import base
from django.db import connections, models

from ..conf import settings
from . import outbound, relations, sequence, signals
from .probe import groups_without_row


class Binding(base.Binding):
    """
    channels' Binding, whose frames report what was committed.

    Outbound: one message per row, group and transaction, sent after the commit with the row as it
    then is; none for what was rolled back. CREATE goes to the groups that the row entered, DELETE
    to those it left, UPDATE to those it stays in. Changes made by save, delete, BoundManager,
    cascades, the collector's SET_NULL, many-to-many relations and their through models count.
    Every payload has a `seq` (sequence.py) that shows a client when one is missing.

    As with channels' Binding, implement group_names, serialize and encode, deserialize, create and
    update. `has_permission` has a default. The inherited *_receiver methods are there for your own
    calls; the model's signals don't call them (a system check reports overrides).
    """

    model = None
    group = None  # where every row is sent, unless group_names is implemented
    max_rows = 100  # per transaction; more become one `reload` per group
    has_triggers = True  # whether `manage.py bindings install` creates some for its table

    # A History: how many of its last frames each of its groups keeps, which members of the group
    # may fetch again; None: none. For pages that know the answer `recovered` (see answer_frames).
    history = None

    # Whether pages know the frames that channels doesn't send: answers, `sync` and `reload`. None:
    # as CHANNELS_LTS["ANSWER_FRAMES"] says.
    answer_frames = None

    def __init__(self, numbers=None, payload=None, actor=None):
        """
        `numbers`: {group: iterator of the numbers of the frames to send}; groups that aren't
        there get new ones. `payload`: what send_messages sends; None: what serialize returns.
        `actor`: the user who made the change; None: unknown.
        """
        self.numbers = numbers or {}
        self.payload = payload
        self.actor = actor

    @classmethod
    def register(cls):
        for model in cls.get_registered_models():
            if cls.group is None and cls.group_names.__func__ is Binding.group_names.__func__:
                raise ValueError("Set group or implement group_names on %r." % cls)
            relations.track(cls, model)
            signals.connect_all()

    @classmethod
    def answers(cls):
        return settings.ANSWER_FRAMES if cls.answer_frames is None else cls.answer_frames

    # Groups

    @classmethod
    def group_names(cls, instance):
        """
        The names of the groups that `instance`, as stored in the table, is sent to. An
        implementation whose groups don't depend on it should not touch it: then the row isn't read.
        """
        return [cls.group]

    @classmethod
    def all_groups(cls):
        """
        The groups to notify when it isn't known which rows changed. Implement it, if they can be
        listed, where group_names depends on the row.
        """
        return groups_without_row(cls.group_names) or []

    @classmethod
    def has_fixed_groups(cls):
        """Whether a row's groups are known without the row."""
        return groups_without_row(cls.group_names) is not None

    @classmethod
    def numbered_by(cls, group):
        """
        The group by whose counter the frames of `group` are numbered: itself, or another one that
        is sent the same rows in a different form. A client that moves between them loses nothing.
        """
        return group

    # Rows

    @classmethod
    def queryset(cls, using):
        """Every row of the table, whatever the model's default manager leaves out."""
        return cls.model._base_manager.using(using)

    @classmethod
    def rows(cls, pks, using, lock=False):
        """{key: row} for these keys; with `lock`, the rows can't change until the commit."""
        connection = connections[using]
        lock = lock and connection.in_atomic_block and connection.features.has_select_for_update
        size = 500  # SQLite takes at most 999 parameters in a query
        pks = list(pks)
        return {
            row.pk: row for start in range(0, len(pks), size)
            for row in cls.read(pks[start:start + size], using, lock)}

    @classmethod
    def read(cls, pks, using, lock):
        queryset = cls.queryset(using).filter(pk__in=pks)
        if not lock:
            return queryset
        if is_one_table(queryset.query):
            return queryset.order_by("pk").select_for_update()
        # PostgreSQL locks no rows of groups, nor of the outer side of a join.
        plain = models.QuerySet(cls.model, using=using)
        list(plain.filter(pk__in=pks).order_by("pk").select_for_update().values_list("pk"))
        return queryset

    # Outbound

    @classmethod
    def send_rows(cls, using, changed, numbers):
        """
        Sends what a commit did to rows: `changed` maps their keys to changes.RowChange, `numbers`
        is a sequence.FreshNumbers.
        """
        outbound.send_rows(cls, using, changed, numbers)

    @classmethod
    def send_reload(cls, groups, numbers):
        """Tells the groups, once, that unspecified rows have changed."""
        outbound.send_reload(cls, groups, numbers)

    def send_messages(self, instance, group_names, action, **kwargs):
        """
        Sends `instance` to the groups, at once; `kwargs` are those of the signal of its last save,
        {} for changes without one. Raises what the counters raise.
        """
        if not group_names:
            return
        self.signal_kwargs = kwargs
        payload = self.serialize(instance, action) if self.payload is None else self.payload
        if payload == {}:
            return
        numbers = self.numbers
        fresh = [group for group in group_names if group not in numbers]
        if fresh:
            numbers = dict(numbers, **sequence.fresh.of(type(self), {None: fresh}))
        for group in group_names:
            outbound.send(
                type(self), group, self.with_actor(payload, group), next(numbers[group]))

    @classmethod
    def tells_actor(cls, group):
        """
        Whether the frames of a group name the user who made the change, if they were logged in:
        `actor`, beside the payload's action. Everybody in the group can read it.
        """
        return False

    def with_actor(self, payload, group):
        if self.actor is None or not self.tells_actor(group) or not self.actor.is_authenticated:
            return payload
        return dict(payload, actor=self.actor.get_username())

    # Permission

    PERMISSIONS = {"create": "add", "update": "change", "delete": "delete"}

    def has_permission(self, user, action, pk):
        """
        Whether the user has Django's permission for the action ("create", "update", "delete") on
        the model; `pk` is None for a create. Override it for permissions by row.
        """
        meta = self.model._meta
        name = "%s.%s_%s" % (meta.app_label, self.PERMISSIONS[action], meta.model_name)
        # A user model needs no permissions.
        return user.is_active and hasattr(user, "has_perm") and user.has_perm(name)


def is_one_table(query):
    return not (query.select_related or query.annotations or query.distinct or query.extra_tables
                or query.combinator or len(query.tables) > 1)

"""
Django's model signals, as changes for the bindings.

The receivers are connected class by class: a receiver of all senders would keep the collector
from deleting any table's rows, sessions for example, without loading them.
"""
from django.apps import apps
from django.db.models.signals import class_prepared, m2m_changed, post_save, pre_delete, pre_save

from . import relations
from .changes import Changes
from .selection import Selection, note_unknown

BEFORE = "_bindings_before"  # what pre_save leaves on an instance for post_save


def on_pre_save(sender, instance, using, **kwargs):
    """
    Reads what the save will overwrite. It isn't noted yet: without a transaction it would be
    sent at once, and pre_save comes before the one that save() opens.
    """
    found = []
    if not relations.is_historical(sender):
        for watch in relations.watches_of(sender):
            found.extend(states_before(sender, watch, instance, using))
    setattr(instance, BEFORE, found)


def states_before(sender, watch, instance, using):
    pk = watch.pk_of(instance)
    if not watch.is_own:
        yield watch.binding, watch.states(stored_owners(watch, instance, using) | {pk}, using)
    elif must_read(sender, watch) and pk is not None:
        yield watch.binding, watch.states([pk], using, read=True)


def must_read(sender, watch):
    """Whether `created` doesn't tell in which groups the binding's row was."""
    return (not watch.binding.has_fixed_groups()
            or sender._meta.concrete_model is not watch.binding.model._meta.concrete_model)


def stored_owners(watch, instance, using):
    """The keys that the instance's row, not the instance, leads to."""
    if instance.pk is None:
        return set()
    rows = type(instance)._base_manager.using(using).filter(pk=instance.pk)
    return set(rows.values_list(watch.path, flat=True))


def on_post_save(sender, instance, created, using, **kwargs):
    changes = Changes.current(using)
    found = relations.watches_of(sender)
    if relations.is_historical(sender):
        return note_unknown(changes, found)
    for binding, states in instance.__dict__.pop(BEFORE, ()):
        changes.add(binding, states)
    for watch in found:
        if watch.is_own:
            before = frozenset() if created else frozenset(watch.binding.all_groups())
            changes.add(watch.binding, {watch.pk_of(instance): before})


def on_pre_delete(sender, instance, using, **kwargs):
    changes = Changes.current(using)
    found = relations.watches_of(sender)
    if relations.is_historical(sender):
        note_unknown(changes, found)
    else:
        for watch in found:
            note_deletion(changes, watch, instance, using)
    note_pointing_at(changes, sender, instance, using)


def note_deletion(changes, watch, instance, using):
    pk = watch.pk_of(instance)
    if not changes.may_read((watch.binding, watch.relation), watch.binding):
        changes.add_unknown(watch.binding)
    elif watch.is_own:
        # Serialized now, while the row has its relations.
        data = watch.binding().serialize_data(instance)
        changes.add(watch.binding, watch.states([pk], using), data)
    else:
        owners = stored_owners(watch, instance, using) | {pk}
        changes.add(watch.binding, watch.states(owners, using))


def note_pointing_at(changes, sender, instance, using):
    """Notes rows that the collector will change without a signal."""
    for field in relations.pointers_to(sender):
        found = relations.watches_of(field.model)
        if relations.is_historical(sender) or not any(
                [changes.may_read(field, watch.binding) for watch in found]):
            note_unknown(changes, found)
        else:
            key = getattr(instance, field.target_field.attname)
            rows = field.model._base_manager.using(using).filter(**{field.name: key})
            Selection(rows).note()


def on_m2m_changed(sender, instance, action, reverse, pk_set, using, **kwargs):
    """Notes the owners before the relation changes; the transaction is already open."""
    if action not in ("pre_add", "pre_remove", "pre_clear") or pk_set == set():
        return
    changes = Changes.current(using)
    for watch in relations.watches_of(sender):
        if relations.is_historical(sender):
            changes.add_unknown(watch.binding)
        elif not watch.is_own:
            note_relation(changes, watch, instance, reverse, pk_set, using)


def note_relation(changes, watch, instance, reverse, pk_set, using):
    is_symmetrical = watch.relation.remote_field.symmetrical
    if not reverse or is_symmetrical:
        changes.add(watch.binding, watch.states([instance.pk], using))
    if reverse or is_symmetrical:
        if pk_set is None:  # everything that points at the instance is cleared
            rows = watch.pointer.model._base_manager.using(using)
            Selection(rows.filter(**{watch.pointer.name: instance.pk})).note()
        else:
            changes.add(watch.binding, watch.states(pk_set, using))


def connect(sender, **kwargs):
    """Connects a model class, if its rows are of interest to a binding."""
    if relations.watches_of(sender):
        pre_save.connect(on_pre_save, sender=sender)
        post_save.connect(on_post_save, sender=sender)
        m2m_changed.connect(on_m2m_changed, sender=sender)
        pre_delete.connect(on_pre_delete, sender=sender)
    elif relations.pointers_to(sender):
        pre_delete.connect(on_pre_delete, sender=sender)


def connect_all():
    """Connects the classes that there are, for those that a new binding has made interesting."""
    for model in apps.get_models(include_auto_created=True):
        connect(model)


class_prepared.connect(connect)  # migrations make classes of their own

"""
Turns Django's model signals into changes for the bindings.

The receivers are connected class by class: a receiver of all senders would keep the collector
from deleting any table's rows, sessions for example, without loading them.
"""
from django.apps import apps
from django.db.models.signals import class_prepared, m2m_changed, post_save, pre_delete, pre_save

from ..auth.saves import Saves
from . import relations
from .changes import Changes, Deletion
from .selection import Selection, note_unknown

saves = Saves()  # what was there before, from pre_save to post_save


def on_pre_save(sender, instance, using, **kwargs):
    """
    Reads what the save will overwrite. It is noted only later: without a transaction it would be
    sent at once, and pre_save comes before the transaction that save() opens.
    """
    found = []
    if not relations.is_historical(sender):
        for entry in relations.tracked_relations(sender):
            found.extend(states_before(sender, entry, instance, using))
    saves.begin(instance, found)


def states_before(sender, entry, instance, using):
    pk = entry.pk_of(instance)
    if not entry.is_own:
        yield entry.binding, entry.states(owners(entry, instance, using), using)
    elif must_read(sender, entry) and pk is not None:
        yield entry.binding, entry.states([pk], using, read=True)


def must_read(sender, entry):
    """Whether `created` doesn't say which groups the binding's row was in."""
    return (not entry.binding.has_fixed_groups()
            or sender._meta.concrete_model is not entry.binding.model._meta.concrete_model)


def owners(entry, instance, using):
    """The keys that the instance points to, and those that its stored row points to."""
    pks = {entry.pk_of(instance)}
    if entry.relation and instance.pk is not None:
        rows = type(instance)._base_manager.using(using).filter(pk=instance.pk)
        pks.update(rows.values_list(entry.path, flat=True))
    return pks


def on_post_save(sender, instance, created, using, **kwargs):
    changes = Changes.current(using)
    found = relations.tracked_relations(sender)
    stored = saves.end(instance)
    if relations.is_historical(sender):
        return note_unknown(changes, found)
    for binding, states in stored:
        changes.add(binding, states)
    for entry in found:
        if entry.is_own:
            before = frozenset() if created else frozenset(entry.binding.all_groups())
            changes.add(entry.binding, {entry.pk_of(instance): before},
                        signal_kwargs=dict(kwargs, using=using))


def on_pre_delete(sender, instance, using, **kwargs):
    changes = Changes.current(using)
    found = relations.tracked_relations(sender)
    if relations.is_historical(sender):
        note_unknown(changes, found)
    else:
        for entry in found:
            note_deletion(changes, entry, instance, using)
    note_pointing_at(changes, sender, instance, using)


def note_deletion(changes, entry, instance, using):
    pk = entry.pk_of(instance)
    may_read = changes.may_read((entry.binding, entry.relation), entry.binding)
    if not may_read and entry.binding.answers():
        changes.add_unknown(entry.binding)
    elif entry.is_own:
        changes.add(entry.binding, entry.states([pk], using),
                    Deletion(entry.binding, instance))
    else:
        changes.add(entry.binding, entry.states(owners(entry, instance, using), using))


def note_pointing_at(changes, sender, instance, using):
    """Notes rows that the collector will change without a signal."""
    for field in relations.pointers_to(sender):
        found = relations.tracked_relations(field.model)
        if relations.is_historical(sender) or not any(
                [changes.may_read(field, entry.binding) for entry in found]):
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
    for entry in relations.tracked_relations(sender):
        if relations.is_historical(sender):
            changes.add_unknown(entry.binding)
        elif entry.relation:
            note_relation(changes, entry, instance, reverse, pk_set, using)


def note_relation(changes, entry, instance, reverse, pk_set, using):
    is_symmetrical = entry.relation.remote_field.symmetrical
    if not reverse or is_symmetrical:
        pk = getattr(instance, entry.model._meta.pk.attname)
        changes.add(entry.binding, entry.states([pk], using))
    if reverse or is_symmetrical:
        if pk_set is None:  # everything that points at the instance is cleared
            rows = entry.pointer.model._base_manager.using(using)
            Selection(rows.filter(**{entry.pointer.name: instance.pk})).note()
        else:
            changes.add(entry.binding, entry.states(pk_set, using))


def connect(sender, **kwargs):
    """Connects a model class, if a binding tracks its rows."""
    if relations.tracked_relations(sender):
        pre_save.connect(on_pre_save, sender=sender)
        post_save.connect(on_post_save, sender=sender)
        m2m_changed.connect(on_m2m_changed, sender=sender)
        pre_delete.connect(on_pre_delete, sender=sender)
    elif relations.pointers_to(sender):
        pre_delete.connect(on_pre_delete, sender=sender)


def connect_all():
    """Connects the existing classes, some of which a new binding may have made relevant."""
    for model in apps.get_models(include_auto_created=True):
        connect(model)


class_prepared.connect(connect)  # migrations make classes of their own

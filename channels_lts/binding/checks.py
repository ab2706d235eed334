"""
What a binding class defines that our Binding doesn't use.
"""
from channels.binding.base import Binding as ChannelsBinding
from channels.binding.base import BindingMetaclass
from django.core.checks import Warning, register

from .base import Binding

# Of channels' Binding; the model's signals call none of them here.
UNUSED = ("pre_save_receiver", "post_save_receiver", "pre_delete_receiver",
          "post_delete_receiver", "pre_change_receiver", "post_change_receiver")


@register()
def unused_overrides(app_configs, **kwargs):
    return [
        Warning("%s.%s is never called: frames leave after the commit." % (
                    binding.__name__, name),
                hint="Override send_messages, serialize or group_names.",
                obj=binding, id="channels_lts.W020")
        for binding in BindingMetaclass.binding_classes if issubclass(binding, Binding)
        for name in UNUSED
        if getattr(binding, name).__func__ is not getattr(ChannelsBinding, name).__func__]

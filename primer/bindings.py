from django.utils.translation import ugettext as _

from channels_lts.binding import BindingError
from channels_lts.binding.websockets import WebsocketBinding
from channels_lts.generic.websockets import WebsocketDemultiplexer
from workshop.permissions import may_write_by_socket

from . import limits
from .models import IntegerValue

MOST_VALUES = 500  # that clients may create, and that the page starts with; the admin has no limit


class IntegerValueBinding(WebsocketBinding):
    model = IntegerValue
    stream = "intval"
    fields = ["name", "value"]

    @classmethod
    def group_names(cls, instance):
        return ["intval-updates"]

    def has_permission(self, user, action, pk):
        return may_write_by_socket(user, action, self.model)

    def check_limits(self):
        limits.hit("values", self.message)

    def create(self, data):
        if IntegerValue.objects.count() >= MOST_VALUES:
            raise BindingError(
                "full", _("There are already %d values, and no more are accepted.") % MOST_VALUES)
        return super().create(data)


class ValueDemultiplexer(WebsocketDemultiplexer):
    consumers = {
        "intval": IntegerValueBinding.consumer,
    }

    def connection_groups(self, **kwargs):
        return ["intval-updates"]

from channels_lts.binding import BindingError, Demultiplexer
from workshop.bindings import WebsocketBinding

from . import limits
from .models import IntegerValue

MOST_VALUES = 500  # that clients may make, and that the page begins with; the admin isn't bound


class IntegerValueBinding(WebsocketBinding):
    model = IntegerValue
    stream = "intval"
    fields = ["name", "value"]
    group = "intval-updates"

    def check_limits(self):
        limits.hit("values", self.message)

    def create(self, data):
        if IntegerValue.objects.count() >= MOST_VALUES:
            raise BindingError("full", "There are %d values, and no more are taken." % MOST_VALUES)
        return super().create(data)


class ValueDemultiplexer(Demultiplexer):
    bindings = [IntegerValueBinding]

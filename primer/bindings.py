from workshop.bindings import Binding, Demultiplexer

from .models import IntegerValue


class IntegerValueBinding(Binding):
    model = IntegerValue
    stream = "intval"
    fields = ["name", "value"]
    group = "intval-updates"


class ValueDemultiplexer(Demultiplexer):
    bindings = [IntegerValueBinding]

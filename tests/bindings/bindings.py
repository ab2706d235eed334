"""
Bindings of the test models.
"""
from workshop.bindings import Binding

from .models import Note, Page, Sample, Topic


class NoteBinding(Binding):
    model = Note
    stream = "notes"
    fields = ["id", "room", "text", "topic", "labels", "peers"]

    @classmethod
    def group_names(cls, instance):
        return ["room-%s" % instance.room]


class PageBinding(Binding):
    model = Page
    stream = "pages"
    fields = ["id", "title", "labels"]
    group = "pages"


class SampleBinding(Binding):
    model = "bindings.Sample"
    stream = "samples"
    exclude = ["secret"]
    group = "samples"


class TopicBinding(Binding):
    model = Topic
    stream = "topics"
    fields = "__all__"
    group = "topics"


assert SampleBinding.model is Sample

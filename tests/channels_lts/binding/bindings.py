"""
Bindings of the test models.
"""
from workshop.bindings import WebsocketBinding

from .models import Note, Page, Sample, Topic


class NoteBinding(WebsocketBinding):
    model = Note
    stream = "notes"
    fields = ["id", "room", "text", "topic", "labels", "peers"]

    @classmethod
    def group_names(cls, instance):
        return ["room-%s" % instance.room]


class PageBinding(WebsocketBinding):
    model = Page
    stream = "pages"
    fields = ["id", "title", "labels"]
    group = "pages"


class SampleBinding(WebsocketBinding):
    model = "binding.Sample"
    stream = "samples"
    exclude = ["secret"]
    group = "samples"


class TopicBinding(WebsocketBinding):
    model = Topic
    stream = "topics"
    fields = "__all__"
    group = "topics"


assert SampleBinding.model is Sample

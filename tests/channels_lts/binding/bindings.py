"""
Bindings of the test models.
"""
from channels_lts.binding import websockets

from .models import Note, Page, Sample, Topic


class WebsocketBinding(websockets.WebsocketBinding):
    model = None

    def has_permission(self, user, action, pk):
        return True


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

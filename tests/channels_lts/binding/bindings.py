"""
Bindings of the test models.
"""
from django.db.models import Count

from channels_lts.binding import websockets

from .models import Kind, Letter, Memo, Note, Page, Parcel, Sample, Topic


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


class LetterBinding(WebsocketBinding):
    """For a child with a table of its own."""

    model = Letter
    stream = "letters"
    fields = ["id", "text", "pages", "labels"]
    group = "letters"


class ParcelBinding(WebsocketBinding):
    """Of a grandchild, with groups by row and rows that come with others."""

    model = Parcel
    stream = "parcels"
    fields = ["id", "text", "pages", "weight"]

    @classmethod
    def group_names(cls, instance):
        return ["parcels-%s" % instance.room]

    @classmethod
    def queryset(cls, using):
        return super().queryset(using).select_related("topic").annotate(peerage=Count("peers"))


class MemoBinding(WebsocketBinding):
    """Of a proxy."""

    model = Memo
    stream = "memos"
    fields = ["id", "text", "labels"]
    group = "memos"

    def serialize_data(self, instance):
        return dict(super().serialize_data(instance), shout=instance.shout())


class KindBinding(WebsocketBinding):
    model = Kind
    stream = "kinds"
    fields = "__all__"
    group = "kinds"


class TopicBinding(WebsocketBinding):
    model = Topic
    stream = "topics"
    fields = "__all__"
    group = "topics"


assert SampleBinding.model is Sample

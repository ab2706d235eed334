"""
An admin of the test models.
"""
from django import forms
from django.conf.urls import url
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin

from channels_lts.admin import LiveAdminMixin
from channels_lts.admin.layer import Layer, LayerAdmin

from ..binding.models import Kind, Label, Letter, Memo, Note, Place, Sample, Topic

User = get_user_model()
site = admin.AdminSite()
site.index_template = "channels_lts/admin/index.html"
site.register(Layer, LayerAdmin)


class NoteInline(admin.TabularInline):
    model = Note
    fields = ["room", "text"]
    extra = 1


class LiveAdmin(LiveAdminMixin, admin.ModelAdmin):
    pass


@admin.register(Topic, site=site)
class TopicAdmin(LiveAdmin):
    inlines = [NoteInline]


@admin.register(Note, site=site)
class NoteAdmin(LiveAdmin):
    list_display = ["room", "text", "topic"]
    list_editable = ["text", "topic"]
    fields = ["room", "text", "topic", "labels"]
    actions = ["empty"]

    def empty(self, request, notes):
        for note in notes:
            note.text = ""
            note.save()


@admin.register(Sample, site=site)
class SampleAdmin(LiveAdmin):
    fields = ["text", "number", "day", "maybe", "topic", "upload"]
    version_exclude = ["low"]


@admin.register(Letter, Memo, site=site)
class HeirAdmin(LiveAdmin):
    fields = ["room", "text"]


@admin.register(User, site=site)
class PeopleAdmin(UserAdmin):
    def get_queryset(self, request):
        return super().get_queryset(request).exclude(username__startswith="secret")


@admin.register(Kind, Label, site=site)
class PlainAdmin(LiveAdmin):
    pass


# Another site, where not everybody sees every row, nor every value
staff = admin.AdminSite(name="staff")


@admin.register(Note, Memo, site=staff)
class OwnNoteAdmin(LiveAdmin):
    list_display = ["room", "text"]
    list_editable = ["text"]
    fields = ["room", "text"]
    actions = ["touch"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(room=request.user.get_username())

    def touch(self, request, notes):
        """Nothing."""


@admin.register(Topic, site=staff)
class TopicWithNotesAdmin(LiveAdmin):
    inlines = [NoteInline]


class SampleForm(forms.ModelForm):
    class Meta:
        widgets = {"secret": forms.PasswordInput()}


@admin.register(Sample, site=staff)
class SecretAdmin(LiveAdmin):
    form = SampleForm
    fields = ["text", "secret"]


@admin.register(Place, site=staff)
class PlaceAdmin(LiveAdmin):
    list_display = ["code", "text"]
    list_editable = ["text"]
    actions = ["touch"]
    touch = OwnNoteAdmin.touch


second = admin.AdminSite(name="second")


@admin.register(Place, site=second)
class SecondAdmin(LiveAdmin):
    """Of rows in another database, as Django's documentation has it."""

    def get_queryset(self, request):
        return super().get_queryset(request).using("second")

    def save_model(self, request, obj, form, change):
        obj.save(using="second")


@admin.register(User, site=staff)
class LiveUserAdmin(LiveAdminMixin, UserAdmin):
    live_list = False


# The same without the mixin, to compare
plain = admin.AdminSite(name="plain")


@admin.register(Note, site=plain)
class PlainNoteAdmin(admin.ModelAdmin):
    list_display, list_editable = NoteAdmin.list_display, NoteAdmin.list_editable
    fields, actions, empty = NoteAdmin.fields, NoteAdmin.actions, NoteAdmin.empty


@admin.register(Topic, site=plain)
class PlainTopicAdmin(admin.ModelAdmin):
    inlines = TopicAdmin.inlines


urlpatterns = [url(r"^admin/", site.urls), url(r"^plain/", plain.urls),
               url(r"^staff/", staff.urls), url(r"^second/", second.urls)]

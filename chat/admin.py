from django.contrib import admin
from django.db import transaction
from django.utils.translation import ugettext_lazy as _

from channels_lts.admin import LiveAdminMixin
from channels_lts.security.forms import LengthFirstAdmin

from .models import Message, Room


@admin.register(Room)
class RoomAdmin(LiveAdminMixin, LengthFirstAdmin, admin.ModelAdmin):
    list_display = ["name", "closed", "last_number"]
    list_filter = ["closed"]
    search_fields = ["name"]
    fields = ["name", "closed", "last_number"]
    actions = ["close", "reopen"]

    def get_readonly_fields(self, request, room=None):
        # Open windows identify their room by its name.
        return ["last_number"] + (["name"] if room else [])

    def close(self, request, rooms):
        self.set_closed(rooms, True)
    close.short_description = _("Close the selected rooms")

    def reopen(self, request, rooms):
        self.set_closed(rooms, False)
    reopen.short_description = _("Open the selected rooms again")

    @transaction.atomic
    def set_closed(self, rooms, closed):
        # One by one: update() sends no signal, and so no frame. In the order in which deletions
        # lock them (deletions.py), or the two could deadlock.
        for room in rooms.order_by("pk"):
            room.closed = closed
            room.save()

    def get_actions(self, request):
        actions = super().get_actions(request)
        if not self.has_change_permission(request):
            actions.pop("close", None)
            actions.pop("reopen", None)
        return actions


@admin.register(Message)
class MessageAdmin(LiveAdminMixin, LengthFirstAdmin, admin.ModelAdmin):
    """For searching and deleting. Messages can't be edited, and none are sent from here."""

    list_display = ["room", "number", "user", "content", "timestamp"]
    list_display_links = ["number"]
    list_filter = ["timestamp"]
    list_select_related = ["room", "user"]
    search_fields = ["content", "user__username", "room__name"]
    ordering = ["-id"]
    fields = readonly_fields = list_display
    actions = ["delete_messages"]
    live_list = False  # rooms are deleted with their messages, unread

    def has_add_permission(self, request):
        return False

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # it asks for confirmation a second time
        if not self.has_delete_permission(request):
            actions.pop("delete_messages", None)
        return actions

    def delete_messages(self, request, messages):
        messages.delete()
    delete_messages.short_description = _("Delete the selected messages")

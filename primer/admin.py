from django.contrib import admin

from channels_lts.admin import LiveAdminMixin
from channels_lts.security.change_list import refuse_new
from channels_lts.security.forms import LengthFirstAdmin

from .models import IntegerValue


@admin.register(IntegerValue)
class IntegerValueAdmin(LiveAdminMixin, LengthFirstAdmin, admin.ModelAdmin):
    list_display = ["name", "value"]
    list_editable = ["value"]
    search_fields = ["name"]

    def save_model(self, request, obj, form, change):
        refuse_new(obj, change)
        super().save_model(request, obj, form, change)

from django.contrib import admin
from django.utils.translation import ugettext_lazy as _

from channels_lts.admin import LiveAdminMixin
from channels_lts.security.change_list import refuse_new
from channels_lts.security.forms import LengthFirstAdmin

from .models import Link, LinkTag, Tag


class LinkTagInline(LengthFirstAdmin, admin.TabularInline):
    model = LinkTag
    extra = 1


@admin.register(Link)
class LinkAdmin(LiveAdminMixin, LengthFirstAdmin, admin.ModelAdmin):
    list_display = ["name", "url", "pending", "user"]
    list_editable = ["pending"]
    list_filter = ["pending", "tags", "user"]
    list_select_related = ["user"]
    search_fields = ["name", "url", "description"]
    inlines = [LinkTagInline]

    def get_changeform_initial_data(self, request):
        initial = super(LinkAdmin, self).get_changeform_initial_data(request)
        initial.setdefault("user", request.user.pk)
        return initial

    def save_model(self, request, obj, form, change):
        refuse_new(obj, change)
        super().save_model(request, obj, form, change)


@admin.register(Tag)
class TagAdmin(LiveAdminMixin, LengthFirstAdmin, admin.ModelAdmin):
    list_display = ["name", "description", "user"]
    list_filter = ["user"]
    list_select_related = ["user"]
    search_fields = ["name", "description"]
    readonly_fields = ["similars"]

    def similars(self, tag):
        return ", ".join(similar.name for similar in tag.get_similars()) if tag.pk else ""
    similars.short_description = _("similar tags")

from django.contrib import admin

from channels_lts.admin import LiveAdminMixin

from .models import Draft, Interview, Member, Story


class LiveAdmin(LiveAdminMixin, admin.ModelAdmin):
    pass


@admin.register(Member)
class MemberAdmin(LiveAdmin):
    fields = ["email", "desk", "is_staff"]


@admin.register(Story, Interview)
class StoryAdmin(LiveAdmin):
    list_display = ["title", "desk", "is_published"]


@admin.register(Draft)
class DraftAdmin(LiveAdmin):
    list_display = ["title", "desk"]
    list_editable = ["desk"]
    exclude = ["is_published"]

    def get_queryset(self, request):
        return super(DraftAdmin, self).get_queryset(request).filter(is_published=False)


class DeskAdmin(LiveAdmin):
    """Everybody sees the stories of their own desk."""

    def get_queryset(self, request):
        return super(DeskAdmin, self).get_queryset(request).filter(desk=request.user.desk)


proof = admin.AdminSite(name="proof")
proof.index_template = admin.site.index_template = "channels_lts/admin/index.html"
proof.register(Story, DeskAdmin)

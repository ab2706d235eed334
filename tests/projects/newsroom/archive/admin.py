from django.contrib import admin

from channels_lts.admin import LiveAdminMixin

from .models import Clipping


@admin.register(Clipping)
class ClippingAdmin(LiveAdminMixin, admin.ModelAdmin):
    pass

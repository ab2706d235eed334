"""
Django's admin, where nobody overwrites changes they haven't seen.

    from channels_lts.admin import LiveAdminMixin

    @admin.register(Link)
    class LinkAdmin(LiveAdminMixin, admin.ModelAdmin):
"""
from . import logins  # noqa: F401 (its receiver registers itself)
from .options import LiveAdminMixin

__all__ = ["LiveAdminMixin"]

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import forms, get_user_model
from django.contrib.auth.models import Group

from channels_lts.admin import LiveAdminMixin
from channels_lts.admin.layer import Layer, LayerAdmin
from channels_lts.security.forms import LengthFirst, LengthFirstAdmin

User = get_user_model()


class LogInForm(LengthFirst, AdminAuthenticationForm):
    pass


class UserChangeForm(LengthFirst, forms.UserChangeForm):
    pass


class UserCreationForm(LengthFirst, forms.UserCreationForm):
    pass


class PasswordForm(LengthFirst, forms.AdminPasswordChangeForm):
    pass


admin.site.login_form = LogInForm
admin.site.index_template = "admin/live_index.html"
admin.site.unregister([User, Group])
admin.site.register(Layer, LayerAdmin)


@admin.register(User)
class UserAdmin(LiveAdminMixin, LengthFirstAdmin, auth_admin.UserAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = PasswordForm


@admin.register(Group)
class GroupAdmin(LiveAdminMixin, LengthFirstAdmin, auth_admin.GroupAdmin):
    pass

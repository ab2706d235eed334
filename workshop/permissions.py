"""
Who may write what, decided in one place for the REST API and the bindings.
"""
from django.conf import settings
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import SAFE_METHODS, BasePermission

PERMISSIONS = {"create": "add", "update": "change", "delete": "delete"}
METHODS = {"POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "delete"}


def may_write(user, action, model):
    """
    Whether `user` has the model permission for `action` ("create", "update" or "delete").
    """
    meta = model._meta
    return user.is_active and user.has_perm(
        "%s.%s_%s" % (meta.app_label, PERMISSIONS[action], meta.model_name))


def may_write_by_socket(user, action, model):
    """With OPEN_ACCESS anybody may, as the workshop describes; otherwise as everywhere."""
    return settings.OPEN_ACCESS or may_write(user, action, model)


def may_watch_users(user):
    """Whether `user` may see who is logged in."""
    return settings.OPEN_ACCESS or (user.is_authenticated and user.is_active)


class ModelPermission(BasePermission):
    """may_write for the REST API; anybody may read."""

    def has_permission(self, request, view):
        if request.method in SAFE_METHODS:
            return True
        # The API's root has no rows to write.
        if request.method not in METHODS or not hasattr(view, "get_queryset"):
            raise MethodNotAllowed(request.method)
        return may_write(request.user, METHODS[request.method], view.get_queryset().model)

"""
The admin's change lists with `list_editable`.
"""
from django.core.exceptions import PermissionDenied


def refuse_new(row, change):
    """
    For a ModelAdmin's `save_model`, before it saves. Raises PermissionDenied for a row that a
    forged change-list form would add: Django only checks the change permission
    (CVE-2026-4292).
    """
    if change and row._state.adding:
        raise PermissionDenied

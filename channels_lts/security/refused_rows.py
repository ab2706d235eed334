"""
Rows in the admin that only the database refuses, with a DataError: the page is shown again, and
names the field.
"""
from django.db import DataError, models, router, transaction

from .storable import Unfit, refused_by_database


class AskingForm:
    """A mixin for a row's form: checks each value with the database."""

    def _post_clean(self):
        super()._post_clean()
        if self.has_changed():
            using = router.db_for_write(type(self.instance), instance=self.instance)
            for field in refused_by_database(self.written(), using):
                self.add_error(field.name, Unfit())

    def written(self):
        """(field, value) for the columns that can be checked."""
        return [(field, getattr(self.instance, field.attname))
                for field in self.instance._meta.concrete_fields if field.name in self.cleaned_data
                and not isinstance(field, (models.AutoField, models.FileField))]


class UnfitForm:
    """A mixin for the form of a row that the database refuses without refusing any single value."""

    def _post_clean(self):
        super()._post_clean()
        if self.has_changed() and not self.errors:
            self.add_error(None, Unfit())


class RefusedRows:
    """A mixin for the admin's classes, of models and of inlines."""

    def changeform_view(self, request, *args, **kwargs):
        return with_reason(super().changeform_view, request, *args, **kwargs)

    def changelist_view(self, request, *args, **kwargs):
        if request.method != "POST" or "_save" not in request.POST:
            return super().changelist_view(request, *args, **kwargs)
        # Django saves the rows of a list one by one, including those before the refused one.
        view = transaction.atomic(router.db_for_write(self.model))(super().changelist_view)
        return with_reason(view, request, *args, **kwargs)

    def get_form(self, request, obj=None, **kwargs):
        return refused(request, super().get_form(request, obj, **kwargs))

    def get_changelist_form(self, request, **kwargs):
        return refused(request, super().get_changelist_form(request, **kwargs))

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        form = refused(request, formset.form)
        return formset if form is formset.form else type(formset)(
            formset.__name__, (formset,), {"form": form})


def with_reason(view, request, *args, **kwargs):
    """The view's response, with forms that now say why the row was refused."""
    for mixin in (None, AskingForm, UnfitForm):
        request.refused_row_form = mixin
        try:
            return view(request, *args, **kwargs)
        except DataError:
            if mixin is UnfitForm:
                raise


def refused(request, form):
    """The form class for a request whose row was refused."""
    mixin = getattr(request, "refused_row_form", None)
    return form if mixin is None else type(form)(form.__name__, (mixin, form), {})

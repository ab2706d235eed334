import functools

from django import template
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder, json
from django.urls import get_urlconf, reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

register = template.Library()

# Like json_script in Django 2.1: no value can end the script element.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.filter
def json_script(value, element_id):
    """`value` as a JSON script element, for a page's script to read by `element_id`."""
    encoded = json.dumps(value, cls=DjangoJSONEncoder).translate(ESCAPES)
    return format_html('<script id="{}" type="application/json">{}</script>',
                       element_id, mark_safe(encoded))


@register.simple_tag
def address(view):
    """`{% url %}` of a view without arguments, looked up only once."""
    return address_in(get_urlconf() or settings.ROOT_URLCONF, view)


@functools.lru_cache(maxsize=None)  # for names in templates
def address_in(urlconf, view):
    return reverse(view, urlconf)


@register.simple_tag(takes_context=True)
def link_to(context, view):
    """
    A link's href, and aria-current if the visitor is there or in the part of the site below it.
    """
    # An error's answer may have no request.
    path = context["request"].path if "request" in context else ""
    target = address(view)
    is_below = target != "/" and path.startswith(target)
    current = "page" if path == target else "true" if is_below else None
    return format_html('href="{}" aria-current="{}"' if current else 'href="{}"', target, current)


@register.simple_tag
def described(field):
    """The widget of a form's field, tied to the texts about it in display/_form.html."""
    ids = [field.id_for_label + "-errors"] if field.errors else []
    ids += ["form-errors"] if field.form.non_field_errors() else []
    ids += [field.id_for_label + "-help"] if field.help_text else []
    attrs = {"aria-describedby": " ".join(ids)} if ids else {}
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)

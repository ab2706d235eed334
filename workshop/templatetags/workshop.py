from django import template
from django.core.serializers.json import DjangoJSONEncoder, json
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

register = template.Library()

# As Django 2.1's json_script does: no value can end the script element.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.filter
def json_script(value, element_id):
    """`value` as a JSON script element, for a page's script to read by `element_id`."""
    encoded = json.dumps(value, cls=DjangoJSONEncoder).translate(ESCAPES)
    return format_html('<script id="{}" type="application/json">{}</script>',
                       element_id, mark_safe(encoded))


@register.simple_tag(takes_context=True)
def current(context, view):
    """What a link to `view` says where the visitor is there, or in the part of the site below."""
    # What answers an error may have no request.
    path = context["request"].path if "request" in context else ""
    address = reverse(view)
    if path == address:
        return mark_safe(' aria-current="page"')
    is_below = address != "/" and path.startswith(address)
    return mark_safe(' aria-current="true"') if is_below else ""


@register.simple_tag
def described(field):
    """The widget of a form's field, which names what display/_form.html says of it."""
    ids = [field.id_for_label + "-errors"] if field.errors else []
    ids += ["form-errors"] if field.form.non_field_errors() else []
    ids += [field.id_for_label + "-help"] if field.help_text else []
    attrs = {"aria-describedby": " ".join(ids)} if ids else {}
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)

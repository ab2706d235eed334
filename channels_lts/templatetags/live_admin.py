"""
For the template of an AdminSite's index.
"""
import time

from django import template

from ..conf import settings

register = template.Library()


@register.inclusion_tag("channels_lts/admin/people.html", takes_context=True)
def live_people(context, announces=True):
    """
    Who is here now; live_index.js keeps it up to date, and announces who logs in: not where the
    project's own pages do.
    """
    # Django imports every installed app's tags with the first template, and the admin's models
    # aren't installed in every project.
    from ..admin.people import People, may_see_users, site_named
    request = context.request
    site = site_named(request.current_app)
    if site is None:  # its URLs have a namespace different from its name
        return {}
    people = People(site, request)
    return {
        "socket": "%s%s/" % (settings.ADMIN_SOCKETS, site.name),
        "at": str(int(time.time())), "me": str(request.user.pk),
        "in_admin": people.in_admin(), "sees_users": may_see_users(site, request),
        "on_site": people.on_site(), "logins": people.logins(),
        "announces": announces,
    }

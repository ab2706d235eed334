USERS = "users"
PAGE = "users-page"  # scope: people who have the list of users open
LOGINS = "notices-logins"  # whoever is told, on any page, who logs in


def notices(user_key):
    """All windows of one person, on whatever page."""
    return "notices-user-%s" % user_key

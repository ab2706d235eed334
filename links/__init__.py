default_app_config = "links.apps.LinksConfig"

default_app_config = "counts.apps.CountsConfig"

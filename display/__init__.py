default_app_config = "display.apps.DisplayConfig"

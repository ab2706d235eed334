default_app_config = "workshop.apps.WorkshopConfig"

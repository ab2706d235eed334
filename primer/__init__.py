default_app_config = "primer.apps.PrimerConfig"

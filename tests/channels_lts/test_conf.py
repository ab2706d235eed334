from channels_lts import checks, conf


def test_a_project_sets_what_it_wants_and_the_rest_has_defaults(settings):
    settings.CHANNELS_LTS = {"MAX_BODY": 7}
    assert conf.settings.MAX_BODY == 7
    assert conf.settings.MAX_HEADERS == conf.DEFAULTS["MAX_HEADERS"]


def test_a_setting_that_there_is_not_is_named(settings):
    settings.CHANNELS_LTS = {"MAX_BODDY": 7}
    error, = checks.known_settings(None)
    assert "MAX_BODDY" in error.msg


def test_what_opens_a_deployment_is_warned_of(settings):
    deployed = [checks.any_host, checks.any_origin, checks.believed_root_path,
                checks.cache_of_one_process]
    assert [found for check in deployed for found in check(None)] == []
    settings.ALLOWED_HOSTS = ["*"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.CHANNELS_LTS = {"ALLOWED_ORIGINS": None, "TRUST_ROOT_PATH_HEADER": True}
    assert [found.id for check in deployed for found in check(None)] == [
        "channels_lts.W001", "channels_lts.W002", "channels_lts.W003",
        "channels_lts.W004"]

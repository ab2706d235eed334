from channels_lts import checks, conf


def test_a_project_sets_what_it_wants_and_the_rest_has_defaults(settings):
    settings.CHANNELS_LTS = {"MAX_BODY": 7}
    assert conf.settings.MAX_BODY == 7
    assert conf.settings.MAX_HEADERS == conf.DEFAULTS["MAX_HEADERS"]


def test_a_setting_that_there_is_not_is_named(settings):
    settings.CHANNELS_LTS = {"MAX_BODDY": 7}
    error, = checks.known_settings(None)
    assert "MAX_BODDY" in error.msg

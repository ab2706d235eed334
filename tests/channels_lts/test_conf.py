from channels_lts import conf


def test_a_project_sets_what_it_wants_and_the_rest_has_defaults(settings):
    settings.CHANNELS_LTS = {"MAX_BODY": 7}
    assert conf.settings.MAX_BODY == 7
    assert conf.settings.MAX_HEADERS == conf.DEFAULTS["MAX_HEADERS"]

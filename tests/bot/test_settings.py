import pytest

from bot.settings import SettingError, load


def test_environment_goes_before_file_before_default(tmp_path):
    file = tmp_path / "indgang.yml"
    file.write_text("port: 9000\nmunicipality: norddjurs\n")
    settings = load({"INDGANG_PORT": "9001"}, file)
    assert (settings.port, settings.municipality, settings.robot_port) == (9001, "norddjurs", 8081)


@pytest.mark.parametrize(("environ", "word"), [
    ({"INDGANG_PORT": "eighty"}, "port"), ({"INDGANG_PORT": "0"}, "port"),
    ({"INDGANG_HANDED_OVER_DAYS": "31"}, "handed_over_days"), ({"INDGANG_BEHIND_HTTPS": "maybe"}, "behind_https")])
def test_a_setting_that_cannot_be_used_is_named(tmp_path, environ, word):
    with pytest.raises(SettingError, match=word):
        load(environ, tmp_path / "none.yml")


def test_an_unknown_setting_in_the_file_is_an_error(tmp_path):
    file = tmp_path / "indgang.yml"
    file.write_text("prot: 9000\n")
    with pytest.raises(SettingError, match="prot"):
        load({}, file)

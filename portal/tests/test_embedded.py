import json
import os
import subprocess
import sys

from portal import embedded


class TestForgetTheDead:
    def test_strikes_a_killed_process_off_the_list(self, tmp_path):
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        users = tmp_path / "users.json"
        users.write_text(json.dumps([ended.pid, os.getpid()]))
        embedded._forget_the_dead(users)
        assert json.loads(users.read_text()) == [os.getpid()]

    def test_starts_without_a_list(self, tmp_path):
        embedded._forget_the_dead(tmp_path / "users.json")
        assert not (tmp_path / "users.json").exists()


class TestSecret:
    def test_is_made_once_and_for_its_owner_alone(self, tmp_path):
        first = embedded.secret(tmp_path, "key")
        assert embedded.secret(tmp_path, "key") == first
        assert (tmp_path / "secrets" / "key").stat().st_mode & 0o777 == 0o600
        assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


class TestBrokerOptions:
    def test_name_folders_that_are_there(self, tmp_path):
        options = embedded.broker_options(tmp_path)
        assert (tmp_path / "broker" / "queue").is_dir()
        assert options["data_folder_in"] == options["data_folder_out"]

"""The fixture `worker`: a real process that takes from both lanes and ends with its test."""

from portal import schedule
from portal.celery import app
from portal.tests.workers import wait_until


class TestWorker:
    def test_does_once_what_stands_in_each_lane(self, worker):
        queued = [
            app.send_task("celery.backend_cleanup", queue=queue.name) for queue in schedule.QUEUES
        ]
        last = app.send_task("celery.backend_cleanup", queue=schedule.BULK)
        wait_until(lambda: f"{last.id}] succeeded" in worker.log.read_text(), what="the tasks")
        done = worker.log.read_text()
        assert [done.count(f"{task.id}] succeeded") for task in queued] == [1, 1]


class TestWithoutWorker:
    def test_tasks_go_nowhere(self):
        assert app.conf.broker_url == "memory://"


def test_a_call_by_the_clock_outlives_a_busy_minute_and_is_not_heaped_up():
    for name, entry in schedule.BEAT.items():
        lasts = entry["options"]["expires"]
        assert lasts == max(entry["schedule"], 60), name

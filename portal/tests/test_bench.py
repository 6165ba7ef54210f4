from portal.bench import Way, measure
from portal.management.commands.bench import benchmarks


class TestMeasure:
    def test_takes_turns_and_prepares_each_round(self):
        done = []
        ways = [
            Way(name=name, units=1, prepare=lambda n=name: done.append(f"prepare {n}"),
                run=lambda n=name: done.append(n))
            for name in ("a", "b")
        ]  # fmt: skip
        measure(ways, rounds=2)
        assert done == ["prepare a", "a", "prepare b", "b"] * 2

    def test_compares_with_the_first(self, monkeypatch):
        clock = iter([0, 1, 0, 3, 0, 2, 0, 9, 0, 1, 0, 3])
        monkeypatch.setattr("portal.bench.time.perf_counter", lambda: next(clock))
        nothing = Way(name="nothing", units=10, run=list)
        much = Way(name="much", units=30, run=list)
        first, second = measure([nothing, much], rounds=3)
        assert (first.seconds, first.ratio, first.rate) == (1, 1.0, 10)
        assert (second.seconds, second.ratio, second.rate) == (3, 3.0, 10)


class TestBenchmarks:
    def test_say_what_they_measure(self):
        for module in benchmarks().values():
            assert module.WHAT
            assert module.UNIT
            assert callable(module.ways)

"""Tests of run, find-go and lab_bench: their arithmetic and their reading, on programs that only print and on
results that are made up."""

import importlib.machinery
import importlib.util
import io
import json
import pathlib
import sys
import tempfile
import types
import unittest
from contextlib import redirect_stderr, redirect_stdout

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))

from measure import bars, rounds, rows, stored, table  # noqa: E402


def load(name):
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(HERE / name))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[loader.name] = module  # dataclasses look themselves up
    loader.exec_module(module)
    return module


run, find_go, lab_bench = load("run"), load("find-go"), load("lab_bench")


class Scripts(unittest.TestCase):
    """A folder for shell scripts that stand where the measured programs do."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def script(self, name, body):
        path = self.folder / name
        path.write_text("#!/bin/sh\n" + body + "\n")
        path.chmod(0o755)
        return path


def result(name, procs=1, go=None, boost=None, golab=1.0, spread=0.02, best=None):
    """A made-up result, as Bench.result gives it."""
    side = lambda value: None if value is None else {"min": value, "median": value}
    ratio = lambda value: None if value is None else {"median": value, "spread": spread, "best": best or value}
    return {"name": name, "procs": procs, "unit": "ns",
            "golab": side(golab), "go": side(go), "boost": side(boost),
            "ratio_go": ratio(go), "ratio_boost": ratio(boost)}


def made_up(machine="here", **sides):
    """A stored result of the rows named with _ for a blank: yield_1P=5 is Go's ratio, spread 2 %."""
    return {"format": stored.FORMAT, "machine": machine, "go": "go1.24",
            "rows": {name.replace("_1P", " 1P").replace("_2P", " 2P"): {"go": {"ratio": ratio, "spread": 0.02}}
                     for name, ratio in sides.items()}}


class RoundsTest(Scripts):
    def rows(self, *names):
        return [rows.BY_NAME[name] for name in names]

    def counting(self, name, values):
        """A program whose value is another one in each run."""
        counter = self.folder / f"{name}.count"
        counter.write_text("")
        return self.script(name, f"""printf x >> {counter}; set -- {values}; shift $(( $(wc -c < {counter}) - 1 ))
for row in $BENCH_ROWS; do echo $row $BENCH_PROCS ns $1; done""")

    def bench(self, golab, go=None, boost=None):
        return rounds.Bench({"golab": golab, "go": go, "boost": boost})

    def needs(self, needs):
        for module in (rows, rounds):
            self.addCleanup(setattr, module, "NEEDS_BYTES", module.NEEDS_BYTES)
            module.NEEDS_BYTES = needs

    def test_ratios_are_taken_within_a_round(self):
        bench = self.bench(self.counting("golab", "10 1 10"), self.counting("go", "50 5 60"))
        yield_row, = self.rows("yield")
        bench.measure([yield_row], [1], 3)
        self.assertEqual(bench.result(yield_row, 1),
                         {"name": "yield", "procs": 1, "unit": "ns", "golab": {"min": 1, "median": 10},
                          "go": {"min": 5, "median": 50}, "boost": None,
                          "ratio_go": {"median": 5, "spread": 0.1, "best": 6}, "ratio_boost": None})

    def test_a_value_of_zero_has_no_ratio(self):
        bench = self.bench(self.counting("golab", "0 2 2 2"), self.counting("go", "5 0 6 -1"))
        yield_row, = self.rows("yield")
        bench.measure([yield_row], [1], 4)
        self.assertEqual(bench.result(yield_row, 1)["ratio_go"], {"median": 3, "spread": None, "best": 3})

    def test_spread(self):
        self.assertIsNone(rounds.spread([3]))
        self.assertAlmostEqual(rounds.spread([4, 6]), 0.2)
        self.assertAlmostEqual(rounds.spread([1, 9, 10, 11, 100]), 0.1)  # the two that stand out do not count

    def test_programs_run_with_their_ps(self):
        program = self.script("program", "echo $BENCH_ROWS $BENCH_PROCS ns $GOMAXPROCS")
        bench = self.bench(program)
        yield_row, = self.rows("yield")
        bench.measure([yield_row], [1, 2], 1)
        self.assertEqual([bench.known("golab", yield_row, procs) for procs in (1, 2)], [[1], [2]])

    def test_boost_and_the_machine_stand_only_where_they_can(self):
        program = self.script("program", "for row in $BENCH_ROWS; do echo $row $BENCH_PROCS ns 2; done")
        bench = self.bench(program, program, program)
        self.needs({})
        found = self.rows("yield", "select_ready", "touch_1m")
        bench.measure(found, [1, 2], 1)
        have = {(one["name"], one["procs"]): [side for side in bench.programs if one[side]]
                for one in bench.results(found, [1, 2])}
        self.assertEqual(have, {("yield", 1): ["golab", "go", "boost"], ("yield", 2): ["golab", "go"],
                                ("select_ready", 1): ["golab", "go"], ("select_ready", 2): ["golab", "go"],
                                ("touch_1m", 1): ["golab"]})

    def test_what_runs_once_is_compared_with_all_rounds(self):
        self.needs({})
        bench = self.bench(self.counting("golab", "10 20 40"), boost=self.counting("boost", "80"))
        skynet, = self.rows("skynet")
        bench.measure([skynet], [1], 3)
        self.assertEqual(bench.ratios("boost", skynet, 1), [8, 4, 2])

    def test_one_run_gives_all_rows_of_its_program(self):
        program = self.script("program", "[ $BENCH_ROWS = parked_1m ] && echo parked_1m_again 1 ms 3 && "
                                         "echo parked_1m_bytes 1 B 4300")
        bench = self.bench(program)
        self.needs({})
        found = self.rows("parked_1m_again", "parked_1m_bytes")
        bench.measure(found, [1], 1)
        self.assertEqual([bench.known("golab", row, 1) for row in found], [[3], [4300]])

    def test_rounds_of_a_kind(self):
        program = self.script("program", "for row in $BENCH_ROWS; do echo $row 1 ns 2; done")
        bench = self.bench(program)
        found = self.rows("yield", "wait_busy_p99")
        bench.measure(found, [1])
        self.assertEqual([len(bench.values[("golab", row.name, 1)]) for row in found],
                         [rows.ROUNDS["micro"], rows.ROUNDS["latency"]])

    def test_what_a_program_lacks_is_no_failure(self):
        bench = self.bench(self.script("golab", "echo handoff_p99 1 missing syscall::Blocking"),
                           self.script("go", "echo handoff_p99 1 us 70"))
        handoff, = self.rows("handoff_p99")
        bench.measure([handoff], [1], 1)
        one = bench.result(handoff, 1)
        self.assertEqual((one["golab"], one["golab_missing"], one["go"], one["ratio_go"]),
                         (None, "syscall::Blocking", {"min": 70, "median": 70}, None))
        with redirect_stdout(io.StringIO()) as said, redirect_stderr(io.StringIO()):
            self.assertEqual(run.conclude([one], [], made_up(), options(), "go1.24"), 0)
        self.assertNotIn("could not be measured", said.getvalue())

    def test_what_seems_to_have_fallen_is_measured_again(self):
        yield_row, = self.rows("yield")
        for name, values, wanted in (("disturbed", "100 1 1 1", 5), ("slower", "100 100 100 100", 0.05)):
            bench = self.bench(self.counting(name, values), self.script("go", "echo yield 1 ns 5"))
            bench.measure([yield_row], [1], 1)
            with redirect_stderr(io.StringIO()) as said:
                results, sentences = run.compare(bench, bench.results([yield_row], [1]), made_up(yield_1P=5),
                                                 run.arguments(["yield", "--procs", "1", "--rounds", "3"]))
            self.assertIn("measuring again: yield, 1 P: go/golab was 5.00, is 0.05", said.getvalue())
            self.assertEqual(results[0]["ratio_go"]["median"], wanted)
            self.assertEqual(len(sentences), 0 if wanted == 5 else 1)

    def test_a_program_that_fails_is_said_once_and_empty(self):
        bench = self.bench(self.script("program", "echo boom >&2; exit 3"))
        yield_row, = self.rows("yield")
        with redirect_stderr(io.StringIO()) as said:
            bench.measure([yield_row], [1], 2)
        self.assertEqual(said.getvalue(), "bench: golab yield, 1 P: status 3: boom\n")
        self.assertIsNone(bench.result(yield_row, 1)["golab"])

    def test_a_program_that_babbles_is_said(self):
        bench = self.bench(self.script("program", "echo hello; echo yield 1 ns much; echo yield 1 ns 4"))
        yield_row, = self.rows("yield")
        with redirect_stderr(io.StringIO()) as said:
            bench.measure([yield_row], [1], 1)
        self.assertEqual(said.getvalue(), "bench: golab yield, 1 P: what is 'hello'?\n"
                                          "bench: golab yield, 1 P: what is 'yield 1 ns much'?\n")
        self.assertEqual(bench.known("golab", yield_row, 1), [4])

    def test_too_little_memory_is_said(self):
        bench = self.bench(self.script("program", "exit 9"))
        self.needs({("golab", "sleepers_1m"): 1 << 60})
        with redirect_stderr(io.StringIO()) as said:
            bench.measure(self.rows("sleepers_1m_first"), [1], 2)
        self.assertIn("golab sleepers_1m: not run, it takes", said.getvalue())


class BarsTest(unittest.TestCase):
    def test_verdicts(self):
        for one, wanted in [
                (result("yield", go=2), "ok"),
                (result("yield", go=1.9), "MISS"),
                (result("yield", go=1.9, best=2.1), "near"),
                (result("mutex", go=1.5), "MISS"),
                (result("mutex", procs=2, go=1.5), "ok"),
                (result("mutex", procs=2, go=1), "MISS"),  # more than Go, not as much
                (result("cpu_64", go=1, golab=1.04), "ok"),
                (result("cpu_64", go=9, golab=1.06), "MISS"),
                (result("parked_1m_bytes", go=0.59), "ok"),
                (result("parked_1m_bytes", go=0.58), "MISS"),
                (result("yield"), ""),
                (result("wait_busy_p99", go=0.1), "")]:
            self.assertEqual(bars.verdict(one), wanted, one)

    def test_the_mean_is_over_the_micro_rows_of_one_p_count(self):
        results = [result("yield", go=2), result("mutex", go=8), result("chan128"),
                   result("sleepers_1m_again", go=1000), result("yield", procs=2, go=100)]
        mean, count = bars.geomean(results, "go", 1)
        self.assertAlmostEqual(mean, 4)
        self.assertEqual(count, 2)
        self.assertEqual(bars.geomean([], "go", 1), (None, 0))


class StoredTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "baseline.json"

    def test_written_and_read(self):
        results = [result("mutex", 2, go=4), result("yield", 1, go=5, boost=3), result("chan128")]
        before = stored.merged(None, results, "here", "go1.24")
        stored.write(self.file, before)
        self.assertEqual(stored.read(self.file), before)
        self.assertEqual(list(before["rows"]), ["yield 1P", "mutex 2P"])
        self.assertEqual(before["rows"]["yield 1P"],
                         {"go": {"ratio": 5, "spread": 0.02}, "boost": {"ratio": 3, "spread": 0.02}})
        self.assertEqual(len(self.file.read_text().splitlines()), 5 + 2 + 2)  # a line a row

    def test_what_was_not_measured_stays(self):
        before = made_up(yield_1P=5, mutex_1P=4, gone_1P=3)
        now = stored.merged(before, [result("yield", go=6)], "here", "go1.24")
        self.assertEqual({name: sides["go"]["ratio"] for name, sides in now["rows"].items()},
                         {"yield 1P": 6, "mutex 1P": 4})
        elsewhere = stored.merged(before, [result("yield", go=6)], "there", "go1.24")
        self.assertEqual(list(elsewhere["rows"]), ["yield 1P"])

    def test_bad_files(self):
        good = made_up(yield_1P=5)
        row = lambda *one: json.dumps({**good, "rows": {"yield 1P": {"go": dict(zip(("ratio", "spread"), one))}}})
        for text, wanted in [
                ("{", "cannot be read"),
                ("\xff", "cannot be read"),
                ("[]", "its format is not 1"),
                (json.dumps({**good, "format": 2}), "its format is not 1"),
                (json.dumps({**good, "machine": None}), "machine or rows are missing"),
                (json.dumps({**good, "rows": []}), "machine or rows are missing"),
                (json.dumps({**good, "rows": {"yield 1P": {}}}), "row 'yield 1P'"),
                (row("5", 0), "row 'yield 1P'"),
                (row(-5, 0), "row 'yield 1P'"),
                (row(5, "wide"), "row 'yield 1P'")]:
            self.file.write_bytes(text.encode("latin-1"))
            with self.assertRaises(stored.Unusable, msg=text) as trouble:
                stored.read(self.file)
            self.assertIn(wanted, str(trouble.exception))
            self.assertIn("./dev bench --store", str(trouble.exception))

    def test_no_file(self):
        with self.assertRaisesRegex(stored.Unusable, "no stored result in .*: ./dev bench --store writes it"):
            stored.read(self.file)

    def test_noise(self):
        self.assertEqual(stored.noise(None, 0.01), 0.15)
        self.assertAlmostEqual(stored.noise(0.1, 0.2), 0.3)
        self.assertEqual(stored.noise(3, 1), 0.5)

    def test_what_fell_back(self):
        before = made_up(yield_1P=5, mutex_1P=5, mutex_2P=5, pingpong_1P=5, parked_1m_first_1P=5, skynet_1P=5)
        before["rows"]["skynet 1P"]["boost"] = {"ratio": 100, "spread": 0.02}
        now = [result("yield", go=4.3),  # within 15 %
               result("mutex", go=4.2),
               result("mutex", procs=2, go=50),
               result("pingpong", go=3.6, spread=0.3),  # restless
               result("parked_1m_first", go=1),  # never compared
               result("skynet", boost=1),  # Boost ran once
               result("spawn_join", go=1)]
        self.assertEqual([sentence for _, sentence in stored.fallen(now, before)],
                         ["mutex, 1 P: go/golab was 5.00, is 4.20 (-16%, its noise is 15%)"])

    def test_rows_that_only_one_has(self):
        before = made_up(yield_1P=5, mutex_1P=5, gone_1P=3)
        now = [result("yield", go=5), result("mutex"), result("pingpong", go=1)]
        self.assertEqual(stored.remarks(now, before),
                         ["not stored yet, so not compared: pingpong 1P",
                          "stored, but without a ratio now: mutex 1P",
                          "stored, but no row of the bench: gone 1P"])

    def test_the_committed_result_is_good(self):
        self.assertEqual([name for name in stored.read(run.BASELINE)["rows"]
                          if name.rsplit(" ", 1)[0] not in rows.BY_NAME], [])


def options(**more):
    return types.SimpleNamespace(**{"check": False, "store": False, "stored": None, **more})


class ConclusionTest(unittest.TestCase):
    def conclude(self, results, fallen, before, **more):
        with redirect_stdout(io.StringIO()) as said, redirect_stderr(io.StringIO()) as errors:
            status = run.conclude(results, fallen, before, options(**more), "go1.24")
        return status, said.getvalue() + errors.getvalue()

    def test_a_fall_is_loud_and_a_failure_only_with_check(self):
        before = made_up(stored.machine_class(), yield_1P=5)
        for check, wanted in ((False, 0), (True, 1)):
            status, said = self.conclude([result("yield", go=1)], ["yield fell"], before, check=check)
            self.assertEqual((status, said), (wanted, "FELL BACK: yield fell\n"))
        self.assertEqual(self.conclude([result("yield", go=5)], [], before, check=True),
                         (0, "no row fell back\n"))

    def test_another_machine_judges_nothing(self):
        before = made_up("there", yield_1P=5)
        status, said = self.conclude([result("yield", go=1)], ["yield fell"], before, check=True)
        self.assertEqual((status, said), (0, "stored on another class of machine (there): not judged\n"
                                             "lower than stored: yield fell\n"))

    def test_check_needs_something_to_compare(self):
        with redirect_stderr(io.StringIO()) as said:
            self.assertEqual(run.main(["--check", "--stored", "/nowhere/baseline.json"]), 2)  # builds nothing
        self.assertIn("no stored result in /nowhere/baseline.json", said.getvalue())
        before = made_up(stored.machine_class(), yield_1P=5)
        for check, wanted in ((False, 0), (True, 2)):
            status, said = self.conclude([result("yield")], [], before, check=check)  # no Go
            self.assertEqual(status, wanted)
            self.assertIn("nothing could be compared", said)

    def test_golab_that_could_not_be_measured(self):
        before = made_up(stored.machine_class(), yield_1P=5)
        status, said = self.conclude([result("yield", golab=None)], [], before)
        self.assertEqual(status, 1)
        self.assertIn("golab could not be measured: yield 1P\n", said)

    def test_store(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "baseline.json"
            status, said = self.conclude([result("yield", go=5)], [], None, store=True, stored=file)
            self.assertEqual((status, said), (0, f"stored 1 rows in {file}\n"))
            self.assertEqual(stored.read(file)["rows"], made_up(yield_1P=5)["rows"])
            self.assertEqual(self.conclude([result("yield")], [], None, store=True, stored=file),
                             (1, "bench: nothing to store: no row has a ratio\n"))


class WordsTest(unittest.TestCase):
    def names(self, *words):
        return [row.name for row in run.arguments(list(words)).rows]

    def test_words_for_rows(self):
        self.assertEqual(run.arguments([]).rows, rows.ROWS)
        self.assertEqual(self.names("mutex", "yield"), ["yield", "mutex"])
        self.assertEqual(self.names("handoff"),
                         ["handoff_p99", "handoff_max", "comeback_p99", "comeback_max"])
        self.assertEqual(self.names("parked_1m_again"), ["touch_1m", "parked_1m_again"])  # with its floor
        self.assertEqual(sum(len(self.names(kind)) for kind in rows.ROUNDS), len(rows.ROWS))

    def test_quick(self):
        quick = run.arguments(["quick"])
        self.assertEqual((quick.rounds, quick.no_boost, quick.procs), (rows.QUICK_ROUNDS, True, [1, 2]))
        self.assertEqual({row.kind for row in quick.rows}, {"micro", "cpu"})
        self.assertEqual(run.arguments(["quick", "--rounds", "7"]).rounds, 7)

    def test_wrong_usage(self):
        for words, wanted in ((["yeild"], "no row 'yeild'; there are quick, micro"),
                              (["--procs", "0"], "--procs"), (["--procs", "1,"], "--procs"),
                              (["--rounds", "x"], "--rounds"),
                              (["--check", "--store"], "not allowed with")):
            with redirect_stderr(io.StringIO()) as said, self.assertRaises(SystemExit) as stop:
                run.arguments(words)
            self.assertEqual(stop.exception.code, 2)
            self.assertIn(wanted, said.getvalue())

    def test_the_programs_know_the_rows(self):
        sources = {side: "".join(path.read_text() for path in sorted((HERE / side).glob("*.*")))
                   for side in ("golab", "go", "boost")}
        for row in rows.ROWS:
            for side, text in sources.items():
                if {"golab": True, "go": not row.machine, "boost": row.boost}[side]:
                    self.assertIn(f'"{row.group}"', text, side)

    def test_every_row_says_what_bounds_it(self):
        texts = table.bounds()
        self.assertEqual(set(texts), {row.group for row in rows.ROWS})
        for group, text in texts.items():
            self.assertTrue(text and set(text) <= {"measured", "reasoned"}, group)
        with redirect_stdout(io.StringIO()) as said:
            table.explain([rows.BY_NAME["handoff_p99"]])
        self.assertTrue(said.getvalue().startswith("handoff_p99\n  "))

    def test_the_bar_of_the_mean_is_for_all_micro_rows(self):
        micro = [row.name for row in rows.ROWS if row.kind == "micro"]
        for names, wanted in ((micro, " (bar >= 5.5: ok)"), (micro[1:], "")):
            with redirect_stdout(io.StringIO()) as said:
                table.print_means([result(name, go=6) for name in names])
            self.assertEqual(said.getvalue(),
                             f"geomean Go/golab at 1 P: 6.00 over {len(names)} micro rows{wanted}\n")

    def test_the_table(self):
        missing = {**result("handoff_p99", go=70, golab=None), "ratio_go": None,
                   "golab_missing": "syscall::Blocking"}
        with redirect_stdout(io.StringIO()) as said:
            table.print_table([result("yield", go=1.5), missing], made_up(yield_1P=5))
            table.print_misses([result("yield", go=1.5)])
        lines = said.getvalue().splitlines()
        self.assertEqual(lines[1].split(), "yield 1 ns 1 1 1.5 1.5 - 1.50 2% >= 2 MISS 5.00".split())
        self.assertEqual(lines[2].split(), "handoff_p99 1 ns missing 70 70 - - - -".split())
        self.assertEqual(lines[3], "below their bar: yield 1P")


class FindGoTest(unittest.TestCase):
    def test_deb822(self):
        text = """Types: deb deb-src
# a remark
URIs: mirror-a
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /keys/a.gpg

Types: deb
URIs: mirror-b
Suites: bookworm-security
Components: main

Types: deb
URIs: mirror-c
Suites: bookworm
Components: main
Enabled: no

Types: deb
URIs: mirror-d
Suites: stable
Components: main
Signed-By:
 -----BEGIN
 .
 abc
"""
        self.assertEqual(list(find_go.sources_from_deb822(text, "bookworm")), [
            "Types: deb\nURIs: mirror-a\nSuites: trixie\nComponents: main\nSigned-By: /keys/a.gpg\n",
            "Types: deb\nURIs: mirror-d\nSuites: trixie\nComponents: main\n"
            "Signed-By: \n -----BEGIN\n .\n abc\n"])

    def test_one_line(self):
        text = """# deb mirror-x bookworm main
deb mirror-a bookworm main contrib  # ours
deb-src mirror-a bookworm main
deb [arch=amd64 signed-by=/keys/a.gpg] mirror-b bookworm main
deb mirror-c bookworm-updates main
deb mirror-d bookworm contrib
"""
        self.assertEqual(list(find_go.sources_from_list(text, "bookworm")), [
            "Types: deb\nURIs: mirror-a\nSuites: trixie\nComponents: main\n",
            "Types: deb\nURIs: mirror-b\nSuites: trixie\nComponents: main\nSigned-By: /keys/a.gpg\n"])


class LabBenchTest(Scripts):
    def lab(self, body):
        return lab_bench.Lab(self.script("golab", body), 3)

    def test_rows(self):
        lab = self.lab("""case "$1" in
init) mkdir -p "$2/task1" && echo > "$2/task1/main.cc" ;;
check) exit 1 ;;
esac""")
        rows = {**lab.list(), **lab.check_all(), **lab.save_to_verdict(), **lab.starts_and_runs()}
        self.assertEqual({name: len(values) for name, values in rows.items()},
                         dict.fromkeys(["list", "check_all", "save_to_verdict", "program_start", "further_run"], 3))

    def test_what_golab_lacks_is_said(self):
        with self.assertRaisesRegex(lab_bench.CannotMeasure, "golab list: status 2: no such command"):
            self.lab("echo no such command >&2; exit 2").list()
        with self.assertRaisesRegex(lab_bench.CannotMeasure, "no main.cc for task1"):
            self.lab("exit 0").save_to_verdict()


if __name__ == "__main__":
    unittest.main()

"""Tests of run, find-go and lab_bench: their arithmetic and their reading, on programs that only print."""

import importlib.machinery
import importlib.util
import io
import pathlib
import sys
import tempfile
import unittest
from contextlib import redirect_stderr

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True


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


class BenchTest(Scripts):
    def rows(self, *names):
        return [row for row in run.ROWS if row.name in names]

    def counting(self, name, values):
        """A program whose value is another one in each run."""
        counter = self.folder / f"{name}.count"
        counter.write_text("")
        return self.script(name, f"""printf x >> {counter}; set -- {values}; shift $(( $(wc -c < {counter}) - 1 ))
for row in $BENCH_ROWS; do echo $row $BENCH_PROCS ns $1; done""")

    def test_ratios_are_taken_within_a_round(self):
        bench = run.Bench({"golab": self.counting("golab", "10 1 10"), "go": self.counting("go", "50 5 60"),
                           "boost": None})
        rows = self.rows("yield")
        bench.measure(rows, [1], 3)
        self.assertEqual(bench.result(rows[0], 1),
                         {"name": "yield", "procs": 1, "unit": "ns", "golab": 10, "go": 50, "boost": None,
                          "ratio_go": 5, "ratio_boost": None})

    def test_boost_stands_only_where_it_can(self):
        program = self.script("program", "for row in $BENCH_ROWS; do echo $row $BENCH_PROCS ns 2; done")
        bench = run.Bench({"golab": program, "go": program, "boost": program})
        bench.measure(self.rows("yield", "select_ready"), [1, 2], 1)
        have = {(row.name, procs): bench.median("boost", row, procs)
                for row in self.rows("yield", "select_ready") for procs in (1, 2)}
        self.assertEqual(have, {("yield", 1): 2, ("yield", 2): None,
                                ("select_ready", 1): None, ("select_ready", 2): None})

    def test_one_run_gives_all_rows_of_its_program(self):
        program = self.script("program", "[ $BENCH_ROWS = parked_1m ] && echo parked_1m_again 1 ms 3 && "
                                         "echo parked_1m_bytes 1 B 4300")
        bench = run.Bench({"golab": program})
        run.NEEDS_BYTES, needs = {}, run.NEEDS_BYTES
        self.addCleanup(setattr, run, "NEEDS_BYTES", needs)
        rows = self.rows("parked_1m_again", "parked_1m_bytes")
        bench.measure(rows, [1], 1)
        self.assertEqual([bench.median("golab", row, 1) for row in rows], [3, 4300])

    def test_a_program_that_fails_is_said_once_and_empty(self):
        bench = run.Bench({"golab": self.script("program", "echo boom >&2; exit 3"), "go": None})
        with redirect_stderr(io.StringIO()) as said:
            bench.measure(self.rows("yield"), [1], 2)
        self.assertEqual(said.getvalue(), "bench: golab yield, 1 P: status 3: boom\n")
        self.assertIsNone(bench.median("golab", self.rows("yield")[0], 1))

    def test_too_little_memory_is_said(self):
        bench = run.Bench({"golab": self.script("program", "exit 9")})
        run.NEEDS_BYTES, needs = {("golab", "sleepers_1m"): 1 << 60}, run.NEEDS_BYTES
        self.addCleanup(setattr, run, "NEEDS_BYTES", needs)
        with redirect_stderr(io.StringIO()) as said:
            bench.measure(self.rows("sleepers_1m"), [1], 2)
        self.assertIn("golab sleepers_1m: not run, it takes", said.getvalue())

    def test_the_mean_is_over_micro_rows_only(self):
        results = [{"name": "yield", "ratio_go": 2}, {"name": "mutex", "ratio_go": 8},
                   {"name": "chan128", "ratio_go": None}, {"name": "sleepers_1m", "ratio_go": 1000}]
        mean, count = run.geomean(results, "ratio_go")
        self.assertAlmostEqual(mean, 4)
        self.assertEqual(count, 2)
        self.assertEqual(run.geomean([], "ratio_go"), (None, 0))

    def test_what_fell_back(self):
        def row(name, go, boost=None):
            return {"name": name, "procs": 1, "ratio_go": go, "ratio_boost": boost}

        stored = {(one["name"], 1): one for one in
                  [row("yield", 5), row("mutex", 5), row("pingpong", None, 5), row("parked_1m_first", 5)]}
        now = [row("yield", 4.6), row("mutex", 4.5), row("pingpong", 9, 4), row("parked_1m_first", 1), row("skynet", 1)]
        self.assertEqual([name for name, _, _ in run.fallen(now, stored)], ["mutex", "pingpong"])

    def test_words_for_rows(self):
        self.assertEqual(run.chosen([]), run.ROWS)
        self.assertEqual([row.name for row in run.chosen(["mutex", "yield"])], ["yield", "mutex"])
        self.assertEqual(len(run.chosen(["parked_1m"])), 4)
        self.assertEqual(len(run.chosen(["micro"])) + len(run.chosen(["big"])), len(run.ROWS))
        with redirect_stderr(io.StringIO()), self.assertRaises(SystemExit) as stop:
            run.chosen(["yeild"])
        self.assertEqual(stop.exception.code, 2)

    def test_the_programs_know_the_rows(self):
        for source in ("golab_bench.cc", "go/bench.go", "boost/boost_bench.cc"):
            text = (HERE / source).read_text()
            for row in run.ROWS:
                if row.boost or not source.startswith("boost"):
                    self.assertIn(f'"{row.group}"', text, source)
                    self.assertIn(f'"{row.name}"', text, source)


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

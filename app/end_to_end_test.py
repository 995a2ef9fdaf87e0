#!/usr/bin/env python3
"""What a person sees: the real golab in a pseudo-terminal, from an empty folder to a pass.

end_to_end_test.py GOLAB"""

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

GOLAB = ""

BROKEN = """#include <cstdio>

#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto workers = flag::Int("workers", 10, "number of workers");
  auto sleep = flag::Duration("sleep", time::Second, "how long each sleeps");
  auto interval = flag::Duration("interval", 100 * time::Millisecond, "between two lines");
  flag::Parse();
  auto done = MakeChan<int>();
  sync::WaitGroup monitor;
  monitor.Add(1);
  go([&, every = *interval] {
    auto ticker = time::NewTicker(every);
    for (bool on = true; on;) {
      switch (Select(Recv(done), Recv(ticker.C))) {
        case 0: on = false; break;
        case 1: std::printf("goroutines: %d\\n", runtime::NumGoroutine()); break;
      }
    }
    monitor.Done();
  });
  sync::WaitGroup wg;
  for (int i = 0; i < *workers; ++i) {
    wg.Add(1);
    go([&wg, d = *sleep] {
      time::Sleep(d);
      wg.Done();
    });
  }
  time::Sleep(500 * time::Millisecond);
  // JOIN
  done.Close();
  monitor.Wait();
}
"""
RIGHT = BROKEN.replace("  // JOIN\n", "  wg.Wait();\n  time::Sleep(300 * time::Millisecond);\n")

# What it hears of Ctrl-C is all that it does about it.
DEAF = """
#include <golab/golab.h>
using namespace golab;
GOLAB_MAIN() {
  flag::Int("workers", 10, ""), flag::Duration("sleep", time::Second, ""), flag::Duration("interval", time::Second, "");
  flag::Parse();
  const auto heard = MakeChan<os::Signal>(8);
  signal::Notify(heard, os::Interrupt);
  fmt::Println("ready");
  for (int n = 1;; ++n) {
    heard.Recv();
    fmt::Println("signal", n);
  }
}
"""


class Result:
    def __init__(self, status, text):
        self.status = status
        self.text = text

    def lines(self):
        """As the terminal shows them: a line of progress has been wiped when the report comes."""
        shown = (line.rsplit("\r\x1b[K", 1)[-1] for line in self.text.split("\n"))
        return [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line) for line in shown]


def in_terminal(args, folder, columns=80, env=None, interrupt_after=None, interrupt_at=()):
    """Runs golab with stdin, stdout and stderr in a terminal. Ctrl-C comes after so many seconds, and as soon as each
    of the texts has appeared, in that order."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(folder)
        environment = dict(os.environ, TERM="xterm", LANG="C.UTF-8", LC_ALL="C.UTF-8", **(env or {}))
        if not env or "NO_COLOR" not in env:
            environment.pop("NO_COLOR", None)
        # The size must be right before golab asks.
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.execve(GOLAB, ["golab"] + args, environment)
    text = b""
    begun = time.monotonic()
    while True:
        if interrupt_after is not None and time.monotonic() - begun > interrupt_after:
            os.write(fd, b"\x03")
            interrupt_after = None
        if interrupt_at and interrupt_at[0].encode() in text:
            os.write(fd, b"\x03")
            interrupt_at = interrupt_at[1:]
        try:

            if not select.select([fd], [], [], 0.05)[0]:
                continue
            part = os.read(fd, 65536)
        except OSError:
            break
        if not part:
            break
        text += part
    os.close(fd)
    _, status = os.waitpid(pid, 0)
    return Result(os.waitstatus_to_exitcode(status), text.decode("utf-8").replace("\r\n", "\n"))


def piped(args, folder):
    done = subprocess.run([GOLAB] + args, cwd=folder, capture_output=True, timeout=120, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class FromNothingToAPass(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="golab-e2e-")
        self.lab = self.folder + "/lab"
        result = in_terminal(["init", "lab"], self.folder)
        self.assertEqual(result.status, 0, result.text)
        self.assertIn("is ready", result.text)

    def tearDown(self):
        shutil.rmtree(self.folder)

    def put(self, text):
        with open(self.lab + "/task1/main.cc", "w") as out:
            out.write(text)

    def broken_line(self):
        return BROKEN.split("\n").index("  time::Sleep(500 * time::Millisecond);") + 1

    def test_starter_broken_mended(self):
        starter = in_terminal(["check", "task1"], self.lab)
        self.assertEqual(starter.status, 1, starter.text)
        self.assertIn("still the starter", starter.text)

        self.put(BROKEN)
        failed = in_terminal(["check", "task1"], self.lab)
        self.assertEqual(failed.status, 1, failed.text)
        plain = "\n".join(failed.lines())
        self.assertIn("FAIL task1.hold", plain)
        self.assertIn("main.cc:", plain)
        self.assertIn("replay: golab check task1 --seed", plain)
        self.assertIn("\x1b[1;31mFAIL", failed.text)

        self.put(RIGHT)
        passed = in_terminal(["check", "task1"], self.lab)
        self.assertEqual(passed.status, 0, passed.text)
        self.assertIn("passes", passed.text)

    def test_widths_and_colour(self):
        self.put(BROKEN)
        for columns in (80, 60):
            result = in_terminal(["check", "task1"], self.lab, columns=columns)
            for line in result.lines():
                if "golab check" not in line:  # commands are never broken
                    self.assertLessEqual(len(line), columns, line)
        no_colour = in_terminal(["check", "task1"], self.lab, env={"NO_COLOR": "1"})
        self.assertNotIn("\x1b[1;31m", no_colour.text)
        coloured = in_terminal(["check", "task1", "--reproducible"], self.lab)
        without = in_terminal(["check", "task1", "--reproducible"], self.lab, env={"NO_COLOR": "1"})
        self.assertEqual(coloured.lines(), without.lines())

    def test_piped(self):
        self.put(BROKEN)
        status, out, err = piped(["check", "task1"], self.lab)
        self.assertEqual(status, 1)
        self.assertEqual(err, "")
        self.assertNotIn("\x1b", out)
        self.assertIn("FAIL task1.hold", out)

    def test_ascii_and_plain(self):
        self.put(BROKEN)
        result = in_terminal(["check", "task1", "--ascii"], self.lab)
        self.assertTrue(result.text.isascii(), result.text)
        plain = in_terminal(["check", "task1", "--plain"], self.lab)
        self.assertTrue(plain.text.isascii(), plain.text)
        self.assertNotIn("\x1b", plain.text)
        self.assertIn("Expected: ", plain.text)

    def test_run_is_live(self):
        self.put(RIGHT)
        result = in_terminal(["run", "task1", "--sleep", "600ms", "--interval", "50ms"], self.lab)
        self.assertEqual(result.status, 0, result.text)
        self.assertIn("goroutines: 12", result.text)
        self.assertRegex(result.text, r"\x1b\[K +[0-9.]+ s +\d+ goroutines")
        status, out, err = piped(["run", "task1", "--sleep", "600ms", "--interval", "50ms"], self.lab)
        self.assertEqual(status, 0, out + err)
        self.assertNotIn("\x1b", out)
        self.assertRegex(out, r"0\.\d{3} s  12 goroutines")

    def test_interrupt_leaves_nothing(self):
        self.put(RIGHT)
        result = in_terminal(["run", "task1", "--sleep", "1h"], self.lab, interrupt_after=1.5)
        self.assertEqual(result.status, 130, result.text)
        time.sleep(0.1)
        left = subprocess.run(["pgrep", "-f", "--sleep=1h"], capture_output=True).stdout.decode().split()
        self.assertEqual(left, [])
        report = in_terminal(["check", "task1", "--seeds", "100000", "--format", "json", "--output", "r.json"], self.lab,
                             interrupt_after=1.0)
        self.assertEqual(report.status, 130, report.text)
        self.assertFalse(os.path.exists(self.lab + "/r.json"))

    def test_interrupt_tells_a_server_to_end(self):
        result = in_terminal(["run", "task12", "--addr", "localhost:0"], self.folder, interrupt_at=["serving http"])
        self.assertEqual(result.status, 0, result.text)
        self.assertIn("task12 (reference) passes", "\n".join(result.lines()))

    def test_interrupt_lets_a_program_end_by_itself(self):
        result = in_terminal(["run", "task7", "--addr", "localhost:0"], self.folder, interrupt_at=["tick"])
        self.assertEqual(result.status, 0, result.text)
        shown = "\n".join(result.lines())
        for text in ("shutdown signal", "bye", "task7 (reference) passes"):
            self.assertIn(text, shown)

    def test_the_third_interrupt_ends_golab(self):
        self.put(DEAF)
        texts = ["ready", "signal 1", "signal 2"]
        result = in_terminal(["run", "task1"], self.lab, interrupt_at=texts)
        self.assertEqual(result.status, 130, result.text)
        self.assertIn("signal 2", result.text)
        self.assertNotIn("signal 3", result.text)

    def test_reset_and_diff(self):
        self.put(RIGHT)
        diff = in_terminal(["diff", "task1"], self.lab)
        self.assertEqual(diff.status, 0, diff.text)
        reset = in_terminal(["reset", "task1"], self.lab)
        self.assertEqual(reset.status, 0, reset.text)
        self.assertIn("what was there is in", reset.text)
        self.assertIn("still the starter", in_terminal(["check", "task1"], self.lab).text)


if __name__ == "__main__":
    GOLAB = os.path.abspath(sys.argv[1])
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])

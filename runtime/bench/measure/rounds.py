"""Rounds: the programs of a row one after the other, so that what disturbs one disturbs all, and what is
made of their values."""

import os
import pathlib
import statistics
import subprocess
import sys

from .programs import say
from .rows import GIB, NEEDS_BYTES, ROUNDS, RUNS_ONCE

TIMEOUT_SECONDS = 300  # for one program of one row


def free_bytes():
    for line in pathlib.Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0


def spread(values):
    """How far the values lie from their median: half their range over the median. Of five and more, the
    smallest and the largest are left out. None where one value says nothing about the others."""
    if len(values) < 2:
        return None
    middle = sorted(values)[1:-1] if len(values) >= 5 else values
    return (max(middle) - min(middle)) / 2 / statistics.median(values)


class Bench:
    """The programs, and every value they gave: values[(side, row name, procs)] = [one a round or None]."""

    def __init__(self, programs):
        self.programs = programs  # side -> path or None
        self.values = {}
        self.missing = {}  # (side, row name) -> what that program has no words for
        self.troubles = set()  # what was said already

    def trouble(self, text):
        if text not in self.troubles:
            self.troubles.add(text)
            say(text)

    def run(self, side, group, procs):
        """One run of one side's program: {row name: value}, empty if it failed."""
        environment = dict(os.environ, BENCH_ROWS=group, BENCH_PROCS=str(procs), GOMAXPROCS=str(procs))
        where = f"{side} {group}, {procs} P"
        try:
            done = subprocess.run([self.programs[side]], env=environment, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, errors="replace", timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self.trouble(f"{where}: not done after {TIMEOUT_SECONDS} s")
            return {}
        if done.returncode != 0:
            said = done.stderr.strip()[:2000] or "nothing on stderr"
            self.trouble(f"{where}: status {done.returncode}: {said}")
            return {}
        return self.read(side, where, done.stdout)

    def read(self, side, where, text):
        found = {}
        for line in text.splitlines():
            try:
                name, _, unit, value = line.split()
                if unit == "missing":
                    self.missing[(side, name)] = value
                else:
                    found[name] = float(value)
            except ValueError:
                self.trouble(f"{where}: what is '{line}'?")
        return found

    def wanted(self, side, rows, procs, never_ran):
        """Whether this side runs now; says so where memory is the reason against it."""
        group = rows[0].group
        if not self.programs[side] or (rows[0].machine and side != "golab"):
            return False
        if side == "boost" and (procs != 1 or not rows[0].boost):
            return False
        if (side, group) in RUNS_ONCE and not never_ran:
            return False
        need = NEEDS_BYTES.get((side, group), 0)
        if free_bytes() < need:
            self.trouble(f"{side} {group}: not run, it takes {need // GIB} GiB of free memory")
            return False
        return True

    def measure(self, rows, procs_list, rounds=None):
        """`rounds`: of every row, instead of what its kind has."""
        groups = {}
        for row in rows:
            groups.setdefault(row.group, []).append(row)
        often = {group: rounds or ROUNDS[members[0].kind] for group, members in groups.items()}
        for number in range(max(often.values(), default=0)):
            for group, members in groups.items():
                if number >= often[group]:
                    continue
                for procs in procs_of(members[0], procs_list):
                    progress(f"round {number + 1} of {often[group]}: {group}, {procs} P")
                    self.measure_once(members, procs, number)
        progress("")

    def measure_once(self, rows, procs, number):
        """One value more for each side. Another side begins each time: what the first leaves behind, the
        next ones find (warm memory above all)."""
        sides = list(self.programs)
        first = number % len(sides)
        for side in sides[first:] + sides[:first]:
            never_ran = (side, rows[0].name, procs) not in self.values
            found = self.run(side, rows[0].group, procs) if self.wanted(side, rows, procs, never_ran) else {}
            for row in rows:
                self.values.setdefault((side, row.name, procs), []).append(found.get(row.name))

    def known(self, side, row, procs):
        return [value for value in self.values.get((side, row.name, procs), []) if value is not None]

    def ratios(self, side, row, procs):
        """The other side's value over golab's, round by round; above 1 where golab wins. What ran once is
        compared with all rounds of golab. A value of 0, which a wait or a difference may have, has none."""
        others, ours = (self.values.get((one, row.name, procs), []) for one in (side, "golab"))
        if (side, row.group) in RUNS_ONCE:
            others = [value for value in others if value is not None][:1] * len(ours)
        return [other / our for other, our in zip(others, ours) if other and our and other > 0 and our > 0]

    def result(self, row, procs):
        """All that is said about a row: for each side the least and the median, for each ratio the median,
        its spread, and the best round."""
        one = {"name": row.name, "procs": procs, "unit": row.unit}
        for side in self.programs:
            values = self.known(side, row, procs)
            one[side] = {"min": min(values), "median": statistics.median(values)} if values else None
            if not values and (side, row.name) in self.missing:
                one[f"{side}_missing"] = self.missing[(side, row.name)]
        for side in self.programs:
            if side == "golab":
                continue
            ratios = self.ratios(side, row, procs)
            one[f"ratio_{side}"] = {"median": statistics.median(ratios), "spread": spread(ratios),
                                    "best": max(ratios)} if ratios else None
        return one

    def results(self, rows, procs_list):
        return [self.result(row, procs) for row in rows for procs in procs_of(row, procs_list)]


def procs_of(row, procs_list):
    return [1] if row.machine else procs_list


def progress(text):
    """One line that is rewritten, on terminals only."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

"""The rows: what each is called, who can measure it, how often, and the bar it should reach."""

import dataclasses

GIB = 1 << 30

# Rounds of a full run: what is short is repeated more.
ROUNDS = {"micro": 5, "cpu": 5, "million": 2, "collect": 3, "latency": 3}
QUICK_ROUNDS = 3
QUICK_KINDS = ("micro", "cpu")


@dataclasses.dataclass(frozen=True)
class Bar:
    """What golab should reach: a ratio to Go at least, or a value of its own at most."""
    limit: float
    of: str = "ratio"  # or "value"
    strict: bool = False  # the limit itself is not enough

    def reached_by(self, number):
        if self.of == "value":
            return number <= self.limit
        return number > self.limit if self.strict else number >= self.limit

    def __str__(self):
        return ("<= " if self.of == "value" else "> " if self.strict else ">= ") + f"{self.limit:.3g}"


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    unit: str
    kind: str = "micro"  # micro rows count for the mean
    program: str = ""  # what the programs call it; one run may measure several rows
    boost: bool = False  # Boost.Fiber has the words for it
    steady: bool = True  # two runs of the same program agree, so that a stored result may judge it
    machine: bool = False  # measures the machine, not a runtime: golab's program alone, for one P
    bar: Bar | None = None
    bars: dict = dataclasses.field(default_factory=dict, hash=False)  # another bar for that many Ps

    @property
    def group(self):
        return self.program or self.name

    def bar_at(self, procs):
        return self.bars.get(procs, self.bar)


def micro(name, **more):
    return Row(name, **{"unit": "ns", "boost": True, "bar": Bar(2), **more})


def million(name, unit, program, **more):
    return Row(name, unit, "million", program, **more)


def latency(name, program):
    # The worst of some hundred waits is one event, and no two runs have the same.
    return [Row(f"{name}_p99", "us", "latency", program),
            Row(f"{name}_max", "us", "latency", program, steady=False)]


ROWS = [
    micro("yield"),
    micro("spawn_join"),
    micro("spawn_1000"),
    micro("pingpong"),
    micro("chan128"),
    micro("chan_4p4c"),
    micro("select_ready", boost=False),
    micro("select_block", boost=False),
    micro("mutex", bars={2: Bar(1, strict=True)}),
    micro("mutex_4g"),
    micro("skynet", unit="ms", bar=Bar(8)),
    Row("cpu_64", "x", "cpu", bar=Bar(1.05, of="value")),
    million("touch_1m", "s", "touch_1m", steady=False, machine=True),
    million("parked_1m_first", "s", "parked_1m", steady=False, bar=Bar(1)),
    million("parked_1m_again", "ms", "parked_1m", bar=Bar(3)),
    million("parked_1m_release", "ms", "parked_1m"),
    million("parked_1m_bytes", "B", "parked_1m", bar=Bar(1 / 1.7)),
    million("parked_1m_resident", "B", "parked_1m"),
    million("parked_1m_tables", "B", "parked_1m"),
    million("sleepers_1m_first", "s", "sleepers_1m", steady=False, bar=Bar(1)),
    million("sleepers_1m_again", "s", "sleepers_1m", bar=Bar(1)),
    *[Row(f"gc_{size}_{what}", unit, "collect", "gc_heap") for size in ("32k", "256k")
      for what, unit in (("collect", "ms"), ("pause", "us"))],
    Row("gc_parked", "ns", "collect", steady=False),
    *latency("wait_busy", "wait_busy"),
    *latency("wait_plain", "wait_plain"),
    *latency("timer_busy", "timer_busy"),
    *latency("handoff", "handoff"),
    *latency("comeback", "handoff"),
]
MEAN_BAR = Bar(5.5)
BY_NAME = {row.name: row for row in ROWS}

# What a program needs of free memory, and how often it is run where once tells enough.
NEEDS_BYTES = {("golab", "parked_1m"): 6 * GIB, ("golab", "sleepers_1m"): 6 * GIB,
               ("golab", "touch_1m"): 6 * GIB,
               ("go", "parked_1m"): 4 * GIB, ("go", "sleepers_1m"): 4 * GIB,
               ("boost", "skynet"): 16 * GIB}
RUNS_ONCE = {("boost", "skynet")}  # 9 to 40 s


def words():
    """All that names rows on the command line, shortest list first."""
    return [*ROUNDS, *dict.fromkeys(row.group for row in ROWS), *BY_NAME]


def chosen(names):
    """The rows that these words name, in the order of ROWS; KeyError for a word that names none."""
    if not names:
        return ROWS
    for name in names:
        if name not in words():
            raise KeyError(name)
    named = [row for row in ROWS if {row.name, row.group, row.kind} & set(names)]
    floor = any(row.kind == "million" for row in named)
    return [row for row in ROWS if row in named or (row.machine and floor)]

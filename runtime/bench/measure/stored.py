"""The stored result: ratios of an earlier run, and which rows have fallen back since.

A ratio holds where nanoseconds do not: on a busy day Go is as slow as golab. Still it is a matter of the
machine, so a result of another class of machine is shown and judges nothing.
"""

import json
import os
import pathlib
import platform

from .rows import BY_NAME, RUNS_ONCE

FORMAT = 1
LEAST_NOISE = 0.15
MOST_NOISE = 0.50  # a row that has halved has fallen, however restless it is
SIDES = ("go", "boost")


class Unusable(Exception):
    """There is nothing to compare with; the text says why and what to do."""


def machine_class():
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return f"{platform.machine()}, {len(os.sched_getaffinity(0))} CPUs, {model}"


def key(one):
    return f"{one['name']} {one['procs']}P"


def read(file):
    """The stored result: {"machine", "go", "rows": {key: {side: {"ratio", "spread"}}}}."""
    again = "./dev bench --store writes it"
    try:
        stored = json.loads(pathlib.Path(file).read_text())
    except FileNotFoundError:
        raise Unusable(f"no stored result in {file}: {again}") from None
    except (OSError, ValueError) as error:
        raise Unusable(f"{file} cannot be read ({error}): {again}") from None
    trouble = fault(stored)
    if trouble:
        raise Unusable(f"{file} is no stored result ({trouble}): {again}")
    return stored


def is_ratio(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < float("inf")


def is_spread(value):
    return value is None or value == 0 or is_ratio(value)


def is_entry(side, one):
    return (side in SIDES and isinstance(one, dict)
            and is_ratio(one.get("ratio")) and is_spread(one.get("spread")))


def fault(stored):
    """What is wrong with the text of a stored result, or None."""
    if not isinstance(stored, dict) or stored.get("format") != FORMAT:
        return f"its format is not {FORMAT}"
    if not isinstance(stored.get("machine"), str) or not isinstance(stored.get("rows"), dict):
        return "machine or rows are missing"
    for name, sides in stored["rows"].items():
        if not isinstance(sides, dict) or not sides or not all(map(is_entry, sides, sides.values())):
            return f"row '{name}'"
    return None


def entry(one):
    """What is stored of a result: {} where it has no ratio."""
    return {side: {"ratio": round(one[f"ratio_{side}"]["median"], 3),
                   "spread": None if one[f"ratio_{side}"]["spread"] is None
                   else round(one[f"ratio_{side}"]["spread"], 3)}
            for side in SIDES if one.get(f"ratio_{side}")}


def merged(stored, results, machine, go_version):
    """The stored result with these in it, without rows of another machine and names that are no more."""
    rows = {}
    if stored and stored["machine"] == machine:
        rows = {name: sides for name, sides in stored["rows"].items() if name.rsplit(" ", 1)[0] in BY_NAME}
    for one in results:
        if entry(one):
            rows[key(one)] = {**rows.get(key(one), {}), **entry(one)}
    order = {name: at for at, name in enumerate(BY_NAME)}
    rows = dict(sorted(rows.items(), key=lambda row: (order[row[0].rsplit(" ", 1)[0]], row[0])))
    return {"format": FORMAT, "machine": machine, "go": go_version, "rows": rows}


def write(file, stored):
    """A line a row, so that a diff shows which moved. Appears whole or not at all."""
    lines = [f"  {json.dumps(name)}: {json.dumps(sides)}" for name, sides in stored["rows"].items()]
    head = "".join(f" {json.dumps(name)}: {json.dumps(stored[name])},\n" for name in stored if name != "rows")
    path = pathlib.Path(file)
    scratch = path.with_name(path.name + ".new")
    scratch.write_text("{\n" + head + ' "rows": {\n' + ",\n".join(lines) + "\n }\n}\n")
    scratch.replace(path)


def noise(*spreads):
    """By how much a row may fall before anybody is called: the spreads of both results together."""
    return min(MOST_NOISE, max(LEAST_NOISE, sum(one or 0 for one in spreads)))


def fall(one, stored):
    """The sentence that says how this row fell back, or None. What ran once has no noise to judge it by."""
    row = BY_NAME[one["name"]]
    if not row.steady:
        return None
    for side in SIDES:
        if (side, row.group) in RUNS_ONCE:
            continue
        before, now = stored["rows"].get(key(one), {}).get(side), one.get(f"ratio_{side}")
        if not before or not now:
            continue
        allowed = noise(before["spread"], now["spread"])
        change = now["median"] / before["ratio"] - 1
        if change < -allowed:
            return (f"{one['name']}, {one['procs']} P: {side}/golab was {before['ratio']:.2f}, "
                    f"is {now['median']:.2f} ({change:+.0%}, its noise is {allowed:.0%})")
    return None


def fallen(results, stored):
    """[(result, sentence)] of what fell back."""
    return [(one, fall(one, stored)) for one in results if fall(one, stored)]


def remarks(results, stored):
    """What else is to be said of a comparison: rows that only one of the two has."""
    found = []
    new = [key(one) for one in results if entry(one) and key(one) not in stored["rows"]]
    if new:
        found.append(f"not stored yet, so not compared: {', '.join(new)}")
    gone = [key(one) for one in results if not entry(one) and key(one) in stored["rows"]]
    if gone:
        found.append(f"stored, but without a ratio now: {', '.join(gone)}")
    unknown = [name for name in stored["rows"] if name.rsplit(" ", 1)[0] not in BY_NAME]
    if unknown:
        found.append(f"stored, but no row of the bench: {', '.join(unknown)}")
    return found

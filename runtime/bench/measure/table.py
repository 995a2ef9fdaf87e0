"""The table, and the texts about it."""

import textwrap
import tomllib

from .bars import geomean, mean_verdict, verdict
from .programs import HERE
from .rows import BY_NAME, MEAN_BAR
from .stored import key

MICRO_ROWS = sum(row.kind == "micro" for row in BY_NAME.values())  # the mean's bar is for all of them
FORM = "{:<19}{:>2} {:<3}{:>9}{:>9}{:>10}{:>10}{:>9}{:>10}{:>6}{:>10} {:<5}{:>8}"


def number(value):
    if value is None:
        return "-"
    return f"{value:.0f}" if value >= 1000 else f"{value:.4g}" if value >= 1 else f"{value:.3f}"


def of(side, which):
    return number(side[which] if side else None)


def ratio(one):
    return f"{one['median']:.2f}" if one else "-"


def percent(one):
    return "-" if not one or one["spread"] is None else f"{one['spread']:.0%}"


def line(one, stored):
    bar = BY_NAME[one["name"]].bar_at(one["procs"])
    before = stored["rows"].get(key(one), {}).get("go") if stored else None
    golab = (of(one["golab"], "min"), of(one["golab"], "median"))
    if "golab_missing" in one:
        golab = ("missing", "")
    return FORM.format(one["name"], one["procs"], one["unit"], *golab,
                       of(one["go"], "min"), of(one["go"], "median"), of(one["boost"], "median"),
                       ratio(one["ratio_go"]), percent(one["ratio_go"]), str(bar or ""), verdict(one),
                       f"{before['ratio']:.2f}" if before else "-").rstrip()


def print_table(results, stored):
    print(FORM.format("row", "P", "", "golab min", "median", "Go min", "median", "Boost", "Go/golab", "+-",
                      "bar", "", "stored"))
    for one in results:
        print(line(one, stored))


def print_means(results):
    for procs in dict.fromkeys(one["procs"] for one in results):
        mean, count = geomean(results, "go", procs)
        if not mean:
            continue
        bar = f" (bar {MEAN_BAR}: {mean_verdict(mean)})" if count == MICRO_ROWS else ""
        print(f"geomean Go/golab at {procs} P: {mean:.2f} over {count} micro rows{bar}")
    mean, count = geomean(results, "boost", 1)
    if mean:
        print(f"geomean Boost/golab at 1 P: {mean:.2f} over {count} micro rows")


def print_misses(results):
    for word, text in (("MISS", "below their bar"), ("near", "at their bar within the noise of the rounds")):
        rows = [f"{one['name']} {one['procs']}P" for one in results if verdict(one) == word]
        if rows:
            print(f"{text}: {', '.join(rows)}")


def bounds():
    return tomllib.loads((HERE / "bounds.toml").read_text())


def explain(rows):
    """What bounds each row, by group: rows of one run have one text."""
    texts = bounds()
    for group in dict.fromkeys(row.group for row in rows):
        names = [row.name for row in rows if row.group == group]
        print(", ".join(names))
        for title in ("measured", "reasoned"):
            if title in texts[group]:
                text = f"{title}: {' '.join(texts[group][title].split())}"
                print(textwrap.fill(text, 100, initial_indent="  ", subsequent_indent="    "))

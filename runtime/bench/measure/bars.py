"""Bars: which rows are where they should be."""

import math
import statistics

from .rows import BY_NAME, MEAN_BAR


def verdict(one):
    """`ok`, `MISS`, `near` where the best round reaches the bar and the median does not, or ''."""
    bar = BY_NAME[one["name"]].bar_at(one["procs"])
    if bar is None:
        return ""
    if bar.of == "value":
        now = one["golab"] and (one["golab"]["median"], one["golab"]["min"])
    else:
        now = one["ratio_go"] and (one["ratio_go"]["median"], one["ratio_go"]["best"])
    if not now:
        return ""
    if bar.reached_by(now[0]):
        return "ok"
    return "near" if bar.reached_by(now[1]) else "MISS"


def geomean(results, side, procs):
    """The mean of the ratios over the micro rows for that many Ps, and how many those are."""
    ratios = [one[f"ratio_{side}"]["median"] for one in results
              if BY_NAME[one["name"]].kind == "micro" and one["procs"] == procs and one.get(f"ratio_{side}")]
    return (math.exp(statistics.fmean(map(math.log, ratios))), len(ratios)) if ratios else (None, 0)


def mean_verdict(mean):
    return "ok" if MEAN_BAR.reached_by(mean) else "MISS"

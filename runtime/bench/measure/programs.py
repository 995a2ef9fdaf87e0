"""The measured programs: how golab's, Go's and Boost.Fiber's are built."""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
BUILD = pathlib.Path(os.environ.get("GOLAB_BUILD") or ROOT / "build")
OUT = BUILD / "bench"  # Go's and Boost's programs


def say(text):
    print(f"bench: {text}", file=sys.stderr)


def build(command, program, environment=None):
    """Runs a build; returns the path of its program, or None after saying what the build said."""
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode == 0 and program.exists():
        return program
    say(f"{program.name} did not build: {' '.join(map(str, command))}\n{done.stdout.strip()[-3000:]}")
    return None


def build_golab():
    return build([ROOT / "dev", "build", "release", "golab_bench"],
                 BUILD / "release" / "runtime" / "bench" / "golab_bench")


def find_go():
    """(path of go, its version) or (None, None)."""
    found = subprocess.run([HERE / "find-go"], stdout=subprocess.PIPE, text=True)  # says why not
    if found.returncode != 0:
        return None, None
    go = found.stdout.strip()
    version = subprocess.run([go, "env", "GOVERSION"], env=go_environment(), capture_output=True, text=True)
    return go, version.stdout.strip()


def go_environment():
    return dict(os.environ, GOTOOLCHAIN="local", GOWORK="off", GOFLAGS="")


def build_go(go):
    sources = sorted((HERE / "go").glob("*.go"))
    return build([go, "build", "-o", OUT / "go_bench", *sources], OUT / "go_bench", go_environment())


def build_boost():
    source, program = HERE / "boost" / "boost_bench.cc", OUT / "boost_bench"
    if program.exists() and program.stat().st_mtime > source.stat().st_mtime:
        return program
    return build(["g++", "-std=c++20", "-O2", source, "-o", program, "-lboost_fiber", "-lboost_context"],
                 program)


def build_all(with_go, with_boost):
    """({side: program or None}, Go's version or None). Without golab's, nothing else is looked for."""
    golab = build_golab()
    if not golab:
        return {"golab": None, "go": None, "boost": None}, None
    OUT.mkdir(parents=True, exist_ok=True)
    go, go_version = find_go() if with_go else (None, None)
    programs = {"golab": golab,
                "go": build_go(go) if go else None,
                "boost": build_boost() if with_boost else None}
    for side, name, wanted in (("go", "Go", with_go), ("boost", "Boost.Fiber", with_boost)):
        if wanted and not programs[side]:
            say(f"no {name} here: its column stays empty (./dev setup --all installs what can be)")
    return programs, go_version if programs["go"] else None

"""Goroutines in gdb, with the commands that Go's own runtime-gdb.py has.

    info goroutines        lists them: `*` is on a thread; status; what it waits for; where
    goroutine 6 bt         any command in the context of goroutine 6
    goroutine all bt       the same for all of them

For processes and core dumps. The runtime's layout is read from the table golab_debugger_info
(debugger_info.h), since a release has no types.
"""

import bisect
import collections
import os
import re
import struct

import gdb
import gdb.unwinder

WORD = 8
MOST_FRAMES = 200  # looked through for a place of the program's


class Refusal(gdb.GdbError):
    """What the user is told, without a Python traceback."""


def memory(address, size):
    return gdb.selected_inferior().read_memory(address, size).tobytes()


def words(address, count):
    return struct.unpack("<%dQ" % count, memory(address, count * WORD))


def word(address):
    return words(address, 1)[0]


def number32(address):
    return struct.unpack("<I", memory(address, 4))[0]


def text(address):
    return gdb.Value(address).cast(gdb.lookup_type("char").pointer()).string()


def register(frame, name):
    return int(frame.read_register(name)) & (1 << 64) - 1


Registers = collections.namedtuple("Registers", "rip rsp rbp")


def newest_registers():
    return Registers(*(register(gdb.newest_frame(), name) for name in Registers._fields))


# The runtime.

class Goroutine:
    """A snapshot of one G."""

    def __init__(self, runtime, block, at):
        fact = runtime.facts

        def field(name, form):
            return struct.unpack_from("<" + form, block, at + fact["G." + name])[0]

        self.saved_sp = field("sp", "Q")
        self.id = field("id", "I")
        self.status = runtime.status(field("status", "B") & ~fact["kScanFlag"])
        self.reason = runtime.wait_reason(field("reason", "B")) if self.status == "waiting" else ""
        self.stack_top = field("stack_top", "Q")
        self.ops = field("ops", "Q")
        self.closure = field("closure", "Q")  # its first word
        flags = field("flags", "B")
        self.is_system = flags & (fact["kGSystem"] | fact["kGBackground"]) != 0
        self.has_begun = flags & fact["kGStarted"] != 0
        self.is_closure_on_heap = flags & fact["kGHeapClosure"] != 0
        self.thread = None  # of gdb, if one is on this goroutine's stack

    def is_dead(self):
        return self.status in ("dead", "idle")

    def remark(self):
        return self.reason or ("" if self.has_begun else "not started")


class Runtime:
    """golab's runtime in the selected inferior, read anew by each command."""

    NOT_STARTED = ("golab has not started yet: there are goroutines from main on "
                   "(break GolabMain_, then continue).")

    def __init__(self):
        if gdb.selected_inferior().pid == 0:
            raise Refusal("The program is not being run.")
        try:
            table = int(gdb.parse_and_eval("(unsigned long) &golab_debugger_info"))
        except gdb.error:
            raise Refusal("No goroutines: this program has no golab runtime, or has not loaded it yet.")
        self.facts = {}      # offsets, sizes, constants, counts
        self.addresses = {}  # of variables
        try:
            self._read(table)
        except gdb.MemoryError:  # its pointers have no values before the program is loaded
            raise Refusal(self.NOT_STARTED)
        if self.facts.get("version") != 2:
            raise Refusal("The program's golab is of another version than this script: "
                          "source the golab-gdb.py that belongs to it.")

    def _read(self, row):
        while word(row) != 0:
            name, number, address = words(row, 3)
            self.facts[text(name)] = number
            self.addresses[text(name)] = address
            if text(name) == "entry_return":
                self.entry_return_at = row + 2 * WORD
            row += 3 * WORD

    def _word_of(self, table, value):
        if value < self.facts[table]:
            said = text(word(self.addresses[table] + value * WORD))
            if said:
                return said
        return "unknown (%d)" % value

    def status(self, value):
        return self._word_of("status_words", value)

    def wait_reason(self, value):
        return self._word_of("wait_reasons", value)

    def every(self):
        """All Gs ever, dead ones and the runtime's own included."""
        gs, used = word(self.addresses["gs"]), number32(self.addresses["gs_used"])
        if gs == 0 or used == 0 or memory(self.addresses["started"], 1) == b"\0":
            raise Refusal(self.NOT_STARTED)
        size = self.facts["G.size"]
        block = memory(gs, used * size)
        return [Goroutine(self, block, i * size) for i in range(used)]

    def goroutines(self):
        """All that live, by id, each with the thread it is on."""
        every = self.every()
        self._find_threads(every)
        return sorted((g for g in every if not g.is_dead() and not g.is_system), key=lambda g: g.id)

    def start_pc(self, g):
        """The function that `g` begins with, 0 if that is not known."""
        at = word(g.ops + self.facts["ClosureOps.target"])
        if at != 0:
            return word(at)
        return word(g.closure) if g.is_closure_on_heap else g.closure

    def registers(self, g):
        """Of a goroutine that is on no thread: [sp] is where it resumes, [sp + 8] its frame pointer.
        One that has not begun stands, as in Go, at the start of its function, called from the entry;
        the table holds a word to return to."""
        if g.has_begun:
            pc, fp = words(g.saved_sp, 2)
            if fp != 0:  # else its stack has only been prepared
                return Registers(pc, g.saved_sp + WORD, fp)
        return Registers(self.start_pc(g), self.entry_return_at, 0)

    def _find_threads(self, every):
        """A thread is on the goroutine whose stack its stack pointer is in; a status says less,
        because it changes before the switch. Stacks do not overlap: the first top above is it."""
        stacks = sorted((g.stack_top, i) for i, g in enumerate(every) if g.stack_top != 0)

        def owner(sp):
            at = bisect.bisect_right(stacks, (sp, len(every)))
            if at == len(stacks):
                return None
            top, index = stacks[at]
            size = self.facts["kMainStack" if every[index].id == 1 else "kBigSlot"]
            return every[index] if top - sp <= size else None

        ps = [p for p in words(self.addresses["ps"], self.facts["ps"]) if p]
        is_busy = any(word(p + self.facts["P.current"]) != 0 for p in ps)
        for thread in gdb.selected_inferior().threads():
            if not thread.is_stopped():
                raise Refusal("Goroutines can be looked at while the program is stopped: Ctrl-C.")
            with OnThread(thread):
                g = owner(register(gdb.newest_frame(), "rsp"))
                if g is None and is_busy:
                    g = owner(interrupted_sp())
                if g is not None:
                    g.thread = thread


def interrupted_sp():
    """A signal handler has a stack of its own, above that of the goroutine it interrupted."""
    frame = gdb.newest_frame()
    for _ in range(MOST_FRAMES):
        older = frame.older()
        if older is None:
            return 0
        if frame.type() == gdb.SIGTRAMP_FRAME:
            return register(older, "rsp")
        frame = older
    return 0


# Contexts: what a command sees. `first` is the level of the goroutine's newest frame.

class OnThread:
    first = 0

    def __init__(self, thread):
        self.thread = thread

    def __enter__(self):
        self.old_thread = gdb.selected_thread()
        self.old_frame = gdb.selected_frame()
        self.thread.switch()
        gdb.newest_frame().select()
        return self

    def __exit__(self, *_):
        self.old_thread.switch()
        if self.old_frame.is_valid():
            self.old_frame.select()


class Saved(OnThread):
    """The registers of a goroutine that is on no thread stand in for a thread's. In a core dump,
    whose registers cannot be written, they become the caller's of its newest frame."""

    def __init__(self, registers):
        super().__init__(gdb.selected_thread())
        self.registers = registers
        self.unwinder = None

    def __enter__(self):
        super().__enter__()
        self.old_registers = newest_registers()
        try:
            self._write(self.registers)
        except gdb.error:
            self._call_newest()
        return self

    def __exit__(self, *exception):
        if self.unwinder is not None:
            self.unwinder.enabled = False
            gdb.invalidate_cached_frames()
        else:
            self._write(self.old_registers)
        super().__exit__(*exception)

    @staticmethod
    def _write(registers):
        gdb.newest_frame().select()
        for name, value in registers._asdict().items():
            gdb.parse_and_eval("$%s = %d" % (name, value))
            gdb.newest_frame().select()

    def _call_newest(self):
        caller = self.registers
        if caller.rbp == 0:  # gdb looks a caller up one byte before: outside of a function's start
            caller = caller._replace(rip=caller.rip + 1)
        self.unwinder = CallerOfNewest(self.old_registers, caller)
        gdb.unwinder.register_unwinder(None, self.unwinder, replace=True)
        gdb.invalidate_cached_frames()
        frame = gdb.newest_frame().older()
        if frame is None:
            self.__exit__()
            raise Refusal("Its stack is not in this core dump.")
        frame.select()
        self.first = 1


class FrameId:
    def __init__(self, sp, pc):
        self.sp = gdb.Value(sp)
        self.pc = gdb.Value(pc)


class CallerOfNewest(gdb.unwinder.Unwinder):
    def __init__(self, newest, caller):
        super().__init__("golab goroutine")
        self.newest = newest
        self.caller = caller

    def __call__(self, frame):
        if any(register(frame, name) != value for name, value in self.newest._asdict().items()):
            return None
        info = frame.create_unwind_info(FrameId(self.caller.rsp - 2 * WORD, self.newest.rip))
        for name, value in self.caller._asdict().items():
            info.add_saved_register(name, gdb.Value(value).cast(frame.read_register(name).type))
        return info


def context_of(runtime, g):
    return OnThread(g.thread) if g.thread is not None else Saved(runtime.registers(g))


# Where a goroutine is.

SYSTEM_LIBRARY = re.compile(r"/lib(c|m|pthread|stdc\+\+|gcc_s|golab)\.so")


def is_of_golab_or_cxx(name):
    """By scope, whatever the function returns."""
    return re.match(r"([\w:<>*&, ]+ )?(golab::|golab_|std::|__)", name) is not None


def name_at(pc):
    """The linker's: with its scope, which -g1 does not have."""
    found = re.match(r"(.*?)( \+ \d+)? in section ", gdb.execute("info symbol %d" % pc, to_string=True))
    return found[1] if found else None


def linker_name(frame):
    """Of the function that the frame is inlined in, if it is."""
    return name_at(frame.pc()) or frame.name() or "0x%x" % frame.pc()


def is_of_the_program(frame):
    source = frame.find_sal().symtab
    if source is None or SYSTEM_LIBRARY.search(gdb.solib_name(frame.pc()) or ""):
        return False
    function = linker_name(frame)
    is_template = "<" in function  # of golab, but made by the program: its own functions may be inlined
    if is_of_golab_or_cxx(function) and not (is_template and frame.type() == gdb.INLINE_FRAME):
        return False
    if frame.type() != gdb.INLINE_FRAME:
        return True
    return not is_of_golab_or_cxx(frame.name() or "") and not re.search(
        r"/golab/[^/]+\.h$|/include/c\+\+/", source.fullname())


def without_parameters(name):
    """`Worker(golab::Chan<int>)` is Worker; those inside stay: `main()::{lambda()#1}`."""
    name = re.sub(r"( const)?( \[clone .*\])?$", "", name)
    depth = 0
    for at in range(len(name) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(name[at], 0)
        if depth == 0:
            break
    name = name[:at] if name.endswith(")") and at > 0 else name
    name = name[:-len("::operator()")] if name.endswith("}::operator()") else name
    return name.replace("(anonymous namespace)::", "")


def at_line(name, symtab, line):
    """`Worker at main.cc:24`."""
    name = without_parameters(name)
    return name if symtab is None else "%s at %s:%d" % (name, os.path.basename(symtab.filename), line)


def place(frame):
    is_inlined = frame.type() == gdb.INLINE_FRAME and frame.name() is not None
    sal = frame.find_sal()
    return at_line(frame.name() if is_inlined else linker_name(frame), sal.symtab, sal.line)


def function_at(pc):
    """Where the function begins that `pc` is in, whatever is inlined there."""
    function = None
    try:
        block = gdb.block_for_pc(pc)
    except RuntimeError:
        block = None
    while block is not None:
        function = block.function or function
        block = block.superblock
    name = name_at(pc) or "0x%x" % pc
    return at_line(name, function.symtab, function.line) if function is not None else at_line(name, None, 0)


def innermost_place(frame):
    """In the program's own code; None where it has no frame."""
    for _ in range(MOST_FRAMES):
        if is_of_the_program(frame):
            return place(frame)
        frame = frame.older()
        if frame is None:
            break
    return None


def saved_pcs(g, registers):
    """The stack of a goroutine that is on no thread as return addresses: the same ones, the same
    place."""
    pc, sp, fp = registers
    pcs = [pc]
    while g.has_begun and len(pcs) < MOST_FRAMES and sp <= fp < g.stack_top and fp % WORD == 0:
        sp = fp + 1
        fp, pc = words(fp, 2)
        pcs.append(pc)
    return tuple(pcs)


class Places:
    """Many goroutines are at few places: each stack is looked at once."""

    def __init__(self, runtime):
        self.runtime = runtime
        self.known = {}

    def of(self, g):
        if g.thread is not None:
            return self._look(g)
        key = saved_pcs(g, self.runtime.registers(g))
        if key not in self.known:
            self.known[key] = self._look(g)
        return self.known[key]

    def _look(self, g):
        if g.thread is None and not g.has_begun:
            return function_at(self.runtime.start_pc(g))
        with context_of(self.runtime, g):
            found = innermost_place(gdb.selected_frame())
        if found is not None:
            return found
        # The compiler has made its calls jumps, or g is in none of the program's functions any more.
        return function_at(self.runtime.start_pc(g))


# Commands.

class InfoGoroutines(gdb.Command):
    """List golab's goroutines: id, status, what it waits for, and where in the program it is.
`*` marks one that is on a thread.
Usage: info goroutines"""

    def __init__(self):
        super().__init__("info goroutines", gdb.COMMAND_STACK, gdb.COMPLETE_NONE)

    def invoke(self, argument, from_tty):
        if argument:
            raise Refusal("info goroutines takes no argument; goroutine ID COMMAND looks at one.")
        runtime = Runtime()
        places = Places(runtime)
        for g in runtime.goroutines():
            remark = "[%s] " % g.remark() if g.remark() else ""
            print("%s %d %-8s %s%s" % ("*" if g.thread else " ", g.id, g.status, remark, places.of(g)))


# They would run the program from where it is not.
RUNS_THE_PROGRAM = set("""c cont continue fg n next s step ni nexti si stepi u until adv advance fin finish
    j jump r run start starti k kill detach return signal queue-signal rc rn rs rsi rni reverse-continue
    reverse-finish reverse-next reverse-nexti reverse-step reverse-stepi thread t inferior""".split())


class GoroutineCommand(gdb.Command):
    """Execute a command in the context of one of golab's goroutines, or of all.
Usage: goroutine ID COMMAND
       goroutine all COMMAND
For example: goroutine 6 bt
Look, do not change: the goroutine's registers are lent to a thread only while COMMAND is executed."""

    USAGE = "goroutine ID COMMAND, or goroutine all COMMAND. For example: goroutine 6 bt"

    def __init__(self):
        super().__init__("goroutine", gdb.COMMAND_STACK)

    def complete(self, argument, last_word):
        return gdb.COMPLETE_COMMAND if " " in argument else ["all"]

    def invoke(self, argument, from_tty):
        parts = argument.split(None, 1)
        if len(parts) < 2:
            raise Refusal("Usage: " + self.USAGE)
        which, command = parts
        if re.split(r"\W", command)[0] in RUNS_THE_PROGRAM:
            raise Refusal("`%s` would run the program on the wrong stack: goroutine is for looking." % command)
        runtime = Runtime()
        if which == "all":
            for g in runtime.goroutines():
                print("\ngoroutine %d [%s]:" % (g.id, g.remark() or g.status))
                self._execute(runtime, g, command, from_tty)
            return
        self._execute(runtime, self._find(runtime, which), command, from_tty)

    def _find(self, runtime, which):
        try:
            number = int(gdb.parse_and_eval(which))
        except (gdb.error, ValueError, TypeError):
            raise Refusal("'%s' is no goroutine's id. Usage: %s" % (which, self.USAGE))
        found = [g for g in runtime.goroutines() if g.id == number]
        if found:
            return found[0]
        last = number32(runtime.addresses["next_id"]) - 1
        if number == 1 or 6 <= number <= last:
            raise Refusal("Goroutine %d has ended." % number)
        raise Refusal("No such goroutine: %d. info goroutines lists them." % number)

    @staticmethod
    def _execute(runtime, g, command, from_tty):
        with context_of(runtime, g) as context:
            try:
                if context.first == 0:
                    gdb.execute(command, from_tty)
                else:
                    print(renumbered(gdb.execute(shifted(command), from_tty, to_string=True)), end="")
            except gdb.error as said:
                raise Refusal(str(said))


def shifted(command):
    """For a core dump, where frame 0 is not the goroutine's but the one that stands before it."""
    match = re.match(r"(bt|backtrace|where)((?:\s+-?[a-z]\S*)*)\s+(\d+)$", command)
    if match:
        return "%s%s %d" % (match[1], match[2], int(match[3]) + 1)
    match = re.match(r"(?:f|frame|up)\s+(\d+)$", command)
    frame = gdb.selected_frame()
    if match:
        for _ in range(int(match[1])):
            if frame.older() is None:
                raise Refusal("No frame at level %s." % match[1])
            frame = frame.older()
        frame.select()
        return "frame"
    return command


def renumbered(output):
    lines, is_hidden = [], False
    for line in output.splitlines(keepends=True):
        match = re.match(r"#(\d+) +", line)
        if match:
            is_hidden = match[1] == "0"
            line = "#%-2d %s" % (int(match[1]) - 1, line[match.end():])
        if not is_hidden:
            lines.append(line)
    return "".join(lines)


InfoGoroutines()
GoroutineCommand()

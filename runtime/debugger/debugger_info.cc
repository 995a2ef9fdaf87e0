#include "runtime/debugger/debugger_info.h"

#include <cstddef>
#include <iterator>

#include "runtime/sched/sched.h"

// The script travels with the runtime, linked in or shared, so that gdb has the one that fits; gdb
// runs it where it may (`help add-auto-load-safe-path`). 4: Python in the section itself, whose
// first line is a name. The section is never loaded into memory.
asm(".pushsection .debug_gdb_scripts, \"MS\", @progbits, 1\n\t"
    ".byte 4\n\t"
    ".ascii \"golab-gdb.py\\n\"\n\t"
    ".incbin \"" GOLAB_GDB_SCRIPT
    "\"\n\t"
    ".byte 0\n\t"
    ".popsection");

namespace golab::rt {
namespace {

/// What runtime-gdb.py of Go calls them, by value of Status.
constexpr const char* kStatusWords[] = {"idle", "runnable", "running", "syscall",   "waiting",
                                        "",     "dead",     "",        "copystack", "preempted"};
static_assert(std::size(kStatusWords) == static_cast<std::size_t>(Status::kPreempted) + 1);

extern "C" const char golab_entry_return[];  // entry.S

// None of these structs has a base or virtual functions: offsetof means what it says.
#define GOLAB_FIELD(type, field) \
  { #type "." #field, offsetof(type, field), nullptr }
#define GOLAB_SIZE(type) \
  { #type ".size", sizeof(type), nullptr }
#define GOLAB_CONSTANT(name) \
  { #name, static_cast < std::uint64_t>(name), nullptr }

}  // namespace

constexpr DebuggerFact golab_debugger_info[] = {
    {"version", 2, nullptr},
    {"gs", 0, &sched.gs},
    {"gs_used", 0, &sched.gs_used},
    {"next_id", 0, &sched.next_id},
    {"started", 0, &sched.started},
    {"ps", kMaxProcs, procs.all},  // pointers; null from the first that has not been made
    {"status_words", std::size(kStatusWords), kStatusWords},
    {"wait_reasons", kWaitReasonTexts.size(), &kWaitReasonTexts},
    {"entry_return", 0, golab_entry_return},
    GOLAB_SIZE(G),
    GOLAB_FIELD(G, sp),
    GOLAB_FIELD(G, id),
    GOLAB_FIELD(G, status),
    GOLAB_FIELD(G, reason),
    GOLAB_FIELD(G, flags),
    GOLAB_FIELD(G, ops),
    GOLAB_FIELD(G, gopc),
    GOLAB_FIELD(G, creator),
    GOLAB_FIELD(G, stack_top),
    GOLAB_FIELD(G, closure),
    {"ClosureOps.target", offsetof(ClosureOps, target), nullptr},
    GOLAB_FIELD(P, current),
    GOLAB_CONSTANT(kGStarted),
    GOLAB_CONSTANT(kGHeapClosure),
    GOLAB_CONSTANT(kGSystem),
    GOLAB_CONSTANT(kGBackground),
    GOLAB_CONSTANT(kScanFlag),
    GOLAB_CONSTANT(kMainStack),
    GOLAB_CONSTANT(kBigSlot),
    {nullptr, 0, nullptr},
};

}  // namespace golab::rt

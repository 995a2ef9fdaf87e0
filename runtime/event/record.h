#pragma once
// The recording of one run: fixed-size records, a table of stacks, a store of texts, all in one
// memory map that the runtime writes and a lab in another process reads.
//
// Layout of the map: Header (one page), then the areas that the header names by offset. The map has
// a fixed size and is sealed; the program can write anything into it, so a reader treats every
// field as hostile. Values in this file are stored in files: never renumber.
//
// Included by runtime and lab; holds data definitions only.

#include <array>
#include <cstddef>
#include <cstdint>

namespace golab::rt {

/// What happened. Lifecycle events are always recorded; evidence events only in lab runs.
enum class EventType : std::uint8_t {
  kNone = 0,

  // Lifecycle. `g` is the goroutine it happens to, unless said.
  kCreate = 1,   ///< g = creator (0: runtime), arg = new goroutine, stack = creator's stack.
  kStart = 2,    ///< First run. arg = address of the start function.
  kRun = 3,      ///< Picked again (lab runs only).
  kBlock = 4,    ///< Parks. reason = WaitReason, arg = object, stack = where.
  kUnblock = 5,  ///< g = who woke it (0: the clock), arg = the goroutine made ready.
  kYield = 6,  ///< Gave up its turn (Gosched), or was passed over at a runtime call. stack = where.
  kPreempt = 7,  ///< Forced to give up its turn. stack = where.
  kEnd = 8,      ///< reason = EndKind.
  kSyscallBegin = 9,
  kSyscallEnd = 10,   ///< reason = 1: it queues now, 0: it runs on.
  kStackGrow = 11,    ///< arg = bytes of stack in use, a new maximum.
  kThreadStart = 12,  ///< g = 0, arg = number of the M, whose thread begins to run goroutines.
  kThreadStop = 13,   ///< g = 0, arg = number of the M: a goroutine locked to it has ended.
  kProcStart = 14,    ///< g = 0: the P, which was idle, has an M again. Only in execution traces.
  kProcStop = 15,     ///< g = 0: the P is idle. Only in execution traces.
  kGoFunction = 16,   ///< Before kCreate: arg = the goroutine to come, stack = address of its
                      ///< function. Only in execution traces.

  // What the program says itself (golab/trace.h), in lab runs and execution traces. Their texts are
  // packed: PackUserText.
  kUserTaskBegin = 17,    ///< arg = text: task, parent, name. stack = the call.
  kUserTaskEnd = 18,      ///< arg = task. stack = the call.
  kUserRegionBegin = 19,  ///< arg = text: task, -, name. stack = the call.
  kUserRegionEnd = 20,    ///< The same.
  kUserLog = 21,          ///< arg = text: task, bytes of the category, category and message.

  // An execution trace that the program writes (lab runs).
  kTraceStart = 22,  ///< trace::Start. stack = the call. reason = TraceTarget.
  kTraceStop = 23,   ///< It is complete. reason = 1: by trace::Stop, 0: the program has ended.
  kTraceData = 24,   ///< arg = what was written, or its beginning (BlobRef); reason = 1: not all of
                     ///< it, 2: a write failed. Comes before kTraceStop.

  // The collector (golab/gc.h).
  kGcBegin = 25,  ///< A collection begins. arg = its number, reason = GcCause. g = who collects;
                  ///< stack = the call.
  kGcEnd = 26,    ///< It has found what is unreachable. arg = its number.
  kGcScanBegin = 27,  ///< g is _Gscan... from here. reason = its Status, arg = the collection.
  kGcScanEnd = 28,    ///< And no longer. reason = 0: by the collector, 1: by who makes g go on; arg =
                      ///< how many Ptrs were on its stack.

  // Between the events of an execution trace under way, never in a recording.
  kInlineStack = 30,  ///< stack = its id, arg = bytes; the words follow in place of records.
  kInlineText = 31,   ///< arg = bytes, which follow; the text of the next event.

  // Evidence (lab runs).
  kOutput = 32,        ///< reason = fd (1 or 2), arg = begin << 32 | end, offsets in that file.
  kNumGoroutine = 33,  ///< arg = the answer. stack = the call.
  kStackDump = 34,     ///< runtime::Stack or debug::Stack; reason = 1 if all, arg = text (BlobRef).
  kChanMake = 35,      ///< arg = channel id << 32 | capacity. reason = 1 for a timer's channel.
  kSend = 36,          ///< A send completed. arg = channel id. reason = 1 if it had to wait.
  kRecv = 37,          ///< A receive completed. arg = channel id. reason = 1 waited | 2 closed.
  kClose = 38,         ///< arg = channel id.
  kLock = 39,          ///< arg = address, reason = LockKind. Now held by g.
  kUnlock = 40,        ///< arg = address, reason = LockKind.
  kWaitGroupAdd = 41,  ///< arg = address, reason = delta as int8 (clamped). stack = the call.
  kDeferRun = 42,      ///< A deferred function begins. arg = its address, reason = UnwindKind.
  kPanic = 43,         ///< arg = text (BlobRef), stack = where. Also a foreign C++ exception.
  kRecover = 44,       ///< recover() stopped a panic. arg = text (BlobRef), stack = where.
  kGoexit = 45,        ///< runtime::Goexit called. stack = where.
  kGoexitSwallowed = 46,  ///< A catch (...) tried to keep a Goexit. stack = where.
  kBlockUntil = 47,       ///< Comes before kBlock: arg = instant at which a timer ends that wait.
  kClock = 48,            ///< The virtual clock moved; time = the new instant.
  kPick = 49,             ///< A scheduling decision with more than one candidate. See PickArg.
  kLockThread = 50,       ///< reason = 1 LockOSThread, 0 UnlockOSThread; arg = number of the M.
  kMainStart = 51,        ///< The program's main function begins.
  kMainReturn = 52,       ///< It returned; what follows is the lab letting the others come to rest.
  kRest = 53,             ///< After main's return, clock standing still: nothing can run any more.
  kExit = 54,             ///< The process ends. reason = ExitKind, arg = status.
  kDeadlock = 55,         ///< reason = 1: as Go reports it, 2: a timer is armed that wakes nobody,
                          ///< 3: some wait for the network, in which nothing is on its way.
  kLivelock = 56,   ///< Busy goroutines alone, nothing can change their course. g = one of them.
  kFatal = 57,      ///< "fatal error: ...". arg = text (BlobRef), stack = where.
  kFlag = 58,       ///< The program defines a flag. arg = name (BlobRef).
  kTestStart = 59,  ///< arg = name (BlobRef).
  kTestEnd = 60,    ///< arg = name (BlobRef), reason = TestOutcome.
  kForeignThread = 61,  ///< std::thread, std::async, pthread_create. stack = where.
  kStdMutexHeld = 62,   ///< Parked while it held a std::mutex. arg = address, stack = where.
  kForeignSleep = 63,   ///< sleep_for, usleep, nanosleep: works, draws advice. arg = ns.
  kOutputLost = 64,     ///< The program closed or rewound a stream of evidence. reason = fd.
  kCondSignal = 65,     ///< arg = address, reason = 0 Signal, 1 Broadcast.
  kTimerMake = 66,     ///< A timer channel or AfterFunc. arg = channel id << 32 | 0, stack = where.
  kVirtualLimit = 67,  ///< The run's limit of virtual time was reached.
  kRace = 68,          ///< TSan images: a data race. arg = RaceEvidence (BlobRef), stack = where.
  kMemoryFault = 69,   ///< ASan images: a bad access. arg = MemoryFaultEvidence (BlobRef), stack =
                       ///< where.
  kUndefined = 70,     ///< ASan images: what C++ gives no meaning to. arg = UndefinedEvidence
                       ///< (BlobRef), stack = where.
  kSignal = 71,        ///< A signal is about to arrive. arg = its number.
  kLeakCheck = 72,  ///< goleak has looked for others. reason = 1: found, arg = its text (BlobRef);
                    ///< 0: nobody; stack = where.
  kOutside = 75,    ///< The driver did or saw something. reason = OutsideKind, arg =
                    ///< OutsideEvidence (BlobRef).
  kRequestBegin = 84,  ///< A server's handler begins. arg = "GET /path" (BlobRef).
  kRequestEnd = 85,    ///< It was left; reason = 1: by a panic or Goexit. Its context ends now.
  kGcNew = 90,         ///< gc::New. arg = number of the object, from 1. stack = the call.
  kGcWatch = 91,       ///< reason = GcWatch: what was arranged for the end of object arg.
  kGcKept = 92,        ///< A collection could reach an object that a finalizer or cleanup waits for:
                       ///< arg = GcKept (BlobRef), stack = where the Ptr was set that refers to it.
  kGcUnreachable = 93,  ///< It could not: arg = number of the object, reason = GcWatch: what is queued.
  kGcCallBegin = 94,  ///< The finalizer goroutine calls it: arg = number of the object, reason =
                      ///< GcWatch.
  kGcCallEnd = 95,    ///< It was left. The same.
};

/// Why a goroutine is parked. The texts (WaitReasonText) are Go 1.24's.
enum class WaitReason : std::uint8_t {
  kNone = 0,
  kIOWait = 1,
  kChanReceiveNil = 2,
  kChanSendNil = 3,
  kSelect = 4,
  kSelectNoCases = 5,
  kChanReceive = 6,
  kChanSend = 7,
  kFinalizerWait = 8,
  kSemacquire = 9,
  kSleep = 10,
  kCondWait = 11,
  kMutexLock = 12,
  kRWMutexRLock = 13,
  kRWMutexLock = 14,
  kWaitGroupWait = 15,
  kPreempted = 16,
  kStdMutex = 17,  ///< golab's own: a std::mutex, std::once_flag or static initialiser.
};
inline constexpr int kWaitReasonCount = 18;

enum class EndKind : std::uint8_t { kReturned = 0, kGoexit = 1, kPanicked = 2, kException = 3 };
enum class LockKind : std::uint8_t { kMutex = 0, kRead = 1, kWrite = 2, kStd = 3 };
enum class UnwindKind : std::uint8_t { kReturn = 0, kPanic = 1, kGoexit = 2 };
enum class TestOutcome : std::uint8_t { kPassed = 0, kFailed = 1, kSkipped = 2 };
enum class TraceTarget : std::uint8_t { kWriter = 0, kFile = 1 };
enum class ExitKind : std::uint8_t {
  kMainReturned = 0,  ///< The program's main function returned (status 0).
  kOsExit = 1,        ///< os::Exit or C exit().
  kUnderscoreExit = 2,
  kQuickExit = 3,
  kAbort = 4,
  kPanic = 5,     ///< An unrecovered panic or exception: status 2.
  kFatal = 6,     ///< A fatal error: status 2.
  kDeadlock = 7,  ///< All goroutines are asleep: status 2.
  kNoGoroutines = 8,
  kOutsideEnd = 9,  ///< The driver ended the run.
};

enum class GcCause : std::uint8_t {
  kAsked = 0,  ///< runtime::GC
  kSize = 1,   ///< the heap has grown to its goal
};
enum class GcWatch : std::uint8_t {
  kFinalizer = 0,
  kCleanup = 1,
  kNoFinalizer = 2,  ///< SetFinalizer(x, nullptr)
  kStopped = 3,      ///< Cleanup.Stop
};

/// kGcKept.
struct GcKept {
  std::uint64_t object;
  std::uint64_t holder;    ///< kObject, kFinalizer: the object that refers to it
  std::uint32_t g;         ///< kGoroutine: on whose stack the Ptr is
  std::uint8_t held_by;    ///< gc::HeldBy: 1 a goroutine, 2 a global or C++'s heap, 3 an object, 4 an
                           ///< object with a finalizer
  std::uint8_t reserved[3];
};

/// What was decided by a kPick event.
enum class PickKind : std::uint8_t {
  kAtCall = 0,   ///< At the entry of a runtime call: go on, or let another run.
  kAtBlock = 1,  ///< The running goroutine parked, yielded or ended: who is next.
  kSelect = 2,   ///< Which ready case of a select.
};

/// One record. 32 bytes, written by the P that it names, in order.
struct Record {
  std::uint64_t time = 0;   ///< Nanoseconds since the run began, on the world's clock.
  std::uint32_t g = 0;      ///< Goroutine id, 0 = none.
  std::uint16_t p = 0;      ///< Processor; in kPick: occurrence (saturating), see PickArg.
  std::uint8_t type = 0;    ///< EventType.
  std::uint8_t reason = 0;  ///< Depends on the type.
  std::uint64_t arg = 0;    ///< Depends on the type.
  std::uint64_t stack =
      0;  ///< Id in the stack table, 0 = none; in kPick: the call's return address.
};

static_assert(sizeof(Record) == 32, "the record is a file format");

/// kPick: Record::reason = PickKind, Record::g = the goroutine whose call or end led here,
/// Record::stack = return address of the call that it entered last, Record::p = how many times it
/// had been at that address (1 = first), arg = this:
struct PickArg {
  std::uint8_t candidates;  ///< n > 1
  std::uint8_t index;       ///< 0 = what Go would do
  std::uint8_t late_timer;  ///< 1: the pick is a timer that is not due yet
  std::uint8_t turn;        ///< decisions before this one in the same call (saturating)
  std::uint32_t chosen;     ///< goroutine id; 0: a timer; for kSelect the case's number
};

static_assert(sizeof(PickArg) == 8, "stored in Record::arg");

/// A text in the blob area.
struct BlobRef {
  std::uint32_t offset;
  std::uint32_t size;
};

/// Areas of the map.
struct Area {
  std::uint64_t offset;    ///< bytes from the start of the map
  std::uint64_t capacity;  ///< in units of the area
  std::uint64_t used;      ///< in units of the area; for records: written ever (see Header)
};

/// One side of a race. Stacks are ids of the stack table; 0: not known any more.
struct RacingAccess {
  std::uint64_t stack;
  std::uint32_t g;  ///< 0: no goroutine; initialisers, the clock
  std::uint8_t size;
  std::uint8_t is_write;
  std::uint8_t is_atomic;
  std::uint8_t reserved;
};

/// kRace. Two accesses to one place that nothing orders.
struct RaceEvidence {
  std::uint64_t address;
  RacingAccess now;          ///< the running goroutine's
  RacingAccess before;       ///< the one that was seen earlier
  std::uint64_t heap_stack;  ///< where the memory was allocated; 0: not on the heap, or not known
};

enum class MemoryFault : std::uint8_t {
  kOther = 0,
  kReturnedFrame = 1,  ///< a local variable of a function that has returned
  kEndedScope = 2,     ///< a local variable of a block that has ended
  kFreed = 3,          ///< heap memory that was given back
  kHeapBounds = 4,     ///< beside a block of the heap
  kStackBounds = 5,    ///< beside a local variable
  kGlobalBounds = 6,   ///< beside a global variable
  kBadFree = 7,        ///< given back twice, or not from the heap
};

/// kMemoryFault.
struct MemoryFaultEvidence {
  std::uint64_t address;
  std::uint32_t size;
  std::uint8_t is_write;
  MemoryFault fault;
  std::uint8_t frame_is_live;  ///< the variable's function has not returned
  std::uint8_t reserved;
  std::uint32_t owner;       ///< goroutine whose frame it was; 0: not known
  std::uint32_t line;        ///< of the variable, 0: not known
  std::uint64_t frame_pc;    ///< in the variable's function, 0: not known
  std::uint64_t heap_stack;  ///< where the memory was allocated, an id of the stack table or 0
  std::uint64_t free_stack;  ///< where it was given back
  char variable[64];         ///< its name, ended by a zero; empty: not known
};

enum class Undefined : std::uint8_t {
  kOther = 0,
  kOverflow = 1,     ///< the result of signed arithmetic does not fit
  kShift = 2,        ///< by fewer places than none, or by more than there are
  kIndex = 3,        ///< outside of an array of known size
  kBool = 4,         ///< neither true nor false
  kEnum = 5,         ///< no value of the type
  kMisaligned = 6,   ///< an address that the type cannot have
  kWrongObject = 7,  ///< memory that holds no object of the type
  kNoReturn = 8,     ///< the end of a function that returns a value
  kNullArgument = 9,
  kPointer = 10,  ///< arithmetic that leaves the object
};

/// kUndefined.
struct UndefinedEvidence {
  Undefined what;
  std::uint8_t reserved[3];
  std::uint32_t line, column;  ///< of the operation in its source, 0: not known
  char message[116];           ///< UBSan's, cut, ended by a zero
};

static_assert(sizeof(RaceEvidence) == 48 && sizeof(MemoryFaultEvidence) == 112 &&
                  sizeof(UndefinedEvidence) == 128,
              "file formats");

/// A goroutine's work in one run, for the weighted walk (URW). Path: see PathOf.
struct WorkEntry {
  std::uint64_t path;    ///< hash of the goroutine's place in the tree of creations
  std::uint64_t parent;  ///< its creator's path, 0 for main
  std::uint64_t points;  ///< runtime calls it made
};

/// A deviation from Go's order: when goroutine `path` comes to the call that returns to `pc` for
/// the `occurrence`-th time, take candidate `choice` in the decision of number `turn` there.
struct Deviation {
  std::uint64_t path;
  std::uint64_t pc;
  std::uint16_t occurrence;
  std::uint16_t turn;
  std::uint8_t kind;      ///< PickKind
  std::uint8_t by_index;  ///< 1: `choice` is a candidate's index; 0: a goroutine's path (0: timer)
  std::uint8_t late_timer;
  std::uint8_t used;  ///< set by the program when it matched
  std::uint64_t choice;
};

enum class OutsideKind : std::uint8_t {
  kRequest = 0,    ///< a client begins to connect; texts: label, what it will send
  kAnswer = 1,     ///< the exchange has ended; texts: label, head and body as far as they came
  kPort = 2,       ///< a port was awaited; outcome 0: somebody listens; texts: "", address
  kPortTaken = 3,  ///< by the driver; outcome 0, or not 0: it could not; texts: "", address
  kDone = 4,       ///< the driver has done all that it had to do
  kEnd = 5,        ///< the driver ends the run
};

/// kOutside. The texts follow: label, first and second.
struct OutsideEvidence {
  std::uint32_t number;          ///< of the exchange, from 1; a connection kept alive has several
  std::uint8_t outcome;          ///< driver::Outcome
  std::uint8_t body_wrong;       ///< 1: another body was expected
  std::uint16_t status;          ///< 0: none
  std::uint16_t status_wanted;   ///< 0: any
  std::uint16_t label_size;
  std::uint32_t first_size;      ///< the request; of an answer its head
  std::uint32_t second_size;     ///< of an answer the body as it was kept
  std::uint32_t body_size;       ///< of an answer all of the body
};
inline constexpr std::uint32_t kMostOutsideBody = 4096;           ///< kept unless a request asks for more
inline constexpr std::uint32_t kMostOutsideBodyAsked = 1U << 18;  ///< kept at all

static_assert(sizeof(OutsideEvidence) == 24, "a file format");

enum class World : std::uint32_t { kReal = 0, kVirtual = 1 };

/// How the virtual world picks.
enum class Strategy : std::uint32_t {
  kGoOrder = 0,     ///< seed 0
  kWalk = 1,        ///< weighted walk with late timers
  kDeviations = 2,  ///< Go's order but for the plan's deviations
  kSystematic = 3,  ///< the plan's choices, then Go's order but for the plan's sleepers
};

// The trace: a run as steps, for the search through all schedules (lab/explore/search.h). A step is
// what one goroutine or one timer does between two places where another could go on: an operation
// of the runtime, and what follows up to the next one. Written in virtual runs whose plan asks for
// it.

/// How a step touches an object. Two steps conflict, so that their order is part of the schedule,
/// if they touch one object in ways that do.
enum class AccessMode : std::uint8_t {
  kRead = 0,
  kWrite = 1,
  kUp = 2,     ///< adds to a counter; a reader enters or leaves
  kDown = 3,   ///< takes off a counter
  kParks = 4,  ///< begins to wait until a counter is 0
  kJoins = 5,  ///< goes on because it is 0
};
inline constexpr std::uint8_t kAccessModes = 6;

/// What is done to a counter depends on the order in general: on who takes it to 0, and on whether
/// somebody waits by then. `counts_commute`: it does not, as where each unit that is taken off was
/// added before, and all were added before anybody waits, whatever the order of the rest. Then a
/// wait only comes after what it waits for.
constexpr bool Conflict(AccessMode a, AccessMode b, bool counts_commute) {
  constexpr std::uint8_t kWith[kAccessModes] = {
      /* read */ 0b001110, /* write */ 0b111111, /* up */ 0b111011,
      /* down */ 0b111111, /* parks */ 0b001110, /* joins */ 0b001110};
  constexpr std::uint8_t kWithWhereCountsCommute[kAccessModes] = {
      /* read */ 0b001110, /* write */ 0b111111, /* up */ 0b110011,
      /* down */ 0b000011, /* parks */ 0b000110, /* joins */ 0b000110};
  const std::uint8_t* const with = counts_commute ? kWithWhereCountsCommute : kWith;
  return (with[static_cast<int>(a)] >> static_cast<int>(b) & 1) != 0;
}

// Objects. Channels go by their ids, which are not given out again; others by their address.
inline constexpr std::uint64_t kEverything = 1;  ///< the whole program: its end
inline constexpr std::uint64_t kTheOutput = 2;   ///< what is printed
inline constexpr std::uint64_t kTheLives = 3;    ///< how many goroutines there are
inline constexpr std::uint64_t kTheNetwork = 4;  ///< all that travels, ports, readiness
inline constexpr std::uint64_t kTheHeap = 5;     ///< what gc::Ptrs refer to, and what is queued
inline constexpr std::uint64_t kChannelObject = std::uint64_t{1} << 63;

/// Who takes a step: a goroutine by its id, or a timer by the number of its arming.
inline constexpr std::uint32_t kTimerThread = std::uint32_t{1} << 31;

enum class TraceKind : std::uint8_t {
  kStep = 1,       ///< `thread` begins a step; `count` candidates follow; value: StepFlag bits
  kCandidate = 2,  ///< `thread` could have gone on there; in canonical order
  kAccess = 3,     ///< value = object, mode = AccessMode, count = what it adds to a counter (int16)
  kWakes = 4,      ///< this step lets `thread` run: created, woken, armed
  kCase = 5,       ///< a select took ready case `value` of `count`
  kClock = 6,      ///< between two steps: the clock moved to `value`
};

enum StepFlag : std::uint64_t {
  kStepLeftOut = 1,  ///< somebody who only spins was no candidate
  kStepCut = 2,      ///< there were more candidates than were looked at
  kStepLate = 4,     ///< a walk could have let a timer overtake
};

struct TraceEntry {
  std::uint64_t value;
  std::uint32_t thread;
  std::uint16_t count;
  TraceKind kind;
  AccessMode mode;
};

static_assert(sizeof(TraceEntry) == 16, "shared with the lab");

/// Header::trace_flags.
enum TraceFlag : std::uint32_t {
  kTraceCut = 1,        ///< longer than a trace may be: the rest was not written
  kTraceRedundant = 2,  ///< the run was ended: all that could go on is known from another run
  kTraceDiverged = 4,   ///< a choice of the plan did not exist
  kTracePreempted = 8,  ///< a goroutine was forced to give way inside a step
  kTraceTail = 16,      ///< there were choices after main's return
  kTraceUntold = 32,    ///< something happened that no step says: the program signalled itself
};

inline constexpr std::uint32_t kMaxSteps = 2000;  ///< of a trace; what happens later is not in it
inline constexpr std::uint32_t kMaxTraceEntries = 1 << 15;
inline constexpr std::uint32_t kMaxChoices = 1 << 12;
inline constexpr std::uint32_t kMaxSleepers = 128;
inline constexpr std::uint32_t kMaxSleeperAccesses = 1024;

struct PlannedAccess {
  std::uint64_t object;
  AccessMode mode;
};

/// A step that was tried before in another run: not to be taken again until a step that conflicts
/// with it has been.
struct Sleeper {
  std::uint32_t thread;
  std::uint16_t first;  ///< of its accesses
  std::uint16_t count;
};

inline constexpr std::uint32_t kMaxWork = 4096;
inline constexpr std::uint32_t kMaxDeviations = 512;

/// What the parent asks of a run. In the map; written anew before each run.
struct Plan {
  World world;
  Strategy strategy;
  std::uint64_t seed;
  std::uint64_t secret;   ///< 0 but when grading
  std::uint32_t quantum;  ///< coverage callbacks a slice, 50,000 unless a test says other
  std::uint32_t deviation_count;
  std::uint64_t virtual_limit_ns;  ///< stop the run there (kVirtualLimit)
  std::uint64_t rest_limit_ns;     ///< after kRest let the clock run on for at most this
  std::uint32_t work_count;
  std::uint32_t flags;       ///< PlanFlag bits
  WorkEntry work[kMaxWork];  ///< run 0's work: weights of the walk
  Deviation deviations[kMaxDeviations];

  // kSystematic. The sleepers sleep from the last of the choices on, that one included.
  std::uint32_t choice_count;
  std::uint32_t sleeper_count;
  std::uint8_t choices[kMaxChoices];  ///< index of the candidate or ready case, where there are two
  Sleeper sleepers[kMaxSleepers];
  PlannedAccess accesses[kMaxSleeperAccesses];
};

enum PlanFlag : std::uint32_t {
  kPlanOverrunSleeps = 1,   ///< sleeps of goroutines other than main overrun by one quantum
  kPlanTrace = 2,           ///< write the trace
  kPlanCandidates = 4,      ///< with the candidates of each step
  kPlanCountsConflict = 8,  ///< for sleepers: Conflict(..., counts_commute = false)
};

/// Plan::flags from this bit on, a byte: Ps of a run in real time; 0 and 1 both mean one.
inline constexpr int kPlanProcsShift = 8;

inline constexpr std::uint64_t kMagic = 0x31'62'61'6c'6f'67'0a'1aULL;  // "\x1a\ngolab1", as stored
inline constexpr std::uint32_t kVersion = 2;

/// First page of the map.
struct Header {
  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t header_size;
  std::uint64_t map_size;
  Area records;  ///< Record; a ring: record i is at i % capacity (capacity is a power of two)
  Area stacks;   ///< words: {id, n, pc 0 .. pc n-1} one after another, innermost first
  Area blobs;    ///< bytes
  Area work;     ///< WorkEntry: this run's
  Area plan;     ///< one Plan
  Area trace;    ///< TraceEntry
  std::uint64_t
      consumed;  ///< records the parent has taken out; the writer stops at consumed + capacity
  std::uint32_t truncated;      ///< bit 0 records, 1 stacks, 2 blobs, 3 work: something did not fit
  std::uint32_t finished;       ///< 1 when the runtime ended the run itself
  std::uint64_t start_wall_ns;  ///< wall clock at time 0
  std::uint64_t image_bias;     ///< load address of the program's image
  std::uint64_t library_bias;   ///< load address of libgolab.so, 0 if linked in
  std::uint32_t symbolic_main;  ///< reserved
  std::uint32_t next_object;    ///< channel ids given out
  std::uint32_t trace_flags;    ///< TraceFlag bits
};

static_assert(sizeof(Header) <= 4096, "the header is one page");

/// Rule for paths: main is mix(1); the n-th goroutine (n = 1, 2, ..) created by a goroutine with
/// path p is mix(p * 31 + n).
constexpr std::uint64_t MixPath(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

constexpr std::uint64_t kMainPath = MixPath(1);

constexpr std::uint64_t ChildPath(std::uint64_t parent, std::uint64_t ordinal) {
  return MixPath(parent * 31 + ordinal);
}

/// Go's words for a wait reason: "chan receive".
const char* WaitReasonText(WaitReason reason);
/// The same by value, for debuggers.
extern const std::array<const char*, kWaitReasonCount> kWaitReasonTexts;

}  // namespace golab::rt

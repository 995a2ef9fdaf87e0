#pragma once
// GoTraceWriter: events of golab's runtime, as a Go execution trace. The runtime writes one while
// the program runs (trace::Start), the lab makes one of a recording: with this same code.
//
// Records come in an order in which they can have happened: what makes a goroutine runnable before
// its run, and so on. What cannot have happened is left out and counted, since readers refuse the
// whole file.
//
// Ms. A P's events go to one M, until the P is taken away from a goroutine in a system call: then
// that M stays with the goroutine, and the P goes on with a new one. These are numbers for readers
// of the trace, not thread ids.
//
// Goroutines of golab's own (kCreate's reason is 1) are followed, and no reader is told of them.
//
// What is written. Batches are written for all Ms together, with the strings and stacks they need
// in front, in one piece: a file that ends after any piece is a whole trace. A generation begins
// each second of the events' time or 16 MiB, and states anew what every goroutine and P does.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/event/record.h"
#include "runtime/go_trace/flat_table.h"
#include "runtime/go_trace/tables.h"
#include "runtime/go_trace/wire.h"

namespace golab::rt {

/// Where the bytes go. Called with whole pieces, by the thread that calls the writer.
struct GoTraceSink {
  void (*write)(void* context, const char* data, std::size_t size);
  void* context;
};

/// What a record's text holds, for events of the user's: see EventType.
struct UserText {
  std::uint64_t task = 0;
  std::uint64_t parent_or_size =
      0;  ///< kUserTaskBegin: the parent; kUserLog: bytes of the category
  std::string_view text;
};

/// The parts of `text`; false if it is too short.
bool ReadUserText(std::string_view text, UserText* out) noexcept;
/// The same, packed.
std::string PackUserText(const UserText& user);

/// One thread at a time. Allocates.
class GoTraceWriter {
 public:
  /// `symbols` outlives the writer.
  GoTraceWriter(GoTraceSink sink, const Symbolizer* symbols);

  /// Where one P runs all goroutines, calls that block are waits: a goroutine parks in them as in
  /// any other, also within. Before the first record.
  void CallsAreWaits() noexcept { calls_are_waits_ = true; }

  /// A stack that records may name.
  void AddStack(std::uint64_t id, const std::uint64_t* pcs, std::size_t n) {
    tables_.AddStack(id, pcs, n);
  }

  /// Before the first record: what there is when the trace begins, at `time`.
  void AddProc(std::uint16_t p, bool running, std::uint64_t time);
  /// `p`: of one that runs, or is in a system call and has not lost its P (`on_p`), for which
  /// AddProc is not called; of others any.
  void AddGoroutine(std::uint32_t g, GoStatus status, std::uint16_t p, bool on_p);
  void AddSystemGoroutine(std::uint32_t g, GoStatus status);

  /// The next event. `text`: of events that have one. Events of no interest are left out.
  void Take(const Record& r, std::string_view text = {});

  /// Whether the next pick or wake-up of `g` can be of that number, `g` being in that state;
  /// numbers wrap. For who merges several Ps.
  bool Follows(std::uint32_t g, GoStatus status, std::uint32_t number) noexcept;
  bool IsIn(std::uint32_t g, GoStatus status) noexcept;

  /// Writes out what there is.
  void Flush();
  /// The end, at `time`: the last slices last until then. Nothing may follow.
  void Finish(std::uint64_t time);

  /// Records that fitted no state.
  std::uint64_t left_out() const noexcept { return left_out_; }

  std::uint64_t events() const noexcept { return events_; }

 private:
  static constexpr std::uint64_t kNsAGeneration = 1'000'000'000;
  static constexpr std::uint64_t kBytesAGeneration = 16 << 20;
  static constexpr std::uint64_t kFlushNs = 100'000'000;
  // A reader's clock begins above 0, which it uses for "never".
  static constexpr std::uint64_t kTimeBase = 1000;
  static constexpr std::size_t kLongestEvent = 64;
  static constexpr std::uint16_t kMaxProcs =
      256;  // as the runtime's; a forged recording may name others

  struct Goroutine {
    GoStatus status = GoStatus::kRunnable;
    bool system = false;       // golab's own: followed, and not told
    std::uint16_t p = 0;       // while running, or in a system call, where that began
    std::uint64_t m = kNoM;    // of a system call whose P was taken
    std::uint64_t m_last = 0;  // time of the last event written for that M
    std::uint64_t order = 0;   // picks and wake-ups, ever
    std::uint64_t base = 0;    // `order` where this generation began
  };

  enum class ProcState : std::uint8_t { kUnknown, kIdle, kRunning, kSyscall };

  struct Proc {
    ProcState state = ProcState::kUnknown;
    std::uint32_t g = 0;  // running, or in a system call, there
    std::uint64_t m = 0;
    std::uint64_t seq = 0;   // in this generation
    std::uint64_t last = 0;  // time of the last event written
    char* at = nullptr;      // in `batch`; null: none is open
    char* full = nullptr;
    std::unique_ptr<char[]> batch;
  };

  GOLAB_INLINE Proc& ProcOf(std::uint16_t p) {
    if (p >= procs_.size()) [[unlikely]]
      MakeProcs(p);
    return procs_[p];
  }

  GOLAB_COLD void MakeProcs(std::uint16_t p);
  std::uint64_t ReasonNumber(std::uint8_t reason, const char* text);
  void OpenBatch(Proc& proc, std::uint64_t time);
  void CloseBatch(Proc& proc);
  GOLAB_INLINE char* Begin(Proc& proc, GoEvent event);
  GOLAB_COLD void MakeRoom(Proc& proc);

  void End(Proc& proc, char* end) noexcept {
    proc.at = end;
    ++events_;
  }

  void Put0(Proc& proc, GoEvent event);
  GOLAB_INLINE void Put2(Proc& proc, GoEvent event, std::uint64_t a, std::uint64_t b);
  void Put(Proc& proc, GoEvent event, std::initializer_list<std::uint64_t> arguments);
  void WriteBatch(std::uint64_t m, std::uint64_t time, std::string_view payload);

  Goroutine* Known(std::uint32_t g, GoStatus status) noexcept;
  void StartProc(std::uint16_t p, Proc& proc);
  void Steal(std::uint16_t p, Proc& from, Proc& on);
  void Create(Proc& proc, const Record& r);
  void Run(std::uint16_t p, Proc& proc, const Record& r);
  void Stop(Proc& proc, const Record& r);
  void Unblock(Proc& proc, const Record& r);
  void EnterSyscall(Proc& proc, const Record& r);
  void LeaveSyscall(std::uint16_t p, Proc& proc, const Record& r);
  void User(Proc& proc, const Record& r, std::string_view text);
  bool FollowSystem(const Record& r);
  void Collection(Proc& proc, const Record& r);

  void LeaveOut() noexcept { ++left_out_; }

  bool EndsRegion(std::uint32_t g, std::string_view text);
  void NextGeneration();
  void Restate();

  GoTraceSink sink_;
  GoTraceTables tables_;
  FlatTable<Goroutine> goroutines_;
  std::size_t system_ = 0;                       // of them, those that are golab's own
  FlatTable<std::uint64_t> starts_;              // kGoFunction of those not yet created
  FlatTable<std::vector<std::string>> regions_;  // open ones of each goroutine: their texts
  std::vector<Proc> procs_;

  struct Reason {
    std::uint64_t number = 0;
    std::uint64_t generation = 0;
  };

  static constexpr std::uint8_t kYieldReason = kWaitReasonCount, kPreemptReason = kYieldReason + 1,
                                kCallReason = kPreemptReason + 1;
  Reason reasons_[kCallReason + 1];
  std::vector<std::uint64_t> free_ms_;
  std::uint64_t next_m_ = 1 << 16;
  std::string out_;  // batches that are complete, to be written in one piece
  std::uint64_t generation_ = 1;
  std::uint64_t began_ = 0, flushed_ = 0;  // times of events
  std::uint64_t bytes_ = 0;                // of this generation
  std::uint64_t now_ = 0;                  // of the record that is being taken
  std::uint64_t events_ = 0, left_out_ = 0;
  std::uint64_t events_before_ = 0;  // at the last cut
  std::uint64_t gc_order_ = 0;  // beginnings and ends of collections, ever
  bool collects_ = false;
  bool calls_are_waits_ = false;
  bool header_written_ = false, frequency_written_ = false;
};

}  // namespace golab::rt

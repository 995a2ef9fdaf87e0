#pragma once
// Recordings written by hand, for tests of what reads recordings. Every call appends one event (or
// the few that always go together) and gives the script back, so that a run reads from top to
// bottom:
//
//   RecordingScript run;
//   run.Main().Go(1, 5).Sleep(1, 10 * kMs).Run(5).Print(5, "hello\n").End(5);
//   run.Clock(10 * kMs).Wake(1).MainReturn().Rest().Exit();
//
// Nothing is checked: a script can also say what cannot happen.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_set>

#include "lab/recording/recording.h"
#include "lab/recording/validator.h"

namespace golab::lab {

inline constexpr std::uint64_t kMs = 1'000'000;
inline constexpr std::uint64_t kSecond = 1'000'000'000;

class RecordingScript {
 public:
  RecordingScript& Main();  ///< created, started, in its function
  RecordingScript& Go(std::uint32_t creator, std::uint32_t g, std::uint64_t stack = 0);
  RecordingScript& Run(std::uint32_t g);  ///< kStart the first time, else kRun
  RecordingScript& Block(std::uint32_t g, rt::WaitReason reason, std::uint64_t object = 0,
                         std::uint64_t stack = 0);
  /// Parks until a timer at `until`.
  RecordingScript& BlockUntil(std::uint32_t g, rt::WaitReason reason, std::uint64_t until,
                              std::uint64_t object = 0, std::uint64_t stack = 0);
  RecordingScript& Sleep(std::uint32_t g, std::uint64_t ns, std::uint64_t stack = 0);
  RecordingScript& Unblock(std::uint32_t by, std::uint32_t g);
  RecordingScript& Wake(std::uint32_t g);  ///< by the clock, and runs
  RecordingScript& Yield(std::uint32_t g, std::uint64_t stack = 0);
  RecordingScript& Preempt(std::uint32_t g, std::uint64_t stack = 0);
  RecordingScript& End(std::uint32_t g, rt::EndKind kind = rt::EndKind::kReturned);
  RecordingScript& Clock(std::uint64_t time);  ///< the clock moves to `time`
  RecordingScript& Print(std::uint32_t g, std::string_view text, int fd = 1);
  RecordingScript& Pick(std::uint32_t g, std::uint8_t candidates, std::uint8_t index,
                        std::uint32_t chosen, rt::PickKind kind = rt::PickKind::kAtBlock);
  RecordingScript& MainReturn();
  RecordingScript& Rest();
  RecordingScript& Exit(rt::ExitKind kind = rt::ExitKind::kMainReturned, std::uint64_t status = 0,
                        std::uint32_t g = 0);
  /// Any event. `text` events: pass Text(..) as `arg`.
  RecordingScript& Emit(rt::EventType type, std::uint32_t g, std::uint64_t arg = 0,
                        std::uint8_t reason = 0, std::uint64_t stack = 0);

  std::uint64_t Stack(std::initializer_list<std::uint64_t> pcs);  ///< a new stack's id
  std::uint64_t Text(std::string_view text);                      ///< a new text, as Record::arg

  static std::uint64_t Channel(std::uint64_t id, std::uint32_t capacity) {
    return id << 32 | capacity;
  }

  std::size_t size() const { return recording_.records.size(); }

  rt::Record& at(std::size_t index) { return recording_.records[index]; }

  /// The recording so far. Stacks are complete in it.
  Recording Take() const;

  /// To be changed before Take.
  Recording& recording() { return recording_; }

  const std::string& out() const { return out_; }

  const std::string& err() const { return err_; }

  StreamSizes streams() const { return {out_.size(), err_.size()}; }

 private:
  Recording recording_;
  std::vector<std::uint64_t> stack_words_;
  std::uint64_t next_stack_ = 1;
  std::uint64_t time_ = 0;
  std::string out_, err_;
  std::unordered_set<std::uint32_t> started_;
};

}  // namespace golab::lab

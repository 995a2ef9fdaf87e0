#pragma once
// Hands out the runs of many lanes to threads, so that the same runs are made whatever the number
// of threads: walks wait for the search of their lane, which may say that the lane is done.
//
// Thread safety: any thread may call anything.

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "lab/error.h"
#include "lab/explore/explorer.h"

namespace golab::lab {

class WorkQueue {
 public:
  struct Walk {
    std::size_t place;
    ScheduleName name;
  };

  struct Job {
    enum class Kind {
      kFirst,   ///< Go's order
      kSearch,  ///< the next systematic run
      kWalks,
    } kind;
    std::size_t lane;
    std::vector<Walk> walks = {};
  };

  /// How the search of a lane stands.
  struct SearchState {
    bool over = true;       ///< there is no next run
    bool may_stop = false;  ///< it covered all that walks could show
  };

  WorkQueue(std::span<const Lane> lanes, const std::atomic<bool>* cancel);

  /// The next job for a thread whose program is `mine`; waits where what is left needs what another
  /// thread is at. Nothing: all is handed out, or something failed.
  std::optional<Job> Next(std::optional<std::size_t> mine);

  // Each job is given back by one of these.
  void FirstDone(std::size_t lane, bool passed, const SearchState& search);
  /// `number`: of the systematic run, 0 if there was none.
  void SearchDone(std::size_t lane, std::uint64_t number, bool passed, const SearchState& search);
  void WalksDone(std::size_t lane, bool passed);

  /// Nothing more of this lane is handed out.
  void LeaveOut(std::size_t lane);
  void Fail(struct Error error);

  /// After the last Next.
  const std::optional<struct Error>& error() const { return error_; }

 private:
  struct State {
    std::vector<ScheduleName> names;
    bool adapts = false, stops = false;
    std::uint64_t goal = 0;  // number of the last systematic run wanted
    std::uint64_t done = 0;  // number of the last one made
    std::size_t next = 0;    // names before it are handed out
    bool taken = false, ready = false, left_out = false;
    bool searching = false;  // a thread is at a systematic run
    bool search_over = false;
    bool deciding =
        false;            // the search says that the lane may stop; walks before `Limit` count, too
    bool failed = false;  // some run did
    int walking = 0;      // jobs of walks under way
  };

  std::size_t Limit(const State& lane) const;
  bool CanSearch(const State& lane) const;
  bool CanWalk(State* lane) const;
  bool MayGoOn(const State& lane) const;
  Job Take(std::size_t lane);
  std::optional<Job> TakeAny(std::optional<std::size_t> mine);
  void Settle(State* lane, const SearchState& search);
  void Decide(State* lane);
  void Extend(State* lane);

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  const std::atomic<bool>* cancel_;
  std::vector<State> lanes_;
  int running_first_ = 0;
  std::optional<struct Error> error_;
};

}  // namespace golab::lab

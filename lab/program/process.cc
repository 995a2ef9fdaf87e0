// A run ends in one of four ways: the zygote's reply; the zygote's reply to kKill; the zygote's
// death; or, where the zygote does not answer kKill, golab's own KillTree.

#include "lab/program/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include "lab/log/log.h"
#include "lab/program/capped_file.h"
#include "lab/program/command.h"
#include "lab/program/process_tree.h"
#include "runtime/event/protocol.h"
#include "runtime/event/record.h"

namespace golab::lab {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// Most runs end within a few milliseconds: those are never looked at.
constexpr auto kFirstLook = 20ms;
constexpr auto kLookEvery = 4ms;
// A program can fill a recording of 32,768 records in a few milliseconds.
constexpr auto kDrainEvery = 1ms;
// A program that uses no processor time cannot take memory either.
constexpr auto kLookAtIdleEvery = 32ms;
// How long the zygote has for kKill. It may have to clean up a fork bomb.
constexpr auto kKillGrace = 2s;
constexpr std::size_t kPage = 4096;

struct Pipe {
  Fd read, write;
};

Result<Pipe> MakePipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return SystemFailure("cannot make a pipe", errno);
  return Pipe{Fd(fds[0]), Fd(fds[1])};
}

std::string DescribeStatus(int status) {
  if (WIFEXITED(status)) return "exit status " + std::to_string(WEXITSTATUS(status));
  const char* text = ::sigdescr_np(WTERMSIG(status));
  return text != nullptr ? text : "signal " + std::to_string(WTERMSIG(status));
}

std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

struct Process::State {
  ImageSpec spec;
  int recording_fd = -1;
  const rt::Header* header = nullptr;  // the recording's first page, hostile
  std::function<bool()> on_look;
  RunLimits limits;
  PrivateFolder folder;
  CappedFile out, err;
  std::uint64_t out_polled = 0, err_polled = 0;

  // The zygote. Alive if zygote.pid >= 0.
  Child zygote;
  Pipe command;  // both ends are kept, so that writing to a dead zygote is no SIGPIPE
  Fd reply;

  // The run under way, or the one that just ended.
  enum class Phase { kIdle, kRunning, kKilling, kEnded };
  Phase phase = Phase::kIdle;
  std::uint32_t run = 0;
  Killed killed = Killed::kNo;
  bool killed_runner = false;
  rt::Reply answer = {};
  Clock::time_point began, next_look, kill_deadline;
  std::chrono::nanoseconds look_every = kLookEvery;
  std::uint64_t records_seen = 0;   // Header::records.used at the last change,
  std::uint64_t cpu_at_record = 0;  // and the run's processor time then
  std::uint64_t cpu_seen = 0;

  ~State() {
    EndZygote();
    if (header != nullptr) ::munmap(const_cast<rt::Header*>(header), kPage);
  }

  Result<void> StartZygote();
  Result<void> AwaitReady();
  void EndZygote();
  void Send(rt::CommandOp op, std::uint32_t signal = 0) const;
  std::optional<rt::Reply> TakeReply() const;
  void TakeAnswer();
  void Look();
  void StopRun(Killed why);
  void Finish(bool runner_gone);

  std::uint64_t Records() const {
    return header == nullptr ? 0 : __atomic_load_n(&header->records.used, __ATOMIC_RELAXED);
  }
};

Result<void> Process::State::StartZygote() {
  AdoptOrphans();
  auto to_zygote = MakePipe();
  auto from_zygote = MakePipe();
  if (!to_zygote || !from_zygote)
    return tl::unexpected((!to_zygote ? to_zygote : from_zygote).error());
  const Fd symbols(spec.symbols_path.empty()
                       ? -1
                       : ::open(spec.symbols_path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));

  SpawnSpec spawn;
  spawn.argv = spec.wrapper;
  spawn.argv.push_back(spec.wrapper.empty() ? "program" : spec.path);
  spawn.path = spec.wrapper.empty() ? spec.path : spec.wrapper.front();
  spawn.argv.insert(spawn.argv.end(), spec.flags.begin(), spec.flags.end());
  spawn.environment = {std::string(rt::kEnvLab) + "=1", "PATH=/usr/bin:/bin", "HOME=/tmp",
                       "LANG=C.UTF-8", "TZ=UTC"};
  if (!spec.program.empty())
    spawn.environment.push_back(std::string(rt::kEnvProgram) + "=" + spec.program);
  spawn.environment.insert(spawn.environment.end(), spec.environment.begin(),
                           spec.environment.end());
  spawn.folder = folder.path();
  static_assert(rt::kFdCommand == 3 && rt::kFdReply == 4 && rt::kFdRecording == 5 &&
                rt::kFdSymbols == 6);
  spawn.fds = {
      -1,           out.fd(),     err.fd(), to_zygote->read.get(), from_zygote->write.get(),
      recording_fd, symbols.get()};
  spawn.limits = {{RLIMIT_CORE, 0},
                  {RLIMIT_FSIZE, std::max(limits.file_bytes, limits.output_bytes + 1)},
                  {RLIMIT_NOFILE, 256},
                  {RLIMIT_MEMLOCK, 64 << 10},
                  {RLIMIT_MSGQUEUE, 0},
                  {RLIMIT_CPU, limits.unlimited_time ? RLIM_INFINITY
                                                     : static_cast<rlim_t>(limits.cpu_seconds)}};
  spawn.own_session = true;
  spawn.fixed_addresses = true;
  out.Clear();
  err.Clear();
  auto child = Spawn(spawn);
  if (!child) return tl::unexpected(child.error());
  zygote = std::move(*child);
  command = std::move(*to_zygote);
  reply = std::move(from_zygote->read);
  ::fcntl(command.write.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(reply.get(), F_SETFL, O_NONBLOCK);
  auto ready = AwaitReady();
  if (!ready) EndZygote();
  return ready;
}

Result<void> Process::State::AwaitReady() {
  const auto end = Clock::now() + limits.start;
  for (;;) {
    pollfd fds[2] = {{reply.get(), POLLIN, 0}, {zygote.pidfd.get(), POLLIN, 0}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    ::poll(fds, 2, static_cast<int>(std::clamp<long long>(left, 0, 1'000'000)));
    if (const auto answered = TakeReply(); answered && answered->ready == 1) return {};
    const bool ended = (fds[1].revents & POLLIN) != 0;
    if (!ended && Clock::now() < end) continue;
    struct Error error;
    error.what = "cannot start '" + spec.path + "'";
    if (ended) {
      error.why = "it ended with " + DescribeStatus(Reap(&zygote));
    } else {
      error.why = "it does not answer";
      error.what_to_do = "is it a program of golab's?";
    }
    const std::string said = FirstLine(err.Read(0, std::min<std::uint64_t>(err.Size(), 500)));
    if (!said.empty()) error.why += ": " + said;
    return Failure(std::move(error));
  }
}

void Process::State::EndZygote() {
  if (zygote.pid >= 0) {
    KillTree(zygote.pid, true);
    Reap(&zygote);
    ReapStrays();  // what was left orphaned between the last look and the zygote's end
  }
  command = {};
  reply.Close();
}

void Process::State::Send(rt::CommandOp op, std::uint32_t signal) const {
  const rt::Command message{op, run, signal, 0};
  [[maybe_unused]] const ssize_t n = ::write(command.write.get(), &message, sizeof message);
}

std::optional<rt::Reply> Process::State::TakeReply() const {
  rt::Reply message;
  const ssize_t n = ::read(reply.get(), &message, sizeof message);  // whole: a pipe's writes are
  if (n != static_cast<ssize_t>(sizeof message)) return std::nullopt;
  return message;
}

// Takes what has been answered, and sees whether the zygote lives.
void Process::State::TakeAnswer() {
  while (const auto message = TakeReply()) {
    if (message->ready != 0 || message->run != run) continue;
    answer = *message;
    Finish(false);
    return;
  }
  pollfd fd = {zygote.pidfd.get(), POLLIN, 0};
  if (::poll(&fd, 1, 0) == 1) Finish(true);
}

// The watchdog: called every few milliseconds while a run is under way.
void Process::State::Look() {
  const auto now = Clock::now();
  if (phase == Phase::kKilling) {
    if (now >= kill_deadline) Finish(true);
    return;
  }
  if (!limits.unlimited_time && now - began >= limits.wall) return StopRun(Killed::kWall);
  if (on_look && !on_look()) return StopRun(Killed::kRecords);
  if (now < next_look) return;
  if (out.Full() || err.Full()) return StopRun(Killed::kOutput);
  const TreeUse use = UseOfDescendants(zygote.pid);
  if (use.memory_bytes > limits.memory_bytes) return StopRun(Killed::kMemory);
  if (const std::uint64_t records = Records(); records != records_seen) {
    records_seen = records;
    cpu_at_record = use.cpu_ns;
  }
  cpu_at_record =
      std::min(cpu_at_record, use.cpu_ns);  // a descendant that ended takes its time along
  if (!limits.unlimited_time &&
      std::chrono::nanoseconds(use.cpu_ns - cpu_at_record) > limits.silent_cpu) {
    return StopRun(Killed::kSilent);
  }
  look_every = use.cpu_ns == cpu_seen
                   ? std::min<std::chrono::nanoseconds>(look_every * 2, kLookAtIdleEvery)
                   : kLookEvery;
  cpu_seen = use.cpu_ns;
  next_look = Clock::now() + look_every;
}

void Process::State::StopRun(Killed why) {
  killed = why;
  phase = Phase::kKilling;
  kill_deadline = Clock::now() + kKillGrace;
  Send(rt::CommandOp::kKill);
}

void Process::State::Finish(bool runner_gone) {
  if (runner_gone) {
    killed_runner = killed == Killed::kNo;
    answer = {};
    answer.wall_ns = static_cast<std::uint64_t>((Clock::now() - began).count());
    answer.status = SIGKILL;
    EndZygote();
    ReapStrays();
  } else {
    if (answer.killed == 0) killed = Killed::kNo;  // it ended by itself before the kill arrived
    // What the run left behind would write into the next run's recording. Behind a wrapper the
    // zygote is itself a descendant, in a namespace of its own, where it can and must see to that
    // alone.
    if (spec.wrapper.empty()) KillTree(zygote.pid, false);
  }
  phase = Phase::kEnded;
}

Result<std::unique_ptr<Process>> Process::Start(ImageSpec spec, int recording_fd,
                                                RunLimits limits) {
  const LogTime time("program: started");
  auto state = std::make_unique<State>();
  auto folder = PrivateFolder::Make("", "golab-run-");
  auto out = CappedFile::Make("stdout", limits.output_bytes);
  auto err = CappedFile::Make("stderr", limits.output_bytes);
  if (!folder) return tl::unexpected(folder.error());
  if (!out || !err) return tl::unexpected((!out ? out : err).error());
  state->spec = std::move(spec);
  state->recording_fd = recording_fd;
  void* page = ::mmap(nullptr, kPage, PROT_READ, MAP_SHARED, recording_fd, 0);
  if (page != MAP_FAILED) state->header = static_cast<const rt::Header*>(page);
  state->limits = limits;
  state->folder = std::move(*folder);
  state->out = std::move(*out);
  state->err = std::move(*err);
  if (auto started = state->StartZygote(); !started) return tl::unexpected(started.error());
  return std::unique_ptr<Process>(new Process(std::move(state)));
}

Process::Process(std::unique_ptr<State> state) : state_(std::move(state)) {}

Process::~Process() = default;

void Process::OnLook(std::function<bool()> look) {
  state_->on_look = std::move(look);
}

Result<RunResult> Process::Run() {
  if (auto begun = Begin(); !begun) return tl::unexpected(begun.error());
  for (;;) {
    auto ended = Wait(1h);
    if (!ended) return tl::unexpected(ended.error());
    if (*ended) return End();
  }
}

Result<void> Process::Begin() {
  State& s = *state_;
  if (s.phase == State::Phase::kRunning || s.phase == State::Phase::kKilling) {
    return Failure({.what = "a run of '" + s.spec.path + "' is under way"});
  }
  if (s.zygote.pid < 0) {
    if (auto started = s.StartZygote(); !started) return started;
  }
  s.folder.Empty();
  s.out.Clear();
  s.err.Clear();
  s.out_polled = s.err_polled = 0;
  s.killed = Killed::kNo;
  s.killed_runner = false;
  s.answer = {};
  s.records_seen = s.Records();
  s.cpu_at_record = s.cpu_seen = 0;
  s.began = Clock::now();
  s.next_look = s.began + kFirstLook;
  s.look_every = kLookEvery;
  s.phase = State::Phase::kRunning;
  ++s.run;
  s.Send(rt::CommandOp::kRun);
  return {};
}

Result<bool> Process::Wait(std::chrono::nanoseconds at_most) {
  State& s = *state_;
  const auto now = Clock::now();
  const auto end = at_most > 24h ? now + 24h : now + at_most;
  while (s.phase == State::Phase::kRunning || s.phase == State::Phase::kKilling) {
    auto next = std::min(end, s.phase == State::Phase::kKilling ? s.kill_deadline : s.next_look);
    if (!s.limits.unlimited_time && s.phase == State::Phase::kRunning) {
      next = std::min(next, s.began + std::chrono::duration_cast<Clock::duration>(s.limits.wall));
    }
    if (s.on_look) next = std::min(next, Clock::now() + kDrainEvery);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
    pollfd fds[2] = {{s.reply.get(), POLLIN, 0}, {s.zygote.pidfd.get(), POLLIN, 0}};
    ::poll(fds, 2, static_cast<int>(std::clamp<long long>(left, 0, 1'000'000)));
    s.TakeAnswer();
    if (s.phase == State::Phase::kEnded) break;
    s.Look();
    if (Clock::now() >= end) break;
  }
  return s.phase == State::Phase::kEnded || s.phase == State::Phase::kIdle;
}

Result<Progress> Process::Poll() {
  State& s = *state_;
  auto ended = Wait(0ns);
  if (!ended) return tl::unexpected(ended.error());
  Progress progress;
  progress.running = !*ended;
  progress.records = s.Records();
  const std::uint64_t out = s.out.Size(), err = s.err.Size();
  progress.out = s.out.Read(s.out_polled, out);
  progress.err = s.err.Read(s.err_polled, err);
  s.out_polled = std::max(s.out_polled, out);
  s.err_polled = std::max(s.err_polled, err);
  return progress;
}

RunResult Process::End() {
  State& s = *state_;
  RunResult result;
  result.wait_status = s.answer.status;
  result.killed = s.killed;
  result.killed_runner = s.killed_runner;
  result.wall_ns = s.answer.wall_ns;
  result.cpu_ns = s.answer.cpu_ns;
  result.max_rss_kib = s.answer.max_rss_kib;
  result.minor_faults = s.answer.minor_faults;
  result.out = s.out.Read(0, s.out.Size());
  result.err = s.err.Read(0, s.err.Size());
  result.out_truncated = s.out.Full();
  result.err_truncated = s.err.Full();
  result.out_rewound = s.out_polled > result.out.size() || s.out.Rewound();
  result.err_rewound = s.err_polled > result.err.size() || s.err.Rewound();
  s.phase = State::Phase::kIdle;
  return result;
}

void Process::Signal(int signal) {
  if (state_->phase == State::Phase::kRunning) {
    state_->Send(rt::CommandOp::kSignal, static_cast<std::uint32_t>(signal));
  }
}

void Process::Kill() {
  if (state_->phase == State::Phase::kRunning) state_->StopRun(Killed::kRequested);
}

const std::string& Process::folder() const {
  return state_->folder.path();
}

const char* KilledName(Killed killed) {
  switch (killed) {
    case Killed::kNo:
      return "";
    case Killed::kWall:
      return "wall";
    case Killed::kSilent:
      return "silent";
    case Killed::kMemory:
      return "memory";
    case Killed::kOutput:
      return "output";
    case Killed::kRecords:
      return "records";
    case Killed::kRequested:
      return "requested";
  }
  return "";
}

bool RunResult::Exited(int status) const {
  return killed == Killed::kNo && !killed_runner && WIFEXITED(wait_status) &&
         WEXITSTATUS(wait_status) == status;
}

int RunResult::TermSignal() const {
  return WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
}

}  // namespace golab::lab

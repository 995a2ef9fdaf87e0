// The zygote: a process that a lab starts once and forks once a run. Everything up to here is
// shared by all runs (loading, relocation); the program's static initialisers and main run in the
// fork.

#include "runtime/world/lab_child.h"

#include <cxxabi.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ios>

#include "runtime/event/protocol.h"
#include "runtime/sched/sched.h"
#include "runtime/traceback/self_symbolizer.h"
#include "runtime/world/real_calls.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab::rt {
namespace {

constinit Header* lab_header = nullptr;
constinit bool lab_process = false;
constinit std::uint64_t image_bias = 0;  // of the program's image, and of libgolab.so
constinit std::uint64_t library_bias = 0;
constexpr std::uintptr_t kMapAddress = 0x2'0000'0000;  // the same in every run, away from the heap

std::uint64_t MonotonicNs() noexcept {
  timespec t{};
  real::ClockGettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(t.tv_nsec);
}

[[noreturn]] void Die(const char* what) noexcept {
  const char prefix[] = "golab program: ";
  (void)!write(2, prefix, sizeof prefix - 1);
  (void)!write(2, what, std::strlen(what));
  (void)!write(2, "\n", 1);
  real::ExitProcess(125);
}

Header* MapRecording() noexcept {
  struct stat st {};

  if (fstat(kFdRecording, &st) != 0 || st.st_size < static_cast<off_t>(sizeof(Header))) {
    Die("no recording to write to");
  }
  void* map = mmap(reinterpret_cast<void*>(kMapAddress), static_cast<std::size_t>(st.st_size),
                   PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE, kFdRecording, 0);
  if (map == MAP_FAILED) {
    map = mmap(nullptr, static_cast<std::size_t>(st.st_size), PROT_READ | PROT_WRITE, MAP_SHARED,
               kFdRecording, 0);
  }
  if (map == MAP_FAILED) Die("cannot map the recording");
  auto* h = static_cast<Header*>(map);
  if (h->magic != kMagic || h->version != kVersion) Die("the recording has another format");
  return h;
}

int FirstImage(dl_phdr_info* info, std::size_t /*size*/, void* bias) {
  *static_cast<std::uint64_t*>(bias) = info->dlpi_addr;
  return 1;
}

/// Load address of the image that holds this function, if it is a library.
int OwnImage(dl_phdr_info* info, std::size_t /*size*/, void* bias) {
  const auto here = reinterpret_cast<std::uintptr_t>(&OwnImage);
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD) continue;
    const std::uintptr_t lo = info->dlpi_addr + segment.p_vaddr;
    if (here < lo || here >= lo + segment.p_memsz) continue;
    if (info->dlpi_name != nullptr && info->dlpi_name[0] != '\0') {
      *static_cast<std::uint64_t*>(bias) = info->dlpi_addr;
    }
    return 1;
  }
  return 0;
}

bool ReadAll(int fd, void* out, std::size_t size) noexcept {
  auto* p = static_cast<char*>(out);
  while (size > 0) {
    const ssize_t n = read(fd, p, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    p += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

void WriteAll(int fd, const void* data, std::size_t size) noexcept {
  const auto* p = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t n = write(fd, p, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) Die("the lab does not answer");
    p += n;
    size -= static_cast<std::size_t>(n);
  }
}

/// Becomes a run: returns to the loader, which goes on to the program's initialisers and main.
void BecomeRun() noexcept {
  close(kFdCommand);
  close(kFdReply);
  prctl(PR_SET_DUMPABLE, 1);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setsid();
  auto* plan =
      reinterpret_cast<Plan*>(reinterpret_cast<char*>(lab_header) + lab_header->plan.offset);
  world.plan = plan;
  world.lab = world.records_runs = true;
  world.stack_depth = kLabStackDepth;
  world.is_virtual = plan->world == World::kVirtual;
  world.procs = plan->flags >> kPlanProcsShift & 0xff;
  lab_header->image_bias = image_bias;  // the lab empties the header before each run
  lab_header->library_bias = library_bias;
  world.start = MonotonicNs();
  std::srand(static_cast<unsigned>(plan->seed + 1));
  timespec wall{};
  real::ClockGettime(CLOCK_REALTIME, &wall);
  lab_header->start_wall_ns = static_cast<std::uint64_t>(wall.tv_sec) * 1'000'000'000 +
                              static_cast<std::uint64_t>(wall.tv_nsec);
  InitRuntime();
  step_trace.Open();
}

/// Ends what a run has left behind: it is this process's to reap, as subreaper.
void ReapStrays() noexcept {
  while (waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

/// Waits for the run; a second command kills or signals it.
void Supervise(pid_t child, Reply* reply) noexcept {
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  for (;;) {
    pollfd fds[2] = {{pidfd, POLLIN, 0}, {kFdCommand, POLLIN, 0}};
    if (poll(fds, 2, -1) < 0 && errno != EINTR) break;
    if ((fds[1].revents & (POLLIN | POLLHUP)) != 0) {
      Command command{};
      if (!ReadAll(kFdCommand, &command, sizeof command)) {  // the lab is gone
        kill(-child, SIGKILL);
        kill(child, SIGKILL);
        real::ExitProcess(0);
      }
      if (command.op == CommandOp::kSignal) {
        kill(child, static_cast<int>(command.signal));
      } else {
        reply->killed = 1;
        kill(-child, SIGKILL);
        kill(child, SIGKILL);
      }
    }
    if ((fds[0].revents & POLLIN) != 0) break;
  }
  close(pidfd);
  rusage usage{};
  int status = 0;
  while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  kill(-child, SIGKILL);  // what else is in its session
  ReapStrays();
  reply->status = status;
  reply->cpu_ns =
      static_cast<std::uint64_t>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1'000'000'000 +
      static_cast<std::uint64_t>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000;
  reply->max_rss_kib = static_cast<std::uint64_t>(usage.ru_maxrss);
  reply->minor_faults = static_cast<std::uint64_t>(usage.ru_minflt);
}

/// Serves runs; returns in each run's process, and never in the zygote's.
void ServeRuns() noexcept {
  Reply ready{};
  ready.ready = 1;
  WriteAll(kFdReply, &ready, sizeof ready);
  for (;;) {
    Command command{};
    if (!ReadAll(kFdCommand, &command, sizeof command)) real::ExitProcess(0);
    if (command.op != CommandOp::kRun) continue;
    const std::uint64_t start = MonotonicNs();
    const pid_t child = fork();
    if (child < 0) Die("cannot fork a run");
    if (child == 0) {
      BecomeRun();
      return;
    }
    Reply reply{};
    reply.run = command.run;
    Supervise(child, &reply);
    reply.wall_ns = MonotonicNs() - start;
    WriteAll(kFdReply, &reply, sizeof reply);
  }
}

/// A child that the program forks itself (a death test) must not write into the recording.
void AfterForkInChild() {
  if (lab_header == nullptr || !sched.started) return;
  const std::size_t size = lab_header->map_size;
  void* copy = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (copy == MAP_FAILED) real::ExitProcess(125);
  std::memcpy(copy, lab_header, size);
  mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, lab_header);
}

}  // namespace

Header* LabHeader() noexcept {
  return lab_header;
}

bool IsLabProcess() noexcept {
  return lab_process;
}

/// What each run would do again otherwise, at some microseconds: the C++ library's streams, and the
/// loader's search for what the libraries need of each other.
void WarmUp() noexcept {
  static const std::ios_base::Init streams;  // flushes at the end, after the program's own objects
  (void)abi::__cxa_get_globals();
}

/// Runs before the program's own initialisers: in libgolab.so because libraries come first, in an
/// executable because of its priority.
[[gnu::constructor(101)]] static void EnterLab() {
  const char* lab = std::getenv(kEnvLab);
  if (lab == nullptr || std::strcmp(lab, "1") != 0) return;
  lab_process = true;
  unsetenv(kEnvLab);
  lab_header = MapRecording();
  dl_iterate_phdr(&FirstImage, &image_bias);
  dl_iterate_phdr(&OwnImage, &library_bias);
  close(kFdRecording);
  (void)SelfSymbolizer::Get().AddTable(kFdSymbols);
  SelfSymbolizer::Get().AddSidecars();
  close(kFdSymbols);
  dup3(1, kFdOutMark, O_CLOEXEC);
  dup3(2, kFdErrMark, O_CLOEXEC);
  prctl(PR_SET_DUMPABLE, 0);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  pthread_atfork(nullptr, nullptr, &AfterForkInChild);
  InitStacks();
  WarmUp();
  ServeRuns();
}

}  // namespace golab::rt

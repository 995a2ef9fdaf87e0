// golab doctor: is everything here that golab needs, and if not, what to do.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "app/command/commands.h"
#include "lab/explain/line.h"
#include "lab/program/files.h"
#include "lab/program/toolchain.h"

namespace golab::app {

namespace {

/// One thing that was looked at.
struct Look {
  enum class Verdict { kGood, kWorse, kBad } verdict = Verdict::kGood;
  std::string what;  ///< "compiler"
  std::string found;
  std::string fix;  ///< empty if there is nothing to do
};

using Verdict = Look::Verdict;

std::vector<Look> LookAtToolchain() {
  auto toolchain = lab::FindToolchain();
  if (!toolchain) {
    const bool compiler = toolchain.error().Text().find("g++") != std::string::npos;
    return {
        {Verdict::kBad, compiler ? "compiler" : "headers", toolchain.error().Text(),
         compiler ? "sudo apt install g++" : "install golab, or set GOLAB_PREFIX to where it is"}};
  }
  std::vector<Look> looks;
  looks.push_back({Verdict::kGood, "compiler",
                   toolchain->compiler + " (" + toolchain->compiler_identity + ")", ""});
  looks.push_back({Verdict::kGood, "headers", toolchain->include_dir, ""});
  looks.push_back({Verdict::kGood, "libgolab", toolchain->plain.library, ""});
  if (toolchain->has_gold) {
    looks.push_back({Verdict::kGood, "linker", "gold", ""});
  } else {
    looks.push_back({Verdict::kWorse, "linker", "no ld.gold; each build takes longer",
                     "sudo apt install binutils"});
  }
  return looks;
}

Look LookAtCache() {
  auto cache = lab::CacheDir();
  if (!cache)
    return {Verdict::kBad, "cache", cache.error().Text(),
            "set XDG_CACHE_HOME to a folder that you can write"};
  const std::string probe = *cache + "/doctor-" + std::to_string(::getpid());
  auto written = lab::WriteNewFile(probe, "x");
  ::unlink(probe.c_str());
  if (!written)
    return {Verdict::kBad, "cache", written.error().Text(),
            "free some space, or set XDG_CACHE_HOME"};
  return {Verdict::kGood, "cache", *cache, ""};
}

Look LookAtAddresses() {
  const int now = ::personality(0xffffffff);
  const bool good =
      now >= 0 && ::personality(static_cast<unsigned long>(now) | ADDR_NO_RANDOMIZE) >= 0;
  if (good) {
    ::personality(static_cast<unsigned long>(now));
    return {Verdict::kGood, "personality", "programs run at fixed addresses", ""};
  }
  return {Verdict::kWorse, "personality",
          "addresses cannot be fixed: stacks are named all the same, replays are exact",
          "in a container: --security-opt seccomp=unconfined"};
}

Look LookAtMemfd() {
  const int fd = static_cast<int>(
      ::syscall(SYS_memfd_create, "golab doctor", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (fd < 0)
    return {Verdict::kBad, "memfd", "memfd_create is refused",
            "a kernel of 3.17 or later, and a sandbox that allows it"};
  const bool sealed =
      ::ftruncate(fd, 4096) == 0 && ::fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0;
  ::close(fd);
  if (!sealed)
    return {Verdict::kBad, "memfd", "files in memory cannot be sealed",
            "a kernel of 3.17 or later"};
  return {Verdict::kGood, "memfd", "recordings can be shared with programs", ""};
}

Look LookAtTerminal(const Context& context) {
  std::string found = ::isatty(STDOUT_FILENO) != 0
                          ? std::to_string(context.style.width) + " columns"
                          : "stdout is no terminal";
  found += context.style.unicode ? ", Unicode" : ", ASCII";
  found += context.style.colour ? ", colour" : ", no colour";
  return {Verdict::kGood, "terminal", found, ""};
}

}  // namespace

ExitStatus RunDoctor(Context& context) {
  std::vector<Look> looks = LookAtToolchain();
  looks.push_back(LookAtCache());
  looks.push_back(LookAtAddresses());
  looks.push_back(LookAtMemfd());
  looks.push_back(LookAtTerminal(context));
  ExitStatus status = ExitStatus::kPassed;
  lab::Lines lines;
  for (const Look& look : looks) {
    const bool bad = look.verdict == Verdict::kBad;
    if (bad) status = ExitStatus::kInternal;
    lab::TextLine line("  ");
    line.Add(bad                               ? "FAIL"
             : look.verdict == Verdict::kWorse ? "note"
                                               : "ok",
             bad ? lab::Tint::kFail : lab::Tint::kOk);
    line.Add(std::string(bad || look.verdict == Verdict::kWorse ? 2 : 4, ' ') + look.what + ": " +
             look.found);
    if (context.style.detail >= 0 || bad) lines.push_back(line);
    if (!look.fix.empty()) lines.emplace_back("        do: " + look.fix);
  }
  std::fputs(lab::Print(lines, context.style.colour).c_str(), stdout);
  return status;
}

}  // namespace golab::app

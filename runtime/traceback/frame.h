#pragma once
// What one program counter means to a reader: a function, a place, and whose code it is.

#include <cstddef>
#include <cstdint>

namespace golab::rt {

/// Whose code a frame runs. Values are stored in symbol tables: never renumber.
enum class FrameKind : std::uint8_t {
  kStudent = 0,  ///< The program's own code. Always shown.
  kPublic =
      1,  ///< golab's public packages (`time.Sleep`). Shown, as Go shows its standard library.
  kRuntime = 2,  ///< golab's inside, channels and `go` included, as Go hides `runtime.chansend`.
  kStd = 3,      ///< The C++ standard library, libc, start-up code. Hidden.
};

/// True for frames that only a full dump shows.
constexpr bool IsHidden(FrameKind kind) noexcept {
  return kind == FrameKind::kRuntime || kind == FrameKind::kStd;
}

/// One logical frame. All strings live as long as the symbol table they came from; none is null.
struct Frame {
  const char* function = "";  ///< Go style, without arguments: "main.(*Pool).Run". "" if unknown.
  const char* raw = "";       ///< Demangled C++ name as the compiler has it. "" if unknown.
  const char* file = "";      ///< Absolute where the debug information allows. "" if unknown.
  std::uint32_t line = 0;     ///< 0 if unknown.
  std::uint32_t column = 0;   ///< 0 if unknown.
  std::uintptr_t function_start =
      0;  ///< Where the machine code that holds the pc begins; same space as the pc asked.
  FrameKind kind = FrameKind::kStudent;
  bool inlined = false;  ///< Inlined into the next frame of the same answer.
};

/// Longest chain of inlined frames that a dump shows for one program counter.
inline constexpr std::size_t kMaxFramesPerPc = 24;

/// Turns program counters of the running process into frames.
/// Implementations are async-signal-safe: no allocation, no locks, no exceptions.
class Symbolizer {
 public:
  Symbolizer() = default;
  Symbolizer(const Symbolizer&) = delete;
  Symbolizer& operator=(const Symbolizer&) = delete;

  /// Writes the frames at `pc` to `out`, innermost first, and returns their number; 0 if nothing
  /// is known. `pc` is exact: for a return address pass `address - 1`.
  virtual std::size_t Lookup(std::uintptr_t pc, Frame* out, std::size_t max) const noexcept = 0;

  /// Whether the program's own code has names: what has none then is a library's, and hidden.
  virtual bool HasNames() const noexcept { return false; }

 protected:
  ~Symbolizer() = default;
};

/// Knows nothing: every frame prints as a raw address.
class NoSymbols final : public Symbolizer {
 public:
  std::size_t Lookup(std::uintptr_t, Frame*, std::size_t) const noexcept override { return 0; }
};

}  // namespace golab::rt

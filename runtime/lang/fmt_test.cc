#include "golab/fmt.h"

#include <cmath>
#include <complex>
#include <cstdio>
#include <limits>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "golab/any.h"
#include "golab/duration.h"
#include "golab/os.h"

namespace golab {
namespace {

enum class Color { kRed = 2 };

struct Stringer {
  std::string String() const { return "str"; }
};

struct Failure {
  golab::String Text() const { return "failed"; }
};

struct Opaque {
  int n;
};

constexpr double kInf = std::numeric_limits<double>::infinity();

struct Case {
  golab::String got;
  const char* want;
};

void Expect(std::initializer_list<Case> cases) {
  for (const Case& c : cases) EXPECT_EQ(std::string(c.got), c.want);
}

TEST(Sprintf, Integers) {
  Expect({
      {fmt::Sprintf("%d|%5d|%-5d|%05d|%+d|% d", 42, 42, 42, 42, 42, 42),
       "42|   42|42   |00042|+42| 42"},
      {fmt::Sprintf("%d|%05d|%+d", -42, -42, -42), "-42|-0042|-42"},
      {fmt::Sprintf("%x|%X|%#x|%#X|%o|%#o|%O|%b|%#b", 255, 255, 255, 255, 8, 8, 8, 5, 5),
       "ff|FF|0xff|0XFF|10|010|0o10|101|0b101"},
      {fmt::Sprintf("%x", -255), "-ff"},
      {fmt::Sprintf("%.5d|%8.5d|%-8.5d|%.0d|%08.3d", 42, 42, 42, 0, 42),
       "00042|   00042|00042   ||     042"},
      {fmt::Sprintf("%c|%c|%q|%U|%#U", 'x', 0x4E16, 'x', 0x4E16, 0x4E16),
       "x|\u4e16|'x'|U+4E16|U+4E16 '\u4e16'"},
      {fmt::Sprintf("%q|%+q", '\n', 0x4E16), "'\\n'|'\\u4e16'"},
      {fmt::Sprintf("%d", std::numeric_limits<std::int64_t>::min()), "-9223372036854775808"},
      {fmt::Sprintf("%d|%v", std::numeric_limits<std::uint64_t>::max(), 'x'),
       "18446744073709551615|120"},
      {fmt::Sprintf("%d|%v", Color::kRed, Color::kRed), "2|2"},
  });
}

TEST(Sprintf, FloatingPoint) {
  Expect({
      {fmt::Sprintf("%v|%v|%v|%v", 1.5, 100000.0, 1000000.0, 1e-5), "1.5|100000|1e+06|1e-05"},
      {fmt::Sprintf("%v|%v|%v", 123456789.0, 0.0001, 1e21), "1.23456789e+08|0.0001|1e+21"},
      {fmt::Sprintf("%v|%v", 0.1F, 0.1), "0.1|0.1"},
      {fmt::Sprintf("%f|%.2f|%8.2f|%-8.2f|%08.2f|%+.1f", 3.14159, 3.14159, 3.14159, 3.14159,
                    -3.14159, 2.0),
       "3.141590|3.14|    3.14|3.14    |-0003.14|+2.0"},
      {fmt::Sprintf("%e|%.2e|%E", 1234.5678, 1234.5678, 1.0), "1.234568e+03|1.23e+03|1.000000E+00"},
      {fmt::Sprintf("%g|%.3g|%G", 1e100, 1234.5678, 1e-10), "1e+100|1.23e+03|1E-10"},
      {fmt::Sprintf("%v|%v|%v|%5v|%05v", kInf, -kInf, std::nan(""), kInf, -kInf),
       "+Inf|-Inf|NaN| +Inf| -Inf"},
      {fmt::Sprintf("%v|%.0f|%v", -0.0, 2.5, 0.0), "-0|2|0"},
      {fmt::Sprintf("%x|%b", 1.0, 1.0), "0x1p+00|4503599627370496p-52"},
      {fmt::Sprintf("%v|%.1f", std::complex<double>(1, -2), std::complex<double>(1, 2)),
       "(1-2i)|(1.0+2.0i)"},
  });
}

TEST(Sprintf, Strings) {
  Expect({
      {fmt::Sprintf("%s|%5s|%-5s|%.2s|%q", "abc", "abc", "abc", "abc", "abc"),
       "abc|  abc|abc  |ab|\"abc\""},
      {fmt::Sprintf("%x|%X|% x|%#x|%# x", "hi", "hi", "hi", "hi", "hi"),
       "6869|6869|68 69|0x6869|0x68 0x69"},
      {fmt::Sprintf("%q|%q|%#q|%+q", "a\"b\\\n", "\x01\xff", "raw", "\u4e16"),
       R"("a\"b\\\n"|"\x01\xff"|`raw`|"\u4e16")"},
      {fmt::Sprintf("%4s|%.1s", "\u4e16\u754c", "\u4e16\u754c"), "  \u4e16\u754c|\u4e16"},
      {fmt::Sprintf("%s %s %s", std::string("a"), std::string_view("b"), golab::String("c")),
       "a b c"},
      {fmt::Sprintf("%05s|%-05s|", "ab", "ab"), "000ab|ab   |"},
      {fmt::Sprintf("100%%"), "100%"},
  });
}

TEST(Sprintf, OtherValues) {
  const int n = 0;
  const int* const pointer = &n;
  char address[32];
  std::snprintf(address, sizeof address, "%p", static_cast<const void*>(pointer));
  Expect({
      {fmt::Sprintf("%t|%v|%6t", true, false, true), "true|false|  true"},
      {fmt::Sprintf("%v|%s|%d", Stringer{}, Stringer{}, time::Second), "str|str|1000000000"},
      {fmt::Sprintf("%v|%q|%8v|", Failure{}, Failure{}, Failure{}), "failed|\"failed\"|  failed|"},
      {fmt::Sprintf("%v|%s|%v", Error(), errors::New("e"), Any(3)), "<nil>|e|3"},
      {fmt::Sprintf("%v|%v|%d", 1500 * time::Millisecond, os::Interrupt, os::Interrupt),
       "1.5s|interrupt|2"},
      {fmt::Sprintf("%T|%T|%T|%T", 1, "s", Error(), time::Second),
       "int|string|<nil>|time.Duration"},
      {fmt::Sprintf("%v|%p", pointer, pointer), (std::string(address) + "|" + address).c_str()},
      {fmt::Sprintf("%v", static_cast<const int*>(nullptr)), "<nil>"},
      {fmt::Sprintf("%v|%v", std::vector<int>{1, 2}, std::vector<std::string>{"a", "b"}),
       "[1 2]|[a b]"},
      {fmt::Sprintf("%02d|%q", std::vector<int>{1, 2}, std::vector<std::string>{"a"}),
       "[01 02]|[\"a\"]"},
      {fmt::Sprintf("%v", std::unordered_map<int, std::string>{{10, "b"}, {9, "a"}}),
       "map[9:a 10:b]"},
      {fmt::Sprintf("%v", std::map<std::string, int>{{"b", 1}, {"a", 2}}), "map[a:2 b:1]"},
      {fmt::Sprintf("%v|%v", std::pair<int, int>{1, 2}, Slice<int>{3}), "{1 2}|[3]"},
  });
}

// What go vet warns of, and Go prints.
TEST(Sprintf, MisuseShowsInTheText) {
  Expect({
      {fmt::Sprintf("%d", "hi"), "%!d(string=hi)"},
      {fmt::Sprintf("%z", 5), "%!z(int=5)"},
      {fmt::Sprintf("%v"), "%!v(MISSING)"},
      {fmt::Sprintf("%d %d", 1), "1 %!d(MISSING)"},
      {fmt::Sprintf("hi", 1), "hi%!(EXTRA int=1)"},
      {fmt::Sprintf("%d", 1, "x", Error()), "1%!(EXTRA string=x, <nil>)"},
      {fmt::Sprintf("%"), "%!(NOVERB)"},
      {fmt::Sprintf("%s", 42), "%!s(int=42)"},
      {fmt::Sprintf("%s", true), "%!s(bool=true)"},
      {fmt::Sprintf("%d", Error()), "%!d(<nil>)"},
      {fmt::Sprintf("%t", 1), "%!t(int=1)"},
      {fmt::Sprintf("%d", 1.5), "%!d(float64=1.5)"},
      {fmt::Sprintf("%*d", "x", 5), "%!(BADWIDTH)5"},
      {fmt::Sprintf("%.*d", "x", 5), "%!(BADPREC)5"},
      {fmt::Sprintf("%[3]d", 1), "%!d(BADINDEX)"},
      {fmt::Sprintf("%s", static_cast<const int*>(nullptr)), "%!s(*int=<nil>)"},
  });
}

TEST(Sprintf, StarsAndIndexes) {
  Expect({
      {fmt::Sprintf("%*d|%-*d|%*d|", 5, 42, 5, 42, -5, 42), "   42|42   |42   |"},
      {fmt::Sprintf("%.*f|%6.*f", 2, 3.14159, 1, 3.14159), "3.14|   3.1"},
      {fmt::Sprintf("%[2]d %[1]d", 1, 2), "2 1"},
      {fmt::Sprintf("%[1]v is %[1]T", 1), "1 is int"},
      {fmt::Sprintf("%[3]*.[2]*[1]f", 12.0, 2, 6), " 12.00"},
  });
}

TEST(Sprint, SpacesLikeGo) {
  Expect({
      {fmt::Sprint("a", "b"), "ab"},
      {fmt::Sprint(1, 2), "1 2"},
      {fmt::Sprint("a", 1, 2, "b", 3), "a1 2b3"},
      {fmt::Sprint(errors::New("x"), errors::New("y")), "x y"},
      {fmt::Sprint(), ""},
      {fmt::Sprintln("a", 1, true, nullptr), "a 1 true <nil>\n"},
      {fmt::Sprintln(), "\n"},
  });
}

TEST(Fprint, GoesToEveryWriter) {
  std::string text;
  const auto to_text = [&](const char* data, std::size_t size) { text.append(data, size); };
  EXPECT_EQ(fmt::Fprint(to_text, "a", 1).n, 2);
  fmt::Fprintln(to_text, "b");
  fmt::Fprintf(to_text, "%03d", 7);
  EXPECT_EQ(text, "a1b\n007");

  struct Buffer {
    std::string text;

    io::Transfer Write(const char* data, std::size_t size) {
      text.append(data, size);
      return {static_cast<int>(size), nullptr};
    }
  } buffer;

  fmt::Fprint(&buffer, "x");
  EXPECT_EQ(buffer.text, "x");

  struct Fails {
    Fails() = default;
    Fails(const Fails&) = delete;

    Error Write(const char*, std::size_t) { return io::Eof; }
  } fails;

  auto [n, err] = fmt::Fprint(fails, "x");
  EXPECT_EQ(n, 0);
  EXPECT_EQ(err, io::Eof);
  EXPECT_EQ(fmt::Fprint(io::Discard(), "abc").n, 3);
}

TEST(Print, MixesInOrderWithPrintf) {
  testing::internal::CaptureStdout();
  std::printf("1 ");
  fmt::Print("2 ");
  std::printf("3 ");
  fmt::Printf("%d ", 4);
  fmt::Println(5, "six");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "1 2 3 4 5 six\n");
}

TEST(Sprintf, AStructWithoutWordsShowsItsTypeAndAddress) {
  const Opaque value{1};
  EXPECT_EQ(std::string(fmt::Sprint(value)).substr(0, 17), "(golab.Opaque) 0x");
}

}  // namespace
}  // namespace golab

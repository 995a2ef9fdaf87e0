// Dates, and times as text. Go: time/time.go, time/format.go.

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

#include "golab/fmt.h"
#include "golab/time.h"

namespace golab::time {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int64_t kZeroToUnix = 62'135'596'800;  // seconds from Go's zero time to 1970

constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
constexpr std::string_view kDays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                      "Thursday", "Friday", "Saturday"};

std::int64_t FloorDivide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// Days since 1970 of a date. The algorithm is days_from_civil of Howard Hinnant's
/// "chrono-Compatible Low-Level Date Algorithms": years begin in March, so that the leap day is the
/// last.
std::int64_t DaysFromDate(std::int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = FloorDivide(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

/// The inverse, civil_from_days.
CalendarDay DateFromDays(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = FloorDivide(days, 146'097);
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * day_of_year + 2) / 153;
  const auto day = static_cast<int>(day_of_year - (153 * shifted + 2) / 5 + 1);
  const auto month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return {static_cast<int>(year), time::Month(month), day};
}

std::int64_t DaysOf(const Time& t) {
  return FloorDivide(t.Unix(), kSecondsPerDay);
}

/// One element of a layout. Go: std0x and its like.
enum class Element {
  kNone,
  kLongMonth,
  kMonth,
  kNumMonth,
  kZeroMonth,
  kLongWeekday,
  kWeekday,
  kDay,
  kUnderDay,
  kZeroDay,
  kUnderYearDay,
  kZeroYearDay,
  kHour,
  kHour12,
  kZeroHour12,
  kMinute,
  kZeroMinute,
  kSecond,
  kZeroSecond,
  kLongYear,
  kYear,
  kUpperPm,
  kLowerPm,
  kZone,
  kIso,
  kIsoSeconds,
  kIsoShort,
  kIsoColon,
  kIsoColonSeconds,  // Z07..., `Z` for UTC
  kOffset,
  kOffsetSeconds,
  kOffsetShort,
  kOffsetColon,
  kOffsetColonSeconds,  // -07...
  kFraction0,
  kFraction9,
};

struct Spelling {
  std::string_view text;
  Element element;
};

// Where several match, the first one stands.
constexpr Spelling kSpellings[] = {
    {"January", Element::kLongMonth},
    {"Jan", Element::kMonth},
    {"Monday", Element::kLongWeekday},
    {"Mon", Element::kWeekday},
    {"MST", Element::kZone},
    {"002", Element::kZeroYearDay},
    {"01", Element::kZeroMonth},
    {"02", Element::kZeroDay},
    {"03", Element::kZeroHour12},
    {"04", Element::kZeroMinute},
    {"05", Element::kZeroSecond},
    {"06", Element::kYear},
    {"15", Element::kHour},
    {"1", Element::kNumMonth},
    {"2006", Element::kLongYear},
    {"2", Element::kDay},
    {"__2", Element::kUnderYearDay},
    {"_2", Element::kUnderDay},
    {"3", Element::kHour12},
    {"4", Element::kMinute},
    {"5", Element::kSecond},
    {"PM", Element::kUpperPm},
    {"pm", Element::kLowerPm},
    {"-070000", Element::kOffsetSeconds},
    {"-07:00:00", Element::kOffsetColonSeconds},
    {"-0700", Element::kOffset},
    {"-07:00", Element::kOffsetColon},
    {"-07", Element::kOffsetShort},
    {"Z070000", Element::kIsoSeconds},
    {"Z07:00:00", Element::kIsoColonSeconds},
    {"Z0700", Element::kIso},
    {"Z07:00", Element::kIsoColon},
    {"Z07", Element::kIsoShort},
};

bool IsDigit(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

struct Chunk {
  Element element = Element::kNone;
  std::size_t size = 1;
  std::size_t skip = 0;  ///< Characters in front of it that stand for themselves.
};

/// What begins at the start of `layout`, which is not empty. Go: nextStdChunk.
Chunk ChunkAt(std::string_view layout) {
  if (layout.substr(0, 5) == "_2006") return {Element::kLongYear, 5, 1};
  for (const Spelling& s : kSpellings) {
    if (layout.substr(0, s.text.size()) != s.text) continue;
    const std::size_t size = s.text.size();
    const bool is_word = s.element == Element::kMonth || s.element == Element::kWeekday;
    const bool lower_follows = size < layout.size() && layout[size] >= 'a' && layout[size] <= 'z';
    if (is_word && lower_follows) continue;  // "Janet" is no month
    return {s.element, size, 0};
  }
  if ((layout[0] == '.' || layout[0] == ',') && layout.size() > 1 &&
      (layout[1] == '0' || layout[1] == '9')) {
    std::size_t end = 1;
    while (end < layout.size() && layout[end] == layout[1]) ++end;
    if (!IsDigit(layout, end)) {
      return {layout[1] == '0' ? Element::kFraction0 : Element::kFraction9, end, 0};
    }
  }
  return {};
}

void AppendNumber(std::string* out, std::int64_t value, std::size_t width, char fill = '0') {
  const std::string digits = std::to_string(value < 0 ? -value : value);
  if (value < 0) *out += '-';
  if (digits.size() < width) out->append(width - digits.size(), fill);
  *out += digits;
}

/// `.000` or `,999` with its digits: as many as there are, of 9 those before trailing zeros.
void AppendFraction(std::string* out, std::string_view pattern, int ns) {
  std::string digits = std::to_string(kNsPerSecond + ns).substr(1);
  digits.resize(std::min(digits.size(), pattern.size() - 1));
  if (pattern[1] == '9') {
    while (!digits.empty() && digits.back() == '0') digits.pop_back();
    if (digits.empty()) return;
  } else {
    digits.resize(pattern.size() - 1, '0');
  }
  *out += pattern[0];
  *out += digits;
}

int Hour12(int hour) {
  return hour % 12 == 0 ? 12 : hour % 12;
}

void AppendElement(std::string* out, const Time& t, Element element, std::string_view pattern) {
  const CalendarDay date = t.Date();
  const ClockTime clock = t.Clock();
  const std::string_view month = kMonths[date.month - 1];
  const std::string_view day = kDays[t.Weekday()];
  switch (element) {
    case Element::kNone:
      *out += pattern;
      break;
    case Element::kLongMonth:
      *out += month;
      break;
    case Element::kMonth:
      *out += month.substr(0, 3);
      break;
    case Element::kNumMonth:
      AppendNumber(out, date.month, 0);
      break;
    case Element::kZeroMonth:
      AppendNumber(out, date.month, 2);
      break;
    case Element::kLongWeekday:
      *out += day;
      break;
    case Element::kWeekday:
      *out += day.substr(0, 3);
      break;
    case Element::kDay:
      AppendNumber(out, date.day, 0);
      break;
    case Element::kUnderDay:
      AppendNumber(out, date.day, 2, ' ');
      break;
    case Element::kZeroDay:
      AppendNumber(out, date.day, 2);
      break;
    case Element::kUnderYearDay:
      AppendNumber(out, t.YearDay(), 3, ' ');
      break;
    case Element::kZeroYearDay:
      AppendNumber(out, t.YearDay(), 3);
      break;
    case Element::kHour:
      AppendNumber(out, clock.hour, 2);
      break;
    case Element::kHour12:
      AppendNumber(out, Hour12(clock.hour), 0);
      break;
    case Element::kZeroHour12:
      AppendNumber(out, Hour12(clock.hour), 2);
      break;
    case Element::kMinute:
      AppendNumber(out, clock.minute, 0);
      break;
    case Element::kZeroMinute:
      AppendNumber(out, clock.minute, 2);
      break;
    case Element::kSecond:
      AppendNumber(out, clock.second, 0);
      break;
    case Element::kZeroSecond:
      AppendNumber(out, clock.second, 2);
      break;
    case Element::kLongYear:
      AppendNumber(out, date.year, 4);
      break;
    case Element::kYear:
      AppendNumber(out, date.year % 100, 2);
      break;
    case Element::kUpperPm:
      *out += clock.hour >= 12 ? "PM" : "AM";
      break;
    case Element::kLowerPm:
      *out += clock.hour >= 12 ? "pm" : "am";
      break;
    case Element::kZone:
      *out += "UTC";
      break;
    case Element::kIso:
    case Element::kIsoSeconds:
    case Element::kIsoShort:
    case Element::kIsoColon:
    case Element::kIsoColonSeconds:
      *out += "Z";
      break;
    case Element::kOffset:
      *out += "+0000";
      break;
    case Element::kOffsetSeconds:
      *out += "+000000";
      break;
    case Element::kOffsetShort:
      *out += "+00";
      break;
    case Element::kOffsetColon:
      *out += "+00:00";
      break;
    case Element::kOffsetColonSeconds:
      *out += "+00:00:00";
      break;
    case Element::kFraction0:
    case Element::kFraction9:
      AppendFraction(out, pattern, t.Nanosecond());
      break;
  }
}

std::string FormatTime(const Time& t, std::string_view layout) {
  std::string out;
  while (!layout.empty()) {
    const Chunk chunk = ChunkAt(layout);
    out += layout.substr(0, chunk.skip);
    AppendElement(&out, t, chunk.element, layout.substr(0, chunk.size));
    layout.remove_prefix(chunk.size);
  }
  return out;
}

golab::String ToString(const std::string& text) {
  return golab::String(text.data(), text.size());
}

template <class Number>
fmt::Arg NamedNumber(const Number* number) {
  fmt::Arg arg;
  arg.kind = fmt::Arg::Kind::kInt;
  arg.integer = static_cast<int>(*number);
  arg.type = &rt::kType<Number>;
  rt::SetWords(arg, number);
  return arg;
}

/// Nanoseconds past the multiple of `unit` below `t`, counted from the zero time. Go: time.div.
std::int64_t Past(const Time& t, std::int64_t unit) {
  __extension__ using Wide = __int128;
  const Wide since_zero = Wide{t.Unix() + kZeroToUnix} * kNsPerSecond + t.Nanosecond();
  return static_cast<std::int64_t>(since_zero % unit);
}

}  // namespace

golab::String Month::String() const {
  if (number_ >= 1 && number_ <= 12) return golab::String(kMonths[number_ - 1]);
  return fmt::Sprintf("%%!Month(%d)", number_);
}

fmt::Arg Month::AsArg() const {
  return NamedNumber(this);
}

golab::String Weekday::String() const {
  if (number_ >= 0 && number_ <= 6) return golab::String(kDays[number_]);
  return fmt::Sprintf("%%!Weekday(%d)", number_);
}

fmt::Arg Weekday::AsArg() const {
  return NamedNumber(this);
}

CalendarDay Time::Date() const {
  return DateFromDays(DaysOf(*this));
}

ClockTime Time::Clock() const {
  const auto second = static_cast<int>(Unix() - DaysOf(*this) * kSecondsPerDay);
  return {second / 3600, second / 60 % 60, second % 60};
}

int Time::Nanosecond() const {
  return set_ ? static_cast<int>(wall_ - Unix() * kNsPerSecond) : 0;
}

time::Weekday Time::Weekday() const {
  const std::int64_t days = DaysOf(*this) + 4;  // 1970 began on a Thursday
  return time::Weekday(static_cast<int>(days - FloorDivide(days, 7) * 7));
}

int Time::YearDay() const {
  return static_cast<int>(DaysOf(*this) - DaysFromDate(Year(), 1, 1)) + 1;
}

Time Time::Truncate(Duration unit) const {
  if (unit <= 0 || !set_) return UTC();
  return UTC().Add(Duration(-Past(*this, unit.Nanoseconds())));
}

Time Time::Round(Duration unit) const {
  if (unit <= 0 || !set_) return UTC();
  const std::int64_t past = Past(*this, unit.Nanoseconds());
  const std::int64_t rest = unit.Nanoseconds() - past;
  return UTC().Add(Duration(past < rest ? -past : rest));
}

golab::String Time::Format(const golab::String& layout) const {
  return ToString(FormatTime(*this, std::string_view(layout.data(), layout.size())));
}

golab::String Time::String() const {
  std::string out = FormatTime(*this, "2006-01-02 15:04:05.999999999 -0700 MST");
  if (monotonic_ == kNoMonotonic) return ToString(out);
  const std::int64_t magnitude = monotonic_ < 0 ? -monotonic_ : monotonic_;
  char text[48];
  std::snprintf(text, sizeof text, " m=%c%lld.%09lld", monotonic_ < 0 ? '-' : '+',
                static_cast<long long>(magnitude / kNsPerSecond),
                static_cast<long long>(magnitude % kNsPerSecond));
  return ToString(out + text);
}

Time Date(int year, Month month, int day, int hour, int minute, int second, int nanosecond) {
  const std::int64_t months = std::int64_t{year} * 12 + (month - 1);
  const std::int64_t years = FloorDivide(months, 12);
  const auto month_of_year = static_cast<int>(months - years * 12) + 1;
  const std::int64_t days = DaysFromDate(years, month_of_year, 1) + day - 1;
  const std::int64_t seconds =
      days * kSecondsPerDay + std::int64_t{hour} * 3600 + std::int64_t{minute} * 60 + second;
  return Unix(seconds, nanosecond);
}

}  // namespace golab::time

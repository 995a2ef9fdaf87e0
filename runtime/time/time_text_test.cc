// Times as text, against what Go 1.24.4 printed for the same program. A program of GOLAB_TESTs.

#include "golab/golab.h"

using namespace golab;  // NOLINT(google-build-using-namespace): as programs do

namespace {

// What Go printed, line by line.
constexpr const char* kGo =
    R"go(0001-01-01 00:00:00 +0000 UTC -62135596800 -62135596800000 1 1 1 0 0 0 0 Monday 1 0001-01-01 00:00:00 0001-01-01 00:00:00
01/01 12:00:00AM '01 +0000
Mon Jan  1 00:00:00 0001
Mon Jan  1 00:00:00 UTC 0001
Mon Jan 01 00:00:00 +0000 0001
01 Jan 01 00:00 UTC
01 Jan 01 00:00 +0000
Monday, 01-Jan-01 00:00:00 UTC
Mon, 01 Jan 0001 00:00:00 UTC
Mon, 01 Jan 0001 00:00:00 +0000
0001-01-01T00:00:00Z
0001-01-01T00:00:00Z
12:00AM
Jan  1 00:00:00
Jan  1 00:00:00.000
Jan  1 00:00:00.000000
Jan  1 00:00:00.000000000
0001-01-01 00:00:00
0001-01-01
00:00:00
00:00:00.000
0,000 .00x  .0001
Janet Mondays _0001   1 001 am AM Z Z +00 +00:00:00 Z +000000 12 12 0 0 01 1 1 

no layout: 8
1970-01-01 00:00:00 +0000 UTC 0 0 1970 1 1 0 0 0 0 Thursday 1 1970-01-01 00:00:00 1970-01-01 00:00:00
01/01 12:00:00AM '70 +0000
Thu Jan  1 00:00:00 1970
Thu Jan  1 00:00:00 UTC 1970
Thu Jan 01 00:00:00 +0000 1970
01 Jan 70 00:00 UTC
01 Jan 70 00:00 +0000
Thursday, 01-Jan-70 00:00:00 UTC
Thu, 01 Jan 1970 00:00:00 UTC
Thu, 01 Jan 1970 00:00:00 +0000
1970-01-01T00:00:00Z
1970-01-01T00:00:00Z
12:00AM
Jan  1 00:00:00
Jan  1 00:00:00.000
Jan  1 00:00:00.000000
Jan  1 00:00:00.000000000
1970-01-01 00:00:00
1970-01-01
00:00:00
00:00:00.000
0,000 .00x  .0001
Janet Thursdays _1970   1 001 am AM Z Z +00 +00:00:00 Z +000000 12 12 0 0 70 1 1 

no layout: 8
2009-11-10 23:04:05.006007008 +0000 UTC 1257894245 1257894245006 2009 11 10 23 4 5 6007008 Tuesday 314 2009-11-10 23:00:00 2009-11-10 23:00:00
11/10 11:04:05PM '09 +0000
Tue Nov 10 23:04:05 2009
Tue Nov 10 23:04:05 UTC 2009
Tue Nov 10 23:04:05 +0000 2009
10 Nov 09 23:04 UTC
10 Nov 09 23:04 +0000
Tuesday, 10-Nov-09 23:04:05 UTC
Tue, 10 Nov 2009 23:04:05 UTC
Tue, 10 Nov 2009 23:04:05 +0000
2009-11-10T23:04:05Z
2009-11-10T23:04:05.006007008Z
11:04PM
Nov 10 23:04:05
Nov 10 23:04:05.006
Nov 10 23:04:05.006007
Nov 10 23:04:05.006007008
2009-11-10 23:04:05
2009-11-10
23:04:05
23:04:05.006
5,006 .00x  .0011
Janet Tuesdays _2009 314 314 pm PM Z Z +00 +00:00:00 Z +000000 11 11 4 5 09 11 10 .006007

no layout: 8
2024-02-29 12:00:00.12 +0000 UTC 1709208000 1709208000120 2024 2 29 12 0 0 120000000 Thursday 60 2024-02-29 12:00:00 2024-02-29 12:00:00
02/29 12:00:00PM '24 +0000
Thu Feb 29 12:00:00 2024
Thu Feb 29 12:00:00 UTC 2024
Thu Feb 29 12:00:00 +0000 2024
29 Feb 24 12:00 UTC
29 Feb 24 12:00 +0000
Thursday, 29-Feb-24 12:00:00 UTC
Thu, 29 Feb 2024 12:00:00 UTC
Thu, 29 Feb 2024 12:00:00 +0000
2024-02-29T12:00:00Z
2024-02-29T12:00:00.12Z
12:00PM
Feb 29 12:00:00
Feb 29 12:00:00.120
Feb 29 12:00:00.120000
Feb 29 12:00:00.120000000
2024-02-29 12:00:00
2024-02-29
12:00:00
12:00:00.120
0.1,120 .12x .12 .0002
Janet Thursdays _2024  60 060 pm PM Z Z +00 +00:00:00 Z +000000 12 12 0 0 24 2 29 .12

no layout: 8
1969-12-31 23:59:59.000000005 +0000 UTC -1 -1000 1969 12 31 23 59 59 5 Wednesday 365 1969-12-31 23:00:00 1970-01-01 00:00:00
12/31 11:59:59PM '69 +0000
Wed Dec 31 23:59:59 1969
Wed Dec 31 23:59:59 UTC 1969
Wed Dec 31 23:59:59 +0000 1969
31 Dec 69 23:59 UTC
31 Dec 69 23:59 +0000
Wednesday, 31-Dec-69 23:59:59 UTC
Wed, 31 Dec 1969 23:59:59 UTC
Wed, 31 Dec 1969 23:59:59 +0000
1969-12-31T23:59:59Z
1969-12-31T23:59:59.000000005Z
11:59PM
Dec 31 23:59:59
Dec 31 23:59:59.000
Dec 31 23:59:59.000000
Dec 31 23:59:59.000000005
1969-12-31 23:59:59
1969-12-31
23:59:59
23:59:59.000
59,000 .00x  .0012
Janet Wednesdays _1969 365 365 pm PM Z Z +00 +00:00:00 Z +000000 11 11 59 59 69 12 31 

no layout: 8
2000-03-07 02:02:02.000000001 +0000 UTC 952394522 952394522000 2000 3 7 2 2 2 1 Tuesday 67 2000-03-07 02:00:00 2000-03-07 02:00:00
03/07 02:02:02AM '00 +0000
Tue Mar  7 02:02:02 2000
Tue Mar  7 02:02:02 UTC 2000
Tue Mar 07 02:02:02 +0000 2000
07 Mar 00 02:02 UTC
07 Mar 00 02:02 +0000
Tuesday, 07-Mar-00 02:02:02 UTC
Tue, 07 Mar 2000 02:02:02 UTC
Tue, 07 Mar 2000 02:02:02 +0000
2000-03-07T02:02:02Z
2000-03-07T02:02:02.000000001Z
2:02AM
Mar  7 02:02:02
Mar  7 02:02:02.000
Mar  7 02:02:02.000000
Mar  7 02:02:02.000000001
2000-03-07 02:02:02
2000-03-07
02:02:02
02:02:02.000
2,000 .00x  .0003
Janet Tuesdays _2000  67 067 am AM Z Z +00 +00:00:00 Z +000000 2 02 2 2 00 3 7 

no layout: 8
January %!Month(13) Sunday %!Weekday(7) %!Month(0)
3 March Saturday
2562047h47m16.854775807s -2562047h47m16.854775808s true false true -1
)go";

String Program() {
  const time::Time times[] = {
      time::Time(),
      time::Unix(0, 0),
      time::Date(2009, time::November, 10, 23, 4, 5, 6007008),
      time::Date(2024, time::February, 29, 12, 0, 0, 120000000),
      time::Unix(-1, 5),
      time::Date(1999, time::Month(14), 35, 25, 61, 61, 1000000001),
  };
  const char* const layouts[] = {
      time::Layout,
      time::ANSIC,
      time::UnixDate,
      time::RubyDate,
      time::RFC822,
      time::RFC822Z,
      time::RFC850,
      time::RFC1123,
      time::RFC1123Z,
      time::RFC3339,
      time::RFC3339Nano,
      time::Kitchen,
      time::Stamp,
      time::StampMilli,
      time::StampMicro,
      time::StampNano,
      time::DateTime,
      time::DateOnly,
      time::TimeOnly,
      "15:04:05.000",
      "5.9,000 .00x .99 .0001",
      "Janet Mondays _2006 __2 002 pm PM Z0700 Z07 -07 -07:00:00 Z070000 -070000 3 03 4 5 06 1 2 "
      ".999999",
      "",
      "no layout: 8"};
  String out;
  for (const time::Time& t : times) {
    out += fmt::Sprintln(t, t.Unix(), t.UnixMilli(), t.Year(), int{t.Month()}, t.Day(), t.Hour(),
                         t.Minute(), t.Second(), t.Nanosecond(), t.Weekday(), t.YearDay(),
                         t.Truncate(time::Hour).Format(time::DateTime),
                         t.Round(time::Hour).Format(time::DateTime));
    for (const char* layout : layouts) out += fmt::Sprintln(t.Format(layout));
  }
  out +=
      fmt::Sprintln(time::January, time::Month(13), time::Sunday, time::Weekday(7), time::Month(0));
  out += fmt::Sprintf("%d %v %s\n", time::March, time::March, time::Saturday);
  const time::Time zero;
  out += fmt::Sprintln(times[1].Sub(zero), zero.Sub(times[1]), zero.Before(times[1]),
                       zero.After(times[1]), zero.Equal(zero), times[2].Compare(times[3]));
  return out;
}

/// The first line of `text`, which loses it.
String TakeLine(String* text) {
  int end = 0;
  while (end < text->Len() && (*text)[end] != '\n') ++end;
  const String line = text->Slice(0, end);
  *text = text->Slice(end < text->Len() ? end + 1 : end, text->Len());
  return line;
}

}  // namespace

GOLAB_TEST(TextsAreGos, t) {
  String got = Program();
  String want = kGo;
  for (int n = 1; !got.empty() || !want.empty(); ++n) {
    const String g = TakeLine(&got);
    const String w = TakeLine(&want);
    if (g != w) t.Errorf("line %d: got %q, want %q", n, g, w);
  }
}

GOLAB_TEST(MonotonicReading, t) {
  const time::Time then = time::Time::FromClocks(1'257'894'000'000'000'000, 1'500'000'001);
  if (then.String() != "2009-11-10 23:00:00 +0000 UTC m=+1.500000001") t.Error(then);
  if (then.UTC().String() != "2009-11-10 23:00:00 +0000 UTC") t.Error(then.UTC());
}

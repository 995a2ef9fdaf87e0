#!/usr/bin/env escript
%% What Erlang's processes cost, a line each: name, value. The same as measure.cc and measure.go do.
-mode(compile).

main(_) ->
    error_logger:tty(false),
    io:format("version ~s~n", [erlang:system_info(otp_release)]),
    memory(),
    spawn_them(),
    message(),
    switches(),
    restart(),
    preemption().

say(Name, Value) -> io:format("~s ~.1f~n", [Name, float(Value)]).

%% The fastest of five rounds: what disturbs only adds.
best(Operations, Round) ->
    lists:min([begin
                   Begin = erlang:monotonic_time(nanosecond),
                   Round(),
                   (erlang:monotonic_time(nanosecond) - Begin) / Operations
               end || _ <- lists:seq(1, 5)]).

times(0, _) -> ok;
times(N, F) -> F(), times(N - 1, F).

spawn_them() ->
    Many = 100000,
    Self = self(),
    say("spawn_ns", best(Many, fun() ->
        times(Many, fun() -> spawn(fun() -> Self ! done end), receive done -> ok end end) end)).

%% There and back is two messages.
echo() -> receive {From, Value} -> From ! Value, echo(); stop -> ok end.

message() ->
    Many = 200000,
    Echo = spawn(fun echo/0),
    Self = self(),
    say("message_ns", best(2 * Many, fun() ->
        times(Many, fun() -> Echo ! {Self, 1}, receive 1 -> ok end end) end)),
    Echo ! stop.

switches() ->
    Many = 200000,
    Self = self(),
    say("switch_ns", best(2 * Many, fun() ->
        [spawn(fun() -> times(Many, fun erlang:yield/0), Self ! done end) || _ <- [1, 2]],
        [receive done -> ok end || _ <- [1, 2]] end)).

memory() ->
    Many = 50000,
    Before = erlang:memory(processes),
    Pids = [spawn(fun() -> receive stop -> ok end end) || _ <- lists:seq(1, Many)],
    erlang:yield(),
    say("memory_bytes", (erlang:memory(processes) - Before) / Many),
    [Pid ! stop || Pid <- Pids].

spin() -> spin().

%% How late a sleeper of 1 ms runs while somebody computes on the only scheduler; the median.
preemption() ->
    Spinner = spawn(fun spin/0),
    Late = lists:sort([begin
                           Begin = erlang:monotonic_time(nanosecond),
                           receive after 1 -> ok end,
                           (erlang:monotonic_time(nanosecond) - Begin) / 1.0e6 - 1
                       end || _ <- lists:seq(1, 21)]),
    exit(Spinner, kill),
    say("preempt_ms", lists:nth(11, Late)).

%% A worker crashes; who looks after it sees that and starts the next one.
restart() ->
    Many = 2000,
    say("restart_ns", best(Many, fun() ->
        times(Many, fun() ->
            {_, Ref} = spawn_monitor(fun() -> exit(crash) end),
            receive {'DOWN', Ref, process, _, _} -> ok end end) end)).

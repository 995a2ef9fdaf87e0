// What Go's goroutines cost, a line each: name, value. The same as measure.cc and measure.erl do.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sort"
	"sync"
	"time"
)

func say(name string, value float64) { fmt.Printf("%s %.1f\n", name, value) }

// The fastest of five rounds: what disturbs only adds.
func best(operations int, round func()) float64 {
	least := 0.0
	for i := 0; i < 5; i++ {
		begin := time.Now()
		round()
		each := float64(time.Since(begin).Nanoseconds()) / float64(operations)
		if i == 0 || each < least {
			least = each
		}
	}
	return least
}

func spawn() {
	const many = 100_000
	say("spawn_ns", best(many, func() {
		var wg sync.WaitGroup
		for i := 0; i < many; i++ {
			wg.Add(1)
			go wg.Done()
			wg.Wait()
		}
	}))
}

// There and back is two messages.
func message() {
	const many = 200_000
	there, back := make(chan int), make(chan int)
	go func() {
		for value := range there {
			back <- value
		}
		close(back)
	}()
	say("message_ns", best(2*many, func() {
		for i := 0; i < many; i++ {
			there <- i
			<-back
		}
	}))
	close(there)
}

func switches() {
	const many = 200_000
	say("switch_ns", best(2*many, func() {
		var wg sync.WaitGroup
		for g := 0; g < 2; g++ {
			wg.Add(1)
			go func() {
				for i := 0; i < many; i++ {
					runtime.Gosched()
				}
				wg.Done()
			}()
		}
		wg.Wait()
	}))
}

func residentBytes() float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var pages, resident int
	fmt.Sscan(string(text), &pages, &resident)
	return float64(resident * os.Getpagesize())
}

func memory() {
	const many = 50_000
	before := residentBytes()
	gate := make(chan int)
	var wg sync.WaitGroup
	for i := 0; i < many; i++ {
		wg.Add(1)
		go func() {
			<-gate
			wg.Done()
		}()
	}
	for i := 0; i < 3; i++ {
		runtime.Gosched() // all of them wait
	}
	say("memory_bytes", (residentBytes()-before)/many)
	close(gate)
	wg.Wait()
}

var turns int

// How late a sleeper of 1 ms runs while somebody computes on the only processor; the median.
func preemption() {
	go func() {
		for {
			turns++
		}
	}()
	var late []float64
	for i := 0; i < 21; i++ {
		begin := time.Now()
		time.Sleep(time.Millisecond)
		late = append(late, float64(time.Since(begin).Nanoseconds())/1e6-1)
	}
	sort.Float64s(late)
	say("preempt_ms", late[len(late)/2])
}

// A worker crashes; who looks after it sees that and starts the next one.
func restart() {
	const many = 2_000
	say("restart_ns", best(many, func() {
		ended := make(chan int)
		for i := 0; i < many; i++ {
			go func() {
				defer func() {
					if recover() != nil {
						ended <- 1
					}
				}()
				panic("crash")
			}()
			<-ended
		}
	}))
}

func main() {
	memory()
	spawn()
	message()
	switches()
	restart()
	preemption()
}

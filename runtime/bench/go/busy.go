// Goroutines that need a processor, and those that are ready behind them.

package main

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

const ms = 1e6

// seen: somebody looks at what spin returns.
var seen atomic.Uint64

// spin needs a processor and nothing else.
//
//go:noinline
func spin(steps int) uint64 {
	x := uint64(88172645463325252)
	for i := 0; i < steps; i++ {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

// stepNs is the time of one step of spin on a processor of its own.
func stepNs() float64 {
	const steps = 200000
	best := math.Inf(1)
	for i := 0; i < rounds; i++ {
		start := nowNs()
		seen.Store(spin(steps))
		best = min(best, nowNs()-start)
	}
	return best / steps
}

// cpu64: 64 goroutines of 0.8 ms of work each. The value is the time they took together over the perfect
// one: the processor time that the same work needs when nobody shares it, split among all Ps.
func cpu64() {
	const goroutines = 64
	steps := int(0.8 * ms / stepNs())
	need, took := math.Inf(1), math.Inf(1)
	for i := 0; i < 2*rounds; i++ { // moments in which all processors are free are rare
		cpu := cpuNs()
		for j := 0; j < goroutines; j++ {
			seen.Store(spin(steps))
		}
		need = min(need, cpuNs()-cpu)

		var wg sync.WaitGroup
		wg.Add(goroutines)
		start := nowNs()
		for j := 0; j < goroutines; j++ {
			go func() {
				seen.Store(spin(steps))
				wg.Done()
			}()
		}
		wg.Wait()
		took = min(took, nowNs()-start)
	}
	report("cpu_64", "x", took/(need/float64(procs)))
}

// besideBusy runs body beside two busy goroutines for each P. They compute in stretches of 50 ms and yield
// between two of them, so that where nobody preempts, a wait still ends. Every few microseconds each of
// them sends the time on knock, if somebody waits there.
func besideBusy(knock chan int, body func()) {
	busy := 2 * procs
	const piece = 10000
	pieces := int(50*ms/stepNs()) / piece
	var stop atomic.Bool
	var wg sync.WaitGroup
	wg.Add(busy)
	for i := 0; i < busy; i++ {
		go func() {
			for !stop.Load() {
				for j := 0; j < pieces && !stop.Load(); j++ {
					seen.Store(spin(piece))
					select {
					case knock <- int(nowNs()):
					default:
					}
				}
				runtime.Gosched()
			}
			wg.Done()
		}()
	}
	body()
	stop.Store(true)
	wg.Wait()
}

// waitBusy: how long a goroutine waits that a busy one has made ready.
func waitBusy(name string) {
	var waits []float64
	knock := make(chan int)
	besideBusy(knock, func() {
		for end, now := nowNs()+2000*ms, 0.0; now < end; {
			ready := <-knock
			now = nowNs()
			waits = append(waits, now-float64(ready))
		}
	})
	reportWaits(name, waits)
}

// timerBusy: a thousand sleepers, due one a millisecond, and how late each runs again.
func timerBusy() {
	const timers = 1000
	late := make([]float64, timers)
	besideBusy(make(chan int), func() {
		var wg sync.WaitGroup
		wg.Add(timers)
		start := nowNs()
		for i := 0; i < timers; i++ {
			go func() {
				due := start + float64(100+i)*ms
				time.Sleep(time.Duration(due - nowNs()))
				late[i] = nowNs() - due
				wg.Done()
			}()
		}
		wg.Wait()
	})
	reportWaits("timer_busy", late)
}

func runBusy(row string) bool {
	switch row {
	case "cpu_64":
		cpu64()
	case "wait_busy", "wait_plain": // Go compiles only one way
		waitBusy(row)
	case "timer_busy":
		timerBusy()
	default:
		return false
	}
	return true
}

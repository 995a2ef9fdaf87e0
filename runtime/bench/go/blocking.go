// A goroutine that blocks in the kernel, and who runs meanwhile.

package main

import (
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
)

func expect(good bool, what string, err error) {
	if !good {
		panic(what + ": " + err.Error())
	}
}

// handoff: one goroutine reads from an empty pipe, by a plain system call, which the poller knows nothing
// of. How long until the other, which is ready, has its P (handoff), and how long after the write until the
// reader runs again (comeback).
func handoff() {
	const times = 200
	var pipeEnds [2]int
	err := syscall.Pipe(pipeEnds[:])
	expect(err == nil, "pipe", err)
	handoff, comeback := make([]float64, times), make([]float64, times)
	enter, done := make(chan int), make(chan int)
	var entered, returned atomic.Int64
	go func() {
		var b [1]byte
		for i := 0; i < times; i++ {
			<-enter
			entered.Store(int64(nowNs()))
			n, err := syscall.Read(pipeEnds[0], b[:])
			expect(n == 1, "read", err)
			returned.Store(int64(nowNs()))
			done <- 1
		}
	}()
	for i := 0; i < times; i++ {
		entered.Store(0)
		enter <- 1
		for entered.Load() == 0 {
			runtime.Gosched()
		}
		handoff[i] = nowNs() - float64(entered.Load())
		time.Sleep(time.Millisecond) // let the reader sleep in the kernel
		wrote := nowNs()
		n, err := syscall.Write(pipeEnds[1], []byte("x"))
		expect(n == 1, "write", err)
		<-done
		comeback[i] = float64(returned.Load()) - wrote
	}
	syscall.Close(pipeEnds[0])
	syscall.Close(pipeEnds[1])
	reportWaits("handoff", handoff)
	reportWaits("comeback", comeback)
}

func runBlocking(row string) bool {
	if row != "handoff" {
		return false
	}
	handoff()
	return true
}

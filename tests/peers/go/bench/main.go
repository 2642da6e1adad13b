// The Go peer of the bench: runs operations of other people's libraries and says how long they took.
//
// On start it prints a line with versions. Then for each line "NAME TIMES" on stdin it runs the operation that often, on
// one processor, and prints nanoseconds in all, or a line that is no number and says what is wrong. An operation is a
// function that prepares its inputs and returns the part to measure; add one with register in a file's init.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sort"
	"strings"
	"time"
)

// run does the operation n times and returns the time that counts.
type run func(n int) time.Duration

var operations = map[string]func() run{}

func register(name string, prepare func() run) { operations[name] = prepare }

// timed measures a function that may be called again and again on the same inputs.
func timed(f func()) run {
	return func(n int) time.Duration {
		start := time.Now()
		for i := 0; i < n; i++ {
			f()
		}
		return time.Since(start)
	}
}

// timedFresh measures f alone, on inputs made anew by fresh each time: for functions that overwrite what they are given.
func timedFresh[T any](fresh func() T, f func(T)) run {
	return func(n int) time.Duration {
		var total time.Duration
		for i := 0; i < n; i++ {
			in := fresh()
			start := time.Now()
			f(in)
			total += time.Since(start)
		}
		return total
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func versions() string {
	var out []string
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			for _, shown := range []string{"DistributedIBE", "drand/kyber", "filippo.io/age", "cometbft/cometbft", "cosmos/ics23"} {
				if strings.Contains(m.Path, shown) {
					out = append(out, m.Path+" "+m.Version)
				}
			}
		}
	}
	sort.Strings(out)
	return runtime.Version() + ", " + strings.Join(out, ", ")
}

func main() {
	runtime.GOMAXPROCS(1)
	fmt.Println(versions())
	ready := map[string]run{}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var name string
		var times int
		if _, err := fmt.Sscanf(in.Text(), "%s %d", &name, &times); err != nil || times < 1 {
			fmt.Println("not a request:", in.Text())
			continue
		}
		if ready[name] == nil {
			prepare := operations[name]
			if prepare == nil {
				fmt.Println("no such operation")
				continue
			}
			ready[name] = prepare()
		}
		fmt.Println(ready[name](times).Nanoseconds())
	}
}

package main

import (
	"bytes"
	"fmt"
	"io"

	"filippo.io/age"
)

// into writes to memory that is there already.
type into struct {
	buf []byte
	n   int
}

func (w *into) Write(p []byte) (int, error) {
	if len(p) > len(w.buf)-w.n {
		return 0, io.ErrShortBuffer
	}
	w.n += copy(w.buf[w.n:], p)
	return len(p), nil
}

func ageSeal(out *into, plain []byte, to age.Recipient) {
	out.n = 0
	w := must(age.Encrypt(out, to))
	must(w.Write(plain))
	if err := w.Close(); err != nil {
		panic(err)
	}
}

func ageOpen(plain []byte, file *into, key age.Identity) {
	r := must(age.Decrypt(bytes.NewReader(file.buf[:file.n]), key))
	must(io.ReadFull(r, plain))
	if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		panic("no end")
	}
}

func init() {
	for _, size := range []int{1 << 20, 1 << 30} {
		parts := func(f func(key *age.X25519Identity, plain []byte, file *into)) func() run {
			return func() run {
				key := must(age.GenerateX25519Identity())
				plain, file := make([]byte, size), &into{buf: make([]byte, size+size/1024+4096)}
				ageSeal(file, plain, key.Recipient())
				return timed(func() { f(key, plain, file) })
			}
		}
		register(fmt.Sprintf("age.seal.%d", size), parts(func(key *age.X25519Identity, plain []byte, file *into) {
			ageSeal(file, plain, key.Recipient())
		}))
		register(fmt.Sprintf("age.open.%d", size), parts(func(key *age.X25519Identity, plain []byte, file *into) {
			ageOpen(plain, file, key)
		}))
		register(fmt.Sprintf("age.both.%d", size), parts(func(key *age.X25519Identity, plain []byte, file *into) {
			ageSeal(file, plain, key.Recipient())
			ageOpen(plain, file, key)
		}))
	}
}

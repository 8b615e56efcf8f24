package gofile

import (
	"debug/elf"
	"slices"

	"ocx.dev/runtime/internal/bin"
	"ocx.dev/runtime/internal/elffile"
)

func initArrayCandidates(f *elffile.File, words *elffile.Words) []uint64 {
	array, ok := f.Dynamic().Get(elf.DT_INIT_ARRAY)
	if !ok {
		return nil
	}
	size := uint64(f.WordSize)
	bytes, _ := f.Dynamic().Get(elf.DT_INIT_ARRAYSZ)
	var candidates []uint64
	bin.Try(func() {
		for i, value := range words.Read(array, min(maxWords, bytes/size), "DT_INIT_ARRAY") {
			code := words.Pointer(array+uint64(i)*size, value)
			bin.Try(func() {
				if passed, ok := addressPassedBy(f, code); ok {
					candidates = append(candidates, passed)
				}
			})
		}
	})
	// Go's is the last, but for linkers that order otherwise.
	slices.Reverse(candidates)
	return candidates
}

// addressPassedBy gives the address that the function's first instructions put into the first
// argument's register, for the machines whose linker was looked at.
func addressPassedBy(f *elffile.File, code uint64) (uint64, bool) {
	const field = "init function"
	add := func(address uint64, offset int64) (uint64, bool) { return address + uint64(offset), true }
	switch f.Header.Machine {
	case elf.EM_X86_64: // lea rdi, [rip + disp32], after an endbr64 where one is asked for
		b := f.At(code, 11, field)
		start := 0
		if b.U32(0, field) == 0xfa1e0ff3 {
			start = 4
		}
		if b.U8(start, field) == 0x48 && b.U8(start+1, field) == 0x8d && b.U8(start+2, field) == 0x3d {
			return add(code+uint64(start)+7, int64(b.I32(start+3, field)))
		}
	case elf.EM_AARCH64: // adrp x0, page; add x0, x0, #low; or what a linker relaxes it to
		b := f.At(code, 8, field)
		first, second := b.U32(0, field), b.U32(4, field)
		if first&0x9f00001f == 0x90000000 && second&0xffc003ff == 0x91000000 {
			return add(code&^4095+uint64(second>>10&0xfff), adrOffset(first)*4096)
		}
		if first&0x9f00001f == 0x10000000 {
			return add(code, adrOffset(first))
		}
		if second&0x9f00001f == 0x10000000 {
			return add(code+4, adrOffset(second))
		}
	case elf.EM_ARM: // ldr r0, [pc, #4]; add r0, pc, r0
		b := f.At(code, 16, field)
		if b.U32(0, field) == 0xe59f0004 && b.U32(4, field) == 0xe08f0000 {
			return add(code+12, int64(b.I32(12, field)))
		}
	case elf.EM_S390: // larl %r2, label, in halfwords
		b := f.At(code, 6, field)
		if b.U16(0, field) == 0xc020 {
			return add(code, 2*int64(b.I32(2, field)))
		}
	case elf.EM_RISCV: // auipc a0, high; addi a0, a0, low
		b := f.At(code, 8, field)
		high, low := b.I32(0, field), b.I32(4, field)
		if high&0xfff == 0x517 && low&0xfffff == 0x50513 {
			return add(code, int64(high&^0xfff)+int64(low>>20))
		}
	}
	return 0, false
}

func adrOffset(instruction uint32) int64 {
	value := int32(instruction>>5&0x7ffff<<2 | instruction>>29&3)
	return int64(value << 11 >> 11)
}

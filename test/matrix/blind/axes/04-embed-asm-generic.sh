# Packages with embedded files, assembly, and generic instances that host and plugin both make.
dep() { module $1 example.com/dep; printf 'package dep\n\nimport _ "embed"\n\n//go:embed data.txt\nvar Data string\n\nfunc add(a, b int) int\n\nfunc Add(a, b int) int { return add(a, b) }\n\ntype Pair[A, B any] struct{ X A; Y B }\n\nfunc (p Pair[A, B]) Swap() Pair[B, A] { return Pair[B, A]{p.Y, p.X} }\n' > $1/dep.go
  printf '%s' "$2" > $1/data.txt; printf '#include "textflag.h"\n\nTEXT ·add(SB), NOSPLIT, $0-24\n\tMOVQ a+0(FP), AX\n\tADDQ b+8(FP), AX\n%b\tMOVQ AX, ret+16(FP)\n\tRET\n' "$3" > $1/add_amd64.s; }
dep one hello ''
dep other-data hello-world ''
dep other-asm hello '\tNOP\n\tADDQ $1, AX\n'
use() { # NAME DEP BODY
  module $1 example.com/$1
  printf 'require example.com/dep v1.0.0\nreplace example.com/dep => ../%s\n' $2 >> $1/go.mod
  printf 'package main\n\nimport "example.com/dep"\n\n%b\n' "$3" > $1/main.go
}
use h one 'var _ = dep.Pair[string, int]{}.Swap()\nvar _ = dep.Add\nvar _ = dep.Data'
host h h -trimpath
use p-same one 'func F() any { return dep.Pair[int, string]{}.Swap() }'
use p-data other-data 'func F() any { return dep.Data }'
use p-asm other-asm 'func F() int { return dep.Add(1, 2) }'
use p-instances one 'type Own struct{ a, b [9]int }\nfunc F() any { return dep.Pair[Own, map[Own]func(Own) dep.Pair[Own, *Own]]{}.Swap() }'
use p-embeds one 'type Own struct{ dep.Pair[error, *int] }\nvar V Own\nfunc F() any { return V }'
for p in p-same p-data p-asm p-instances p-embeds; do plugin $p $p -trimpath; done
pair h p-same.so p-data.so p-asm.so p-instances.so p-embeds.so
sequence h p-data.so p-asm.so p-same.so p-instances.so
sequence plain-trim p-asm.so p-data.so p-same.so p-embeds.so

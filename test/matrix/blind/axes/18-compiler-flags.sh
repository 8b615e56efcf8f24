# Flags that change the standard library, in the plugin alone and in both.
module p example.com/compiled
printf 'package main\n\nimport "fmt"\n\nfunc F() { fmt.Println(1) }\n' > p/main.go
module h example.com/hcompiled
printf 'package main\n\nimport _ "fmt"\n' > h/with.go
kind() { # NAME FLAGS...
  local name=$1; shift
  plugin c-$name p "$@" && host h-$name h "$@"
  pair plain c-$name.so; pair h-$name c-$name.so first.so
}
kind race -race
kind cover -cover -coverpkg=./...
kind cover-atomic -cover -covermode=atomic
kind optim -gcflags=all=-N
kind checkptr -gcflags=-d=checkptr
GOAMD64=v3 kind v3
GOEXPERIMENT=jsonv2 kind jsonv2
GOEXPERIMENT=nogreenteagc kind nogreentea
GOEXPERIMENT=nodwarf5 kind nodwarf5
GODEBUG=http2debug=1 kind godebug-env
CGO_CFLAGS='-O1 -fno-plt' kind cflags
CC=clang kind clang
kind tags-net -tags=netgo
CC=clang kind msan -msan
kind asan -asan
sequence h-race first.so c-race.so
sequence plain c-race.so first.so
sequence plain c-cover.so c-checkptr.so first.so

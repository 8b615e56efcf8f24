# Thread-local storage with the initial-exec model takes from a small reserve of the process: libraries of the kind of jemalloc do it.
module p example.com/tls
tls() { # NAME BYTES MODEL
  module p-$1 example.com/tls-$1
  printf 'package main\n\n// static __thread char buf_%s[%s] __attribute__((tls_model("%s")));\n// static int call(int i) { buf_%s[i]++; return buf_%s[0]; }\nimport "C"\n\nfunc F() int { return int(C.call(3)) }\n' "${1//-/_}" $2 $3 "${1//-/_}" "${1//-/_}" > p-$1/main.go
  plugin $1 p-$1
}
tls small 16 initial-exec; tls medium 512 initial-exec; tls third 600 initial-exec; tls near 1400 initial-exec; tls big 4000 initial-exec; tls huge 200000 initial-exec
tls dynamic-big 200000 global-dynamic; tls aligned 64 local-dynamic
pair plain small.so medium.so near.so big.so huge.so dynamic-big.so aligned.so third.so
pair usual near.so huge.so
sequence plain small.so medium.so third.so near.so dynamic-big.so
sequence plain medium.so third.so near.so
sequence plain huge.so near.so
sequence plain near.so near.so medium.so third.so
# Forty small plugins: each Go plugin takes a word of its own.
many=()
module m example.com/many
printf 'package main\n\nfunc Entry() {}\n' > m/main.go
for n in $(seq 40); do plugin many-$n m -ldflags=-pluginpath=many/$n; many+=(many-$n.so); done
sequence plain "${many[@]}"
sequence usual "${many[@]:0:20}" huge.so

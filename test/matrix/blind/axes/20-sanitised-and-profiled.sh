# Profiles of a run (PGO) and coverage of packages that host and plugin share.
module dep example.com/dep; printf 'package dep\n\nfunc Hot(n int) (s int) {\n\tfor i := 0; i < n; i++ {\n\t\ts += step(i)\n\t}\n\treturn\n}\n\nfunc step(i int) int { return i*i ^ 3 }\n' > dep/dep.go
app() { module $1 example.com/$1; printf 'require example.com/dep v1.0.0\nreplace example.com/dep => ../dep\n' >> $1/go.mod; }
app prof; printf 'package main\n\nimport ("example.com/dep"; "os"; "runtime/pprof")\n\nfunc main() { f, _ := os.Create(os.Args[1]); pprof.StartCPUProfile(f); dep.Hot(300000000); pprof.StopCPUProfile() }\n' > prof/main.go
(cd prof && go run . "$PWD/../cpu.pprof") > out/prof.log 2>&1
app h; printf 'package main\n\nimport _ "example.com/dep"\n' > h/with.go
app p; printf 'package main\n\nimport "example.com/dep"\n\nfunc F() int { return dep.Hot(3) }\n' > p/main.go
host pg-host h -trimpath; host pg-host-pgo h -trimpath -pgo="$PWD/cpu.pprof"; host pg-host-cover h -trimpath -cover -coverpkg=example.com/dep
plugin pg-none p -trimpath; plugin pg-pgo p -trimpath -pgo="$PWD/cpu.pprof"; plugin pg-cover p -trimpath -cover -coverpkg=example.com/dep; plugin pg-off p -trimpath -pgo=off
cp cpu.pprof p/default.pgo; plugin pg-default p -trimpath; rm p/default.pgo
for one in pg-host pg-host-pgo pg-host-cover; do pair $one pg-none.so pg-pgo.so pg-cover.so pg-off.so pg-default.so; done
sequence pg-host pg-pgo.so pg-none.so pg-cover.so
sequence plain-trim pg-pgo.so pg-none.so pg-default.so

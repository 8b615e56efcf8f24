# Without the go command's build: compile and link called one by one, as Bazel and Makefiles do. There is no build info in such files.
module p example.com/hand
printf 'package main\n\nimport "fmt"\n\nvar V = "x"\n\nfunc Entry() { fmt.Println(V) }\n' > p/main.go
(cd p && go list -export -deps -buildmode=plugin -f '{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}' . runtime/cgo > ../deps 2>../out/list.log)
grep -v 'packagefile example.com' deps > importcfg
tool() { go tool "$@" >> out/hand.log 2>&1; }
tool compile -p example.com/hand -dynlink -importcfg importcfg -pack -o hand.a p/main.go
byhand() { local name=$1; shift; tool link -importcfg importcfg -buildmode=plugin "$@" -o out/$name.so hand.a || note_missing $name.so out/hand.log; pair plain $name.so; pair usual $name.so; }
byhand hand-plain -pluginpath=example.com/hand
byhand hand-other-path -pluginpath=bazel/out/k8/bin/plugin
byhand hand-no-path
byhand hand-stripped -pluginpath=example.com/hand -s -w
byhand hand-buildid -pluginpath=example.com/hand -buildid=a/b/c/d
tool compile -p main -dynlink -importcfg importcfg -pack -o hand.a p/main.go
byhand hand-main -pluginpath=example.com/hand
byhand hand-main-no-path
tool compile -p example.com/hand -shared -importcfg importcfg -pack -o hand.a p/main.go
byhand hand-not-dynlink -pluginpath=example.com/hand
plugin hand-go p
sequence plain hand-plain.so hand-stripped.so
sequence plain hand-other-path.so hand-plain.so hand-go.so
sequence plain hand-go.so hand-other-path.so hand-main.so

# The same dependency arrived at in different ways: folder, vendor, workspace, overlay, copy of the cache, another `go` line, GODEBUG.
dep() { module $1 example.com/dep ${2:-1.22}; printf 'package dep\n\nimport "strings"\n\ntype T struct{ A int }\n\nfunc (t T) Up(s string) string { return strings.ToUpper(s) }\n\nfunc Loop() (fs []func() int) {\n\tfor i := 0; i < 3; i++ {\n\t\tfs = append(fs, func() int { return i })\n\t}\n\treturn\n}\n' > $1/dep.go; }
dep dep
app() { module $1 example.com/$1 ${2:-1.22}; printf 'require example.com/dep v1.0.0\nreplace example.com/dep => %s\n' "${3:-../dep}" >> $1/go.mod; }
app h; printf 'package main\n\nimport (_ "example.com/dep"; _ "net/http")\n' > h/with.go
host way-host h; host way-host-trim h -trimpath
src='package main\n\nimport "example.com/dep"\n\nfunc F() int { return len(dep.Loop()) }\n'
p() { app p-$1 ${2:-1.22} ${3:-../dep}; printf "$src" > p-$1/main.go; }
both() { local name=$1; shift; plugin $name p-$name "$@"; plugin $name-trim p-$name -trimpath "$@"; pair way-host $name.so $name-trim.so; pair way-host-trim $name.so $name-trim.so; }
p replaced; both replaced
p absolute 1.22 "$PWD/dep"; both absolute
cp -r dep dep-copy; p copied 1.22 ../dep-copy; both copied
p vendored; (cd p-vendored && go mod vendor) 2>/dev/null; both vendored
p mod-mod; both mod-mod -mod=mod
app h2; cp h/with.go h2/; (cd h2 && go mod vendor) 2>/dev/null; host vendored-host h2; pair vendored-host vendored.so vendored-trim.so replaced.so
# a workspace with host, plugin and package
mkdir ws; cp -r dep h p-replaced ws/; sed -i '/^replace/d;/^require/d' ws/h/go.mod ws/p-replaced/go.mod; rm -f ws/h/blind*; printf 'go 1.25\n\nuse (\n\t./dep\n\t./h\n\t./p-replaced\n)\n' > ws/go.work
(cd ws && : ); plugin workspace ws/p-replaced; plugin workspace-trim ws/p-replaced -trimpath; host workspace-host ws/h
pair way-host workspace.so workspace-trim.so; pair way-host-trim workspace-trim.so; pair workspace-host workspace.so replaced.so
# go lines: of the plugin alone, and of the package
dep dep-121 1.21; p go121 1.21 ../dep-121; both go121
p go126 1.26; both go126
p dep121 1.22 ../dep-121; both dep121
dep dep-126 1.26; p dep126 1.26 ../dep-126; both dep126
p godebug 1.23; printf 'godebug default=go1.21\ngodebug http2client=0\n' >> p-godebug/go.mod; both godebug
p godebug-line 1.23; sed -i '1i //go:debug panicnil=1\n' p-godebug-line/main.go; both godebug-line
p toolchain 1.22; printf 'toolchain go1.22.12\n' >> p-toolchain/go.mod; both toolchain
# overlays
p overlay; printf 'package dep\n\nfunc Loop() []func() int { return nil }\n' > over.go; printf '{"Replace":{"%s":"%s"}}' "$PWD/dep/dep.go" "$PWD/over.go" > over.json; both overlay -overlay="$PWD/over.json"
p overlay-same; cp dep/dep.go same.go; printf '{"Replace":{"%s":"%s"}}' "$PWD/dep/dep.go" "$PWD/same.go" > same.json; both overlay-same -overlay="$PWD/same.json"
# build settings that change nothing of the packages
p vcs; git -C p-vcs init -q 2>/dev/null; git -C p-vcs add -A; git -C p-vcs -c user.name=x -c user.email=x@x commit -qm x; GOFLAGS=-buildvcs=true both vcs
p tags; both tags -tags=foo,bar
p rename; (cd p-rename && sed -i 's#example.com/p-rename#example.com/totally/other#' go.mod); both rename
p a; both a -p 2 -x
p installsuffix; both installsuffix -installsuffix=foo
p gcflags-main; both gcflags-main -gcflags='-N -l'
p asmflags; both asmflags -asmflags='-D X'
p gcflags-dep; both gcflags-dep -gcflags='example.com/dep=-l'
sequence plain replaced.so replaced-trim.so
sequence plain-trim vendored-trim.so replaced-trim.so dep121-trim.so workspace-trim.so
sequence way-host godebug.so overlay.so copied.so rename.so
sequence usual dep126.so replaced.so vendored.so absolute.so

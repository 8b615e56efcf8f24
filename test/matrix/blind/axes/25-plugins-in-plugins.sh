# Plugins that open plugins (the package `plugin` in both), linkname, goroutines and finalisers at start: all end well.
P=$PWD
p() { module $1 example.com/in-$1; printf 'package main\n\n%b\n' "$2" > $1/main.go; plugin in-$1 $1; }
p leaf 'func F() {}'
p opens "import \"plugin\"\n\nvar E error\n\nfunc init() { _, E = plugin.Open(\"$P/out/in-leaf.so\") }"
p opens-twice "import \"plugin\"\n\nfunc init() { for i := 0; i < 2; i++ { _, err := plugin.Open(\"$P/out/in-opens.so\"); _ = err } }"
p opens-itself-later "import \"plugin\"\n\nfunc Again() { plugin.Open(\"$P/out/in-opens-itself-later.so\") }"
p imports-plugin 'import _ "plugin"'
p linkname 'import _ "unsafe"\n\n//go:linkname nanotime runtime.nanotime\nfunc nanotime() int64\n\nvar T = nanotime()'
p goroutines 'import "time"\n\nfunc init() { for i := 0; i < 50; i++ { go func() { for { time.Sleep(time.Hour) } }() } }'
p finalisers 'import "runtime"\n\nvar X = make([]byte, 1<<20)\n\nfunc init() { runtime.SetFinalizer(&X[0], func(*byte) {}); runtime.GC() }'
p recovers 'func init() { defer func() { recover() }(); panic("x") }'
p cgo-callback '/*\nextern void goCall(void);\nstatic void call(void) { goCall(); }\n*/\nimport "C"\n\nfunc init() { C.call() }'
printf 'package main\n\nimport "C"\n\n//export goCall\nfunc goCall() {}\n' > cgo-callback/export.go; sed -i 's/static void call(void) { goCall(); }/static void call(void) { goCall(); }/' cgo-callback/main.go; plugin in-cgo-callback cgo-callback
p deep-stack 'func deep(n int) [100]int { if n == 0 { return [100]int{} }; a := deep(n - 1); a[n%100]++; return a }\n\nvar D = deep(10000)'
p maps-and-types 'import "reflect"\n\nvar T = reflect.MapOf(reflect.TypeOf(""), reflect.SliceOf(reflect.TypeOf(struct{ A int }{})))\nvar M = reflect.MakeMap(T).Interface()'
p iterators 'import ("iter"; "maps"; "slices")\n\nvar S = slices.Sorted(maps.Keys(map[string]int{"a": 1}))\n\nfunc Seq() iter.Seq[int] { return slices.Values([]int{1}) }'
pair plain in-leaf.so in-opens.so in-opens-twice.so in-opens-itself-later.so in-imports-plugin.so in-linkname.so in-goroutines.so in-finalisers.so in-recovers.so in-cgo-callback.so in-deep-stack.so in-maps-and-types.so in-iterators.so
sequence plain in-opens.so in-leaf.so
sequence plain in-leaf.so in-opens.so in-leaf.so
sequence plain in-opens-twice.so in-opens.so
sequence usual in-goroutines.so in-finalisers.so in-deep-stack.so in-maps-and-types.so in-iterators.so in-recovers.so

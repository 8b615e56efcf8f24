# A plugin that failed its hash check stays mapped, and its copies of packages come before those of later plugins.
module dep1 example.com/dep; printf 'package dep\n\nimport "strings"\n\nvar Table = map[string]int{}\n\nfunc init() { Table["one"] = 1 }\n\ntype I interface{ M() string }\n\ntype T struct{ A, B string }\n\nfunc (t T) M() string { return strings.Repeat(t.A, 3) }\n\n//go:noinline\nfunc Run(n int) I { if n > 0 { return Run(n - 1) }; return T{} }\n' > dep1/x.go
cp -r dep1 dep2; sed -i 's/A, B string/B, A string/;s/"one"\] = 1/"two"] = 2/' dep2/x.go
module other1 example.com/other; printf 'package other\n\nfunc O() int { return 1 }\n' > other1/x.go; cp -r other1 other2; sed -i 's/return 1/return 2/' other2/x.go
p() { # NAME DEP OTHER
  module $1 example.com/st-$1; printf 'package main\n\n' > $1/main.go
  [[ $2 == 0 ]] || { printf 'require example.com/dep v1.0.0\nreplace example.com/dep => ../dep%s\n' $2 >> $1/go.mod; printf 'import "example.com/dep"\n' >> $1/main.go; }
  [[ $3 == 0 ]] || { printf 'require example.com/other v1.0.0\nreplace example.com/other => ../other%s\n' $3 >> $1/go.mod; printf 'import "example.com/other"\n' >> $1/main.go; }
  [[ $2 == 0 ]] || printf 'var D = dep.Run(3000).M()\n' >> $1/main.go; [[ $3 == 0 ]] || printf 'var O = other.O()\n' >> $1/main.go
  plugin st-$1 $1 -trimpath
}
p d1 1 0; p d2 2 0; p o1 0 1; p o2 0 2; p d1o1 1 1; p d1o2 1 2; p d2o1 2 1; p d2o2 2 2
sequence plain-trim st-o1.so st-d2o2.so st-d2.so
sequence plain-trim st-o1.so st-d2o2.so st-d1.so st-d2.so
sequence plain-trim st-d1.so st-d2o2.so st-o2.so
sequence plain-trim st-d1.so st-d2o2.so st-o1.so st-o2.so st-d1o2.so
sequence plain-trim st-d1o1.so st-d2o2.so st-d1.so st-o1.so
sequence plain-trim st-d2.so st-d1o1.so st-d1o1.so st-o1.so
sequence plain-trim st-d1o2.so st-d2o1.so st-d2.so st-o1.so st-d1.so
sequence usual-trim st-o1.so st-d2o2.so st-d2.so first.so

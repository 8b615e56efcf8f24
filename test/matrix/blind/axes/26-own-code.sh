# Well-formed plugins whose own code ends the process or never returns. No reading can tell; they are here so that the page says what
# `loads` does not promise.
p() { module $1 example.com/own-$1; printf 'package main\n\n%b\n' "$2" > $1/main.go; plugin own-$1 $1; pair plain own-$1.so; }
p panics 'func init() { panic("x") }'
p exits 'import "os"\n\nfunc init() { os.Exit(0) }'
p fatal 'import "log"\n\nfunc init() { log.Fatal("x") }'
p blocks 'func init() { select {} }'
p nil 'type T struct{ a int }\n\nvar p *T\n\nvar V = p.a'
p protobuf-like 'import "flag"\n\nfunc init() { flag.Bool("x", false, ""); flag.Bool("x", false, "") }'
p aborts '// #include <stdlib.h>\n// static void __attribute__((constructor)) no(void) { abort(); }\nimport "C"'

# Module paths that need care: dots in the last element, upper case, versions, a path that the host has as a package, one letter.
make() { # NAME MODULE [SUBDIR]
  module $1 "$2"
  printf 'package main\n\nvar Name = "x"\n\nfunc Handle() string { return Name }\n' | put "$1/${3:-.}/main.go"
  PKG=./${3:-.} plugin $1 $1
}
make gopkg gopkg.in/handler.v2
make dots-inside example.com/a.b.c/handler
make dots-last example.com/plugins/handler.so
make upper github.com/MyOrg/MyPlugin
make version example.com/handler/v3
make command example.com/tool ./cmd/my-plugin
make dotted-command example.com/tool2 ./cmd/my.plugin
make hyphens example.com/-x-/my--plugin_1
make tilde 'example.com/~user/p'
make plus 'example.com/c++/p+q'
make one x
make underscore example.com/p/_hidden
make internal example.com/internal/internal
make digits example.com/2/3
make main main
make like-host example.com/plain
make like-std text/templates
make long "example.com/$(printf 'segment/%.0s' {1..28})end"
pair plain gopkg.so dots-inside.so dots-last.so upper.so version.so command.so dotted-command.so hyphens.so tilde.so plus.so one.so underscore.so internal.so digits.so main.so like-host.so like-std.so long.so

# And given by hand, as other build tools do.
module by-hand example.com/hand
printf 'package main\n\nvar Name = "x"\n\nfunc Handle() string { return Name }\n' > by-hand/main.go
for path in 'with space' 'pct%41' 'quote"q' 'uni·ço' 'main' 'runtime' 'a.b' 'a/b.c' 'tail/' 'command-line-arguments' 'fmt'; do
  n=$((${n:-0} + 1)); plugin hand-$n by-hand -ldflags="-linkmode=external '-pluginpath=$path'"; pair plain hand-$n.so
done
# Nothing exported: no symbol has to be found.
module empty gopkg.in/nothing.v1
printf 'package main\n\nfunc init() { println("hello, no Entry") }\n' > empty/main.go
plugin nothing-exported empty
pair plain nothing-exported.so
sequence plain gopkg.so gopkg.so first.so
sequence plain dots-last.so nothing-exported.so dots-last.so upper.so

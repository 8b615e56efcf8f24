# What every axis is written with. An axis runs in an empty folder of its own, $PWD; hosts that several use lie in $COMMON.
# Files go to out/, what is to be opened to pairs.tsv: kind, host, then the plugins in order.
set -u
mkdir -p out
export GOFLAGS=-buildvcs=false GOTOOLCHAIN=local CGO_ENABLED=1
unset LD_LIBRARY_PATH LD_PRELOAD GOAMD64 GOEXPERIMENT GODEBUG 2>/dev/null || true

# put FILE: writes stdin there, and makes its folder.
put() { mkdir -p "$(dirname "$1")" && cat > "$1"; }

# module DIR PATH [GO LINE]: a go.mod.
module() { mkdir -p "$1" && printf 'module %s\n\ngo %s\n' "$2" "${3:-1.22}" > "$1/go.mod"; }

# note_missing WHAT FILE: a build that did not succeed is told in the result, never left out in silence.
note_missing() { printf 'unbuilt\t%s\t%s\n' "$1" "$(grep -v '^#' "$2" | head -1 | tr '\t' ' ' | cut -c1-200)" >> pairs.tsv; }

# plugin NAME DIR [FLAGS...]: builds the package in DIR. PKG names another package than `.`. Hosts look up `Entry`: it is added where no
# file has that word.
plugin() {
  local name=$1 dir=$2; shift 2
  local main=$dir/${PKG:-.}
  if [[ -d $main ]] && ! grep -qs Entry "$main"/*.go; then printf 'package main\n\nfunc Entry() {}\n' > "$main/blind_entry.go"; fi
  if ! (cd "$dir" && ${GO:-go} build -buildmode=plugin -o "$OLDPWD/out/$name.so" "$@" ${PKG:-.}) > "out/$name.log" 2>&1; then note_missing "$name.so" "out/$name.log"; return 1; fi
}

# host NAME DIR [FLAGS...]: builds the main package in DIR as a host: it has imports of its own and no main function.
host() {
  local name=$1 dir=$2; shift 2
  cp "$BLIND/open.go" "$dir/blind_open.go" && cp "$BLIND/open_main.go" "$dir/blind_main.go"
  if ! (cd "$dir" && ${GO:-go} build -o "$OLDPWD/out/$name" "$@" .) > "out/$name.log" 2>&1; then note_missing "$name" "out/$name.log"; return 1; fi
}

# where NAME: a file of out/, one of the common hosts, or a path.
where() { if [[ $1 == /* ]]; then echo "$1"; elif [[ -e out/$1 || -L out/$1 ]]; then echo "$PWD/out/$1"; elif [[ -e $COMMON/$1 ]]; then echo "$COMMON/$1"; else echo "$PWD/out/$1"; fi; }

# pair HOST PLUGINS...: each plugin alone in a process of the host. WITH=NAME=VALUE sets a variable for host and ocx.
pair() { local host=$1; shift; for one in "$@"; do printf 'pair%s\t%s\t%s\n' "${WITH:+@$WITH}" "$(where "$host")" "$(where "$one")" >> pairs.tsv; done; }

# sequence HOST PLUGINS...: all in one process, in this order.
sequence() { local line; line="sequence${WITH:+@$WITH}	$(where "$1")"; shift; for one in "$@"; do line+="	$(where "$one")"; done; printf '%s\n' "$line" >> pairs.tsv; }

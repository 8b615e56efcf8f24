# Hosts that other axes use. `plain` has next to nothing; `usual` has the packages that a server of today has; no third-party code.
module host example.com/host
put host/with.go <<'G'
package main

import (
	_ "bytes"
	_ "context"
	_ "crypto/tls"
	_ "encoding/json"
	_ "fmt"
	_ "log/slog"
	_ "net/http"
	_ "regexp"
	_ "text/template"
	_ "time"
)
G
module plain example.com/plain
put plain/with.go <<'G'
package main
G
host usual host
host plain plain
host usual-trim host -trimpath
host plain-trim plain -trimpath
host usual-stripped host -ldflags='-s -w'
cp out/usual out/usual-strip-tool && strip out/usual-strip-tool
cp out/usual out/plain out/usual-trim out/plain-trim out/usual-stripped out/usual-strip-tool "$COMMON/"

module p example.com/first
put p/p.go <<'G'
package main

import "fmt"

var Version = "1"

func Handle(s string) string { return fmt.Sprintf("%s %s", Version, s) }
G
plugin first p
plugin first-trim p -trimpath
plugin first-stripped p -ldflags='-s -w'
cp out/first.so "$COMMON/"
for h in usual plain usual-trim usual-stripped usual-strip-tool; do pair $h first.so first-trim.so first-stripped.so; done

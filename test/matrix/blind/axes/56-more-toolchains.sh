# Patches of one minor, release after release; and go.mod lines that ask for a toolchain.
module p example.com/mt 1.21; printf 'package main\n\nimport ("encoding/json"; "net/url")\n\nfunc F() { json.Marshal(url.Values{}) }\n' > p/main.go
module h example.com/mth 1.21; printf 'package main\n\nimport (_ "encoding/json"; _ "net/url")\n' > h/with.go
for v in 1.23.12 1.24.11 1.25.4 1.26.0 1.26.11 1.27.0; do GOTOOLCHAIN=go$v plugin tc-$v p -trimpath; GOTOOLCHAIN=go$v host host-$v h -trimpath; done
plugin tc-local p -trimpath; host host-local h -trimpath
for v in 1.23.12 1.24.11 1.25.4 1.26.0 1.26.11 1.27.0 local; do pair host-$v tc-$v.so tc-1.26.0.so tc-local.so tc-1.24.11.so; done
pair host-local tc-1.26.11.so tc-1.27.0.so
sequence host-1.24.11 tc-1.24.11.so tc-1.23.12.so tc-1.24.11.so
sequence host-1.27.0 tc-1.26.11.so tc-1.27.0.so

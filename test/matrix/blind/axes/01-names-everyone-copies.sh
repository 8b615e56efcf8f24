# People start from the same skeleton: one module name, the same internal package, another body. Files named on the command line get
# a plugin path of their contents.
for who in alice bob carol; do
  module $who authplugin
  put $who/main.go <<G
package main

import "authplugin/internal/handler"

func Register() string { return handler.Name() }
G
  printf 'package handler\n\nfunc Name() string { return "%s" }\n' $who | put $who/internal/handler/handler.go
  plugin skeleton-$who $who
  plugin renamed-$who $who -ldflags="-pluginpath=$who"
done
module same-body authplugin
cp -r alice/internal alice/main.go same-body/
plugin skeleton-copy same-body
plugin skeleton-copy-trim same-body -trimpath
sequence plain skeleton-alice.so skeleton-bob.so
sequence plain renamed-alice.so renamed-bob.so renamed-carol.so
sequence plain renamed-bob.so renamed-alice.so renamed-bob.so
sequence plain skeleton-alice.so renamed-bob.so renamed-alice.so
sequence plain renamed-bob.so skeleton-bob.so skeleton-alice.so
sequence usual skeleton-alice.so skeleton-copy.so
sequence plain renamed-alice.so skeleton-copy.so
sequence plain renamed-alice.so skeleton-copy-trim.so

# Files on the command line.
mkdir files
printf 'package main\n\nfunc Entry() {}\n' > files/one.go
printf 'package main\n\nfunc Entry() {}\n' > files/same.go
printf 'package main\n\nfunc Entry() {}\n\nfunc B() {}\n' > files/two.go
PKG=one.go plugin file-one files
PKG=same.go plugin file-same files
PKG=two.go plugin file-two files
pair plain file-one.so file-same.so file-two.so skeleton-alice.so renamed-alice.so
sequence plain file-one.so file-two.so file-same.so

# Real programs of other people that load Go plugins, from the proxy, with plugins that use their packages. Their `main` is kept.
foreign() { # NAME MODULE@VERSION PACKAGE
  local name=$1 at=$2 package=$3
  mkdir -p src && local dir; dir=$(GOFLAGS= go mod download -json "$at" 2>/dev/null | sed -n 's/^\t"Dir": "\(.*\)",*/\1/p')
  [[ -n $dir ]] || { echo "no $at" > out/$name.log; note_missing $name out/$name.log; return 1; }
  cp -r "$dir" src/$name && chmod -R u+w src/$name && cp "$BLIND/open.go" src/$name/$package/blind_open.go && cp "$BLIND/open_foreign.go" src/$name/$package/blind_foreign.go
  (cd src/$name/$package && GOFLAGS='-buildvcs=false -mod=mod' GOTOOLCHAIN=local go build -trimpath -o "$OLDPWD/out/$name" .) > out/$name.log 2>&1 || { note_missing $name out/$name.log; return 1; }
}
inside() { # HOST NAME BODY: a plugin inside the host's own module, as its authors would write one
  local at=src/$1/blind_$2; mkdir -p $at; printf 'package main\n\n%b\n\nfunc Entry() {}\n' "$3" > $at/main.go
  (cd $at && GOFLAGS='-buildvcs=false -mod=mod' go build -buildmode=plugin -trimpath -o "$OLDPWD/out/$1-$2.so" .) > out/$1-$2.log 2>&1 && pair $1 $1-$2.so || note_missing $1-$2.so out/$1-$2.log
}
beside() { # HOST NAME REQUIRES BODY: in a module of its own, versions as its author has them
  module b-$1-$2 example.com/$1-$2 1.24; printf 'require (\n%b\n)\n' "$3" >> b-$1-$2/go.mod; printf 'package main\n\n%b\n\nfunc Entry() {}\n' "$4" > b-$1-$2/main.go
  (cd b-$1-$2 && export GOFLAGS='-buildvcs=false -mod=mod' && go mod tidy && go build -buildmode=plugin -trimpath -o "$OLDPWD/out/$1-$2.so" .) > out/$1-$2.log 2>&1 && pair $1 $1-$2.so || note_missing $1-$2.so out/$1-$2.log
}
if foreign kustomize sigs.k8s.io/kustomize/kustomize/v5@v5.5.0 .; then
  inside kustomize types 'import "sigs.k8s.io/kustomize/api/types"\n\nvar T types.Kustomization'
  inside kustomize resmap 'import "sigs.k8s.io/kustomize/api/resmap"\n\nfunc F() resmap.ResMap { return resmap.New() }'
  beside kustomize same '\tsigs.k8s.io/kustomize/api v0.18.0' 'import "sigs.k8s.io/kustomize/api/types"\n\nvar T types.Kustomization'
  beside kustomize older '\tsigs.k8s.io/kustomize/api v0.17.3' 'import "sigs.k8s.io/kustomize/api/resmap"\n\nfunc F() resmap.ResMap { return resmap.New() }'
  beside kustomize newer-yaml '\tsigs.k8s.io/yaml v1.4.0' 'import "sigs.k8s.io/yaml"\n\nfunc F() { yaml.Unmarshal(nil, nil) }'
  pair kustomize first.so
  sequence kustomize kustomize-older.so kustomize-resmap.so kustomize-types.so
fi
if foreign venom github.com/ovh/venom@v1.2.0 cmd/venom; then
  inside venom executor 'import "github.com/ovh/venom"\n\nvar R venom.TestSuite'
  beside venom yaml '\tgopkg.in/yaml.v3 v3.0.0' 'import "gopkg.in/yaml.v3"\n\nfunc F() { yaml.Unmarshal(nil, nil) }'
  pair venom first.so
fi

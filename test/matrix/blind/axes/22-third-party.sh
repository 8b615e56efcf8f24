# Modules that real plugins and hosts share, from the proxy, at two versions; the host is built as a server of today.
GOFLAGS=-buildvcs=false\ -mod=mod; export GOFLAGS; export GOPROXY=${GOPROXY:-https://proxy.golang.org,direct}
app() { # NAME REQUIRES BODY
  module $1 example.com/$1 1.24; printf 'require (\n%b\n)\n' "$2" >> $1/go.mod; printf 'package main\n\n%b\n' "$3" > $1/main.go; (cd $1 && go mod tidy) > out/$1.tidy 2>&1
}
host_app() { app "$@"; mv $1/main.go $1/with.go; host $1 $1 ${FLAGS:-}; }
zap='go.uber.org/zap v1.27.0'; zap_old='go.uber.org/zap v1.26.0'; yaml='gopkg.in/yaml.v3 v3.0.1'; text='golang.org/x/text v0.21.0'; text_old='golang.org/x/text v0.20.0'; pb='google.golang.org/protobuf v1.36.5'; pb_old='google.golang.org/protobuf v1.36.1'; xx='github.com/cespare/xxhash/v2 v2.3.0'; xx_old='github.com/cespare/xxhash/v2 v2.2.0'; kp='github.com/klauspost/compress v1.17.11'; kp_old='github.com/klauspost/compress v1.17.10'; toml='github.com/BurntSushi/toml v1.4.0'; uuid='github.com/google/uuid v1.6.0'
FLAGS=-trimpath host_app server "$zap\n$yaml\n$text\n$pb\n$xx\n$kp\n$toml\n$uuid" 'import (_ "github.com/BurntSushi/toml"; _ "github.com/cespare/xxhash/v2"; _ "github.com/google/uuid"; _ "github.com/klauspost/compress/zstd"; _ "go.uber.org/zap"; _ "golang.org/x/text/cases"; _ "google.golang.org/protobuf/proto"; _ "gopkg.in/yaml.v3"; _ "net/http")'
lib() { app $1 "$2" "$3"; plugin $1 $1 -trimpath && pair server $1.so; }
lib zap-same "$zap" 'import "go.uber.org/zap"\nfunc F() { zap.L().Info("x") }'
lib zap-old "$zap_old" 'import "go.uber.org/zap"\nfunc F() { zap.L().Info("x") }'
lib yaml-same "$yaml" 'import "gopkg.in/yaml.v3"\nfunc F() { yaml.Unmarshal(nil, nil) }'
lib text-same "$text" 'import ("golang.org/x/text/cases"; "golang.org/x/text/language")\nfunc F() { cases.Title(language.English) }'
lib text-old "$text_old" 'import ("golang.org/x/text/cases"; "golang.org/x/text/language")\nfunc F() { cases.Title(language.English) }'
lib pb-same "$pb" 'import "google.golang.org/protobuf/types/known/structpb"\nfunc F() { structpb.NewNullValue() }'
lib pb-old "$pb_old" 'import "google.golang.org/protobuf/types/known/structpb"\nfunc F() { structpb.NewNullValue() }'
lib xxhash-same "$xx" 'import "github.com/cespare/xxhash/v2"\nfunc F() { xxhash.Sum64(nil) }'
lib xxhash-old "$xx_old" 'import "github.com/cespare/xxhash/v2"\nfunc F() { xxhash.Sum64(nil) }'
lib zstd-same "$kp" 'import "github.com/klauspost/compress/zstd"\nfunc F() { zstd.NewReader(nil) }'
lib zstd-old "$kp_old" 'import "github.com/klauspost/compress/zstd"\nfunc F() { zstd.NewReader(nil) }'
lib toml-upper "$toml" 'import "github.com/BurntSushi/toml"\nfunc F() { toml.Decode("", nil) }'
lib uuid-pruned "$uuid" 'import "github.com/google/uuid"\nfunc F() { uuid.New() }'
lib xnet 'golang.org/x/net v0.35.0' 'import "golang.org/x/net/http2"\nfunc F() { http2.ConfigureServer(nil, nil) }'
lib prom 'github.com/prometheus/client_golang v1.20.5' 'import "github.com/prometheus/client_golang/prometheus"\nfunc F() { prometheus.NewRegistry() }'
lib cobra 'github.com/spf13/cobra v1.8.1' 'import "github.com/spf13/cobra"\nfunc F() { _ = cobra.Command{} }'
lib grpc 'google.golang.org/grpc v1.70.0' 'import "google.golang.org/grpc"\nfunc F() { grpc.NewServer() }'
lib otel 'go.opentelemetry.io/otel v1.34.0' 'import "go.opentelemetry.io/otel"\nfunc F() { otel.Tracer("x") }'
lib gonum 'gonum.org/v1/gonum v0.15.1' 'import "gonum.org/v1/gonum/mat"\nfunc F() { mat.NewDense(1, 1, nil) }'
lib xcrypto 'golang.org/x/crypto v0.33.0' 'import "golang.org/x/crypto/chacha20poly1305"\nfunc F() { chacha20poly1305.New(nil) }'
lib jsoniter 'github.com/json-iterator/go v1.1.12' 'import jsoniter "github.com/json-iterator/go"\nfunc F() { jsoniter.Marshal(1) }'
pair usual-trim zap-same.so yaml-same.so prom.so grpc.so
pair plain-trim zap-old.so otel.so gonum.so
sequence plain-trim zap-old.so zap-same.so yaml-same.so
sequence plain-trim text-same.so text-old.so xnet.so
sequence plain-trim pb-old.so pb-same.so grpc.so
sequence server prom.so grpc.so otel.so cobra.so xnet.so
sequence server zap-old.so zap-same.so zstd-old.so zstd-same.so xxhash-old.so
sequence usual-trim xxhash-old.so prom.so xxhash-same.so
sequence usual-trim grpc.so pb-same.so pb-old.so prom.so

// Package example is a component whose configuration has every form that describing has to know.
package example

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/receiver"
)

// Config of the example.
type Config struct {
	Shared `mapstructure:",squash"`

	// Endpoint is where to ask.
	Endpoint string        `mapstructure:"endpoint"`
	Timeout  time.Duration `mapstructure:"timeout"` // How long to wait.
	// Mode is how to go about it.
	//
	// Deprecated: use timeout.
	Mode Mode `mapstructure:"mode"`
	// Token opens the door.
	Token   configopaque.String                 `mapstructure:"token"`
	Headers configopaque.MapList                `mapstructure:"headers"`
	Off     configoptional.Optional[Section]    `mapstructure:"off"`
	Ready   configoptional.Optional[Section]    `mapstructure:"ready"`
	On      configoptional.Optional[Section]    `mapstructure:"on"`
	Pointer *Section                            `mapstructure:"pointer"`
	Storage *component.ID                       `mapstructure:"storage"`
	Ports   map[string]uint16                   `mapstructure:"ports"`
	Rules   []Rule                              `mapstructure:"rules"`
	Tree    *Node                               `mapstructure:"tree"`
	Ignored func()                              `mapstructure:"ignored"`
	Parts   map[component.Type]component.Config `mapstructure:"-"`
	// First and Second are two names of one thing.
	First   string         `mapstructure:"first"`
	Second  string         `mapstructure:"second"`
	private string         //nolint:unused // Not seen.
	Rest    map[string]any `mapstructure:",remain"`
	Nested  struct{ Deep struct{ Level int } }
}

// Shared is squashed.
type Shared struct {
	// Interval is how often.
	Interval time.Duration `mapstructure:"interval"`
}

// Section can be there or not.
type Section struct {
	// Address to listen on.
	Address string  `mapstructure:"address"`
	Ratio   float64 `mapstructure:"ratio"`
}

// Rule of a list.
type Rule struct {
	Key string `mapstructure:"key"`
}

// Node has nodes.
type Node struct {
	Name string  `mapstructure:"name"`
	Left []*Node `mapstructure:"left"`
}

// Mode takes certain words.
type Mode string

const (
	fast Mode = "fast"
	safe Mode = "safe"
	// notOne is a word of that type that it does not take.
	notOne Mode = "other"
)

// UnmarshalText refuses what is no mode.
func (m *Mode) UnmarshalText(text []byte) error {
	switch mode := Mode(text); mode {
	case fast, safe:
		*m = mode
		return nil
	}
	return fmt.Errorf("unknown mode %q, not even %s", text, notOne)
}

const partsKey = "parts"

// Unmarshal reads the parts by itself.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	if err := conf.Unmarshal(c, confmap.WithIgnoreUnused()); err != nil {
		return err
	}
	if conf.IsSet("first") && conf.IsSet("second") {
		return errors.New("first and second at the same time")
	}
	parts, err := conf.Sub(partsKey)
	if err != nil {
		return err
	}
	c.Parts = map[component.Type]component.Config{}
	for name := range parts.ToStringMap() {
		if name != "one" {
			return fmt.Errorf("no part %q", name)
		}
		c.Parts[component.MustNewType(name)] = &Section{Address: "part"}
	}
	return nil
}

// Validate wants an endpoint.
func (c *Config) Validate() error {
	if c.Endpoint == "" && c.Rules == nil {
		return errors.New("the address of the other side is missing")
	}
	if c.Rules != nil && len(c.Rules) == 0 {
		return errors.New("no rules are not the same as an empty list of them")
	}
	return nil
}

// NewFactory of the example.
func NewFactory() receiver.Factory {
	return receiver.NewFactory(component.MustNewType("example"), func() component.Config {
		return &Config{
			Shared:  Shared{Interval: time.Hour},
			Timeout: 90 * time.Second,
			Mode:    safe,
			Token:   "s3cr3t",
			Headers: configopaque.MapList{{Name: "authorization", Value: "s3cr3t"}},
			Ready:   configoptional.Default(Section{Address: "localhost:1"}),
			On:      configoptional.Some(Section{Address: "localhost:2", Ratio: 0.5}),
			Ports:   map[string]uint16{"http": 80},
		}
	})
}

package describe

import (
	"reflect"
	"strings"
	"unsafe"
)

// isOptional: go.opentelemetry.io/collector/config/configoptional: Optional.
func isOptional(typ reflect.Type) bool {
	return typ.Kind() == reflect.Struct && strings.HasSuffix(typ.PkgPath(), "/config/configoptional") && strings.HasPrefix(typ.Name(), "Optional[")
}

// optionalParts looks into an Optional, whose fields `value` and `flavor` are its own. The value is
// the one that counts once the section is given: the zero value of an Optional that has none.
func optionalParts(typ reflect.Type, value reflect.Value) (inner reflect.Type, its reflect.Value, given bool) {
	// A copy, since only what has an address can be looked into.
	copied := reflect.New(typ).Elem()
	if value.IsValid() && value.CanInterface() {
		copied.Set(value)
	}
	for i := range typ.NumField() {
		field := copied.Field(i)
		open := reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()
		switch typ.Field(i).Name {
		case "value":
			inner, its = field.Type(), open
		case "flavor":
			// noneFlavor 0, defaultFlavor 1, someFlavor 2.
			given = open.CanInt() && open.Int() == 2 || open.CanUint() && open.Uint() == 2
		}
	}
	return inner, its, given
}

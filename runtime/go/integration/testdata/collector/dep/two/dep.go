// Package dep is what host and plugins share.
package dep

// Name of it.
const Name = "dep two"

// Greeting of it.
func Greeting() string { return "hello from " + Name }

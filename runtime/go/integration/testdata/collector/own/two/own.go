// Package own is what only plugins have.
package own

// Version of it.
const Version = 2

// Double is inlined into who calls it.
func Double() int { return 2 * Version }

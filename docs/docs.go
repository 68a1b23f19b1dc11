// Package docs gives the program those of its documents that it makes use of.
package docs

import _ "embed" // for the example

// Example is the example of a configuration, which holds and explains every key.
//
//go:embed fumtui.example.yaml
var Example string

//go:build !unix

package cursor

import "os"

func open(path string) (*os.File, error) { return os.Open(path) }

package main

import "testing"

func TestOriginIsAnAddressOrNothing(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		want string
	}{
		"none":                  {nil, ""},
		"connection":            {map[string]string{"SSH_CONNECTION": "203.0.113.9 51022 10.0.0.1 22"}, "203.0.113.9"},
		"client":                {map[string]string{"SSH_CLIENT": "2001:db8::7 51022 22"}, "2001:db8::7"},
		"connection wins":       {map[string]string{"SSH_CONNECTION": "203.0.113.9 1 2 3", "SSH_CLIENT": "203.0.113.8 1 2"}, "203.0.113.9"},
		"mapped":                {map[string]string{"SSH_CONNECTION": "::ffff:203.0.113.9 1 2 3"}, "203.0.113.9"},
		"a zone is any text":    {map[string]string{"SSH_CONNECTION": "fe80::1%\x1b[2J 1 2 3"}, "fe80::1"},
		"not known to sshd":     {map[string]string{"SSH_CONNECTION": "UNKNOWN 65535 UNKNOWN 65535"}, ""},
		"an escape sequence":    {map[string]string{"SSH_CONNECTION": "\x1b]0;x\a 1 2 3"}, ""},
		"a name":                {map[string]string{"SSH_CLIENT": "evil.example 1 2"}, ""},
		"bad, then good":        {map[string]string{"SSH_CONNECTION": "?", "SSH_CLIENT": "203.0.113.8 1 2"}, "203.0.113.8"},
		"empty":                 {map[string]string{"SSH_CONNECTION": "", "SSH_CLIENT": "  "}, ""},
		"with a blank in front": {map[string]string{"SSH_CONNECTION": " 203.0.113.9 1 2 3"}, "203.0.113.9"},
	} {
		lookup := func(key string) (string, bool) { v, ok := c.env[key]; return v, ok }
		if got := originIn(lookup); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestSecretNeverShows(t *testing.T) {
	const text = "s3cr3t-token"
	type holder struct {
		Token Secret
		Map   map[string]Secret
		Ptr   *Secret
	}
	secret := Secret(text)
	h := holder{Token: secret, Map: map[string]Secret{"k": secret}, Ptr: &secret}

	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10s"} {
		fmt.Fprintf(&out, verb+" "+verb+"\n", secret, h)
	}
	fmt.Fprintln(&out, secret, secret.String(), secret.GoString())
	encoded, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(encoded)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "token", secret, "h", h)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "token", secret, "h", h)

	hex := fmt.Sprintf("%x", text)
	if got := out.String(); strings.Contains(got, text) || strings.Contains(strings.ToLower(got), hex) {
		t.Errorf("the secret shows in:\n%s", got)
	}
	if !strings.Contains(out.String(), masked) {
		t.Error("nothing was masked")
	}
	if secret.Reveal() != text {
		t.Errorf("Reveal() = %q", secret.Reveal())
	}
}

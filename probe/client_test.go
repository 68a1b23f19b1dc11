package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

func TestCallsOverOneConnection(t *testing.T) {
	fake, l := newFakeCluster(), listen(t, "")
	fake.serve(t, l)
	c := dialClient(t, Endpoint{
		URL: "http://" + l.Addr().String() + "/some/path", Token: "tok-123",
		Metadata: map[string]model.Secret{"X-Subscription-Id": "tenant"},
	})
	ctx := t.Context()

	if v, err := c.Version(ctx); v != "0.40.0" || err != nil {
		t.Errorf("Version() = %q, %v", v, err)
	}
	if tip, err := c.Tip(ctx); tip != 912345680 || err != nil {
		t.Errorf("Tip() = %d, %v", tip, err)
	}
	if r, err := c.SlotRange(ctx); r != (model.SlotRange{Min: 391_000_000, Max: 391_204_417}) || err != nil {
		t.Errorf("SlotRange() = %v, %v", r, err)
	}
	if id, err := c.CreateFromSlot(ctx, "trades", 391_100_001); id != "11111111-2222" || err != nil {
		t.Errorf("CreateFromSlot() = %q, %v", id, err)
	}
	if _, err := c.CreateLatest(ctx, "other"); err != nil {
		t.Errorf("CreateLatest() = %v", err)
	}
	if s, err := c.Subscriber(ctx, "trades"); s != (model.Subscriber{ID: "11111111-2222", Name: "trades"}) || err != nil {
		t.Errorf("Subscriber() = %v, %v", s, err)
	}
	if all, err := c.Subscribers(ctx); len(all) != 2 || err != nil {
		t.Errorf("Subscribers() = %v, %v", all, err)
	}
	if existed, err := c.Delete(ctx, "trades"); !existed || err != nil {
		t.Errorf("Delete() = %v, %v", existed, err)
	}
	if existed, err := c.Delete(ctx, "trades"); existed || err != nil {
		t.Errorf("second Delete() = %v, %v", existed, err)
	}
	if _, err := c.Subscriber(ctx, "trades"); model.ClassOf(err) != model.ClassNotFound {
		t.Errorf("Subscriber() of a deleted one: %v", err)
	}

	if n := l.accepted.Load(); n != 1 {
		t.Errorf("%d connections were used, want 1", n)
	}
	if got := fake.seen.Get("x-token"); !slices.Equal(got, []string{"tok-123"}) {
		t.Errorf("x-token = %q over plain http", got)
	}
	if got := fake.seen.Get("x-subscription-id"); !slices.Equal(got, []string{"tenant"}) {
		t.Errorf("metadata = %q", got)
	}
	for _, id := range fake.chains {
		if len(id) != 0 {
			t.Errorf("asked for chain %x", id)
		}
	}
	first, second := fake.created[0], fake.created[1]
	if first.GetInitialOffsetPolicy() != pb.InitialOffsetPolicy_FROM_SLOT || first.FromSlot == nil || first.GetFromSlot() != 391_100_001 {
		t.Errorf("created with %v", first)
	}
	if second.GetInitialOffsetPolicy() != pb.InitialOffsetPolicy_LATEST || second.FromSlot != nil {
		t.Errorf("created at the tip with %v", second)
	}
}

func TestFromSlotZeroIsSentAsSuch(t *testing.T) {
	fake, l := newFakeCluster(), listen(t, "")
	fake.serve(t, l)
	c := dialClient(t, Endpoint{URL: "http://" + l.Addr().String()})
	if _, err := c.CreateFromSlot(t.Context(), "n", 0); err != nil {
		t.Fatal(err)
	}
	if got := fake.created[0]; got.FromSlot == nil || got.GetInitialOffsetPolicy() != pb.InitialOffsetPolicy_FROM_SLOT {
		t.Errorf("created with %v", got)
	}
}

func TestMetadataTokenReplacesToken(t *testing.T) {
	pairs, err := Endpoint{Token: "one", Metadata: map[string]model.Secret{"X-Token": "two"}}.headers()
	if err != nil || !slices.Equal(pairs, []string{"x-token", "two"}) {
		t.Errorf("headers() = %q, %v", pairs, err)
	}
}

func TestExistingSubscriberIsRecognisable(t *testing.T) {
	fake, l := newFakeCluster(), listen(t, "")
	fake.serve(t, l)
	c := dialClient(t, Endpoint{URL: "http://" + l.Addr().String()})
	if _, err := c.CreateFromSlot(t.Context(), "n", 5); err != nil {
		t.Fatal(err)
	}
	_, err := c.CreateFromSlot(t.Context(), "n", 6)
	if !errors.Is(err, failover.ErrAlreadyExists) || model.ClassOf(err).Outage() {
		t.Errorf("second create: %v", err)
	}
}

func TestDeleteTakesNotFoundForAbsent(t *testing.T) {
	fake, l := newFakeCluster(), listen(t, "")
	fake.veto = func(context.Context, string) error { return status.Error(codes.NotFound, "no group") }
	fake.serve(t, l)
	c := dialClient(t, Endpoint{URL: "http://" + l.Addr().String()})
	if existed, err := c.Delete(t.Context(), "n"); existed || err != nil {
		t.Errorf("Delete() = %v, %v", existed, err)
	}
}

func TestImpossibleAnswersAreFailures(t *testing.T) {
	fake, l := newFakeCluster(), listen(t, "")
	fake.serve(t, l)
	c := dialClient(t, Endpoint{URL: "http://" + l.Addr().String()})
	ctx := t.Context()

	for _, tips := range []map[int32]int64{nil, {0: -1}} {
		fake.set(func() { fake.tips = tips })
		if tip, err := c.Tip(ctx); model.ClassOf(err) != model.ClassServer {
			t.Errorf("tip of %v = %d, %v", tips, tip, err)
		}
	}
	for _, r := range [][2]int64{{-1, 5}, {6, 5}} {
		fake.set(func() { fake.min, fake.max = r[0], r[1] })
		if _, err := c.SlotRange(ctx); model.ClassOf(err) != model.ClassServer {
			t.Errorf("slot range of %v: %v", r, err)
		}
	}
	fake.set(func() { fake.groups["n"] = &pb.ConsumerGroupInfo{Id: "", ConsumerGroupName: "n"} })
	if _, err := c.Subscriber(ctx, "n"); model.ClassOf(err) != model.ClassServer {
		t.Errorf("subscriber without id: %v", err)
	}
	fake.set(func() { fake.groups["n"] = &pb.ConsumerGroupInfo{Id: "1", ConsumerGroupName: "m"} })
	if _, err := c.Subscriber(ctx, "n"); model.ClassOf(err) != model.ClassServer {
		t.Errorf("another subscriber: %v", err)
	}
	fake.set(func() { fake.version = "0.38.9\x1b[31m" })
	if v, err := c.Version(ctx); v != "0.38.9[31m" || model.ClassOf(err) != model.ClassIncompatible {
		t.Errorf("Version() = %q, %v", v, err)
	}
}

func TestTLSWithCAFile(t *testing.T) {
	cert, ca := certificate(t, time.Now().Add(time.Hour), "127.0.0.1")
	fake, l := newFakeCluster(), listen(t, "")
	fake.serve(t, l, grpc.Creds(credentials.NewServerTLSFromCert(&cert)))
	c := dialClient(t, Endpoint{URL: "https://" + l.Addr().String(), CAFile: ca, Token: "tok-123"})
	if v, err := c.Version(t.Context()); v != "0.40.0" || err != nil {
		t.Errorf("Version() = %q, %v", v, err)
	}
	if got := fake.seen.Get("x-token"); !slices.Equal(got, []string{"tok-123"}) {
		t.Errorf("x-token = %q", got)
	}
}

func TestZstdAnswers(t *testing.T) {
	fake, l := newFakeCluster(), listen(t, "")
	fake.veto = func(ctx context.Context, _ string) error { return grpc.SetSendCompressor(ctx, "zstd") }
	fake.serve(t, l)
	for i := range 500 {
		name := fmt.Sprintf("subscriber-%04d", i)
		fake.groups[name] = &pb.ConsumerGroupInfo{Id: name, ConsumerGroupName: name}
	}
	c := dialClient(t, Endpoint{URL: "http://" + l.Addr().String()})
	for range 3 {
		if all, err := c.Subscribers(t.Context()); len(all) != 500 || err != nil {
			t.Fatalf("%d subscribers, %v", len(all), err)
		}
	}
	if got := strings.Join(fake.seen.Get("grpc-accept-encoding"), ","); !strings.Contains(got, "zstd") {
		t.Errorf("offered %q", got)
	}
}

func TestProxyOfTheEnvironmentIsNotUsed(t *testing.T) {
	proxy := listen(t, "")
	for _, name := range []string{"http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, "http://"+proxy.Addr().String())
	}
	fake, l := newFakeCluster(), listen(t, "")
	fake.serve(t, l)
	c := dialClient(t, Endpoint{URL: "http://" + l.Addr().String()})
	if _, err := c.Version(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestDialRefusesBadEndpoints(t *testing.T) {
	const secret = "s3cr3t"
	for name, e := range map[string]Endpoint{
		"no scheme":     {URL: "ams.example:443"},
		"other scheme":  {URL: "unix:///tmp/x"},
		"no host":       {URL: "https:///path"},
		"no URL":        {URL: "http://[::1"},
		"password":      {URL: "http://u:" + secret + "@h"},
		"odd password":  {URL: "http://u:" + secret + "%zz@h"},
		"bad token":     {URL: "http://h", Token: secret + "\n"},
		"bad key":       {URL: "http://h", Metadata: map[string]model.Secret{"a b": secret}},
		"reserved key":  {URL: "http://h", Metadata: map[string]model.Secret{"grpc-timeout": secret}},
		"binary key":    {URL: "http://h", Metadata: map[string]model.Secret{"a-bin": secret}},
		"absent CA":     {URL: "https://h", CAFile: "absent.pem"},
		"CA is no file": {URL: "https://h", CAFile: "."},
		"CA is no PEM":  {URL: "https://h", CAFile: "doc.go"},
	} {
		c, err := Dial(e)
		if err == nil {
			t.Errorf("%s: accepted", name)
			_ = c.Close()
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error shows a secret: %v", name, err)
		}
	}
}

func TestParseURL(t *testing.T) {
	for text, want := range map[string]address{
		"https://ams.example":          {"ams.example:443", "ams.example", true},
		"http://ams.example/":          {"ams.example:80", "ams.example", false},
		"HTTPS://ams.example:8443/a?b": {"ams.example:8443", "ams.example:8443", true},
		"http://[::1]:20001":           {"[::1]:20001", "[::1]:20001", false},
		"https://[::1]":                {"[::1]:443", "[::1]", true},
	} {
		if got, err := parseURL(text); got != want || err != nil {
			t.Errorf("parseURL(%q) = %+v, %v", text, got, err)
		}
	}
}

func TestEndpointPrintsNoSecrets(t *testing.T) {
	e := Endpoint{URL: "http://h", Token: "s3cr3t", Metadata: map[string]model.Secret{"k": "s3cr3t"}}
	if got := fmt.Sprintf("%v %+v %#v", e, e, e); strings.Contains(got, "s3cr3t") {
		t.Error(got)
	}
}

func TestSupportedVersion(t *testing.T) {
	for v, want := range map[string]bool{
		"0.39.0": true, "0.40.0": true, "2.39.0": true, "0.40.0-rc.1+build.5": true, "0.100.7": true,
		"1.0.0": false, "0.38.9": false, "v0.40.0": false, "0.40": false, "": false, "0.040.0": false,
		"0.40.0\n": false, "garbage": false, "0.99999999999999999999999.0": false, "0.40.0-": false,
	} {
		if err := SupportedVersion(v); (err == nil) != want || (err != nil && model.ClassOf(err) != model.ClassIncompatible) {
			t.Errorf("SupportedVersion(%q) = %v", v, err)
		}
	}
}

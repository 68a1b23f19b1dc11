package recording

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

var t0 = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func ptr[T any](v T) *T { return &v }

// header is of two clusters and two pipelines, one with rules of its own.
func header() Header {
	own := health.DefaultRules()
	own.SilentAfter = 30 * time.Second
	return Header{
		Made: t0.Add(time.Hour), By: "v1.2.3", Since: t0, Interval: 2 * time.Second, Timeout: 5 * time.Second,
		Clusters: []model.Cluster{{Name: "ams", Region: "eu"}, {Name: "nyc", Region: "us"}},
		Pipelines: []model.Pipeline{
			{Name: "trades", Subscriber: "trades-prod", Home: "ams", Clusters: []string{"ams", "nyc"}},
			{Name: "orders", Subscriber: "orders-prod", Home: "nyc", Clusters: []string{"nyc"}},
		},
		Rules: health.DefaultRules(), PipelineRules: map[string]health.Rules{"orders": own},
	}
}

// write makes a recording of records.
func write(t testing.TB, h Header, records ...Record) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, h)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// read reads a whole recording.
func read(data []byte) (Header, []Record, error) {
	r, err := NewReader(bytes.NewReader(data))
	if err != nil {
		return Header{}, nil, err
	}
	var all []Record
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			return r.Header(), all, nil
		}
		if err != nil {
			return r.Header(), all, err
		}
		all = append(all, record)
	}
}

// anyRecord is a record of any sort at a moment.
func anyRecord(random *rand.Rand, at time.Time) Record {
	e := &model.Evidence{Cluster: "ams", Asked: at.Add(-time.Duration(random.Int64N(1e9))), Answered: at}
	switch random.IntN(10) {
	case 0:
		return Record{At: at, Active: &Active{"trades", "nyc"}}
	case 1:
		return Record{At: at, Run: &Run{"trades", "r1", model.Cutover, "ams", "nyc", model.RunRunning, model.StepStop}}
	case 2:
		return Record{At: at, Moved: &Moved{"trades", at.Add(-time.Hour)}}
	case 3:
		e.Kind, e.Version = model.KindVersion, "0.40.0"
	case 4:
		e.Kind, e.Tip = model.KindTip, ptr(model.Offset(random.Int64()))
	case 5:
		e.Kind, e.Slots = model.KindSlotRange, &model.SlotRange{Min: model.Slot(random.Uint64()), Max: math.MaxUint64}
	case 6:
		e.Kind, e.Subscribers = model.KindSubscribers, []model.Subscriber{{ID: "7", Name: "trades-prod", Stale: true}}
	case 7:
		e.Kind, e.Pipeline = model.KindMetrics, "trades"
		e.Metrics = &model.ClientMetrics{Tip: ptr(model.Offset(0)), Commits: ptr(random.ExpFloat64()), MaxSlot: ptr(model.Slot(random.Uint64()))}
	case 8:
		e.Kind, e.Pipeline = model.KindCursor, "trades"
		e.Cursor = &model.Cursor{Pipeline: "trades", Cluster: "ams", Slot: 5, UpdatedAt: at, Source: "store"}
	case 9:
		e.Kind, e.Failure = model.KindCanary, model.NewFailure(model.ClassTimeout, "no data", nil)
	}
	return Record{At: at, Evidence: e}
}

func TestEverythingComesBackAsItWas(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	var want []Record
	at := t0
	for range 500 {
		at = at.Add(time.Duration(random.Int64N(3e9)))
		want = append(want, anyRecord(random, at))
	}
	h := header()
	gotHeader, got, err := read(write(t, h, want...))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(gotHeader, h) {
		t.Errorf("header\n got %+v\nwant %+v", gotHeader, h)
	}
	if len(got) != len(want) {
		t.Fatalf("%d of %d records", len(got), len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("%d:\n got %+v\nwant %+v", i, got[i], want[i])
		}
	}
}

func TestWriterLeavesOutWhatIsNotAsked(t *testing.T) {
	foreign := func(kind model.EvidenceKind, cluster, pipeline string) Record {
		return Record{Evidence: &model.Evidence{Kind: kind, Cluster: cluster, Pipeline: pipeline, Asked: t0, Answered: t0}}
	}
	looked := model.Evidence{
		Kind: model.KindSubscribers, Cluster: "ams", Asked: t0, Answered: t0,
		Subscribers: []model.Subscriber{{Name: "somebody-else"}, {Name: "orders-prod"}},
	}
	odd := model.Evidence{
		Kind: model.KindMetrics, Cluster: "ams", Pipeline: "trades", Asked: t0, Answered: t0,
		Metrics: &model.ClientMetrics{Commits: ptr(math.NaN()), Polls: ptr(math.Inf(1)), Events: ptr(1.5)},
	}
	h := header()
	h.Clusters[0].Endpoint = "https://secret.example"
	data := write(t, h,
		foreign(model.KindVersion, "gone", ""), foreign(model.KindMetrics, "ams", "gone"), foreign(model.KindCursor, "ams", "orders"),
		foreign("later", "ams", ""), Record{Evidence: &looked}, Record{Evidence: &odd})
	_, got, err := read(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || len(got[0].Evidence.Subscribers) != 1 || got[1].Evidence.Metrics.Commits != nil || *got[1].Evidence.Metrics.Events != 1.5 {
		t.Errorf("%+v", got)
	}
	if len(looked.Subscribers) != 2 || !math.IsNaN(*odd.Metrics.Commits) {
		t.Error("the caller's evidence was changed")
	}
	for _, secret := range []string{"secret.example", "somebody-else"} {
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("%s was written:\n%s", secret, data)
		}
	}
}

func TestWriterRefuses(t *testing.T) {
	w, err := NewWriter(io.Discard, header())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(anyRecord(rand.New(rand.NewPCG(1, 1)), t0)); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(Record{At: t0.Add(-1), Active: &Active{"trades", "ams"}}); err == nil {
		t.Error("a record that goes back in time is written")
	}
	huge := model.Evidence{Kind: model.KindVersion, Cluster: "ams", Asked: t0, Answered: t0, Version: strings.Repeat("v", maxLine)}
	if err := w.Write(Record{Evidence: &huge}); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("a huge line: %v", err)
	}
	for name, change := range map[string]func(*Header){
		"no rules":           func(h *Header) { h.Rules = health.Rules{} },
		"no pace":            func(h *Header) { h.Interval = 0 },
		"a strange name":     func(h *Header) { h.Clusters[0].Name = "a b" },
		"a pipeline nowhere": func(h *Header) { h.Pipelines[0].Home = "lax" },
	} {
		h := header()
		change(&h)
		if _, err := NewWriter(io.Discard, h); err == nil {
			t.Errorf("%s: it is written", name)
		}
	}
	full := errors.New("disk full")
	if _, err := NewWriter(failing{full}, header()); !errors.Is(err, full) {
		t.Errorf("a full disk: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestReaderNamesTheWrongLine(t *testing.T) {
	good := strings.Split(strings.TrimSuffix(string(write(t, header(),
		Record{At: t0, Active: &Active{"trades", "ams"}},
		Record{Evidence: &model.Evidence{Kind: model.KindTip, Cluster: "ams", Asked: t0, Answered: t0.Add(time.Second), Tip: ptr(model.Offset(1))}},
	)), "\n"), "\n") // header, active, evidence, end
	with := func(i int, line string) string {
		lines := append([]string{}, good...)
		lines[i] = line
		return strings.Join(lines, "\n") + "\n"
	}
	swap := func(i int, old, new string) string {
		if !strings.Contains(good[i], old) {
			t.Fatalf("%q is not in %s", old, good[i])
		}
		return with(i, strings.Replace(good[i], old, new, 1))
	}
	for name, tt := range map[string]struct{ data, want string }{
		"empty":                  {"", "line 1: it is empty"},
		"another file":           {"clusters:\n  ams: {}\n", "line 1: it is not a recording"},
		"other JSON":             {`{"a":1}` + "\n", "line 1: it is not a recording"},
		"a later version":        {swap(0, `"version":1`, `"version":2`), "line 1: it is of version 2"},
		"an unknown threshold":   {swap(0, `"down_after"`, `"up_after"`), "line 1: rules: "},
		"a wrong threshold":      {swap(0, `"down_after":"3m0s"`, `"down_after":"-1s"`), "line 1: rules: down_after"},
		"an unknown field":       {swap(0, `"by":`, `"bye":`), "line 1: it is not"},
		"a name twice":           {swap(0, `"name":"nyc"`, `"name":"ams"`), "line 1: "},
		"a dangerous name":       {swap(0, `"name":"trades"`, `"name":"\u001b[2J"`), "line 1: "},
		"not JSON":               {with(1, "{"), "line 2: "},
		"an empty line":          {with(1, ""), "line 2: "},
		"two values":             {with(1, good[1]+good[1]), "line 2: "},
		"trailing junk":          {with(1, good[1]+"]"), "line 2: "},
		"nothing":                {with(1, "{}"), "line 2: a record is either"},
		"evidence and active":    {with(2, strings.TrimSuffix(good[2], "}")+`,"active":{"pipeline":"trades","cluster":"ams"}}`), "line 3: a record is either"},
		"an unknown kind":        {swap(2, `"kind":"tip"`, `"kind":"top"`), "line 3: there is no evidence"},
		"an unknown cluster":     {swap(2, `"cluster":"ams"`, `"cluster":"lax"`), "line 3: "},
		"a dangerous cluster":    {swap(1, `"cluster":"ams"`, `"cluster":"\u001b[2J"`), "line 2: "},
		"an unknown pipeline":    {swap(1, `"trades"`, `"gone"`), "line 2: "},
		"no time":                {swap(2, `"asked":"2026-03-04T12:00:00Z",`, ``), "line 3: evidence without"},
		"back in time":           {swap(2, "12:00:01Z", "11:00:01Z"), "line 3: it goes back in time"},
		"broken off":             {strings.Join(good[:3], "\n") + "\n", "line 4: it breaks off"},
		"broken off in a line":   {strings.Join(good[:2], "\n") + "\n" + good[2][:20], "line 3: it breaks off"},
		"a long wrong threshold": {swap(0, `"down_after":"3m0s"`, `"down_after":"`+strings.Repeat("9", 1<<19)+`"`), "line 1: rules: down_after"},
		"a line lost":            {strings.Join([]string{good[0], good[1], good[3]}, "\n"), "line 3: it closes with 2 records and has 1"},
		"something behind":       {strings.Join(good, "\n") + "\n" + good[1], "there is something behind"},
		"a line of any length":   {with(1, strings.Repeat("x", 3*maxLine)), "line 2: it is longer than"},
		"a header of any length": {strings.Repeat("x", 3*maxLine), "line 1: it is longer than"},
	} {
		_, _, err := read([]byte(tt.data))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		} else if strings.ContainsAny(err.Error(), "\x1b\n") || len(err.Error()) > 1<<10 {
			t.Errorf("%s: %q", name, err)
		}
	}
	if _, got, err := read([]byte(strings.Join(good, "\n"))); err != nil || len(got) != 2 {
		t.Errorf("without the last line's end: %d records, %v", len(got), err)
	}
}

// TestEveryRuleHasAText: a threshold that is added to the rules must get its
// text here, or recordings would lose it.
func TestEveryRuleHasAText(t *testing.T) {
	rules := health.DefaultRules()
	v := reflect.ValueOf(&rules).Elem()
	for i := range v.NumField() {
		changed := rules
		field := reflect.ValueOf(&changed).Elem().Field(i)
		name := v.Type().Field(i).Name
		switch {
		case field.CanFloat():
			field.SetFloat(field.Float() / 2)
		case field.CanInt():
			field.SetInt(field.Int() + 7)
		case field.CanUint():
			field.SetUint(field.Uint() + 7)
		case field.Kind() == reflect.Bool:
			field.SetBool(!field.Bool())
		default:
			t.Fatalf("%s is a %s, which no test changes", name, field.Kind())
		}
		back, err := parseRules(Texts(changed))
		if err != nil || back != changed {
			t.Errorf("%s is lost: %v", name, err)
		}
	}
	for _, threshold := range rules.Thresholds() {
		if err := Set(&rules, threshold.Key, threshold.Value); threshold.Derived == "" && err != nil {
			t.Errorf("%s of the configuration: %v", threshold.Key, err)
		}
	}
}

func TestSetRefuses(t *testing.T) {
	before := health.DefaultRules()
	r := before
	for _, s := range [][2]string{
		{"down_after", "0s"},
		{"down_after", "soon"},
		{"down_after", "9999h"},
		{"down_after", ""},
		{"error_rate", "NaN"},
		{"error_rate", "2"},
		{"error_rate", "0"},
		{"stall_slots", "0"},
		{"stall_slots", "1.5"},
		{"lag_noise", "-1"},
		{"first_samples", "1e3"},
		{"nosuch", "1"},
		{"", ""},
		{"\x1b[2J", "1"},
		{"slots_per_second", "Inf"},
	} {
		if err := Set(&r, s[0], s[1]); err == nil || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%q=%q: %v", s[0], s[1], err)
		}
	}
	if r != before {
		t.Error("a refused value was set")
	}
	if err := Set(&r, "down_after", " 1m "); err != nil || r.DownAfter != time.Minute {
		t.Errorf("%v, %v", r.DownAfter, err)
	}
}

func FuzzReader(f *testing.F) {
	random := rand.New(rand.NewPCG(9, 9))
	var some []Record
	for i := range 12 {
		some = append(some, anyRecord(random, t0.Add(time.Duration(i)*time.Second)))
	}
	f.Add(write(f, header(), some...))
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, records, err := read(data)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\x1b\n") {
				t.Errorf("%q", err)
			}
			return
		}
		// What can be read can be written, and read again as the same.
		again, back, err := read(write(t, h, records...))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(again, h) || len(back) > len(records) {
			t.Errorf("header %+v, then %+v; %d records, then %d", h, again, len(records), len(back))
		}
		p := NewPlayer(h, h.Rules, h.PipelineRules)
		for _, r := range records {
			p.Play(r)
		}
		if timeline := p.End(); len(timeline.Changes) > maxChanges {
			t.Errorf("%d changes", len(timeline.Changes))
		}
	})
}

func TestExportMergesInTheOrderOfTime(t *testing.T) {
	look := func(s int) model.Evidence {
		at := t0.Add(time.Duration(s) * time.Second)
		return model.Evidence{Kind: model.KindTip, Cluster: "ams", Asked: at, Answered: at}
	}
	told := []Record{
		{At: t0, Active: &Active{"trades", "ams"}},
		{At: t0.Add(3 * time.Second), Active: &Active{"trades", "nyc"}},
		{At: t0.Add(9 * time.Second), Active: &Active{"trades", "ams"}},
	}
	var b bytes.Buffer
	err := Export(t.Context(), &b, header(), told, func(_ context.Context, do func(model.Evidence) error) error {
		for _, s := range []int{1, 3, 4} {
			if err := do(look(s)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, got, err := read(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	order := ""
	for _, r := range got {
		if r.Active != nil {
			order += "a"
		} else {
			order += "e"
		}
	}
	if order != "aeaeea" {
		t.Errorf("order %s", order)
	}
	broken := errors.New("the database is locked")
	err = Export(t.Context(), io.Discard, header(), nil, func(context.Context, func(model.Evidence) error) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

// TestActiveWhereTheConfigurationHasNoCluster: it can name fewer clusters than
// when a pipeline was moved, and what was exported then must play.
func TestActiveWhereTheConfigurationHasNoCluster(t *testing.T) {
	_, got, err := read(write(t, header(), Record{At: t0, Active: &Active{"trades", "gone"}}))
	if err != nil || len(got) != 1 || got[0].Active.Cluster != "gone" {
		t.Errorf("%+v, %v", got, err)
	}
}

package declare

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"io.meridian/terraform-provider-meridian/internal/api"
	"io.meridian/terraform-provider-meridian/internal/document"
)

var zones = document.Place{Key: "zones", Names: []string{"name"}, Word: "zone"}

// memory is a control plane that keeps one document, and refuses backups that are no zones.
type memory struct {
	mutex    sync.Mutex
	document document.Document
	revision int
	// Called before a document is put: others may be faster.
	before func(*memory)
}

func (m *memory) Do(_ context.Context, request api.Request) (api.Answer, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if request.Method == http.MethodGet {
		if m.document == nil {
			return api.Answer{}, &api.Problem{Type: "urn:meridian:problem:no-topology", Title: "No topology", Status: 409}
		}
		text, _ := json.Marshal(map[string]any{"revision": m.revision, "topology": m.document})
		return api.Answer{Status: 200, Body: text}, nil
	}
	if m.before != nil {
		m.before(m)
	}
	if request.IfMatch != fmt.Sprint(m.revision) {
		return api.Answer{}, &api.Problem{Type: "urn:meridian:problem:revision-conflict", Title: "Revision conflict", Status: 412}
	}
	wanted, err := document.Read(request.Body)
	if err != nil {
		return api.Answer{}, err
	}
	if faults := unknownBackups(wanted); len(faults) > 0 {
		return api.Answer{}, &api.Problem{Type: "urn:meridian:problem:invalid-document", Title: "Invalid document", Status: 400, Errors: faults}
	}
	m.revision++
	m.document = wanted
	return api.Answer{Status: 200}, nil
}

func unknownBackups(d document.Document) []api.Fault {
	var faults []api.Fault
	list, _ := d["zones"].([]any)
	for i, zone := range list {
		backups, _ := zone.(map[string]any)["backups"].([]any)
		for j, backup := range backups {
			if zones.Find(d, fmt.Sprint(backup)) == nil {
				faults = append(faults, api.Fault{Pointer: fmt.Sprintf("/zones/%d/backups/%d", i, j), Detail: fmt.Sprintf("unknown zone '%s'", backup)})
			}
		}
	}
	return faults
}

func (m *memory) zones() string {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	var names []string
	list, _ := m.document["zones"].([]any)
	for _, zone := range list {
		names = append(names, zones.ID(zone))
	}
	return strings.Join(names, " ")
}

func declared(t *testing.T) *memory {
	t.Helper()
	d, err := document.Read(map[string]any{"name": "shop", "zones": []any{map[string]any{"name": "east-1"}}})
	if err != nil {
		t.Fatal(err)
	}
	return &memory{document: d, revision: 1}
}

func zone(name string, backups ...any) Change {
	element := map[string]any{"name": name}
	if len(backups) > 0 {
		element["backups"] = backups
	}
	return Put(zones, element, []string{"name", "backups"}, false, func() {})
}

// together makes all changes at once, and gives what became of each.
func together(w *Writer, changes ...Change) []error {
	results := make([]error, len(changes))
	var all sync.WaitGroup
	for i, change := range changes {
		all.Go(func() { results[i] = w.Declare(context.Background(), change) })
	}
	all.Wait()
	return results
}

func none(t *testing.T, errs []error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestChangesThatComeTogetherAreOneRevision(t *testing.T) {
	control := declared(t)
	none(t, together(NewWriter(control, time.Second), zone("a-1"), zone("a-2"), zone("a-3"), Remove(zones, "east-1")))
	if control.revision != 2 || len(strings.Fields(control.zones())) != 3 || strings.Contains(control.zones(), "east-1") {
		t.Errorf("revision %d has %s", control.revision, control.zones())
	}
}

func TestWhatOnlyHoldsTogetherIsDeclaredThoughItComesOneAfterTheOther(t *testing.T) {
	control := declared(t)
	writer := NewWriter(control, 20*time.Second)
	first := make(chan error)
	go func() { first <- writer.Declare(context.Background(), zone("a-1", "b-1")) }()
	for deadline := time.Now().Add(10 * time.Second); !refusedOnce(writer); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the first was never tried alone")
		}
	}
	none(t, []error{writer.Declare(context.Background(), zone("b-1", "a-1")), <-first})
	if control.zones() != "east-1 a-1 b-1" {
		t.Error(control.zones())
	}
}

func refusedOnce(w *Writer) bool {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return len(w.waiting) == 1 && w.waiting[0].refused.Load() != nil
}

func TestOneThatIsWrongDoesNotHoldTheOthersBack(t *testing.T) {
	control := declared(t)
	errs := together(NewWriter(control, 300*time.Millisecond), zone("a-1", "b-1"), zone("b-1", "a-1"), zone("c-1", "nowhere-1"))
	none(t, errs[:2])
	if errs[2] == nil || !strings.Contains(errs[2].Error(), "unknown zone 'nowhere-1'") {
		t.Error(errs[2])
	}
	if got := control.zones(); len(strings.Fields(got)) != 3 || strings.Contains(got, "c-1") {
		t.Error(got)
	}
}

func TestWhatOthersWroteMeanwhileStays(t *testing.T) {
	control := declared(t)
	written := 0
	control.before = func(m *memory) {
		if written++; written <= 3 {
			m.document = zones.With(m.document, map[string]any{"name": fmt.Sprintf("other-%d", written)})
			m.revision++
		}
	}
	none(t, together(NewWriter(control, time.Second), zone("a-1")))
	if control.zones() != "east-1 other-1 other-2 other-3 a-1" {
		t.Error(control.zones())
	}
}

func TestOthersWhoAreAlwaysFasterEndItWithTheirConflict(t *testing.T) {
	control := declared(t)
	control.before = func(m *memory) { m.revision++ }
	if errs := together(NewWriter(control, time.Second), zone("a-1")); !api.IsProblem(errs[0], "revision-conflict") {
		t.Error(errs[0])
	}
}

func TestAnElementThatIsThereIsTakenOverOnlyIfItSaysTheSame(t *testing.T) {
	control := declared(t)
	writer := NewWriter(control, time.Second)
	adopted := false
	none(t, together(writer, Put(zones, map[string]any{"name": "east-1"}, nil, false, func() { adopted = true })))
	if !adopted || control.revision != 1 {
		t.Errorf("adopted %v, revision %d", adopted, control.revision)
	}
	errs := together(writer, zone("east-1", "west-1"))
	if errs[0] == nil || !strings.Contains(errs[0].Error(), "differs in backups") {
		t.Error(errs[0])
	}
}

func TestAChangeKeepsWhatThisVersionDoesNotKnow(t *testing.T) {
	control := declared(t)
	control.document = zones.With(control.document, map[string]any{"name": "east-1", "later": "x", "weight": 1})
	none(t, together(NewWriter(control, time.Second), Put(zones, map[string]any{"name": "east-1", "capacity": 7}, []string{"name", "weight", "capacity"}, true, func() {})))
	if differ := zones.Differences(zones.Find(control.document, "east-1"), map[string]any{"name": "east-1", "later": "x", "capacity": json.Number("7")}); differ != nil {
		t.Errorf("%v: %v", differ, control.document)
	}
}

func TestWithoutATopologyElementsWaitForTheFirst(t *testing.T) {
	control := &memory{}
	writer := NewWriter(control, 300*time.Millisecond)
	if errs := together(writer, zone("a-1")); !errors.Is(errs[0], ErrNotYet) {
		t.Error(errs[0])
	}
	ground := Change{Place: document.Place{Key: "name"}, Ground: true, To: func(d document.Document) (document.Document, error) {
		return document.Read(map[string]any{"name": "shop", "zones": []any{}})
	}}
	none(t, together(writer, zone("a-1"), ground))
	if control.zones() != "a-1" {
		t.Error(control.zones())
	}
}

func TestWhoIsInterruptedIsToldThatTheOutcomeIsNotKnown(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := NewWriter(&memory{}, 300*time.Millisecond).Declare(ctx, zone("a-1"))
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "not known") {
		t.Error(err)
	}
}

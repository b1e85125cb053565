// Package declare writes changes of single elements into the one topology document. Everything goes through one Writer: changes that come at the
// same time are declared together, so that an apply makes few revisions and what only holds together (two zones that are each other's backup, a
// weight that goes up while another goes down) is accepted; each write is conditional on the revision that was read, so that nobody is trampled.
package declare

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"io.meridian/terraform-provider-meridian/internal/api"
	"io.meridian/terraform-provider-meridian/internal/document"
)

const (
	// Together: changes that come within it of each other are declared at once.
	gathering = 150 * time.Millisecond
	// Of writes that others were faster than.
	conflictsAtMost = 10
	writeLimit      = 3 * time.Minute
	jitter          = 200 * time.Millisecond
)

// ControlPlane is what a Writer needs of one.
type ControlPlane interface {
	Do(ctx context.Context, request api.Request) (api.Answer, error)
}

// Writer of one control plane's topology.
type Writer struct {
	control ControlPlane
	settle  time.Duration

	mutex   sync.Mutex
	waiting []*asked
	running bool
	arrived chan struct{}
}

type asked struct {
	change Change
	since  time.Time
	done   chan error
	// Why it was refused when it was last tried; nil: it was not tried yet.
	refused atomic.Pointer[error]
}

// NewWriter makes one. A change that is refused for what another may mend waits for as long as settle for others to come.
func NewWriter(control ControlPlane, settle time.Duration) *Writer {
	return &Writer{control: control, settle: settle, arrived: make(chan struct{}, 1)}
}

// Declare makes the change and returns when the control plane has it, or why it does not.
func (w *Writer) Declare(ctx context.Context, change Change) error {
	mine := &asked{change: change, since: time.Now(), done: make(chan error, 1)}
	w.mutex.Lock()
	w.waiting = append(w.waiting, mine)
	if !w.running {
		w.running = true
		go w.run()
	}
	w.mutex.Unlock()
	select {
	case w.arrived <- struct{}{}:
	default:
	}
	select {
	case err := <-mine.done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("%s %s: %w; whether it was declared is not known, the next plan tells", change.Place.Word, change.ID, ctx.Err())
	}
}

func (w *Writer) run() {
	for {
		w.gather()
		batch := w.taken()
		if len(batch) == 0 {
			return
		}
		progress := w.round(batch)
		w.giveUp(progress)
	}
}

// gather waits until nothing has come for a moment.
func (w *Writer) gather() {
	for {
		select {
		case <-w.arrived:
		case <-time.After(gathering):
			return
		}
	}
}

// taken gives what waits, and ends the running when nothing does.
func (w *Writer) taken() []*asked {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if len(w.waiting) == 0 {
		w.running = false
	}
	var ground, others, alone []*asked
	for _, one := range w.waiting {
		switch {
		case one.change.Ground:
			ground = append(ground, one)
		case one.change.Alone:
			alone = append(alone, one)
		default:
			others = append(others, one)
		}
	}
	if together := append(ground, others...); len(together) > 0 {
		return together
	}
	return alone[:min(1, len(alone))]
}

// round tries them together, then as they can be told apart, and answers those whose outcome is final. It says whether anything was declared.
func (w *Writer) round(batch []*asked) bool {
	ctx, cancel := context.WithTimeout(context.Background(), writeLimit)
	defer cancel()
	progress := false
	for rest := batch; len(rest) > 0; {
		outcome := w.write(ctx, rest)
		for _, one := range outcome.declared {
			w.answer(one, nil)
			progress = true
		}
		for one, err := range outcome.final {
			w.answer(one, err)
		}
		switch {
		case len(outcome.refused) == 0:
			return progress
		case len(outcome.innocent) > 0:
			rest = outcome.innocent
		case len(outcome.refused) > 1:
			// Nothing tells whose fault it is: one at a time.
			for _, one := range outcome.refused {
				progress = w.round([]*asked{one}) || progress
			}
			return progress
		default:
			return progress
		}
	}
	return progress
}

// outcome of one write of several changes.
type outcome struct {
	declared []*asked
	final    map[*asked]error
	// Refused together; innocent are those of them that no fault points at, when there are others.
	refused  []*asked
	innocent []*asked
}

func (w *Writer) write(ctx context.Context, batch []*asked) outcome {
	result := outcome{final: map[*asked]error{}}
	for conflict := 0; ; conflict++ {
		present, revision, err := w.read(ctx)
		if err != nil {
			return result.allFinal(batch, err)
		}
		wanted, part := present, []*asked(nil)
		for _, one := range batch {
			if _, ended := result.final[one]; ended {
				continue
			}
			with, err := one.change.To(wanted)
			switch {
			case errors.Is(err, ErrNotYet):
				one.refused.Store(&err)
				result.refused = append(result.refused, one)
			case err != nil:
				result.final[one] = err
			default:
				wanted, part = with, append(part, one)
			}
		}
		if len(part) == 0 || document.Same(present, wanted) {
			result.declared = part
			return result
		}
		err = w.put(ctx, wanted, revision)
		switch {
		case err == nil:
			result.declared = part
			return result
		case api.IsProblem(err, "revision-conflict") && conflict < conflictsAtMost:
			result.refused = nil
			time.Sleep(rand.N(jitter))
		case api.IsProblem(err, "invalid-document", "topology-conflict", "no-room"):
			return result.withFaults(part, wanted, err)
		default:
			return result.allFinal(part, err)
		}
	}
}

func (o outcome) allFinal(batch []*asked, err error) outcome {
	for _, one := range batch {
		if _, ended := o.final[one]; !ended {
			o.final[one] = err
		}
	}
	return o
}

// withFaults tells those at whose elements a fault points from the others.
func (o outcome) withFaults(part []*asked, wanted document.Document, err error) outcome {
	problem := api.ProblemOf(err)
	var guilty, innocent []*asked
	for _, one := range part {
		one.refused.Store(&err)
		var own []api.Fault
		for _, fault := range problem.Errors {
			if one.change.Place.Has(wanted, one.change.ID, fault.Pointer) {
				own = append(own, fault)
			}
		}
		if len(own) == 0 {
			innocent = append(innocent, one)
			continue
		}
		guilty = append(guilty, one)
	}
	o.refused = append(o.refused, part...)
	if len(guilty) > 0 {
		o.innocent = innocent
	}
	return o
}

func (w *Writer) read(ctx context.Context) (document.Document, string, error) {
	return Read(ctx, w.control)
}

// Read the topology and its revision; nil and 0 when nothing was declared yet.
func Read(ctx context.Context, control ControlPlane) (document.Document, string, error) {
	answer, err := control.Do(ctx, api.Request{Method: http.MethodGet, Path: "topology"})
	if api.IsProblem(err, "no-topology") {
		return nil, "0", nil
	}
	if err != nil {
		return nil, "", err
	}
	var read struct {
		Revision json.Number       `json:"revision"`
		Topology document.Document `json:"topology"`
	}
	if err := answer.Read(&read); err != nil {
		return nil, "", err
	}
	return read.Topology, read.Revision.String(), nil
}

// put declares the document on top of a revision. Its key says what is asked, so that asking again for what waits for a second person, or for what
// nobody knows the outcome of, is the same request.
func (w *Writer) put(ctx context.Context, wanted document.Document, revision string) error {
	text, err := json.Marshal(wanted)
	if err != nil {
		return fmt.Errorf("writing the topology: %w", err)
	}
	sum := sha256.Sum256(append([]byte(revision+"\n"), text...))
	request := api.Request{
		Method: http.MethodPut, Path: "topology", Body: json.RawMessage(text), IfMatch: revision,
		Key: "terraform-" + hex.EncodeToString(sum[:]),
	}
	for again := false; ; again = true {
		answer, err := w.control.Do(ctx, request)
		if err != nil || answer.Status != http.StatusAccepted {
			return err
		}
		var approval api.Approval
		if err := answer.Read(&approval); err != nil {
			return err
		}
		now, err := w.control.Do(ctx, api.Request{Method: http.MethodGet, Path: "approvals/" + approval.ID})
		if err != nil {
			return err
		}
		if err := now.Read(&approval); err != nil {
			return err
		}
		if approval.State == "WAITING" || again {
			return &WaitsError{Approval: approval}
		}
		request.Key = api.RandomKey() // that one ended, by rejection or by time
	}
}

// WaitsError says that a second person has to approve the change. Nothing is declared yet.
type WaitsError struct {
	Approval api.Approval
}

func (e *WaitsError) Error() string {
	return fmt.Sprintf("it waits for a second person: approval %s (%s), until %s. Nothing is declared yet. Let another approver look at it"+
		" (./meridian approvals approve %s), before anything else changes the topology; then apply again, which finds it done",
		e.Approval.ID, e.Approval.What, e.Approval.Expires, e.Approval.ID)
}

func (w *Writer) answer(one *asked, err error) {
	w.mutex.Lock()
	for i, other := range w.waiting {
		if other == one {
			w.waiting = append(w.waiting[:i:i], w.waiting[i+1:]...)
			break
		}
	}
	w.mutex.Unlock()
	one.done <- err
}

// giveUp ends the wait of those that were refused, once nothing that could mend it has come for as long as settle.
func (w *Writer) giveUp(progress bool) {
	w.mutex.Lock()
	left := len(w.waiting)
	w.mutex.Unlock()
	if left == 0 {
		return
	}
	if progress {
		return // what was declared may be what another waits for
	}
	select {
	case <-w.arrived:
		return
	case <-time.After(w.settle):
	}
	w.mutex.Lock()
	given := make([]*asked, 0, len(w.waiting))
	for _, one := range w.waiting {
		if one.refused.Load() != nil {
			given = append(given, one)
		}
	}
	w.mutex.Unlock()
	for _, one := range given {
		w.answer(one, *one.refused.Load())
	}
}

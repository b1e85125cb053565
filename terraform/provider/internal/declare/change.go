package declare

import (
	"errors"
	"fmt"
	"strings"

	"io.meridian/terraform-provider-meridian/internal/document"
)

// Change of one element of the topology. It touches nothing else of the document.
type Change struct {
	// Place and ID of the element; with them a fault that the control plane finds is told from those of others.
	Place document.Place
	ID    string
	// To says what the document is with the change; d is nil while nothing was declared. An error is final, but for NotYet.
	To func(d document.Document) (document.Document, error)
	// Ground is what all others stand on: it comes first.
	Ground bool
	// Alone: the control plane keeps it for a second person, who must not wait for others' changes, nor they for that person.
	Alone bool
}

// ErrNotYet refuses a change for as long as nothing was declared.
var ErrNotYet = errors.New("the control plane has no topology yet; a meridian_topology with 'first' declares one (depends_on makes others wait for it)")

// Put declares an element. Without an earlier it must not be there yet, unless it already says the same: then it is taken over, and adopted is told.
// With an earlier, what the document has beside the known keys is kept.
func Put(place document.Place, element document.Element, known []string, earlier bool, adopted func()) Change {
	id := place.ID(element)
	return Change{Place: place, ID: id, To: func(d document.Document) (document.Document, error) {
		if d == nil {
			return nil, ErrNotYet
		}
		present := place.Find(d, id)
		switch {
		case present != nil && place.Equal(present, element):
			if !earlier {
				adopted()
			}
			return d, nil
		case present != nil && !earlier:
			return nil, fmt.Errorf("%s %s is there already and differs in %s; to take it over: terraform import, then plan shows each difference",
				place.Word, id, strings.Join(place.Differences(present, element), ", "))
		default:
			return place.With(d, keeping(present, element, known)), nil
		}
	}}
}

// Remove takes an element out. One that is gone already is no fault.
func Remove(place document.Place, id string) Change {
	return Change{Place: place, ID: id, To: func(d document.Document) (document.Document, error) {
		if d == nil || place.Find(d, id) == nil {
			return d, nil
		}
		return place.Without(d, id), nil
	}}
}

// keeping what a newer control plane knows of an element and this version does not.
func keeping(present, element document.Element, known []string) document.Element {
	before, isObject := present.(map[string]any)
	wanted, isToo := element.(map[string]any)
	if !isObject || !isToo {
		return element
	}
	result := map[string]any{}
	for key, value := range before {
		result[key] = value
	}
	for _, key := range known {
		delete(result, key)
	}
	for key, value := range wanted {
		result[key] = value
	}
	return result
}

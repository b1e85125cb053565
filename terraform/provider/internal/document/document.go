// Package document is the topology document as the control plane reads and writes it: where each element stands, how one is put in
// without touching the others, and when two are the same. It is pure: no HTTP, no Terraform.
package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Document as JSON has it; numbers are json.Number. What this version does not know stays as it is.
type Document map[string]any

// Element of a document: one of a list that is told by name, or a member of the document itself.
type Element = any

// Place says where elements of one kind stand.
type Place struct {
	// Key of the document, such as zones.
	Key string
	// Names are the fields that tell one element of a list from another; none: the member of the document is the element.
	Names []string
	// Word for people, such as zone.
	Word string
	// Absent is what an element has that does not say: the control plane leaves it out when it writes.
	Absent map[string]any
	// AbsentOf adds to Absent what depends on the element, such as on its kind; nil: nothing does.
	AbsentOf func(element map[string]any) map[string]any
}

// ID of an element: what is in its Names, such as east-1, or east/west of a gateway.
func (p Place) ID(element Element) string {
	if len(p.Names) == 0 {
		return p.Key
	}
	object, _ := element.(map[string]any)
	parts := make([]string, len(p.Names))
	for i, name := range p.Names {
		parts[i] = fmt.Sprint(object[name])
	}
	return strings.Join(parts, "/")
}

// Find an element; nil: there is none.
func (p Place) Find(d Document, id string) Element {
	if len(p.Names) == 0 {
		return d[p.Key]
	}
	list, _ := d[p.Key].([]any)
	if at := p.index(list, id); at >= 0 {
		return list[at]
	}
	return nil
}

// With gives the document with the element in the place of the one with its name, or behind all others. d stays as it is.
func (p Place) With(d Document, element Element) Document {
	result := d.copied()
	if len(p.Names) == 0 {
		result[p.Key] = element
		return result
	}
	list, _ := d[p.Key].([]any)
	list = slices.Clone(list)
	if at := p.index(list, p.ID(element)); at >= 0 {
		list[at] = element
	} else {
		list = append(list, element)
	}
	result[p.Key] = list
	return result
}

// Without gives the document without the element. d stays as it is.
func (p Place) Without(d Document, id string) Document {
	result := d.copied()
	if len(p.Names) == 0 {
		delete(result, p.Key)
		return result
	}
	list, _ := d[p.Key].([]any)
	if at := p.index(list, id); at >= 0 {
		result[p.Key] = slices.Delete(slices.Clone(list), at, at+1)
	}
	return result
}

// Has says whether the JSON pointer leads into the element.
func (p Place) Has(d Document, id, pointer string) bool {
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	if parts[0] != p.Key {
		return false
	}
	if len(p.Names) == 0 {
		return true
	}
	list, _ := d[p.Key].([]any)
	return len(parts) > 1 && parts[1] == strconv.Itoa(p.index(list, id)) && p.index(list, id) >= 0
}

func (p Place) index(list []any, id string) int {
	return slices.IndexFunc(list, func(element any) bool { return p.ID(element) == id })
}

// Same says whether two documents say the same, byte for byte; elements that merely mean the same are compared by Place.Equal.
func Same(a, b Document) bool {
	return bytes.Equal(written(a), written(b))
}

// Read takes a document from anything that JSON can write, with numbers as the control plane's answers have them.
func Read(from any) (Document, error) {
	text, err := json.Marshal(from)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var result Document
	return result, decoder.Decode(&result)
}

func (d Document) copied() Document {
	result := make(Document, len(d)+1)
	for key, value := range d {
		result[key] = value
	}
	return result
}

func written(d Document) []byte {
	text, err := json.Marshal(d)
	if err != nil {
		panic("a document that came as JSON cannot be written as JSON: " + err.Error())
	}
	return text
}

package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

const problemPrefix = "urn:meridian:problem:"

// Fault is one thing that is wrong with a document, and where.
type Fault struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

// Problem is what the control plane refuses with (RFC 9457). Its type is API, its detail is for people.
type Problem struct {
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail"`
	Errors []Fault `json:"errors"`
}

// Of says whether it is of the kind, such as topology-conflict (docs/problems.md).
func (p *Problem) Of(kind string) bool {
	return p.Type == problemPrefix+kind
}

// Error shows all of it: who reads a diagnostic has no other place to look.
func (p *Problem) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s (%d): %s", p.Title, p.Status, p.Detail)
	for _, fault := range p.Errors {
		where := fault.Pointer
		if where == "" {
			where = "the whole document"
		}
		fmt.Fprintf(&text, "\n  %s: %s", where, fault.Detail)
	}
	if p.Type != "" && p.Type != "about:blank" {
		fmt.Fprintf(&text, "\n(%s)", p.Type)
	}
	return text.String()
}

// ProblemOf finds the problem in err; nil: there is none, such as when nobody answered.
func ProblemOf(err error) *Problem {
	var problem *Problem
	if errors.As(err, &problem) {
		return problem
	}
	return nil
}

// IsProblem says whether err is a problem of one of the kinds.
func IsProblem(err error, kinds ...string) bool {
	problem := ProblemOf(err)
	for _, kind := range kinds {
		if problem != nil && problem.Of(kind) {
			return true
		}
	}
	return false
}

func problemFrom(status int, body []byte) *Problem {
	var problem Problem
	if err := json.Unmarshal(body, &problem); err != nil || problem.Title == "" {
		text := strings.TrimSpace(string(body))
		if len(text) > 500 {
			text = text[:500] + "..."
		}
		if text == "" {
			text = "the answer has no body; is this the address of a control plane?"
		}
		return &Problem{Title: http.StatusText(status), Status: status, Detail: text}
	}
	problem.Status = status
	return &problem
}

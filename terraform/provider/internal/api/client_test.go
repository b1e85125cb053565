package api

import (
	"context"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

func client(t *testing.T, settings Settings) *Client {
	t.Helper()
	settings.UserAgent = "terraform-provider-meridian/test"
	made, err := New(settings)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestAChangeIsSentAgainUnderTheSameKeyUntilItIsAnswered(t *testing.T) {
	var keys []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		body, _ := io.ReadAll(r.Body)
		switch {
		case len(keys) < 3:
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte(`{"type":"urn:meridian:problem:outcome-unknown","title":"Outcome unknown","status":503,"detail":"ask again"}`))
		case r.URL.Path != "/api/v1/topology" || string(body) != `{"name":"shop"}` || r.Header.Get("If-Match") != `"7"` ||
			r.Header.Get("Authorization") != "Bearer mrd_x" || r.Header.Get("Meridian-Reason") != "caf%C3%A9" ||
			!strings.HasPrefix(r.UserAgent(), "terraform-provider-meridian/"):
			w.WriteHeader(http.StatusTeapot)
		default:
			w.Header().Set("ETag", `"8"`)
		}
	}))
	defer server.Close()
	of := client(t, Settings{Address: server.URL, Token: "mrd_x", Reason: "café", Patience: time.Minute})
	answer, err := of.Do(context.Background(), Request{Method: http.MethodPut, Path: "topology", Body: map[string]any{"name": "shop"}, IfMatch: "7"})
	if err != nil || answer.Revision != "8" {
		t.Fatal(answer, err)
	}
	if len(slices.Compact(keys)) != 1 || keys[0] == "" {
		t.Errorf("keys %v", keys)
	}
}

func TestARefusalIsNotSentAgainAndIsToldWhole(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.WriteHeader(http.StatusConflict)
		_, _ = w.Write([]byte(`{"type":"urn:meridian:problem:topology-conflict","title":"Topology conflict","status":409,"detail":"2 changes are not possible",` +
			`"errors":[{"pointer":"/zones/0/region","detail":"it stays"},{"pointer":"","detail":"so does this"}]}`))
	}))
	defer server.Close()
	_, err := client(t, Settings{Address: server.URL, Patience: time.Minute}).Do(context.Background(), Request{Method: http.MethodPut, Path: "topology"})
	if asked != 1 || !IsProblem(err, "no-room", "topology-conflict") || IsProblem(err, "no-room") {
		t.Fatal(asked, err)
	}
	for _, part := range []string{"Topology conflict (409)", "2 changes are not possible", "/zones/0/region: it stays", "the whole document: so does this"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in %q", part, err)
		}
	}
}

func TestWhatIsNoProblemIsToldAsItCame(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	err := client(t, Settings{Address: server.URL}).Get(context.Background(), "topology", &struct{}{})
	if err == nil || !strings.Contains(err.Error(), "Not Found (404): 404 page not found") {
		t.Error(err)
	}
}

func TestNobodyThereIsToldAfterPatienceWithTheAddress(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	err := client(t, Settings{Address: server.URL, Patience: 300 * time.Millisecond}).Get(context.Background(), "topology", &struct{}{})
	if err == nil || !strings.Contains(err.Error(), server.URL+", tried for 300ms") || !strings.Contains(err.Error(), "refused") {
		t.Error(err)
	}
}

func TestACertificateIsCheckedByTheAuthorityThatIsNamed(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{}`)) }))
	defer server.Close()
	server.Config.ErrorLog = nil
	authority := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	if err := client(t, Settings{Address: server.URL, CA: authority}).Get(context.Background(), "topology", &struct{}{}); err != nil {
		t.Error(err)
	}
	err := client(t, Settings{Address: server.URL, Patience: time.Minute}).Get(context.Background(), "topology", &struct{}{})
	if err == nil || !strings.Contains(err.Error(), "unknown authority") {
		t.Errorf("without the authority: %v", err)
	}
}

func TestSettingsThatCannotBeAreRefused(t *testing.T) {
	for name, settings := range map[string]Settings{
		"no address":     {},
		"no scheme":      {Address: "control-plane:8443"},
		"a path":         {Address: "https://control-plane:8443/api/v1"},
		"a secret in it": {Address: "https://user:pass@control-plane:8443"},
		"no certificate": {Address: "https://control-plane:8443", CA: "PEM"},
	} {
		if _, err := New(settings); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestATokenInTheClearIsNoticedUnlessItStaysOnTheMachine(t *testing.T) {
	for address, clear := range map[string]bool{
		"http://10.0.0.1:80": true, "http://127.0.0.1:80": false, "http://[::1]:80": false, "http://localhost": false, "https://10.0.0.1": false,
	} {
		if got := client(t, Settings{Address: address}).InTheClear(); got != clear {
			t.Errorf("%s: %v", address, got)
		}
	}
}

// Package api speaks HTTP with a control plane: who asks, how long it is tried, what came back. It knows no Terraform.
package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	answerBytesAtMost = 64 << 20
	requestLimit      = 30 * time.Second
	firstPause        = 100 * time.Millisecond
	longestPause      = 2 * time.Second
)

// Settings of a client.
type Settings struct {
	// Address such as https://control-plane.example.org:8443, without a path.
	Address string
	Token   string
	// CA in PEM, in place of the machine's; empty: the machine's.
	CA string
	// Reason for the audit.
	Reason string
	// UserAgent in the product/version form.
	UserAgent string
	// Patience is how long a request is tried again while nobody answers, or a node that is not ready.
	Patience time.Duration
}

// Client of one control plane. It may be used by many at once.
type Client struct {
	address  *url.URL
	settings Settings
	http     *http.Client
}

// Request to a path below /api/v1.
type Request struct {
	Method string
	Path   string
	Query  url.Values
	// Body as JSON; nil: none.
	Body any
	// IfMatch is the revision that a change was decided on; empty: whatever it is.
	IfMatch string
	// Key under which a change is done once, however often it is sent; empty: one of its own.
	Key string
}

// Answer of a request that was not refused.
type Answer struct {
	Status   int
	Body     []byte
	Revision string
	Location string
}

// New reads the settings and says what is wrong with them.
func New(settings Settings) (*Client, error) {
	address, err := url.Parse(settings.Address)
	if err != nil || (address.Scheme != "http" && address.Scheme != "https") || address.Host == "" {
		return nil, fmt.Errorf("address %q is not one of a control plane, such as https://control-plane.example.org:8443", settings.Address)
	}
	if address.User != nil || strings.Trim(address.Path, "/") != "" || address.RawQuery != "" {
		return nil, fmt.Errorf("address %q has more than scheme, host and port; the token has a place of its own", settings.Address)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 16
	if settings.CA != "" {
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM([]byte(settings.CA)) {
			return nil, errors.New("the CA has no certificate in PEM (-----BEGIN CERTIFICATE-----)")
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return &Client{address: address, settings: settings, http: &http.Client{Transport: transport, Timeout: requestLimit}}, nil
}

// InTheClear says whether the token would travel unencrypted to another machine.
func (c *Client) InTheClear() bool {
	host := c.address.Hostname()
	ip := net.ParseIP(host)
	return c.address.Scheme == "http" && host != "localhost" && (ip == nil || !ip.IsLoopback())
}

// Do sends it until it is answered or patience ends, a change always under one key, so that it takes effect once.
func (c *Client) Do(ctx context.Context, request Request) (Answer, error) {
	if request.Key == "" && request.Method != http.MethodGet {
		request.Key = RandomKey()
	}
	act := request.Method + " " + request.Path
	var body []byte
	if request.Body != nil {
		written, err := json.Marshal(request.Body)
		if err != nil {
			return Answer{}, fmt.Errorf("writing the body of %s: %w", act, err)
		}
		body = written
	}
	end := time.Now().Add(c.settings.Patience)
	for attempt := 0; ; attempt++ {
		answer, err := c.once(ctx, request, body)
		if err == nil || !again(err) {
			return answer, wrap(act, err)
		}
		pause := min(time.Duration(float64(firstPause)*math.Pow(2, float64(min(attempt, 10)))), longestPause)
		if time.Now().Add(pause).After(end) {
			return answer, fmt.Errorf("%s at %s, tried for %s: %w", act, c.address, c.settings.Patience, err)
		}
		select {
		case <-ctx.Done():
			return answer, fmt.Errorf("%s: %w; the last try: %w", act, ctx.Err(), err)
		case <-time.After(pause):
		}
	}
}

// Get reads what is at path into to.
func (c *Client) Get(ctx context.Context, path string, to any) error {
	answer, err := c.Do(ctx, Request{Method: http.MethodGet, Path: path})
	if err != nil {
		return err
	}
	return answer.Read(to)
}

// Read takes the body apart.
func (a Answer) Read(to any) error {
	decoder := json.NewDecoder(bytes.NewReader(a.Body))
	decoder.UseNumber()
	if err := decoder.Decode(to); err != nil {
		return fmt.Errorf("reading the control plane's answer: %w", err)
	}
	return nil
}

// RandomKey for one change.
func RandomKey() string {
	var bits [16]byte
	_, _ = rand.Read(bits[:]) // never fails
	return hex.EncodeToString(bits[:])
}

func (c *Client) once(ctx context.Context, request Request, body []byte) (Answer, error) {
	place := c.address.JoinPath("api", "v1", request.Path)
	place.RawQuery = request.Query.Encode()
	sent, err := http.NewRequestWithContext(ctx, request.Method, place.String(), bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	header := sent.Header
	header.Set("Accept", "application/json, application/problem+json")
	header.Set("User-Agent", c.settings.UserAgent)
	if c.settings.Token != "" {
		header.Set("Authorization", "Bearer "+c.settings.Token)
	}
	if body != nil {
		header.Set("Content-Type", "application/json")
	}
	if request.Method != http.MethodGet {
		header.Set("Idempotency-Key", request.Key)
		header.Set("Meridian-Reason", url.PathEscape(c.settings.Reason))
	}
	if request.IfMatch != "" {
		header.Set("If-Match", `"`+request.IfMatch+`"`)
	}
	came, err := c.http.Do(sent)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = came.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(came.Body, answerBytesAtMost))
	if err != nil {
		return Answer{}, err
	}
	if came.StatusCode >= 300 {
		return Answer{}, problemFrom(came.StatusCode, text)
	}
	return Answer{
		Status:   came.StatusCode,
		Body:     text,
		Revision: strings.Trim(came.Header.Get("ETag"), `"`),
		Location: came.Header.Get("Location"),
	}, nil
}

// again says whether the same request may be answered otherwise a moment later. An outcome that is unknown is asked for with the same key.
func again(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) && !isTimeout(err) {
		return false
	}
	if problem := ProblemOf(err); problem != nil {
		return problem.Status == http.StatusServiceUnavailable || problem.Status == http.StatusBadGateway ||
			problem.Status == http.StatusGatewayTimeout || problem.Status == http.StatusTooManyRequests
	}
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	return !errors.As(err, &unknown) && !errors.As(err, &name) && !errors.As(err, &invalid)
}

func isTimeout(err error) bool {
	var timed net.Error
	return errors.As(err, &timed) && timed.Timeout()
}

func wrap(act string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", act, err)
}

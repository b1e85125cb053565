// Package acceptance asks the real control plane through Terraform. It runs with TF_ACC=1 only; terraform/test.sh sets it and counts what ran.
package acceptance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"io.meridian/terraform-provider-meridian/internal/api"
)

var (
	startLimit = patient(90 * time.Second)
	stopLimit  = patient(10 * time.Second)
)

const (
	adminToken = "terraform-acceptance-admin-token"
)

// node is one control plane by itself: its own quorum, without agents and routers, on free ports.
type node struct {
	address string
	process *exec.Cmd
	ended   chan struct{}
	log     string
	client  *api.Client
}

// shared is the node of all tests but those that need one of their own.
var shared *node

func TestMain(m *testing.M) {
	if os.Getenv("TF_ACC") == "" {
		os.Exit(m.Run())
	}
	// Of the source in configured.
	_ = os.Setenv("TF_ACC_PROVIDER_HOST", "terraform.local")
	_ = os.Setenv("TF_ACC_PROVIDER_NAMESPACE", "meridian")
	folder, err := os.MkdirTemp("", "meridian-terraform-")
	if err == nil {
		shared, err = start(folder)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	shared.stop()
	if status == 0 {
		_ = os.RemoveAll(folder)
	} else {
		fmt.Fprintln(os.Stderr, "the control plane's log:", shared.log)
	}
	os.Exit(status)
}

// patient makes a limit longer for a busy machine, by MERIDIAN_SLOW as all tests here.
func patient(limit time.Duration) time.Duration {
	slow := os.Getenv("MERIDIAN_SLOW")
	if slow == "" {
		return limit
	}
	times, err := strconv.ParseFloat(slow, 64)
	if err != nil {
		panic("MERIDIAN_SLOW is not a number: " + slow)
	}
	return time.Duration(float64(limit) * times)
}

// start a control plane in the folder and wait until it answers.
func start(folder string) (*node, error) {
	program, err := filepath.Abs(or(os.Getenv("MERIDIAN_CONTROL_PLANE"), "../../../../control-plane/target/quarkus-app"))
	if err != nil {
		return nil, err
	}
	jar := filepath.Join(program, "quarkus-run.jar")
	if _, err := os.Stat(jar); err != nil {
		return nil, fmt.Errorf("the control plane is not built (%w): ./meridian up builds it, or name its quarkus-app in MERIDIAN_CONTROL_PLANE", err)
	}
	java := "java"
	if home := os.Getenv("JAVA_HOME"); home != "" {
		java = filepath.Join(home, "bin", "java")
	}
	if err := os.WriteFile(filepath.Join(folder, "admin.token"), []byte(adminToken), 0o600); err != nil {
		return nil, err
	}
	ports := make([]int, 3)
	for i := range ports {
		if ports[i], err = freePort(); err != nil {
			return nil, err
		}
	}
	made := &node{address: fmt.Sprintf("http://127.0.0.1:%d", ports[0]), log: filepath.Join(folder, "log"), ended: make(chan struct{})}
	made.process = exec.Command(java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", "--enable-native-access=ALL-UNNAMED", //nolint:gosec // ours
		"-Dquarkus.http.host=127.0.0.1", fmt.Sprintf("-Dquarkus.http.port=%d", ports[0]),
		"-Dmeridian.region=east", fmt.Sprintf("-Dmeridian.feed.port=%d", ports[1]),
		"-Dmeridian.raft.node=east", fmt.Sprintf("-Dmeridian.raft.port=%d", ports[2]), fmt.Sprintf("-Dmeridian.raft.voters=east=127.0.0.1:%d", ports[2]),
		"-Dmeridian.raft.storage=data/raft", "-Dmeridian.signing.key-file=data/signing.key", "-Dmeridian.api.token-file=admin.token",
		"-jar", jar)
	made.process.Dir, made.process.SysProcAttr = folder, dieWithUs()
	log, err := os.Create(made.log)
	if err != nil {
		return nil, err
	}
	made.process.Stdout, made.process.Stderr = log, log
	if err := made.process.Start(); err != nil {
		return nil, fmt.Errorf("starting the control plane: %w", err)
	}
	go func() {
		_ = made.process.Wait()
		_ = log.Close()
		close(made.ended)
	}()
	if made.client, err = api.New(api.Settings{Address: made.address, Token: adminToken, Reason: "the test", UserAgent: "test", Patience: time.Second}); err == nil {
		err = made.ready()
	}
	if err != nil {
		made.stop()
		return nil, err
	}
	return made, nil
}

func (n *node) ready() error {
	for deadline := time.Now().Add(startLimit); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		select {
		case <-n.ended:
			text, _ := os.ReadFile(n.log)
			return fmt.Errorf("the control plane ended while it started:\n%s", text)
		default:
		}
		answer, err := http.Get(n.address + "/q/health") //nolint:noctx // a moment
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
	}
	return fmt.Errorf("the control plane did not answer within %s; its log: %s", startLimit, n.log)
}

// stop the process that start started.
func (n *node) stop() {
	_ = n.process.Process.Signal(os.Interrupt)
	select {
	case <-n.ended:
	case <-time.After(stopLimit):
		_ = n.process.Process.Kill()
		<-n.ended
	}
}

// own gives a control plane that nothing was declared to. Its test runs beside the others that have one of their own.
func own(t *testing.T) *node {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1")
	}
	t.Parallel()
	made, err := start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(made.stop)
	return made
}

// declared gives the shared control plane with the topology of base, and nothing else but the tables that were ever declared: these stay.
func declared(t *testing.T) *node {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1")
	}
	wanted := base()
	if present := shared.topology(t); present != nil {
		wanted["tables"] = present["tables"]
	}
	shared.declare(t, wanted)
	return shared
}

// base has two regions, each with a zone that owns half of the shards.
func base() map[string]any {
	return map[string]any{
		"name": "shop", "shards": 64,
		"regions":     []any{map[string]any{"name": "east", "city": "alpha"}, map[string]any{"name": "west", "city": "beta"}},
		"storeGroups": []any{map[string]any{"name": "main", "partitions": 4}},
		"zones": []any{
			map[string]any{"name": "east-1", "region": "east", "weight": 100, "endpoints": []any{"10.1.1.1:8080"}},
			map[string]any{"name": "west-1", "region": "west", "weight": 100, "endpoints": []any{"10.2.1.1:8080"}},
		},
		"services": []any{}, "tables": []any{},
		"gateways": []any{
			map[string]any{"from": "east", "to": "west", "address": "10.2.0.10:8443"},
			map[string]any{"from": "west", "to": "east", "address": "10.1.0.10:8443"},
		},
	}
}

func (n *node) topology(t *testing.T) map[string]any {
	t.Helper()
	var read struct{ Topology map[string]any }
	err := n.client.Get(context.Background(), "topology", &read)
	if err != nil && !api.IsProblem(err, "no-topology") {
		t.Fatal(err)
	}
	return read.Topology
}

func (n *node) declare(t *testing.T, topology map[string]any) {
	t.Helper()
	n.do(t, http.MethodPut, "topology", topology)
}

func (n *node) do(t *testing.T, method, path string, body any) map[string]any {
	t.Helper()
	answer, err := n.client.Do(context.Background(), api.Request{Method: method, Path: path, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	var read map[string]any
	if err := answer.Read(&read); err != nil {
		t.Fatal(err)
	}
	return read
}

// elements of a list of the topology, by name.
func (n *node) elements(t *testing.T, key string) map[string]map[string]any {
	t.Helper()
	elements := map[string]map[string]any{}
	list, _ := n.topology(t)[key].([]any)
	for _, of := range list {
		element := of.(map[string]any)
		elements[fmt.Sprint(element["name"])] = element
	}
	return elements
}

// revisions that the topology has had.
func (n *node) revisions(t *testing.T) int {
	t.Helper()
	var read []any
	if err := n.client.Get(context.Background(), "topology/revisions", &read); err != nil {
		t.Fatal(err)
	}
	return len(read)
}

func text(of any) string {
	var written bytes.Buffer
	encoder := json.NewEncoder(&written)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(of)
	return strings.TrimSpace(written.String())
}

func or(texts ...string) string {
	for _, of := range texts {
		if of != "" {
			return of
		}
	}
	return ""
}

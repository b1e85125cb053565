package region

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func envoy(t *testing.T) string {
	t.Helper()
	binary := os.Getenv("MERIDIAN_ENVOY")
	if binary == "" {
		t.Fatal("MERIDIAN_ENVOY names Envoy: terraform/test.sh sets it")
	}
	return binary
}

// laidOut writes a pod's files where the container would have them, below a folder instead of the root, after edits of pairs old, new.
func laidOut(t *testing.T, a authority, identity string, files map[string]string, edits ...string) (meridian string) {
	t.Helper()
	meridian = filepath.Join(t.TempDir(), "meridian")
	a.issue(t, identity, filepath.Join(meridian, "tls"))
	a.issue(t, identity, filepath.Join(meridian, "gateway-tls"))
	edit := strings.NewReplacer(append([]string{"//meridian/", "//meridian/", "/meridian/", meridian + "/"}, edits...)...)
	for place, file := range map[string]string{
		"mesh/mesh.yaml": "mesh.yaml", "mesh/identity.yaml": "identity.yaml", "mesh/trust.yaml": "trust.yaml",
		"envoy/envoy.yaml": "envoy.yaml", "envoy/shard_router.lua": "shard_router.lua", "gateway-sds/identity.yaml": "gateway-identity.yaml", "gateway-sds/trust.yaml": "gateway-trust.yaml",
	} {
		if files[file] == "" {
			continue
		}
		path := filepath.Join(meridian, place)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(edit.Replace(files[file])), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return meridian
}

func TestEnvoyTakesEveryFileOfTheExample(t *testing.T) {
	a, checked := newAuthority(t), 0
	for region, pods := range planned(t) {
		if region == "north" { // as west
			continue
		}
		for pod, files := range pods {
			meridian := laidOut(t, a, "spiffe://meridian/any", files)
			for _, file := range []string{"mesh/mesh.yaml", "envoy/envoy.yaml"} {
				path := filepath.Join(meridian, file)
				if _, err := os.Stat(path); err != nil {
					continue
				}
				said, err := exec.CommandContext(t.Context(), envoy(t), "--mode", "validate", "-c", path, "--service-node", pod+"-0", "--disable-hot-restart").CombinedOutput() //nolint:gosec // ours
				if err != nil || bytes.Contains(said, []byte("deprecated")) {
					t.Errorf("%s of %s in %s: %v\n%s", file, pod, region, err, said)
				}
				checked++
			}
		}
	}
	if checked != 8 {
		t.Errorf("%d files were looked at", checked)
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port
}

// started runs a sidecar until the test ends, and waits until it answers its own probe.
func started(t *testing.T, meridian string, probes int) {
	t.Helper()
	log, err := os.Create(filepath.Join(meridian, "log"))
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command(envoy(t), "-c", filepath.Join(meridian, "mesh/mesh.yaml"), "--concurrency", "1", "--disable-hot-restart", "--log-level", "warning") //nolint:gosec,noctx // ended below
	process.Stdout, process.Stderr = log, log
	process.SysProcAttr = dieWithUs()
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait()
	})
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		answer, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/mesh", probes)) //nolint:noctx // short
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
	}
	said, _ := os.ReadFile(log.Name())
	t.Fatalf("the sidecar does not answer: %s", said)
}

// echo answers what it reads.
func echo(t *testing.T) (port int) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(connection, connection)
				_ = connection.Close()
			}()
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}

// echoed tells whether what is said on a connection comes back.
func echoed(connection net.Conn, err error) error {
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	_ = connection.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := connection.Write([]byte("meridian")); err != nil {
		return err
	}
	back := make([]byte, 8)
	if _, err := io.ReadFull(connection, back); err != nil {
		return err
	}
	if string(back) != "meridian" {
		return fmt.Errorf("%q came back", back)
	}
	return nil
}

func dialled(port int) (net.Conn, error) {
	return (&net.Dialer{Timeout: 5 * time.Second}).DialContext(context.Background(), "tcp", fmt.Sprintf("127.0.0.1:%d", port))
}

// East's control plane and others who come to it, each through its sidecar as the example has it, on 127.0.0.1 and other ports.
func TestTheSidecarsCarryRaftBetweenControlPlanesAndRefuseWhoeverElseComes(t *testing.T) {
	a, regions := newAuthority(t), planned(t)
	program := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = fmt.Fprint(w, r.URL.Path) }))
	t.Cleanup(program.Close)
	raft, raftOutside, api, probes := echo(t), freePort(t), freePort(t), freePort(t)
	port := func(number int) string { return fmt.Sprintf("port_value: %d", number) }
	apart := func(own int) []string { // whatever else listens goes where nobody else is
		edits := []string{"address: 0.0.0.0", "address: 127.0.0.1"}
		for _, number := range []int{21001, 21002, 21003, 22001, 22002, 22003, 7444, 7445} {
			if number != own {
				edits = append(edits, port(number), port(freePort(t)))
			}
		}
		return edits
	}

	east := laidOut(t, a, "spiffe://meridian/control-plane/east", regions["east"]["control-plane-east"], append([]string{
		port(21001), port(raft), port(7443), port(raftOutside), port(8443), port(api), port(9000), port(probes), port(8080), port(program.Listener.Addr().(*net.TCPAddr).Port),
	}, apart(21001)...)...)
	started(t, east, probes)

	// West's node comes to 127.0.0.1:21001 in its own pod.
	asEast := func(identity string, issuer authority) error {
		own, itsProbes := freePort(t), freePort(t)
		started(t, laidOut(t, issuer, identity, regions["west"]["control-plane-west"], append([]string{
			port(21001), port(own), `address: "control.east.shop.example.org", ` + port(7443), `address: "127.0.0.1", ` + port(raftOutside), port(9000), port(itsProbes),
			port(7443), port(freePort(t)), port(8443), port(freePort(t)),
		}, apart(21001)...)...), itsProbes)
		return echoed(dialled(own))
	}
	if err := asEast("spiffe://meridian/control-plane/west", a); err != nil {
		t.Errorf("another control plane's node does not get through: %v", err)
	}
	for why, err := range map[string]error{
		"an agent":                       asEast("spiffe://meridian/agent/west", a),
		"a region that there is not":     asEast("spiffe://meridian/control-plane/south", a),
		"a certificate of somebody else": asEast("spiffe://meridian/control-plane/west", newAuthority(t)),
		"no TLS":                         echoed(dialled(raftOutside)),
	} {
		if err == nil {
			t.Errorf("%s gets through to Raft", why)
		}
	}

	// The API is for whoever knows the authority, by a name of the certificate; and of the program the probes see health and metrics alone.
	trust := x509.NewCertPool()
	trust.AppendCertsFromPEM(a.pem)
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: trust, ServerName: "control.east.shop.example.org", MinVersion: tls.VersionTLS12},
	}}
	for url, wanted := range map[string]string{
		fmt.Sprintf("https://127.0.0.1:%d/api/v1/shards", api):      "200 /api/v1/shards",
		fmt.Sprintf("http://127.0.0.1:%d/q/health/ready", probes):   "200 /q/health/ready",
		fmt.Sprintf("http://127.0.0.1:%d/q/metrics", probes):        "200 /q/metrics",
		fmt.Sprintf("http://127.0.0.1:%d/api/v1/backup", probes):    "404 ",
		fmt.Sprintf("http://127.0.0.1:%d/q/metrics/../dev", probes): "404 ",
	} {
		answer, err := client.Get(url) //nolint:noctx // short
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		body, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if got := fmt.Sprintf("%d %s", answer.StatusCode, body); got != wanted {
			t.Errorf("%s: %s", url, got)
		}
	}
}

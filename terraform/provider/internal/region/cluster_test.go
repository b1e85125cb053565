//go:build cluster

package region

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const admin = "test-admin"

// cluster is a Kubernetes API server with its etcd, on 127.0.0.1: it validates, fills in and admits as any does. Nothing runs pods.
type cluster struct{ address string }

var toClusters = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // its own certificate

// startCluster runs the server that MERIDIAN_KUBE_APISERVER names until the test ends.
func startCluster(t *testing.T, name string) cluster {
	t.Helper()
	folder := filepath.Join(t.TempDir(), name)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for file, content := range map[string][]byte{"sa.key": encoded("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), "tokens": []byte(admin + `,admin,1,"system:masters"` + "\n")} {
		if err := os.WriteFile(filepath.Join(folder, file), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	log, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	process := exec.Command(os.Getenv("MERIDIAN_KUBE_APISERVER"), filepath.Join(folder, "etcd"), fmt.Sprint(freePort(t)), //nolint:gosec,noctx // ended below
		"--bind-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", port), "--cert-dir="+filepath.Join(folder, "pki"), "--authorization-mode=RBAC",
		"--token-auth-file="+filepath.Join(folder, "tokens"), "--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file="+filepath.Join(folder, "sa.key"),
		"--service-account-signing-key-file="+filepath.Join(folder, "sa.key"), "--service-cluster-ip-range=10.0.0.0/24", "--endpoint-reconciler-type=none",
		"--disable-admission-plugins=ServiceAccount")
	process.Stdout, process.Stderr, process.SysProcAttr = log, log, dieWithUs()
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- process.Wait() }()
	t.Cleanup(func() {
		_ = process.Process.Kill()
		<-ended
	})
	c := cluster{fmt.Sprintf("https://127.0.0.1:%d", port)}
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if len(ended) == 0 && c.status(t, http.MethodGet, "/readyz", nil) != http.StatusOK {
			continue
		}
		if len(ended) == 0 && c.status(t, http.MethodGet, "/api/v1/namespaces/default", nil) == http.StatusOK {
			return c
		}
	}
	said, _ := os.ReadFile(log.Name())
	t.Fatalf("%s's API server is not ready: %s", name, said[max(0, len(said)-4000):])
	return c
}

func (c cluster) ask(t *testing.T, method, path string, body any) (int, []byte) {
	t.Helper()
	content, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(context.Background(), method, c.address+path, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+admin)
	request.Header.Set("Content-Type", "application/json")
	answer, err := toClusters.Do(request)
	if err != nil {
		return 0, []byte(err.Error())
	}
	defer func() { _ = answer.Body.Close() }()
	said, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, said
}

func (c cluster) status(t *testing.T, method, path string, body any) int {
	t.Helper()
	status, _ := c.ask(t, method, path, body)
	return status
}

// object is whatever Kubernetes has, as far as these tests look into it.
type object struct {
	Kind     string         `json:"kind,omitempty"`
	Version  string         `json:"apiVersion,omitempty"`
	Metadata map[string]any `json:"metadata"`
	Spec     map[string]any `json:"spec,omitempty"`
}

func (c cluster) statefulSets(t *testing.T) (all []object) {
	t.Helper()
	status, said := c.ask(t, http.MethodGet, "/apis/apps/v1/namespaces/meridian/statefulsets", nil)
	list := struct{ Items []object }{}
	if err := json.Unmarshal(said, &list); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s", status, said)
	}
	return list.Items
}

// admitted tells whether a pod of a StatefulSet would be let into its namespace. The volume is one that a controller would add.
func (c cluster) admitted(t *testing.T, set object) error {
	t.Helper()
	template := set.Spec["template"].(map[string]any)
	spec := template["spec"].(map[string]any)
	spec["volumes"] = append(spec["volumes"].([]any), map[string]any{"name": "data", "emptyDir": map[string]any{}})
	status, said := c.ask(t, http.MethodPost, "/api/v1/namespaces/meridian/pods?dryRun=All", object{"Pod", "v1", map[string]any{"name": "one"}, spec})
	if status != http.StatusCreated {
		return fmt.Errorf("%d %s", status, said)
	}
	return nil
}

func TestThreeAPIServersTakeTheExampleAndKeepItAsItWasGiven(t *testing.T) {
	regions, servers := map[string]cluster{}, map[string]string{}
	for _, region := range []string{"east", "west", "north"} {
		regions[region] = startCluster(t, region)
		servers[region] = regions[region].address
		namespace := object{"Namespace", "v1", map[string]any{"name": "meridian", "labels": map[string]string{"pod-security.kubernetes.io/enforce": "restricted"}}, nil}
		if status, said := regions[region].ask(t, http.MethodPost, "/api/v1/namespaces", namespace); status != http.StatusCreated {
			t.Fatalf("%d %s", status, said)
		}
	}
	root, terraform := deploy(t, clusters(servers, "{token: "+admin+"}"))
	apply := func(arguments ...string) string {
		return string(run(t, root, terraform, append([]string{"apply", "-input=false", "-no-color", "-auto-approve"}, arguments...)...))
	}

	apply()

	// What the server fills in is no drift.
	run(t, root, terraform, "plan", "-input=false", "-no-color", "-detailed-exitcode")
	for name, region := range regions {
		sets := region.statefulSets(t)
		if len(sets) != 3 {
			t.Errorf("%d StatefulSets in %s", len(sets), name)
		}
		for _, set := range sets {
			if err := region.admitted(t, set); err != nil {
				t.Errorf("a pod of %s in %s is not let in: %v", set.Metadata["name"], name, err)
			}
		}
	}

	// A new image, in one region first.
	generation := func(region string) (sum float64) {
		for _, set := range regions[region].statefulSets(t) {
			sum += set.Metadata["generation"].(float64)
		}
		return sum
	}
	variables, err := os.ReadFile(filepath.Join(root, "terraform.tfvars"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "terraform.tfvars"), []byte(strings.ReplaceAll(string(variables), "sync-agent:1.0.0", "sync-agent:1.0.1")), 0o600); err != nil {
		t.Fatal(err)
	}
	apply("-target=module.east")
	if generation("east") != 4 || generation("west") != 3 {
		t.Errorf("generations are %v in east and %v in west", generation("east"), generation("west"))
	}
	apply()
	run(t, root, terraform, "plan", "-input=false", "-no-color", "-detailed-exitcode")

	apply("-destroy")
	for name, region := range regions {
		for _, kind := range []string{"api/v1/namespaces/meridian/services", "api/v1/namespaces/meridian/serviceaccounts", "apis/policy/v1/namespaces/meridian/poddisruptionbudgets", "apis/networking.k8s.io/v1/namespaces/meridian/networkpolicies"} {
			if _, said := region.ask(t, http.MethodGet, "/"+kind, nil); !bytes.Contains(said, []byte(`"items":[]`)) {
				t.Errorf("left in %s: %s", name, said)
			}
		}
		if left := region.statefulSets(t); len(left) != 0 {
			t.Errorf("%d StatefulSets left in %s", len(left), name)
		}
	}
}

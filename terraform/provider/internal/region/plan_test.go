// Package region tests what the module meridian-region and its example come to: what hashicorp/kubernetes itself plans for three regions, and the Envoy files
// in it, by Envoy itself.
package region

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// pods is what one region's pods find in /meridian: by pod and file.
type pods map[string]map[string]string

func run(t *testing.T, folder, command string, arguments ...string) []byte {
	t.Helper()
	process := exec.CommandContext(t.Context(), command, arguments...) //nolint:gosec // ours
	process.Dir = folder
	process.Env = append(os.Environ(), "TF_DATA_DIR=", "TF_IN_AUTOMATION=1", "KUBE_CONFIG_PATH=", "KUBECONFIG=")
	var problems strings.Builder
	process.Stderr = &problems
	printed, err := process.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", command, strings.Join(arguments, " "), err, printed, problems.String())
	}
	return printed
}

// deploy gives the example's root in a copy, initialised, with the values of its own tfvars.example, and with the clusters of a kubeconfig.
func deploy(t *testing.T, kubeconfig string) (root, terraform string) {
	t.Helper()
	terraform = os.Getenv("TF_ACC_TERRAFORM_PATH")
	if terraform == "" || os.Getenv("TF_CLI_CONFIG_FILE") == "" {
		t.Fatal("TF_ACC_TERRAFORM_PATH and TF_CLI_CONFIG_FILE name Terraform and a mirror with hashicorp/kubernetes: terraform/test.sh sets them")
	}
	folder := t.TempDir()
	for _, name := range []string{"modules", "examples"} {
		if err := os.CopyFS(filepath.Join(folder, name), os.DirFS(filepath.Join("../../..", name))); err != nil {
			t.Fatal(err)
		}
	}
	root = filepath.Join(folder, "examples/three-regions/deploy")
	_ = os.Remove(filepath.Join(root, ".terraform.lock.hcl")) // of somebody's own provider
	example, err := os.ReadFile(filepath.Join(root, "terraform.tfvars.example"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"kubeconfig": kubeconfig, "terraform.tfvars": string(example) + "\nkubeconfig = \"kubeconfig\"\n"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run(t, root, terraform, "init", "-input=false", "-no-color")
	return root, terraform
}

// clusters is a kubeconfig with a context for each region.
func clusters(servers map[string]string, user string) string {
	var text, contexts strings.Builder
	text.WriteString("apiVersion: v1\nkind: Config\nusers:\n- {name: admin, user: " + user + "}\nclusters:\n")
	for region, server := range servers {
		text.WriteString("- {name: " + region + ", cluster: {server: '" + server + "', insecure-skip-tls-verify: true}}\n")
		contexts.WriteString("- {name: " + region + ", context: {cluster: " + region + ", user: admin}}\n")
	}
	return text.String() + "contexts:\n" + contexts.String()
}

// planned gives the example's files by region, with clusters where nobody answers.
func planned(t *testing.T) map[string]pods {
	t.Helper()
	nobody := "https://127.0.0.1:1"
	root, terraform := deploy(t, clusters(map[string]string{"east": nobody, "west": nobody, "north": nobody}, "{token: none}"))
	run(t, root, terraform, "plan", "-input=false", "-no-color", "-out=plan")
	var plan struct {
		PlannedValues struct {
			Outputs struct {
				Files struct{ Value map[string]pods }
			}
		} `json:"planned_values"`
	}
	if err := json.Unmarshal(run(t, root, terraform, "show", "-json", "plan"), &plan); err != nil {
		t.Fatal(err)
	}
	return plan.PlannedValues.Outputs.Files.Value
}

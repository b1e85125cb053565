package acceptance

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// shell runs a command in a folder with the environment that Terraform needs here, and gives what it printed.
type shell struct {
	folder      string
	environment []string
}

func (s shell) run(t *testing.T, wantedStatus int, command string, arguments ...string) string {
	t.Helper()
	process := exec.CommandContext(t.Context(), command, arguments...) //nolint:gosec // ours
	process.Dir, process.Env = s.folder, append(os.Environ(), s.environment...)
	printed, err := process.CombinedOutput()
	if process.ProcessState == nil || process.ProcessState.ExitCode() != wantedStatus {
		t.Fatalf("%s %s: %v\n%s", command, strings.Join(arguments, " "), err, printed)
	}
	return string(printed)
}

// installed gives a copy of the modules and examples, and a mirror with the provider as it is now, as a user has them.
func installed(t *testing.T, n *node) (terraform string, example shell) {
	t.Helper()
	terraform = or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform")
	folder := t.TempDir()
	for _, name := range []string{"modules", "examples"} {
		if err := os.CopyFS(filepath.Join(folder, name), os.DirFS(filepath.Join("../../..", name))); err != nil {
			t.Fatal(err)
		}
	}
	_ = os.Remove(filepath.Join(folder, "examples/three-regions/topology/.terraform.lock.hcl")) // of somebody's own provider
	binary := filepath.Join(folder, "mirror/terraform.local/meridian/meridian/0.1.0", runtime.GOOS+"_"+runtime.GOARCH, "terraform-provider-meridian_v0.1.0")
	shell{folder: "../.."}.run(t, 0, "go", "build", "-o", binary, ".")
	cli := filepath.Join(folder, "cli.tfrc")
	text := fmt.Sprintf("disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.Join(folder, "mirror"))
	token := filepath.Join(folder, "admin.token")
	for file, content := range map[string]string{cli: text, token: adminToken + "\n"} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return terraform, shell{
		folder: filepath.Join(folder, "examples/three-regions/topology"),
		environment: []string{
			"TF_CLI_CONFIG_FILE=" + cli, "TF_IN_AUTOMATION=1", "TF_DATA_DIR=", "TF_REATTACH_PROVIDERS=", "PLUGIN_PROTOCOL_VERSIONS=",
			"MERIDIAN_API=" + n.address, "MERIDIAN_TOKEN=", "MERIDIAN_TOKEN_FILE=" + token,
		},
	}
}

func TestAccTheExampleIsAppliedToAnEmptyControlPlaneAndAChangedWeightMovesNothing(t *testing.T) {
	n := own(t)
	terraform, example := installed(t, n)
	outputs := func() (result struct {
		Shards    struct{ Value map[string]int }
		WouldMove struct{ Value string } `json:"would_move"`
	}) {
		t.Helper()
		if err := json.Unmarshal([]byte(example.run(t, 0, terraform, "output", "-json")), &result); err != nil {
			t.Fatal(err)
		}
		return result
	}
	example.run(t, 0, terraform, "init", "-input=false", "-no-color")
	example.run(t, 0, terraform, "apply", "-input=false", "-no-color", "-auto-approve")
	example.run(t, 0, terraform, "plan", "-input=false", "-no-color", "-detailed-exitcode")
	if first := outputs(); first.WouldMove.Value != "" || first.Shards.Value["west-1"] < 340 || first.Shards.Value["east-1"] > 172 || len(first.Shards.Value) != 4 {
		t.Errorf("after the first apply: %v", first)
	}
	if made := n.revisions(t); made > 4 {
		t.Errorf("%d revisions for one apply", made)
	}

	// West has a second zone and, with it, half of its region's share for each.
	variables := `{"regions":{"east":{"city":"alpha","gateway":"g.east:8443","zones":[["a.east-1:8080"],["a.east-2:8080"]]},` +
		`"west":{"city":"beta","gateway":"g.west:8443","zones":[["a.west-1:8080"],["a.west-2:8080"]]},"north":{"city":"gamma","gateway":"g.north:8443","zones":[["a.north-1:8080"]]}}}`
	if err := os.WriteFile(filepath.Join(example.folder, "terraform.tfvars.json"), []byte(variables), 0o600); err != nil {
		t.Fatal(err)
	}
	said := example.run(t, 0, terraform, "apply", "-input=false", "-no-color", "-auto-approve")
	if !says("No shard moves by this", "./meridian rebalance --dry-run").MatchString(said) {
		t.Errorf("not told that nothing moves: %s", said)
	}
	example.run(t, 0, terraform, "plan", "-input=false", "-no-color", "-detailed-exitcode")
	if second := outputs(); second.WouldMove.Value == "" || second.Shards.Value["west-1"] < 340 || second.Shards.Value["west-2"] != 0 {
		t.Errorf("after the second apply: %v", second)
	}

	// What shards and tables hang on stays, whoever destroys it, and the next plan is about what is gone.
	refused := example.run(t, 1, terraform, "destroy", "-input=false", "-no-color", "-auto-approve")
	if !says("removing table public.", "it cannot be removed", "Terraform moves no shards").MatchString(refused) || len(n.elements(t, "zones")) != 5 {
		t.Errorf("zones %v after %s", n.elements(t, "zones"), refused)
	}
	planned := example.run(t, 0, terraform, "plan", "-destroy", "-input=false", "-no-color")
	if !says("As things stand, table public.account cannot be removed", "Topology conflict (409)").MatchString(planned) {
		t.Errorf("the plan does not warn: %s", planned)
	}
	example.run(t, 0, terraform, "apply", "-input=false", "-no-color", "-auto-approve")
	example.run(t, 0, terraform, "plan", "-input=false", "-no-color", "-detailed-exitcode")
}

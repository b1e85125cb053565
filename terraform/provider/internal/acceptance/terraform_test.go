package acceptance

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"io.meridian/terraform-provider-meridian/internal/provider"
)

// run the steps with a provider that asks the node as admin. Configurations have none of their own.
func run(t *testing.T, n *node, steps ...resource.TestStep) {
	t.Helper()
	runAs(t, n.address, adminToken, "300ms", steps...)
}

// runTogether is run with a provider that waits long for what only holds together, however slow the machine is.
func runTogether(t *testing.T, n *node, steps ...resource.TestStep) {
	t.Helper()
	runAs(t, n.address, adminToken, "60s", steps...)
}

func runAs(t *testing.T, address, token, settle string, steps ...resource.TestStep) {
	t.Helper()
	for i := range steps {
		if steps[i].Config != "" {
			steps[i].Config = configured(address, token, settle) + steps[i].Config
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"meridian": providerserver.NewProtocol6WithError(provider.New("acceptance")()),
		},
		Steps: steps,
	})
}

// configured with an address that is no registry's, so that it is the same to Terraform and to OpenTofu.
func configured(address, token, settle string) string {
	return fmt.Sprintf("terraform {\n  required_providers {\n    meridian = { source = \"terraform.local/meridian/meridian\" }\n  }\n}\n"+
		"provider \"meridian\" {\n  address = %q\n  token = %q\n  patience = \"2s\"\n  settle = %q\n}\n", address, token, settle)
}

// letGo of resources that the control plane never removes: the end of a test destroys all the rest.
func letGo(addresses ...string) string {
	var config strings.Builder
	for _, address := range addresses {
		fmt.Fprintf(&config, "removed {\n  from = %s\n  lifecycle {\n    destroy = false\n  }\n}\n", address)
	}
	return config.String()
}

// says is a pattern for a diagnostic, which Terraform wraps at any space and frames with bars.
func says(parts ...string) *regexp.Regexp {
	for i, part := range parts {
		words := strings.Fields(part)
		for j := range words {
			words[j] = regexp.QuoteMeta(words[j])
		}
		parts[i] = strings.Join(words, `[\s│]+`)
	}
	return regexp.MustCompile(`(?s)` + strings.Join(parts, `.*`))
}

// look is a check of what the control plane has after a step. Those of the testing library know no for_each.
type look func() error

func (l look) CheckState(_ context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = l()
}

// expect that an element of the control plane's topology is so.
func (n *node) expect(t *testing.T, key, name, wanted string) statecheck.StateCheck {
	return look(func() error {
		t.Helper()
		if got := text(n.elements(t, key)[name]); got != wanted {
			return fmt.Errorf("%s %s is %s, not %s", key, name, got, wanted)
		}
		return nil
	})
}

func (n *node) expectMember(t *testing.T, key, wanted string) statecheck.StateCheck {
	return look(func() error {
		t.Helper()
		if got := text(n.topology(t)[key]); got != wanted {
			return fmt.Errorf("%s is %s, not %s", key, got, wanted)
		}
		return nil
	})
}

// value that a resource or data source has at a way of names and numbers.
func value(of string, wanted knownvalue.Check, first string, way ...any) statecheck.StateCheck {
	path := tfjsonpath.New(first)
	for _, step := range way {
		switch to := step.(type) {
		case int:
			path = path.AtSliceIndex(to)
		case string:
			path = path.AtMapKey(to)
		}
	}
	return statecheck.ExpectKnownValue(of, path, wanted)
}

func number(wanted int64) knownvalue.Check {
	return knownvalue.Int64Exact(wanted)
}

func exactly(wanted string) knownvalue.Check {
	return knownvalue.StringExact(wanted)
}

func checks(all ...statecheck.StateCheck) []statecheck.StateCheck {
	return all
}

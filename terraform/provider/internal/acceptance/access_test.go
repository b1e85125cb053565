package acceptance

import (
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"io.meridian/terraform-provider-meridian/internal/api"
)

func TestAccSafetyRulesWaitForASecondPersonAndTheNextApplyFindsThemDone(t *testing.T) {
	n := declared(t)
	approver := n.as(t, "terraform-approver", "approver")
	approve := func() {
		var waiting struct{ Approvals []api.Approval }
		if err := n.client.Get(t.Context(), "approvals", &waiting); err != nil {
			t.Fatal(err)
		}
		if len(waiting.Approvals) == 0 || waiting.Approvals[0].State != "WAITING" {
			t.Fatalf("nothing waits: %v", waiting.Approvals)
		}
		if _, err := approver.Do(t.Context(), api.Request{Method: http.MethodPost, Path: "approvals/" + waiting.Approvals[0].ID + "/approve"}); err != nil {
			t.Fatal(err)
		}
	}
	rules := "resource \"meridian_safety_rule\" \"all\" {\n  min_regions_with_capacity = 1\n}\n"
	none := "resource \"meridian_limits\" \"all\" {\n  wave = 5\n}\n"
	waits := says("it waits for a second person: approval ap-", "./meridian approvals approve ap-", "then apply again")
	run(t, n,
		resource.TestStep{Config: rules, ExpectError: waits},
		resource.TestStep{Config: rules, ExpectError: waits}, // the same request, not one more
		resource.TestStep{PreConfig: approve, Config: rules, ConfigStateChecks: checks(n.expectMember(t, "safetyRules", `{"minRegionsWithCapacity":1}`))},
		resource.TestStep{Config: rules + none, ConfigStateChecks: checks(n.expectMember(t, "limits", `{"wave":5}`))},
		resource.TestStep{Config: none, ExpectError: says("removing safety rules failed", "it waits for a second person")},
		resource.TestStep{PreConfig: approve, Config: none, ConfigStateChecks: checks(n.expectMember(t, "safetyRules", `null`))},
	)
	var approvals struct{ Approvals []api.Approval }
	if err := n.client.Get(t.Context(), "approvals", &approvals); err != nil || len(approvals.Approvals) != 2 {
		t.Errorf("%v, %v", approvals, err)
	}
}

// as gives a client with a token of its own.
func (n *node) as(t *testing.T, name, role string) *api.Client {
	t.Helper()
	token := n.do(t, http.MethodPost, "tokens", map[string]any{"name": name, "roles": []string{role}})["token"].(string)
	client, err := api.New(api.Settings{Address: n.address, Token: token, Reason: "the test", UserAgent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestAccATokenIsMadeWithItsTextHiddenAndRevoked(t *testing.T) {
	n := declared(t)
	token := func(role string) string {
		return "resource \"meridian_token\" \"ci\" {\n  name = \"ci\"\n  roles = [\"viewer\", \"" + role + "\"]\n  valid_for_days = 30\n}\n"
	}
	run(t, n,
		resource.TestStep{Config: token("approver"), ExpectError: says("value must be one of")},
		resource.TestStep{
			Config: token("planner"),
			ConfigStateChecks: checks(
				value("meridian_token.ci", knownvalue.StringRegexp(regexp.MustCompile(`^mrd_`)), "token"),
				value("meridian_token.ci", knownvalue.NotNull(), "expires"),
			),
		},
		resource.TestStep{Config: token("planner") + "output \"token\" {\n  value = meridian_token.ci.token\n}\n", ExpectError: says("Output refers to sensitive values")},
		resource.TestStep{ // somebody revoked it
			PreConfig:         func() { n.do(t, http.MethodDelete, "tokens/ci", nil) },
			Config:            token("planner"),
			ConfigStateChecks: checks(value("meridian_token.ci", knownvalue.StringRegexp(regexp.MustCompile(`^mrd_`)), "token")),
		},
	)
	if err := n.client.Get(t.Context(), "tokens/ci", &struct{}{}); !api.IsProblem(err, "unknown-token") {
		t.Errorf("after it was destroyed: %v", err)
	}
}

func TestAccAPinIsMadeImportedAndTakenAway(t *testing.T) {
	n := declared(t)
	until := time.Now().Add(48 * time.Hour).UTC().Truncate(time.Second).Format(time.RFC3339)
	pin := func(to string) string {
		return "resource \"meridian_pin\" \"grey\" {\n  name = \"grey\"\n  prefix = \"test-\"\n  to = \"" + to + "\"\n  until = \"" + until + "\"\n}\n"
	}
	run(t, n,
		resource.TestStep{Config: pin("east-9"), ExpectError: says("making pin grey failed", "(404)", "east-9")},
		resource.TestStep{Config: pin("east-1")},
		resource.TestStep{ResourceName: "meridian_pin.grey", ImportState: true, ImportStateId: "grey", ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "name"},
	)
	if err := n.client.Get(t.Context(), "pins/grey", &struct{}{}); !api.IsProblem(err, "unknown-pin") {
		t.Errorf("after it was destroyed: %v", err)
	}
}

package provider

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"io.meridian/terraform-provider-meridian/internal/api"
)

// A change of nothing else lets no other drill begin.
const notAboutDrills = "note"

// ModifyPlan says when drills would begin by themselves, and what the control plane would refuse. What no change beside this one can mend is an error.
func (r *scheduleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.control == nil || req.Plan.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) {
		return
	}
	var wanted scheduleModel
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &wanted)...); resp.Diagnostics.HasError() || !wanted.known() {
		return
	}
	said := wanted.said(ctx, &resp.Diagnostics)
	differ := scheduleDifferences(scheduleJSON{}, said)
	if !req.State.Raw.IsNull() {
		var held scheduleModel
		resp.Diagnostics.Append(req.State.Get(ctx, &held)...)
		if held.Name.Equal(wanted.Name) {
			differ = scheduleDifferences(held.said(ctx, &resp.Diagnostics), said)
		}
	}
	if resp.Diagnostics.HasError() || len(differ) == 0 {
		return
	}
	told, err := r.rehearse(ctx, wanted.Name.ValueString(), said)
	if problem := api.ProblemOf(err); problem != nil && refusedInPlan(problem, &resp.Diagnostics) {
		return
	}
	if said.Enabled && strings.Join(differ, "") != notAboutDrills {
		resp.Diagnostics.AddAttributeWarning(path.Root("enabled"), "Drills will begin by themselves", begins(said, told, err))
	}
}

// rehearse asks the control plane what would come of it, and changes nothing.
func (r *scheduleResource) rehearse(ctx context.Context, name string, said scheduleJSON) (scheduleTold, error) {
	var told scheduleTold
	answer, err := r.control.client.Do(ctx, api.Request{
		Method: http.MethodPut, Path: schedulesPath + "/" + name, Query: url.Values{"dryRun": {"true"}}, Body: said,
	})
	if err != nil {
		return told, err
	}
	return told, answer.Read(&told)
}

// refusedInPlan tells what an apply would be refused for, unless the very same apply may make it right: a topology or a region that is not there yet.
func refusedInPlan(problem *api.Problem, diagnostics *diag.Diagnostics) bool {
	switch {
	case problem.Of("invalid-document"):
		for _, fault := range problem.Errors {
			diagnostics.AddAttributeError(attributeAt(fault.Pointer), "The control plane takes no such schedule", fault.Detail)
		}
		if len(problem.Errors) == 0 {
			diagnostics.AddError("The control plane takes no such schedule", problem.Error())
		}
	case problem.Of("unknown-scenario"), problem.Of("invalid-argument"), problem.Of("limit-reached"):
		diagnostics.AddAttributeWarning(path.Root("scenario"), "As things stand, this schedule cannot be declared", problem.Error())
	default:
		return false
	}
	return true
}

// attributeAt is where a pointer into the control plane's document leads to: of a set, to all of it.
func attributeAt(pointer string) path.Path {
	member, _, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	switch member {
	case "scenario", "region", "cron", "blackouts", "enabled", "note":
		return path.Root(member)
	case "timeZone":
		return path.Root("time_zone")
	case "windowMinutes":
		return path.Root("window_minutes")
	default:
		return path.Root("name")
	}
}

// begins says when the first drill would, or why nobody can say.
func begins(said scheduleJSON, told scheduleTold, err error) string {
	about, first := "", "When the first one is due was not told"
	if said.Region != nil {
		about = " about " + *said.Region
	}
	for _, next := range told.Next {
		if next.Blackout == nil {
			first = "The first one is due at " + next.Local
			break
		}
		first = "The next ones that are due, up to " + next.Local + ", fall on days on which none begins"
	}
	if err != nil {
		first += ": " + err.Error()
	}
	return fmt.Sprintf("The apply starts none. From then on the control plane asks for drill %s%s whenever '%s' comes in time zone %s;"+
		" enabled = false keeps the schedule and lets none begin. %s.", said.Scenario, about, strings.TrimSpace(said.Cron), said.TimeZone, first)
}

package provider

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"io.meridian/terraform-provider-meridian/internal/api"
	"io.meridian/terraform-provider-meridian/internal/declare"
	"io.meridian/terraform-provider-meridian/internal/document"
)

// ModifyPlan says what stands in the way of a change as things are now, and what it does not do. It never refuses: other changes of the same plan may mend it.
func (r *elementResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.control == nil || req.State.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) || !req.Plan.Raw.IsFullyKnown() {
		return
	}
	before, err := r.read(req.State.Raw)
	if err != nil {
		return
	}
	change, act := declare.Remove(r.place, r.place.ID(before)), "removed"
	if !req.Plan.Raw.IsNull() {
		after, err := r.read(req.Plan.Raw)
		if err != nil {
			return
		}
		if r.place.ID(after) == r.place.ID(before) {
			change, act = r.put(after, true, func() {}), "changed"
			r.remark(before, after, &resp.Diagnostics)
		}
	}
	if problem := r.control.rehearse(ctx, change); problem != nil {
		resp.Diagnostics.AddWarning(fmt.Sprintf("As things stand, %s cannot be %s", r.called(r.place.ID(before)), act), problem.Error()+"\n\n"+stays)
	}
}

func (r *elementResource) remark(before, after document.Element, diagnostics *diag.Diagnostics) {
	was, _ := before.(map[string]any)
	will, _ := after.(map[string]any)
	if r.remarks == nil || was == nil || will == nil {
		return
	}
	if text := r.remarks(was, will); text != "" {
		diagnostics.AddAttributeWarning(path.Root("weight"), "No shard moves by this", text)
	}
}

// rehearse asks the control plane what stands in the way of one change; nil: nothing, or nobody can say, as it depends on changes beside it.
func (c *control) rehearse(ctx context.Context, change declare.Change) *api.Problem {
	present, revision, err := declare.Read(ctx, c.client)
	if err != nil || present == nil {
		return nil
	}
	wanted, err := change.To(present)
	if err != nil || document.Same(present, wanted) {
		return nil
	}
	_, err = c.client.Do(ctx, api.Request{
		Method: http.MethodPut, Path: "topology", Query: url.Values{"dryRun": {"true"}}, Body: wanted, IfMatch: revision,
	})
	if api.IsProblem(err, "topology-conflict") {
		return api.ProblemOf(err)
	}
	return nil
}

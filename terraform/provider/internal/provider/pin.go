package provider

import (
	"context"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"io.meridian/terraform-provider-meridian/internal/api"
)

var (
	_ resource.ResourceWithConfigure   = (*pinResource)(nil)
	_ resource.ResourceWithImportState = (*pinResource)(nil)
)

// pinResource sends a user, or a population, to a zone until a time. A pin cannot be changed, only made anew.
type pinResource struct {
	control *control
}

type pinModel struct {
	Name   types.String      `tfsdk:"name"`
	Key    types.String      `tfsdk:"key"`
	Prefix types.String      `tfsdk:"prefix"`
	To     types.String      `tfsdk:"to"`
	Until  timetypes.RFC3339 `tfsdk:"until"`
}

type pinJSON struct {
	Name   string  `json:"name"`
	Key    *string `json:"key,omitempty"`
	Prefix *string `json:"prefix,omitempty"`
	To     string  `json:"to"`
	Until  string  `json:"until"`
}

func (r *pinResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_pin"
}

func (r *pinResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.control, _ = req.ProviderData.(*control)
}

func (r *pinResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	anew := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Sends one user, or a population, to a zone of the region that owns their shards, until a time: routing and nothing else." +
			" At its time the control plane takes it away by itself; a configuration that still has it then plans it anew, which is refused as past: take it out.",
		Attributes: map[string]schema.Attribute{
			"name": identity("Of the pin.", form(pinForm, "up to 63 lower-case letters, digits and hyphens, a letter first")),
			"key": schema.StringAttribute{
				Optional: true, PlanModifiers: anew, MarkdownDescription: "Of one user; or `prefix`.",
				Validators: []validator.String{stringvalidator.LengthBetween(1, 256), stringvalidator.ExactlyOneOf(path.MatchRoot("key"), path.MatchRoot("prefix"))},
			},
			"prefix": schema.StringAttribute{
				Optional: true, PlanModifiers: anew, MarkdownDescription: "What the keys of a population begin with.",
				Validators: []validator.String{stringvalidator.LengthBetween(1, 256)},
			},
			"to": schema.StringAttribute{
				Required: true, PlanModifiers: anew, MarkdownDescription: "An R zone of the region that owns the shards.",
				Validators: form(zoneForm, "a zone, such as east-2"),
			},
			"until": schema.StringAttribute{
				Required: true, PlanModifiers: anew, CustomType: timetypes.RFC3339Type{},
				MarkdownDescription: "In UTC, such as `2027-01-01T00:00:00Z`; 90 days from now at most.",
			},
		},
	}
}

func (r *pinResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var wanted pinModel
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &wanted)...); resp.Diagnostics.HasError() {
		return
	}
	_, err := r.control.client.Do(ctx, api.Request{Method: http.MethodPost, Path: "pins", Body: pinJSON{
		Name: wanted.Name.ValueString(), Key: wanted.Key.ValueStringPointer(), Prefix: wanted.Prefix.ValueStringPointer(),
		To: wanted.To.ValueString(), Until: wanted.Until.ValueString(),
	}})
	if err != nil {
		resp.Diagnostics.AddError("making pin "+wanted.Name.ValueString()+" failed", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, wanted)...)
}

func (r *pinResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var held pinModel
	if resp.Diagnostics.Append(req.State.Get(ctx, &held)...); resp.Diagnostics.HasError() {
		return
	}
	var present pinJSON
	err := r.control.client.Get(ctx, "pins/"+held.Name.ValueString(), &present)
	if api.IsProblem(err, "unknown-pin") {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.AddError("reading pin "+held.Name.ValueString()+" failed", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, pinModel{
		Name: held.Name, Key: types.StringPointerValue(present.Key), Prefix: types.StringPointerValue(present.Prefix),
		To: types.StringValue(present.To), Until: timetypes.NewRFC3339ValueMust(present.Until),
	})...)
}

// Update is never called: every attribute replaces.
func (r *pinResource) Update(_ context.Context, _ resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.Diagnostics.AddError("A pin cannot be changed", "this is a defect of the provider: every attribute of a pin replaces it")
}

func (r *pinResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var held pinModel
	if resp.Diagnostics.Append(req.State.Get(ctx, &held)...); resp.Diagnostics.HasError() {
		return
	}
	_, err := r.control.client.Do(ctx, api.Request{Method: http.MethodDelete, Path: "pins/" + held.Name.ValueString()})
	if err != nil && !api.IsProblem(err, "unknown-pin") {
		resp.Diagnostics.AddError("taking pin "+held.Name.ValueString()+" away failed", err.Error())
	}
}

func (r *pinResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resource.ImportStatePassthroughID(ctx, path.Root("name"), req, resp)
}

package provider

import (
	"context"
	"net/http"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"io.meridian/terraform-provider-meridian/internal/api"
)

var (
	_         resource.ResourceWithConfigure = (*tokenResource)(nil)
	tokenForm                                = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,62}$`)
)

// tokenResource binds roles to whoever holds a local token. Its text is told once, so it stands in the state.
type tokenResource struct {
	control *control
}

type tokenModel struct {
	Name         types.String `tfsdk:"name"`
	Roles        types.Set    `tfsdk:"roles"`
	ValidForDays types.Int64  `tfsdk:"valid_for_days"`
	Expires      types.String `tfsdk:"expires"`
	Token        types.String `tfsdk:"token"`
}

type tokenJSON struct {
	Name     string   `json:"name"`
	Roles    []string `json:"roles"`
	Expires  *string  `json:"expires"`
	Token    string   `json:"token"`
	Approval string   `json:"approval"`
}

func (r *tokenResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_token"
}

func (r *tokenResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.control, _ = req.ProviderData.(*control)
}

func (r *tokenResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	known := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A local token with its roles. **Its text is in the state**, as the control plane tells it once and keeps only a hash: keep the state where secrets may be." +
			" People are better vouched for by an identity provider. It cannot be imported, since nobody can tell its text again.",
		Attributes: map[string]schema.Attribute{
			"name": identity("Whom the audit names.", form(tokenForm, "up to 63 lower-case letters, digits, '.', '_' and '-'")),
			"roles": schema.SetAttribute{
				Required: true, ElementType: types.StringType, PlanModifiers: []planmodifier.Set{setplanmodifier.RequiresReplace()},
				MarkdownDescription: "Of `viewer`, `planner`, `operator`. An approver's is made by hand: it waits for a second person, and would be a second person whose token a program holds.",
				Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(
					stringvalidator.OneOf("viewer", "planner", "operator"))},
			},
			"valid_for_days": schema.Int64Attribute{
				Optional: true, PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()},
				MarkdownDescription: "Until it is revoked if not said. An expired one is planned anew once the control plane has forgotten it.",
				Validators:          []validator.Int64{int64validator.Between(1, 3650)},
			},
			"expires": schema.StringAttribute{Computed: true, PlanModifiers: known, MarkdownDescription: "When."},
			"token":   schema.StringAttribute{Computed: true, Sensitive: true, PlanModifiers: known, MarkdownDescription: "Its text."},
		},
	}
}

func (r *tokenResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var wanted tokenModel
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &wanted)...); resp.Diagnostics.HasError() {
		return
	}
	roles := []string{}
	resp.Diagnostics.Append(wanted.Roles.ElementsAs(ctx, &roles, false)...)
	answer, err := r.control.client.Do(ctx, api.Request{Method: http.MethodPost, Path: "tokens", Body: map[string]any{
		"name": wanted.Name.ValueString(), "roles": roles, "validForDays": wanted.ValidForDays.ValueInt64Pointer(),
	}})
	var made tokenJSON
	if err == nil {
		err = answer.Read(&made)
	}
	if err != nil {
		resp.Diagnostics.AddError("making token "+wanted.Name.ValueString()+" failed", err.Error())
		return
	}
	if made.Approval != "" {
		resp.Diagnostics.AddWarning("Token "+made.Name+" is not valid yet", "It waits for a second person: approval "+made.Approval+".")
	}
	wanted.Token, wanted.Expires = types.StringValue(made.Token), types.StringPointerValue(made.Expires)
	resp.Diagnostics.Append(resp.State.Set(ctx, wanted)...)
}

func (r *tokenResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var held tokenModel
	if resp.Diagnostics.Append(req.State.Get(ctx, &held)...); resp.Diagnostics.HasError() {
		return
	}
	var present tokenJSON
	err := r.control.client.Get(ctx, "tokens/"+held.Name.ValueString(), &present)
	if api.IsProblem(err, "unknown-token") {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.AddError("reading token "+held.Name.ValueString()+" failed", err.Error())
		return
	}
	roles, diagnostics := types.SetValueFrom(ctx, types.StringType, present.Roles)
	resp.Diagnostics.Append(diagnostics...)
	held.Roles, held.Expires = roles, types.StringPointerValue(present.Expires)
	resp.Diagnostics.Append(resp.State.Set(ctx, held)...)
}

// Update is never called: every attribute replaces.
func (r *tokenResource) Update(_ context.Context, _ resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.Diagnostics.AddAttributeError(path.Root("name"), "A token cannot be changed", "this is a defect of the provider: every attribute of a token replaces it")
}

func (r *tokenResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var held tokenModel
	if resp.Diagnostics.Append(req.State.Get(ctx, &held)...); resp.Diagnostics.HasError() {
		return
	}
	_, err := r.control.client.Do(ctx, api.Request{Method: http.MethodDelete, Path: "tokens/" + held.Name.ValueString()})
	if err != nil && !api.IsProblem(err, "unknown-token") {
		resp.Diagnostics.AddError("revoking token "+held.Name.ValueString()+" failed", err.Error())
	}
}

package provider

import (
	"context"
	"net/http"
	"net/url"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"io.meridian/terraform-provider-meridian/internal/api"
)

// planData says what a rebalance, or an evacuation, would move: the control plane's dry run, which moves nothing.
type planData struct{ asking }

type planModel struct {
	Zones   types.List   `tfsdk:"evacuate_zones"`
	Regions types.List   `tfsdk:"evacuate_regions"`
	Load    types.Int64  `tfsdk:"rps"`
	Hash    types.String `tfsdk:"hash"`
	Shards  types.String `tfsdk:"shards"`
	Moves   []moveModel  `tfsdk:"moves"`
	Gates   []gateModel  `tfsdk:"gates"`
	Notes   []string     `tfsdk:"notes"`
}

type moveModel struct {
	Shards string `tfsdk:"shards" json:"shards"`
	From   string `tfsdk:"from" json:"from"`
	To     string `tfsdk:"to" json:"to"`
	Reason string `tfsdk:"reason" json:"reason"`
}

type gateModel struct {
	Name  string `tfsdk:"name" json:"name"`
	About string `tfsdk:"about" json:"about"`
	State string `tfsdk:"state" json:"state"`
	Says  string `tfsdk:"says" json:"says"`
}

func (d *planData) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_plan"
}

func (d *planData) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	names := func(says string) schema.ListAttribute {
		return schema.ListAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: says, Validators: []validator.List{listvalidator.SizeAtLeast(1)},
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "What would move if shards were spread by the weights that are declared now, or if zones or regions were evacuated." +
			" It is a dry run and takes the role `planner`; `./meridian rebalance` or `evacuate` does it.",
		Attributes: map[string]schema.Attribute{
			"evacuate_zones":   names("Zones to be emptied; with neither these nor regions: a rebalance."),
			"evacuate_regions": names("Regions to be emptied."),
			"rps": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.Between(1, 1_000_000_000)},
				MarkdownDescription: "Requests per second of all shards together, against which capacities are measured.",
			},
			"hash":   told("Of the plan: equal plans have equal ones. Empty when nothing would move."),
			"shards": told("That would move; empty: none."),
			"moves": rows("One per way from one zone to another.", map[string]schema.Attribute{
				"shards": told("Such as `0-340,400`."), "from": told("Zone."), "to": told("Zone."), "reason": told("Why."),
			}),
			"gates": rows("What is looked at before a run starts.", map[string]schema.Attribute{
				"name": told("Such as `lag`."), "about": told("Whom."), "state": told("`OPEN`, `CLOSED` or `UNKNOWN`."), "says": told("What it comes from."),
			}),
			"notes": schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "What else is to be said."},
		},
	}
}

func (d *planData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model planModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &model)...); resp.Diagnostics.HasError() {
		return
	}
	path, body := "rebalances", map[string]any{}
	for key, list := range map[string]types.List{"zones": model.Zones, "regions": model.Regions} {
		if !list.IsNull() {
			var names []string
			resp.Diagnostics.Append(list.ElementsAs(ctx, &names, false)...)
			path, body[key] = "evacuations", names
		}
	}
	if !model.Load.IsNull() {
		body["rps"] = model.Load.ValueInt64()
	}
	var run struct {
		PlanHash string      `json:"planHash"`
		Shards   string      `json:"shards"`
		Moves    []moveModel `json:"moves"`
		Gates    []gateModel `json:"gates"`
		Notes    []string    `json:"notes"`
	}
	answer, err := d.control.client.Do(ctx, api.Request{Method: http.MethodPost, Path: path, Query: url.Values{"dryRun": {"true"}}, Body: body})
	switch {
	case api.IsProblem(err, "nothing-to-move"):
		run.Notes = []string{api.ProblemOf(err).Detail}
	case err == nil:
		err = answer.Read(&run)
		fallthrough
	default:
		if err != nil {
			resp.Diagnostics.AddError("planning what would move failed", err.Error())
			return
		}
	}
	model.Hash, model.Shards = types.StringValue(run.PlanHash), types.StringValue(run.Shards)
	model.Moves, model.Gates, model.Notes = there(run.Moves), there(run.Gates), there(run.Notes)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

// there makes an empty list of none: what would move is known to be nothing.
func there[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

// regionsData says how the regions are: what is not known is null, never made up.
type regionsData struct{ asking }

type regionsModel struct {
	Regions []regionModel `tfsdk:"regions"`
}

type regionModel struct {
	Name   string            `tfsdk:"name" json:"name"`
	City   string            `tfsdk:"city" json:"city"`
	Voter  *voterModel       `tfsdk:"voter" json:"voter"`
	Agents []agentModel      `tfsdk:"agents" json:"agents"`
	Router *routerModel      `tfsdk:"router" json:"router"`
	Zones  []regionZoneModel `tfsdk:"zones" json:"zones"`
}

type voterModel struct {
	Leader    *bool `tfsdk:"leader" json:"leader"`
	Connected *bool `tfsdk:"connected" json:"connected"`
}

type agentModel struct {
	Group     string  `tfsdk:"group" json:"group"`
	Connected bool    `tfsdk:"connected" json:"connected"`
	Problem   *string `tfsdk:"problem" json:"problem"`
	Lease     *int64  `tfsdk:"lease_remaining_millis" json:"leaseRemainingMillis"`
}

type routerModel struct {
	Connected    bool         `tfsdk:"connected" json:"connected"`
	HoldRevision *int64       `tfsdk:"hold_revision" json:"holdRevision"`
	Envoys       []envoyModel `tfsdk:"envoys" json:"envoys"`
}

type envoyModel struct {
	Node          string  `tfsdk:"node" json:"node"`
	AckedRevision int64   `tfsdk:"acked_revision" json:"ackedRevision"`
	Nack          *string `tfsdk:"nack" json:"nack"`
}

type regionZoneModel struct {
	Name   string `tfsdk:"name" json:"name"`
	Kind   string `tfsdk:"kind" json:"kind"`
	Shards int64  `tfsdk:"shards" json:"shards"`
}

func (d *regionsData) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_regions"
}

func (d *regionsData) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "How the regions are: their voters, agents, routers with their Envoys, and zones. What nobody knows is null.",
		Attributes: map[string]schema.Attribute{
			"regions": rows("In the order of the topology.", map[string]schema.Attribute{
				"name": told("Such as `east`."),
				"city": told("Where it is."),
				"voter": schema.SingleNestedAttribute{
					Computed: true, MarkdownDescription: "Of the control plane.", Attributes: map[string]schema.Attribute{
						"leader": yesNo("It leads."), "connected": yesNo("It is heard; only the leader knows of all."),
					},
				},
				"agents": rows("One per store group that was heard of.", map[string]schema.Attribute{
					"group": told("Its store group."), "connected": yesNo("It is heard."), "problem": told("What it complains of."),
					"lease_remaining_millis": counted("Of its lease."),
				}),
				"router": schema.SingleNestedAttribute{
					Computed: true, MarkdownDescription: "Null when none was heard of.", Attributes: map[string]schema.Attribute{
						"connected": yesNo("It is heard."), "hold_revision": counted("That its hold endpoint has."),
						"envoys": rows("That it serves.", map[string]schema.Attribute{
							"node": told("Its name."), "acked_revision": counted("That it accepted."), "nack": told("What it refused, and why."),
						}),
					},
				},
				"zones": rows("Of the region.", map[string]schema.Attribute{
					"name": told("Such as `east-1`."), "kind": told("`R`, `G` or `C`."), "shards": counted("That it owns."),
				}),
			}),
		},
	}
}

func (d *regionsData) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model regionsModel
	if err := d.control.client.Get(ctx, "regions", &model.Regions); err != nil {
		resp.Diagnostics.AddError("reading how the regions are failed", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

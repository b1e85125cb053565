package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

// routersData says what each Envoy has of what its router sent it.
type routersData struct{ asking }

type routersModel struct {
	Routers []attachedModel `tfsdk:"routers"`
}

type attachedModel struct {
	Region    string         `tfsdk:"region"`
	Router    string         `tfsdk:"router"`
	Connected bool           `tfsdk:"connected"`
	Envoys    []servingModel `tfsdk:"envoys"`
}

type servingModel struct {
	Node          string  `tfsdk:"node" json:"node"`
	SentRevision  int64   `tfsdk:"sent_revision" json:"sentRevision"`
	AckedRevision int64   `tfsdk:"acked_revision" json:"ackedRevision"`
	Nack          *string `tfsdk:"nack" json:"nack"`
}

// envoyJSON is a row of the control plane's list, which is in order of region, router and Envoy.
type envoyJSON struct {
	Region    string `json:"region"`
	Router    string `json:"router"`
	Connected bool   `json:"connected"`
	servingModel
}

func (d *routersData) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_routers"
}

func (d *routersData) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The routers that serve Envoys, and what each Envoy has of what it was sent. It is told without a quorum, too; of routers at another node it is at most 5 s old." +
			" A router that serves no Envoy is not here; `meridian_regions` tells whether it is heard.",
		Attributes: map[string]schema.Attribute{
			"routers": rows("By region and name.", map[string]schema.Attribute{
				"region": told("That it is in."), "router": told("Its name."), "connected": yesNo("It is heard."),
				"envoys": rows("That it serves, by name.", map[string]schema.Attribute{
					"node": told("Its name."), "sent_revision": counted("That its router sent last."), "acked_revision": counted("That it accepted last."),
					"nack": told("What it refused, and why; null: nothing."),
				}),
			}),
		},
	}
}

func (d *routersData) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	var envoys []envoyJSON
	if err := d.control.client.Get(ctx, "envoys", &envoys); err != nil {
		resp.Diagnostics.AddError("reading what the routers serve failed", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, routersModel{Routers: byRouter(envoys)})...)
}

func byRouter(envoys []envoyJSON) []attachedModel {
	routers := []attachedModel{}
	for _, envoy := range envoys {
		at := slices.IndexFunc(routers, func(router attachedModel) bool { return router.Region == envoy.Region && router.Router == envoy.Router })
		if at < 0 {
			at = len(routers)
			routers = append(routers, attachedModel{Region: envoy.Region, Router: envoy.Router, Connected: envoy.Connected})
		}
		routers[at].Envoys = append(routers[at].Envoys, envoy.servingModel)
	}
	return routers
}

package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"io.meridian/terraform-provider-meridian/internal/declare"
)

// asking is what every data source has.
type asking struct {
	control *control
}

func (a *asking) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	a.control, _ = req.ProviderData.(*control)
}

func told(says string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: says}
}

func counted(says string) schema.Int64Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: says}
}

func yesNo(says string) schema.BoolAttribute {
	return schema.BoolAttribute{Computed: true, MarkdownDescription: says}
}

func rows(says string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Computed: true, MarkdownDescription: says, NestedObject: schema.NestedAttributeObject{Attributes: attributes},
	}
}

// topologyData is the topology as declared, whole.
type topologyData struct{ asking }

type topologyModel struct {
	Name     types.String `tfsdk:"name"`
	Shards   types.Int64  `tfsdk:"shards"`
	Revision types.Int64  `tfsdk:"revision"`
	Document types.String `tfsdk:"document"`
}

func (d *topologyData) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_topology"
}

func (d *topologyData) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The topology as it is declared, with whatever others declared of it.",
		Attributes: map[string]schema.Attribute{
			"name":     told("Of the topology."),
			"shards":   counted("How many."),
			"revision": counted("That it came with."),
			"document": told("All of it, as JSON with the keys of docs/topology.md."),
		},
	}
}

func (d *topologyData) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	topology, revision, err := declare.Read(ctx, d.control.client)
	if err == nil && topology == nil {
		err = declare.ErrNotYet
	}
	if err != nil {
		resp.Diagnostics.AddError("reading the topology failed", err.Error())
		return
	}
	text, _ := json.Marshal(topology) // it came as JSON
	shards, _ := topology["shards"].(json.Number)
	resp.Diagnostics.Append(resp.State.Set(ctx, topologyModel{
		Name: types.StringValue(topology["name"].(string)), Shards: whole(shards), Revision: whole(json.Number(revision)), Document: types.StringValue(string(text)),
	})...)
}

func whole(number json.Number) types.Int64 {
	count, err := number.Int64()
	if err != nil {
		return types.Int64Null()
	}
	return types.Int64Value(count)
}

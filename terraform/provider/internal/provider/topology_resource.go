package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"io.meridian/terraform-provider-meridian/internal/declare"
	"io.meridian/terraform-provider-meridian/internal/document"
)

var (
	_ resource.ResourceWithConfigure   = (*topologyResource)(nil)
	_ resource.ResourceWithImportState = (*topologyResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*topologyResource)(nil)
)

// topologyResource is the ground that everything stands on: name, shards and store groups, and the very first declaration, which gives all shards away
// and therefore has to know every zone at once.
type topologyResource struct {
	control *control
}

func (r *topologyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_topology"
}

func (r *topologyResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.control, _ = req.ProviderData.(*control)
}

func (r *topologyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	firsts := func(says string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
		list := objects(says, attributes)
		list.Required, list.Optional = false, true
		return list
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "What a topology stands on: its name, its shards and its store groups, fixed once declared. Regions, zones and the rest are resources of their own." +
			" Destroying it only lets go of it: a control plane has one topology for good.",
		Attributes: map[string]schema.Attribute{
			"name": neededText("Of the topology.", names()),
			"shards": schema.Int64Attribute{
				Required: true, MarkdownDescription: "N, a power of two, 64 to 65,536; fixed once declared.",
				Validators: []validator.Int64{powerOfTwo{}},
			},
			"store_groups": objects("Together they hold every shard, each once; fixed once declared. One is enough to begin with.", map[string]schema.Attribute{
				"name":       neededText("Slots, topics and publications carry it.", form(groupForm, "up to 31 lower-case letters, digits and underscores, a letter first")),
				"partitions": neededNumber("Of each of its topics.", 1, 64),
				"shards":     text("One range, such as `0-511`; with one group it may be left out.", form(setForm, "a range of shards, such as 0-511")),
			}),
			"first": schema.SingleNestedAttribute{
				Optional: true,
				MarkdownDescription: "Declared together with the topology where a control plane has none yet, and never looked at again: the first declaration gives every shard to a zone by the weights," +
					" so it has to know all zones at once. The resources of the same names find what they declare and take it over.",
				Attributes: map[string]schema.Attribute{
					"regions":  firsts("As in `meridian_region`.", plainly(regionAttributes())),
					"zones":    firsts("As in `meridian_zone`.", plainly(zoneAttributes())),
					"gateways": firsts("As in `meridian_gateway`.", plainly(gatewayAttributes())),
				},
			},
		},
	}
}

// plainly gives the attributes without what only a resource of its own can do with them: be replaced, or have a default.
func plainly(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	for name, attribute := range attributes {
		switch of := attribute.(type) {
		case schema.StringAttribute:
			of.PlanModifiers, of.Default, of.Computed = nil, nil, false
			attributes[name] = of
		case schema.BoolAttribute:
			of.Default, of.Computed = nil, false
			attributes[name] = of
		}
	}
	return attributes
}

func (r *topologyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	wanted, err := objectOf(req.Plan.Raw)
	if err == nil {
		err = r.control.writer.Declare(ctx, r.create(wanted))
	}
	if err != nil {
		resp.Diagnostics.AddError("declaring the topology failed", err.Error())
		return
	}
	resp.State.Raw = req.Plan.Raw
}

func (r *topologyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	wanted, err := objectOf(req.Plan.Raw)
	if err == nil {
		err = r.control.writer.Declare(ctx, groundUpdate(wanted))
	}
	if err != nil {
		resp.Diagnostics.AddError("declaring the topology failed", err.Error())
		return
	}
	resp.State.Raw = req.Plan.Raw
}

func (r *topologyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	held, err := objectOf(req.State.Raw)
	topology := document.Document(nil)
	if err == nil {
		topology, _, err = declare.Read(ctx, r.control.client)
	}
	switch {
	case err != nil:
		resp.Diagnostics.AddError("reading the topology failed", err.Error())
	case topology == nil:
		resp.State.RemoveResource(ctx)
	case len(differences(topology, held)) > 0:
		r.hold(topology, held["first"], &resp.State.Raw, func(err error) { resp.Diagnostics.AddError("reading the topology failed", err.Error()) })
	}
}

// Delete lets go of it: there is no act by which a control plane forgets its topology.
func (r *topologyResource) Delete(_ context.Context, _ resource.DeleteRequest, resp *resource.DeleteResponse) {
	resp.Diagnostics.AddWarning("The topology stays", "A control plane has one topology for good. Terraform has only let go of it.")
}

func (r *topologyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	topology, _, err := declare.Read(ctx, r.control.client)
	switch {
	case err != nil:
	case topology == nil:
		err = declare.ErrNotYet
	case req.ID != fmt.Sprint(topology["name"]):
		err = fmt.Errorf("the control plane's topology is called %s", topology["name"])
	default:
		r.hold(topology, nil, &resp.State.Raw, func(e error) { err = e })
	}
	if err != nil {
		resp.Diagnostics.AddError("importing topology "+req.ID+" failed", err.Error())
	}
}

// ModifyPlan keeps 'first' as it was when it was declared: it is about that moment only.
func (r *topologyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.State.Raw.IsNull() || req.Plan.Raw.IsNull() {
		return
	}
	var before, after map[string]tftypes.Value
	if req.State.Raw.As(&before) != nil || req.Plan.Raw.As(&after) != nil || before["first"].IsNull() || after["first"].IsNull() {
		return
	}
	after["first"] = before["first"]
	resp.Plan.Raw = tftypes.NewValue(req.Plan.Raw.Type(), after)
	if r.control == nil || resp.Plan.Raw.Equal(req.State.Raw) {
		return
	}
	wanted, err := objectOf(resp.Plan.Raw)
	if err != nil {
		return
	}
	if problem := r.control.rehearse(ctx, groundUpdate(wanted)); problem != nil {
		resp.Diagnostics.AddWarning("As things stand, the topology cannot be changed so", problem.Error())
	}
}

func (r *topologyResource) hold(topology document.Document, first any, to *tftypes.Value, failed func(error)) {
	held := map[string]any{"first": first}
	for _, key := range ground {
		held[key] = topology[key]
	}
	raw, err := fromDocument(held, to.Type(), nil)
	if err != nil {
		failed(err)
		return
	}
	*to = raw
}

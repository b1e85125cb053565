package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"io.meridian/terraform-provider-meridian/internal/api"
	"io.meridian/terraform-provider-meridian/internal/declare"
	"io.meridian/terraform-provider-meridian/internal/document"
)

// element is a kind of thing that the topology document holds: a schema whose attributes are its keys, and the place where it stands.
type element struct {
	// Of the resource: meridian_<name>.
	name   string
	place  document.Place
	schema schema.Schema
	// The attribute that is the whole element, where the document has a list; empty: the attributes are its keys.
	whole string
	// Attributes of which one must be there, where none would mean nothing.
	some []string
	// Absent attributes that Terraform holds all the same, since their schemas have defaults.
	defaults map[string]any
	// Kept for a second person.
	alone bool
	// What else is to be said of a planned change; before is nil when there was none.
	remarks func(before, after map[string]any) string
}

var (
	_ resource.ResourceWithConfigure      = (*elementResource)(nil)
	_ resource.ResourceWithImportState    = (*elementResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*elementResource)(nil)
	_ resource.ResourceWithValidateConfig = (*elementResource)(nil)
)

// elementResource is the one implementation for every element: it knows tables, not kinds.
type elementResource struct {
	element
	control *control
}

func (r *elementResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.name
}

func (r *elementResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.schema
}

func (r *elementResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.control, _ = req.ProviderData.(*control)
}

func (r *elementResource) ValidateConfig(_ context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var members map[string]tftypes.Value
	if len(r.some) == 0 || req.Config.Raw.As(&members) != nil {
		return
	}
	if slices.ContainsFunc(r.some, func(name string) bool { return !members[name].IsNull() }) {
		return
	}
	resp.Diagnostics.AddError("Nothing is said", "a meridian_"+r.name+" says at least one of "+strings.Join(r.some, ", ")+"; else leave the resource out")
}

func (r *elementResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	wanted, err := r.read(req.Plan.Raw)
	if err == nil {
		err = r.control.writer.Declare(ctx, r.put(wanted, false, func() {
			if !r.control.declaredFirst.Load() {
				resp.Diagnostics.AddWarning(r.called(r.place.ID(wanted))+" was there already",
					"It says exactly what is configured, so it was taken over: from now on this configuration owns it.")
			}
		}))
	}
	if r.failed(err, "declaring", wanted, &resp.Diagnostics) {
		return
	}
	resp.State.Raw = req.Plan.Raw
}

func (r *elementResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	wanted, err := r.read(req.Plan.Raw)
	if err == nil {
		err = r.control.writer.Declare(ctx, r.put(wanted, true, func() {}))
	}
	if r.failed(err, "declaring", wanted, &resp.Diagnostics) {
		return
	}
	resp.State.Raw = req.Plan.Raw
}

func (r *elementResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	present, err := r.read(req.State.Raw)
	if err == nil {
		change := declare.Remove(r.place, r.place.ID(present))
		change.Alone = r.alone
		err = r.control.writer.Declare(ctx, change)
	}
	if api.IsProblem(err, "topology-conflict") {
		err = fmt.Errorf("%w\n\n%s", err, stays)
	}
	r.failed(err, "removing", present, &resp.Diagnostics)
}

const stays = "Terraform moves no shards and takes nothing away that they hang on. Move them first (./meridian evacuate, move or rebalance, each with --dry-run)," +
	" then apply again. What can never go, such as a table or the last zone, leaves Terraform alone with a removed block (lifecycle { destroy = false })."

func (r *elementResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	held, err := r.read(req.State.Raw)
	if err != nil {
		r.failed(err, "reading", held, &resp.Diagnostics)
		return
	}
	present, err := r.find(ctx, r.place.ID(held))
	switch {
	case err != nil:
		r.failed(err, "reading", held, &resp.Diagnostics)
	case present == nil:
		resp.State.RemoveResource(ctx)
	case r.place.Equal(held, present):
		// The same in other words, such as 60s for 1m: the configuration's stay.
	default:
		raw, err := r.write(present, req.State.Raw.Type())
		if r.failed(err, "reading", held, &resp.Diagnostics) {
			return
		}
		resp.State.Raw = raw
	}
}

// ImportState takes what the identity of the element is: its name, or from/to of a gateway.
func (r *elementResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id := req.ID
	if len(r.place.Names) == 0 {
		id = r.place.Key
	}
	present, err := r.find(ctx, id)
	if err == nil && present == nil {
		err = errors.New("the topology has none" + r.others(ctx))
	}
	if err == nil {
		resp.State.Raw, err = r.write(present, resp.State.Raw.Type())
	}
	if err != nil {
		resp.Diagnostics.AddError("importing "+r.called(id)+" failed", err.Error())
	}
}

func (r *elementResource) put(wanted document.Element, earlier bool, adopted func()) declare.Change {
	change := declare.Put(r.place, wanted, r.known(), earlier, adopted)
	change.Alone = r.alone
	return change
}

func (r *elementResource) known() []string {
	keys := make([]string, 0, len(r.schema.Attributes))
	for name := range r.schema.Attributes {
		keys = append(keys, documentKey(name))
	}
	return keys
}

func (r *elementResource) find(ctx context.Context, id string) (document.Element, error) {
	topology, _, err := declare.Read(ctx, r.control.client)
	if err != nil || topology == nil {
		return nil, err
	}
	return r.place.Find(topology, id), nil
}

func (r *elementResource) others(ctx context.Context) string {
	topology, _, err := declare.Read(ctx, r.control.client)
	list, _ := topology[r.place.Key].([]any)
	if err != nil || len(list) == 0 || len(r.place.Names) == 0 {
		return ""
	}
	ids := make([]string, len(list))
	for i, other := range list {
		ids[i] = r.place.ID(other)
	}
	return "; it has " + strings.Join(ids, ", ")
}

func (r *elementResource) read(raw tftypes.Value) (document.Element, error) {
	written, err := toDocument(raw)
	if err != nil || r.whole == "" {
		return written, err
	}
	return written.(map[string]any)[documentKey(r.whole)], nil
}

func (r *elementResource) write(present document.Element, to tftypes.Type) (tftypes.Value, error) {
	if r.whole != "" {
		present = map[string]any{documentKey(r.whole): present}
	}
	return fromDocument(present, to, r.defaults)
}

func (r *elementResource) called(id string) string {
	if len(r.place.Names) == 0 {
		return r.place.Word
	}
	return r.place.Word + " " + id
}

func (r *elementResource) failed(err error, act string, of document.Element, diagnostics *diag.Diagnostics) bool {
	if err != nil {
		diagnostics.AddError(fmt.Sprintf("%s %s failed", act, r.called(r.place.ID(of))), err.Error())
	}
	return err != nil
}

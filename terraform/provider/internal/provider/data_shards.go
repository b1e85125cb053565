package provider

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"io.meridian/terraform-provider-meridian/internal/api"
)

type shardJSON struct {
	Shard    int64   `json:"shard"`
	Region   string  `json:"region"`
	Zone     string  `json:"zone"`
	Epoch    int64   `json:"epoch"`
	State    string  `json:"state"`
	FrozenBy *string `json:"frozenBy"`
}

// shardsData says who owns what, a row per zone: a row per shard would be up to 65,536 of them in a state.
type shardsData struct{ asking }

type shardsModel struct {
	Revision types.Int64   `tfsdk:"revision"`
	Zones    []ownersModel `tfsdk:"zones"`
}

type ownersModel struct {
	Zone      types.String `tfsdk:"zone"`
	Region    types.String `tfsdk:"region"`
	Shards    types.String `tfsdk:"shards"`
	Count     types.Int64  `tfsdk:"count"`
	Withdrawn types.String `tfsdk:"withdrawn"`
	Frozen    types.String `tfsdk:"frozen"`
}

func (d *shardsData) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_shards"
}

func (d *shardsData) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Who owns which shards now.",
		Attributes: map[string]schema.Attribute{
			"revision": counted("Of the control plane's state that says so."),
			"zones": rows("Those that own shards, by name.", map[string]schema.Attribute{
				"zone":      told("Its name."),
				"region":    told("Of the zone."),
				"shards":    told("Such as `0-340,400`, as `./meridian move --shards` takes them."),
				"count":     counted("How many these are."),
				"withdrawn": told("Those of them that nobody may write at the moment; empty: none."),
				"frozen":    told("Those of them that a run has; empty: none."),
			}),
		},
	}
}

func (d *shardsData) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	var read struct {
		Revision int64       `json:"revision"`
		Shards   []shardJSON `json:"shards"`
	}
	if err := d.control.client.Get(ctx, "shards", &read); err != nil {
		resp.Diagnostics.AddError("reading who owns the shards failed", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, shardsModel{Revision: types.Int64Value(read.Revision), Zones: byZone(read.Shards)})...)
}

func byZone(shards []shardJSON) []ownersModel {
	slices.SortFunc(shards, func(a, b shardJSON) int {
		return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(a.Shard, b.Shard))
	})
	zones := []ownersModel{}
	for len(shards) > 0 {
		end := slices.IndexFunc(shards, func(shard shardJSON) bool { return shard.Zone != shards[0].Zone })
		if end < 0 {
			end = len(shards)
		}
		of := shards[:end]
		zones = append(zones, ownersModel{
			Zone: types.StringValue(of[0].Zone), Region: types.StringValue(of[0].Region), Count: types.Int64Value(int64(len(of))),
			Shards:    types.StringValue(ranges(of, func(shardJSON) bool { return true })),
			Withdrawn: types.StringValue(ranges(of, func(shard shardJSON) bool { return shard.State == "WITHDRAWN" })),
			Frozen:    types.StringValue(ranges(of, func(shard shardJSON) bool { return shard.FrozenBy != nil })),
		})
		shards = shards[end:]
	}
	return zones
}

// ranges writes those of the shards, which are in order, as 0-340,400.
func ranges(shards []shardJSON, wanted func(shardJSON) bool) string {
	var texts []string
	first, last := int64(-1), int64(-2)
	end := func() {
		switch {
		case first < 0:
		case first == last:
			texts = append(texts, strconv.FormatInt(first, 10))
		default:
			texts = append(texts, strconv.FormatInt(first, 10)+"-"+strconv.FormatInt(last, 10))
		}
	}
	for _, shard := range shards {
		if !wanted(shard) {
			continue
		}
		if shard.Shard != last+1 {
			end()
			first = shard.Shard
		}
		last = shard.Shard
	}
	end()
	return strings.Join(texts, ",")
}

// ownerData says who owns the shard of one user.
type ownerData struct{ asking }

type ownerModel struct {
	Key    types.String `tfsdk:"key"`
	Shard  types.Int64  `tfsdk:"shard"`
	Region types.String `tfsdk:"region"`
	Zone   types.String `tfsdk:"zone"`
	Epoch  types.Int64  `tfsdk:"epoch"`
	State  types.String `tfsdk:"state"`
}

func (d *ownerData) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_owner"
}

func (d *ownerData) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Who owns the shard of one user.",
		Attributes: map[string]schema.Attribute{
			"key":    schema.StringAttribute{Required: true, MarkdownDescription: "The user's key."},
			"shard":  counted("Which it is."),
			"region": told("Of the owner."),
			"zone":   told("The owner."),
			"epoch":  counted("Of its ownership."),
			"state":  told("`OWNED`, or `WITHDRAWN` while it is between two owners."),
		},
	}
}

func (d *ownerData) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model ownerModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &model)...); resp.Diagnostics.HasError() {
		return
	}
	answer, err := d.control.client.Do(ctx, api.Request{
		Method: http.MethodGet, Path: "shards/where", Query: url.Values{"key": {model.Key.ValueString()}},
	})
	var shard shardJSON
	if err == nil {
		err = answer.Read(&shard)
	}
	if err != nil {
		resp.Diagnostics.AddError("reading who owns the shard of a user failed", err.Error())
		return
	}
	model.Shard, model.Epoch = types.Int64Value(shard.Shard), types.Int64Value(shard.Epoch)
	model.Region, model.Zone, model.State = types.StringValue(shard.Region), types.StringValue(shard.Zone), types.StringValue(shard.State)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

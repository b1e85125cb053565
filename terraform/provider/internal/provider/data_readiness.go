package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

// readinessData says how well drills have shown that regions bear what scenarios do to them.
type readinessData struct{ asking }

type readinessModel struct {
	WholeDays int64                  `tfsdk:"whole_days" json:"wholeDays"`
	GoneDays  int64                  `tfsdk:"gone_days" json:"goneDays"`
	Regions   []regionReadinessModel `tfsdk:"regions" json:"regions"`
}

type regionReadinessModel struct {
	Region    string                   `tfsdk:"region" json:"region"`
	Score     *int64                   `tfsdk:"score" json:"score"`
	Scenarios []scenarioReadinessModel `tfsdk:"scenarios" json:"scenarios"`
}

type scenarioReadinessModel struct {
	Scenario string  `tfsdk:"scenario" json:"scenario"`
	Score    int64   `tfsdk:"score" json:"score"`
	Drill    *string `tfsdk:"drill" json:"drill"`
	State    *string `tfsdk:"state" json:"state"`
	EndedAt  *string `tfsdk:"ended_at" json:"endedAt"`
	Why      string  `tfsdk:"why" json:"why"`
}

func (d *readinessData) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_readiness"
}

func (d *readinessData) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "How well drills have shown that each region bears what the registered scenarios do to it. Of each scenario the newest drill decides;" +
			" a pass wears off, and what did not pass shows nothing.",
		Attributes: map[string]schema.Attribute{
			"whole_days": counted("For which a pass counts whole."),
			"gone_days":  counted("After which it counts nothing."),
			"regions": rows("In the order of the topology; empty without one.", map[string]schema.Attribute{
				"region": told("Such as `east`."),
				"score":  counted("0 to 100, the mean of its scenarios; null: no registered scenario is about it."),
				"scenarios": rows("Those that are about it, by name.", map[string]schema.Attribute{
					"scenario": told("Its name."),
					"score":    counted("0 to 100."),
					"drill":    told("The newest of it about the region, which decides; null: it was never drilled."),
					"state":    told("Of that drill, such as `PASSED`."),
					"ended_at": told("When it ended, in UTC."),
					"why":      told("The score is what it is, in words."),
				}),
			}),
		},
	}
}

func (d *readinessData) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model readinessModel
	if err := d.control.client.Get(ctx, "readiness", &model); err != nil {
		resp.Diagnostics.AddError("reading how ready the regions are failed", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

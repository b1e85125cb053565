package provider

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"io.meridian/terraform-provider-meridian/internal/timetable"
)

// scheduleModel is a schedule as Terraform holds it. Its keys are the members of the control plane's document, in snake case.
type scheduleModel struct {
	Name          types.String `tfsdk:"name"`
	Scenario      types.String `tfsdk:"scenario"`
	Region        types.String `tfsdk:"region"`
	Cron          types.String `tfsdk:"cron"`
	TimeZone      types.String `tfsdk:"time_zone"`
	WindowMinutes types.Int64  `tfsdk:"window_minutes"`
	Blackouts     types.Set    `tfsdk:"blackouts"`
	Enabled       types.Bool   `tfsdk:"enabled"`
	Note          types.String `tfsdk:"note"`
	Revision      types.Int64  `tfsdk:"revision"`
}

// scheduleJSON is what a person says of a schedule.
type scheduleJSON struct {
	Scenario      string   `json:"scenario"`
	Region        *string  `json:"region"`
	Cron          string   `json:"cron"`
	TimeZone      string   `json:"timeZone"`
	WindowMinutes int64    `json:"windowMinutes"`
	Blackouts     []string `json:"blackouts"`
	Enabled       bool     `json:"enabled"`
	Note          *string  `json:"note"`
}

// scheduleTold is what a control plane tells of one.
type scheduleTold struct {
	scheduleJSON
	Name     string `json:"name"`
	Revision int64  `json:"revision"`
	// Next times, while it is enabled.
	Next []struct {
		Local    string  `json:"local"`
		Blackout *string `json:"blackout"`
	} `json:"next"`
}

// known says whether all of it is that a person says.
func (m scheduleModel) known() bool {
	return !m.Name.IsUnknown() && !m.Scenario.IsUnknown() && !m.Region.IsUnknown() && !m.Cron.IsUnknown() && !m.TimeZone.IsUnknown() &&
		!m.WindowMinutes.IsUnknown() && !m.Blackouts.IsUnknown() && !m.Enabled.IsUnknown() && !m.Note.IsUnknown() &&
		!slices.ContainsFunc(m.Blackouts.Elements(), func(day attr.Value) bool { return day.IsUnknown() })
}

func (m scheduleModel) said(ctx context.Context, diagnostics *diag.Diagnostics) scheduleJSON {
	days := []string{}
	if !m.Blackouts.IsNull() {
		diagnostics.Append(m.Blackouts.ElementsAs(ctx, &days, false)...)
	}
	slices.Sort(days)
	return scheduleJSON{
		Scenario: m.Scenario.ValueString(), Region: m.Region.ValueStringPointer(), Cron: m.Cron.ValueString(), TimeZone: m.TimeZone.ValueString(),
		WindowMinutes: m.WindowMinutes.ValueInt64(), Blackouts: days, Enabled: m.Enabled.ValueBool(), Note: m.Note.ValueStringPointer(),
	}
}

func (t scheduleTold) model(ctx context.Context, diagnostics *diag.Diagnostics) scheduleModel {
	days := types.SetNull(types.StringType)
	if len(t.Blackouts) > 0 {
		read, found := types.SetValueFrom(ctx, types.StringType, t.Blackouts)
		diagnostics.Append(found...)
		days = read
	}
	return scheduleModel{
		Name: types.StringValue(t.Name), Scenario: types.StringValue(t.Scenario), Region: types.StringPointerValue(t.Region),
		Cron: types.StringValue(t.Cron), TimeZone: types.StringValue(t.TimeZone), WindowMinutes: types.Int64Value(t.WindowMinutes), Blackouts: days,
		Enabled: types.BoolValue(t.Enabled), Note: types.StringPointerValue(t.Note), Revision: types.Int64Value(t.Revision),
	}
}

// scheduleDifferences are the attributes in which two do not mean the same.
func scheduleDifferences(a, b scheduleJSON) []string {
	var differ []string
	for _, row := range []struct {
		attribute   string
		left, right any
	}{
		{"scenario", a.Scenario, b.Scenario},
		{"region", a.Region, b.Region},
		{"cron", strings.TrimSpace(a.Cron), strings.TrimSpace(b.Cron)},
		{"time_zone", a.TimeZone, b.TimeZone},
		{"window_minutes", a.WindowMinutes, b.WindowMinutes},
		{"blackouts", plainDays(a.Blackouts), plainDays(b.Blackouts)},
		{"enabled", a.Enabled, b.Enabled},
		{"note", a.Note, b.Note},
	} {
		if !reflect.DeepEqual(row.left, row.right) {
			differ = append(differ, row.attribute)
		}
	}
	return differ
}

// plainDays writes days that mean the same the same: their order means nothing.
func plainDays(days []string) []string {
	plain := make([]string, len(days))
	for i, day := range days {
		plain[i] = timetable.PlainDays(day)
	}
	slices.Sort(plain)
	return slices.Compact(plain)
}

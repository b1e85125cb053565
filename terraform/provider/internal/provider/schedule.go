package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"io.meridian/terraform-provider-meridian/internal/api"
	"io.meridian/terraform-provider-meridian/internal/timetable"
)

const (
	schedulesPath       = "drills/schedules"
	windowMinutesAbsent = 30
	windowMinutesMost   = 720
	blackoutsMost       = 50
	noteLettersMost     = 300
)

var (
	_ resource.ResourceWithConfigure   = (*scheduleResource)(nil)
	_ resource.ResourceWithImportState = (*scheduleResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*scheduleResource)(nil)

	drillForm    = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)
	timeZoneForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$`)
)

// scheduleResource says when drills are due. That one begins is the control plane's doing, and no apply's.
type scheduleResource struct {
	control *control
}

func (r *scheduleResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_drill_schedule"
}

func (r *scheduleResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.control, _ = req.ProviderData.(*control)
}

func (r *scheduleResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	drillNames := form(drillForm, "up to 40 lower-case letters, digits and hyphens, a letter first")
	notBlank := stringvalidator.RegexMatches(regexp.MustCompile(`\S`), "at least one letter; leave the note out where there is none")
	resp.Schema = schema.Schema{
		MarkdownDescription: "When a drill is due by itself. **It is configuration: an apply starts no drill.** The control plane asks for what is due, when it is due, as a person would," +
			" and the same things stand in its way; `./meridian drill serve` runs it. Drills break things on purpose: `enabled = false` keeps the schedule and lets none begin." +
			" The plan tells when the first one would. Removing the schedule ends no drill that has begun.",
		Attributes: map[string]schema.Attribute{
			"name":     identity("Of the schedule. The audit tells what came of each due time as `schedule NAME`.", drillNames),
			"scenario": neededText("A registered one: `./meridian drill serve` registers those that come with Meridian, `./meridian drill register` one of your own.", drillNames),
			"region":   text("Another than the scenario names; as it is written if not said. A link's ends stay.", names()),
			"cron": neededText("Minute, hour, day of the month, month, day of the week, as UNIX has them: `0 3 * * MON`. With both days given, either will do. Once an hour is the most.",
				[]validator.String{checked{"No time of a schedule", timetable.Cron}}),
			"time_zone": textOr("UTC", "Of the tz database, such as `Europe/Berlin`. A local time that clocks skip does not come that day.",
				form(timeZoneForm, "a time zone of the tz database, such as Europe/Berlin or UTC")),
			"window_minutes": schema.Int64Attribute{
				Optional: true, Computed: true, Default: int64default.StaticInt64(windowMinutesAbsent),
				Validators: []validator.Int64{int64validator.Between(1, windowMinutesMost)},
				MarkdownDescription: fmt.Sprintf("For how long what was due may still begin, at most %d; it is tried again until then. `%d` if not said.",
					windowMinutesMost, windowMinutesAbsent),
			},
			"blackouts": schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Days in the time zone on which none begins: `2026-12-24`, or `2026-12-21/2027-01-06`, both in it.",
				Validators: []validator.Set{
					setvalidator.SizeAtMost(blackoutsMost), setvalidator.ValueStringsAre(checked{"No days of the calendar", timetable.Days}),
				},
			},
			"enabled": schema.BoolAttribute{
				Optional: true, Computed: true, Default: booldefault.StaticBool(true),
				MarkdownDescription: "`false`: it is kept, and nothing of it begins. What was due meanwhile is not made up for. `true` if not said.",
			},
			"note": text("For whoever looks later.", []validator.String{stringvalidator.UTF8LengthBetween(1, noteLettersMost), notBlank}),
			"revision": schema.Int64Attribute{
				Computed: true, MarkdownDescription: "In which it became what it is. A change is only made to that: when somebody else was faster, it is refused, and the next plan shows what differs.",
			},
		},
	}
}

func (r *scheduleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var wanted scheduleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &wanted)...)
	said := wanted.said(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	name := wanted.Name.ValueString()
	told, err := r.find(ctx, name)
	switch {
	case err != nil:
	case told == nil:
		told, err = r.put(ctx, name, said, "")
	case len(scheduleDifferences(told.scheduleJSON, said)) > 0:
		err = fmt.Errorf("drill schedule %s is there already and differs in %s; to take it over: terraform import, then plan shows each difference",
			name, strings.Join(scheduleDifferences(told.scheduleJSON, said), ", "))
	default:
		resp.Diagnostics.AddWarning("drill schedule "+name+" was there already",
			"It says exactly what is configured, so it was taken over: from now on this configuration owns it.")
	}
	if err != nil {
		resp.Diagnostics.AddError("declaring drill schedule "+name+" failed", err.Error())
		return
	}
	wanted.Revision = types.Int64Value(told.Revision)
	resp.Diagnostics.Append(resp.State.Set(ctx, wanted)...)
}

func (r *scheduleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var held, wanted scheduleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &held)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &wanted)...)
	said := wanted.said(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	told, err := r.put(ctx, wanted.Name.ValueString(), said, held.Revision.String())
	if err != nil {
		resp.Diagnostics.AddError("declaring drill schedule "+wanted.Name.ValueString()+" failed", withHelp(err, othersChanged).Error())
		return
	}
	wanted.Revision = types.Int64Value(told.Revision)
	resp.Diagnostics.Append(resp.State.Set(ctx, wanted)...)
}

func (r *scheduleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var held scheduleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &held)...)
	said := held.said(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	told, err := r.find(ctx, held.Name.ValueString())
	if err != nil {
		resp.Diagnostics.AddError("reading drill schedule "+held.Name.ValueString()+" failed", err.Error())
		return
	}
	if told == nil {
		resp.State.RemoveResource(ctx)
		return
	}
	present := told.model(ctx, &resp.Diagnostics)
	if len(scheduleDifferences(told.scheduleJSON, said)) == 0 { // the same in other words: the configuration's stay
		held.Revision = present.Revision
		present = held
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, present)...)
}

func (r *scheduleResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var held scheduleModel
	if resp.Diagnostics.Append(req.State.Get(ctx, &held)...); resp.Diagnostics.HasError() {
		return
	}
	name := held.Name.ValueString()
	_, err := r.control.client.Do(ctx, api.Request{Method: http.MethodDelete, Path: schedulesPath + "/" + name, IfMatch: held.Revision.String()})
	if err != nil && !api.IsProblem(err, "unknown-schedule") {
		resp.Diagnostics.AddError("removing drill schedule "+name+" failed", withHelp(err, othersStay).Error())
	}
}

// ImportState takes the schedule's name.
func (r *scheduleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var told *scheduleTold
	err := errors.New("a schedule's name is up to 40 lower-case letters, digits and hyphens, a letter first")
	if drillForm.MatchString(req.ID) {
		told, err = r.find(ctx, req.ID)
	}
	if err == nil && told == nil {
		err = errors.New("the control plane has none" + r.others(ctx))
	}
	if err != nil {
		resp.Diagnostics.AddError("importing drill schedule "+req.ID+" failed", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, told.model(ctx, &resp.Diagnostics))...)
}

// find gives nil where there is none.
func (r *scheduleResource) find(ctx context.Context, name string) (*scheduleTold, error) {
	var told scheduleTold
	err := r.control.client.Get(ctx, schedulesPath+"/"+name, &told)
	if api.IsProblem(err, "unknown-schedule") {
		return nil, nil
	}
	return &told, err
}

func (r *scheduleResource) others(ctx context.Context) string {
	var all struct{ Schedules []scheduleTold }
	if err := r.control.client.Get(ctx, schedulesPath, &all); err != nil || len(all.Schedules) == 0 {
		return ""
	}
	names := make([]string, len(all.Schedules))
	for i, of := range all.Schedules {
		names[i] = of.Name
	}
	return "; it has " + strings.Join(names, ", ")
}

// put declares it on top of a revision; empty: whatever there is.
func (r *scheduleResource) put(ctx context.Context, name string, said scheduleJSON, onlyAt string) (*scheduleTold, error) {
	answer, err := r.control.client.Do(ctx, api.Request{Method: http.MethodPut, Path: schedulesPath + "/" + name, Body: said, IfMatch: onlyAt})
	if err != nil {
		return nil, err
	}
	var told scheduleTold
	return &told, answer.Read(&told)
}

// What helps when somebody else was faster. Terraform plans the removal of what is no more in a configuration by the state as it was before it was read
// anew, so only a state that was written anew has their change.
const (
	othersChanged = "Somebody changed it after this was planned, and nothing of theirs is overwritten. Plan again: it shows what differs"
	othersStay    = "Somebody changed it after this state was written, and nothing of theirs is taken away. terraform apply -refresh-only shows their change and takes note of it;" +
		" then apply again"
)

func withHelp(err error, help string) error {
	if api.IsProblem(err, "revision-conflict") {
		return fmt.Errorf("%w\n\n%s", err, help)
	}
	return err
}

// Package provider is what Terraform sees: schemas, and the way from plan and state to the topology document and back.
// Start at element.go; each kind of element is a table beside it.
package provider

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"io.meridian/terraform-provider-meridian/internal/api"
	"io.meridian/terraform-provider-meridian/internal/declare"
)

const (
	patienceAbsent = 30 * time.Second
	settleAbsent   = 3 * time.Second
)

// control is what resources and data sources share: one client, and one writer, so that their changes come together.
type control struct {
	client *api.Client
	writer *declare.Writer
	// This very apply declared the first topology, so what it finds is its own.
	declaredFirst atomic.Bool
}

type meridianProvider struct {
	version string
}

type settings struct {
	Address  types.String `tfsdk:"address"`
	Token    types.String `tfsdk:"token"`
	CAFile   types.String `tfsdk:"ca_file"`
	Reason   types.String `tfsdk:"reason"`
	Patience types.String `tfsdk:"patience"`
	Settle   types.String `tfsdk:"settle"`
}

// New makes the provider of a version.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &meridianProvider{version: version} }
}

func (p *meridianProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "meridian"
	resp.Version = p.version
}

func (p *meridianProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Declares what should be true of a Meridian control plane: regions, zones, services, tables, and what switches must heed." +
			" Acts (moves, evacuations, rebalances, drills) are never resources: `apply` starts none.",
		Attributes: map[string]schema.Attribute{
			"address": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Any node of the control plane, or what balances over them: `https://control-plane.example.org:8443`. Else `MERIDIAN_API`.",
			},
			"token": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "Bearer token. `plan` takes the role `viewer` (with `planner` it also tells what would be refused), `apply` takes `operator`." +
					" Else `MERIDIAN_TOKEN`, else what is in the file that `MERIDIAN_TOKEN_FILE` names.",
			},
			"ca_file": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "PEM file of the authorities that may have signed the control plane's certificate, in place of the machine's. Else `MERIDIAN_CA_FILE`.",
			},
			"reason": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Why, for the audit and for the second person; `terraform apply` if not said.",
			},
			"patience": schema.StringAttribute{
				Optional: true, Validators: durations(),
				MarkdownDescription: "How long a request is tried again while nobody answers or a node is not ready. `30s` if not said.",
			},
			"settle": schema.StringAttribute{
				Optional: true, Validators: durations(),
				MarkdownDescription: "How long a change that was refused waits for others of the same apply that may mend it, such as the other zone of two that are" +
					" each other's backup. `3s` if not said.",
			},
		},
	}
}

func (p *meridianProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var said settings
	resp.Diagnostics.Append(req.Config.Get(ctx, &said)...)
	if resp.Diagnostics.HasError() {
		return
	}
	for name, value := range map[string]types.String{"address": said.Address, "token": said.Token, "ca_file": said.CAFile} {
		if value.IsUnknown() {
			resp.Diagnostics.AddAttributeError(path.Root(name), "Not known yet",
				"the provider's "+name+" comes from a resource that is not there yet; apply that first, or take the value from a variable or the environment")
			return
		}
	}
	client, err := api.New(api.Settings{
		Address:   first(said.Address.ValueString(), os.Getenv("MERIDIAN_API")),
		Token:     token(said, &resp.Diagnostics),
		CA:        authorities(said, &resp.Diagnostics),
		Reason:    first(said.Reason.ValueString(), "terraform apply"),
		UserAgent: fmt.Sprintf("terraform-provider-meridian/%s terraform/%s (%s)", p.version, first(req.TerraformVersion, "unknown"), runtime.GOOS),
		Patience:  duration(said.Patience, patienceAbsent),
	})
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("address"), "No control plane to ask", err.Error()+"; say it here or in MERIDIAN_API")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if client.InTheClear() {
		resp.Diagnostics.AddAttributeWarning(path.Root("address"), "The token travels unencrypted",
			"the address is http and of another machine, so that whoever is in between can read the token; use https, with ca_file where the authority is your own")
	}
	shared := &control{client: client, writer: declare.NewWriter(client, duration(said.Settle, settleAbsent))}
	resp.ResourceData, resp.DataSourceData = shared, shared
}

func (p *meridianProvider) Resources(context.Context) []func() resource.Resource {
	resources := []func() resource.Resource{
		func() resource.Resource { return &topologyResource{} },
		func() resource.Resource { return &pinResource{} },
		func() resource.Resource { return &tokenResource{} },
		func() resource.Resource { return &scheduleResource{} },
	}
	for _, kind := range elements() {
		resources = append(resources, func() resource.Resource { return &elementResource{element: kind} })
	}
	return resources
}

func (p *meridianProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return &topologyData{} },
		func() datasource.DataSource { return &shardsData{} },
		func() datasource.DataSource { return &ownerData{} },
		func() datasource.DataSource { return &planData{} },
		func() datasource.DataSource { return &regionsData{} },
		func() datasource.DataSource { return &routersData{} },
		func() datasource.DataSource { return &readinessData{} },
	}
}

func token(said settings, diagnostics *diag.Diagnostics) string {
	if text := first(said.Token.ValueString(), os.Getenv("MERIDIAN_TOKEN")); text != "" {
		return strings.TrimSpace(text)
	}
	file := os.Getenv("MERIDIAN_TOKEN_FILE")
	if file == "" {
		return ""
	}
	return strings.TrimSpace(fileText(file, path.Root("token"), diagnostics))
}

func authorities(said settings, diagnostics *diag.Diagnostics) string {
	file := first(said.CAFile.ValueString(), os.Getenv("MERIDIAN_CA_FILE"))
	if file == "" {
		return ""
	}
	return fileText(file, path.Root("ca_file"), diagnostics)
}

func fileText(file string, at path.Path, diagnostics *diag.Diagnostics) string {
	text, err := os.ReadFile(file) //nolint:gosec // the user names it
	if err != nil {
		diagnostics.AddAttributeError(at, "A file cannot be read", err.Error())
	}
	return string(text)
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

func duration(said types.String, absent time.Duration) time.Duration {
	length, err := time.ParseDuration(said.ValueString())
	if err != nil {
		return absent // not said: the schema's validator lets no other form in
	}
	return length
}

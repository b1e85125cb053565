package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// checked is a text that a rule takes, or says what is wrong with it and what mends it.
type checked struct {
	summary string
	rule    func(text string) error
}

func (c checked) Description(context.Context) string {
	return c.summary + " is refused"
}

func (c checked) MarkdownDescription(ctx context.Context) string {
	return c.Description(ctx)
}

func (c checked) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := c.rule(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, c.summary, err.Error())
	}
}

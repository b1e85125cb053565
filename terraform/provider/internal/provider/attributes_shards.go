package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// powerOfTwo is what the number of shards must be.
type powerOfTwo struct{}

func (powerOfTwo) Description(context.Context) string {
	return "a power of two, 64 to 65536"
}

func (v powerOfTwo) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (v powerOfTwo) ValidateInt64(ctx context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	n := req.ConfigValue.ValueInt64()
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || (n >= 64 && n <= 65_536 && n&(n-1) == 0) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Not a number of shards", fmt.Sprintf("%d is not %s, such as 1024", n, v.Description(ctx)))
}

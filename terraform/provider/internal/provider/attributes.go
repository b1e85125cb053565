package provider

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The forms that texts of a document have; the control plane's own rules are the last word, these tell a typo before anything is asked.
var (
	nameForm   = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,29}[a-z0-9])?$`)
	zoneForm   = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,29}[a-z0-9])?-[1-9][0-9]{0,2}$`)
	tableForm  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_$]{0,62}\.[A-Za-z_][A-Za-z0-9_$]{0,62}$`)
	orphanForm = regexp.MustCompile(`^(reject|newest|column-wise|salvage|custom:[A-Za-z0-9_-]{1,63})$`)
	lossForm   = regexp.MustCompile(`^([0-9]{1,9}rows|[0-9]{1,6}(ms|s|m|h)|[0-9]{1,9}rows\|[0-9]{1,6}(ms|s|m|h))$`)
	pinForm    = regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}$`)
	groupForm  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,30}$`)
	lengthForm = regexp.MustCompile(`^[0-9]{1,6}(ms|s|m|h)$`)
	setForm    = regexp.MustCompile(`^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$`)
	placeForm  = regexp.MustCompile(`^.+:[0-9]{1,5}$`)
	clockForm  = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
)

func form(of *regexp.Regexp, says string) []validator.String {
	return []validator.String{stringvalidator.RegexMatches(of, says)}
}

func names() []validator.String {
	return form(nameForm, "up to 31 lower-case letters, digits and hyphens, a letter first, no hyphen last")
}

func durations() []validator.String {
	return form(lengthForm, "a number with a unit, such as 500ms, 2s or 10m")
}

func oneOf(texts ...string) []validator.String {
	return []validator.String{stringvalidator.OneOf(texts...)}
}

// identity is a name by which the element is known; another name is another element.
func identity(says string, checks []validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Required: true, MarkdownDescription: says, Validators: checks,
		PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
	}
}

func text(says string, checks []validator.String) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: says, Validators: checks}
}

func neededText(says string, checks []validator.String) schema.StringAttribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: says, Validators: checks}
}

func textOr(absent, says string, checks []validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: says + " `" + absent + "` if not said.", Validators: checks,
		Default: stringdefault.StaticString(absent),
	}
}

func flag(says string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, Computed: true, MarkdownDescription: says, Default: booldefault.StaticBool(false)}
}

func number(says string, least, most int64) schema.Int64Attribute {
	return schema.Int64Attribute{Optional: true, MarkdownDescription: says, Validators: []validator.Int64{int64validator.Between(least, most)}}
}

func neededNumber(says string, least, most int64) schema.Int64Attribute {
	return schema.Int64Attribute{Required: true, MarkdownDescription: says, Validators: []validator.Int64{int64validator.Between(least, most)}}
}

func texts(says string, checks ...validator.String) schema.ListAttribute {
	return schema.ListAttribute{
		Optional: true, ElementType: types.StringType, MarkdownDescription: says,
		Validators: []validator.List{listvalidator.SizeAtLeast(1), listvalidator.UniqueValues(), listvalidator.ValueStringsAre(checks...)},
	}
}

func neededTexts(says string, checks ...validator.String) schema.ListAttribute {
	list := texts(says, checks...)
	list.Optional, list.Required = false, true
	return list
}

func object(says string, attributes map[string]schema.Attribute) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{Optional: true, MarkdownDescription: says, Attributes: attributes}
}

func objects(says string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Required: true, MarkdownDescription: says, Validators: []validator.List{listvalidator.SizeAtLeast(1)},
		NestedObject: schema.NestedAttributeObject{Attributes: attributes},
	}
}

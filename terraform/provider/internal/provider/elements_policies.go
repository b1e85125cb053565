package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"io.meridian/terraform-provider-meridian/internal/document"
)

func residency() element {
	return element{
		name: "residency", whole: "rules", place: document.Place{Key: "residency", Word: "residency"},
		schema: schema.Schema{
			MarkdownDescription: "Which shards may live in some regions only. The topology has one list, so one resource has all of it.",
			Attributes: map[string]schema.Attribute{
				"rules": objects("No shard is in two of them.", map[string]schema.Attribute{
					"shards":  neededText("Such as `0-99,200`.", form(setForm, "shards, such as 0-99,200")),
					"regions": neededTexts("One of which has an R zone with a weight above 0.", names()...),
				}),
			},
		},
	}
}

func limits() element {
	return element{
		name: "limits", place: document.Place{Key: "limits", Word: "limits"},
		some: []string{"wave", "wave_pause", "lag", "lag_rows", "catch_up", "moves_at_once", "rps"},
		schema: schema.Schema{
			MarkdownDescription: "What switches must heed. What is left out is as the control plane's configuration has it. The topology has one, so one resource has all of it.",
			Attributes: map[string]schema.Attribute{
				"wave":          number("Shards that are withdrawn and granted together.", 1, 4096),
				"wave_pause":    text("Between the end of a wave and the beginning of the next.", durations()),
				"lag":           text("Of the target's copy: above it no run starts.", durations()),
				"lag_rows":      number("The same in records.", 1, 1_000_000_000),
				"catch_up":      text("How long shards may be without an owner while the target reads up to their end.", durations()),
				"moves_at_once": number("Runs side by side.", 1, 64),
				"rps":           number("Requests per second of all shards together when it is busiest; zones' capacities are measured against it.", 1, 1_000_000_000),
			},
		},
	}
}

func safetyRules() element {
	absent := map[string]any{"neverAllZonesOfCity": false}
	return element{
		name: "safety_rule", alone: true, place: document.Place{Key: "safetyRules", Word: "safety rules", Absent: absent},
		some: []string{"min_regions_with_capacity", "never_all_zones_of_city"},
		schema: schema.Schema{
			MarkdownDescription: "The safety rules: a run that would break one does not start. **Each change waits for a second person**: apply fails and names the approval;" +
				" once it is approved, apply again finds it done. The topology has one set of them, so one resource has all of it.",
			Attributes: map[string]schema.Attribute{
				"min_regions_with_capacity": number("So many regions must still serve shards.", 1, 1000),
				"never_all_zones_of_city": schema.BoolAttribute{
					Optional: true, MarkdownDescription: "`true`: every city that has R zones must still have one that serves shards.",
				},
			},
		},
	}
}

func maintenanceWindows() element {
	weekday := stringvalidator.OneOf("mon", "tue", "wed", "thu", "fri", "sat", "sun")
	return element{
		name: "maintenance_windows", whole: "windows", place: document.Place{Key: "maintenanceWindows", Word: "maintenance windows"},
		schema: schema.Schema{
			MarkdownDescription: "When runs may start. A region with none declared has no closed time. The topology has one list, so one resource has all of it.",
			Attributes: map[string]schema.Attribute{
				"windows": objects("Times of day are in UTC.", map[string]schema.Attribute{
					"from":    neededText("Such as `22:00`.", form(clockForm, "a time of day in UTC, such as 22:00")),
					"to":      neededText("Not after `from`: on the next day.", form(clockForm, "a time of day in UTC, such as 04:00")),
					"days":    texts("All if not said.", weekday),
					"regions": texts("All if not said.", names()...),
				}),
			},
		},
	}
}

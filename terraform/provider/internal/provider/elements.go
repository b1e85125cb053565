package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"io.meridian/terraform-provider-meridian/internal/document"
)

// elements are all kinds, in the order of the document. docs/topology.md says what each key means; names of attributes are its keys in snake case.
func elements() []element {
	return []element{
		region(), zone(), gateway(), service(), table(), residency(), limits(), safetyRules(), maintenanceWindows(),
	}
}

func named(key, word string, absent map[string]any) document.Place {
	return document.Place{Key: key, Names: []string{"name"}, Word: word, Absent: absent}
}

func regionAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": identity("Such as `east`. Topics, certificates and zones carry it.", names()),
		"city": neededText("Where it is. Regions of one city may share its C zone; `never_all_zones_of_city` counts by it.", names()),
		"number": number("Stands in the ids of `meridian.next_id`, so it is no other region's and fixed once declared.",
			0, 63),
	}
}

func region() element {
	return element{
		name: "region", place: named("regions", "region", nil),
		schema: schema.Schema{
			MarkdownDescription: "A region: a failure domain with its own databases, Kafka, Envoys and Meridian processes. It is removed once it has no zones and owns no shards.",
			Attributes:          regionAttributes(),
		},
	}
}

func zoneAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name":   identity("Named after its region, with a number: `east-1`.", form(zoneForm, "the region's name, a hyphen and a number, such as east-1")),
		"region": neededText("The region that it is in.", names()),
		"kind": textOr("R", "`R`: owns user shards. `G`: has the one copy of what cannot be sharded; one at most. `C`: a copy of the G zone's data, only read, close to its readers.",
			oneOf("R", "G", "C")),
		"weight": number("Of an R zone, which must have it: its relative share of the shards, not 0 of all of them. Of a C zone: its share of its region's reads, 100 if not said. The G zone has none."+
			" A changed weight moves no shard by itself: `./meridian rebalance --dry-run` shows what would move.", 0, 1000),
		"endpoints": neededTexts("`host:port`, HTTP/2 without TLS.", form(placeForm, "host:port, such as 10.1.1.1:8080")...),
		"capacity":  number("Requests per second that it can serve; of R zones it is heeded.", 1, 100_000_000),
		"backups":   texts("Of R zones: other R zones, the best first, where its shards go when it is evacuated.", form(zoneForm, "a zone, such as east-2")...),
		"elastic":   flag("Of R zones: has shards only while they are popped out to it, so its weight is 0."),
		"group":     text("Of R zones: zones of a region that are deployed together, for blue/green.", names()),
	}
}

var zoneAbsent = map[string]any{"kind": "R", "elastic": false}

func zoneAbsentOf(zone map[string]any) map[string]any {
	switch zone["kind"] {
	case "C":
		return map[string]any{"weight": 100}
	case "G":
		return map[string]any{"weight": 0}
	default:
		return nil
	}
}

func zone() element {
	place := named("zones", "zone", zoneAbsent)
	place.AbsentOf = zoneAbsentOf
	return element{
		name: "zone", place: place, defaults: zoneAbsent,
		schema: schema.Schema{
			MarkdownDescription: "A zone: a unit of deployment of an application inside a region. It is removed once it owns no shards and no pin leads to it;" +
				" Terraform moves none, `./meridian evacuate` does.",
			Attributes: zoneAttributes(),
		},
		remarks: func(before, after map[string]any) string {
			if fmt.Sprint(before["weight"]) == fmt.Sprint(after["weight"]) {
				return ""
			}
			return "the weight is what a rebalance aims at: after this apply, ./meridian rebalance --dry-run (or data.meridian_plan) shows what would move, and ./meridian rebalance moves it"
		},
	}
}

func gatewayAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"from":    identity("Region whose edges go there.", names()),
		"to":      identity("Region that is reached.", names()),
		"address": neededText("`host:port` of `to`'s gateway as `from`'s edges reach it.", form(placeForm, "host:port, such as 10.2.0.10:8443")),
	}
}

func gateway() element {
	return element{
		name: "gateway", place: document.Place{Key: "gateways", Names: []string{"from", "to"}, Word: "gateway"},
		schema: schema.Schema{
			MarkdownDescription: "Where one region's edges reach another's gateway. Each ordered pair of regions that have zones needs one, so let zones depend on them: then they come before and go after.",
			Attributes:          gatewayAttributes(),
		},
	}
}

func service() element {
	absent := map[string]any{"kind": "R", "unknownKey": "reject", "diagnostics": false, "retries": map[string]any{"budgetPercent": int64(20), "minConcurrency": int64(3)}}
	endpoint := form(placeForm, "host:port, such as 10.1.20.1:8090")[0]
	return element{
		name: "service", place: named("services", "service", absent),
		defaults: map[string]any{"kind": "R", "diagnostics": false},
		schema: schema.Schema{
			MarkdownDescription: "A service behind the edges, told from others by the host of a request.",
			Attributes: map[string]schema.Attribute{
				"name":        identity("Of the service.", names()),
				"kind":        textOr("R", "`R`: requests go to their shard's zone. `G`: all go to the G zone. `C`: reads go to the C zones, writes to the G zone.", oneOf("R", "G", "C")),
				"hosts":       texts("Hosts in lower case, without ports; `*.example.org` for all below it. No host is two services'. One service may name none: it takes whatever no other does."),
				"keys":        texts("Of an R service, which must have it: where the user key may be, the first present wins: `header:NAME`, `cookie:NAME`, `query:NAME`, `path:N`, `jwt:CLAIM`."),
				"unknown_key": text("Of an R service: what becomes of a request without a key: `reject` (if not said), or `zone:NAME`.", nil),
				"jwt": object("Whose tokens these are; there whenever a key is a claim.", map[string]schema.Attribute{
					"issuer":    neededText("As tokens have it in `iss`.", nil),
					"audiences": texts("One of which tokens have in `aud`."),
					"jwks":      neededText("The public keys: a JSON text, or the address where it is.", nil),
				}),
				"endpoints": schema.MapAttribute{
					Optional: true, ElementType: types.ListType{ElemType: types.StringType},
					MarkdownDescription: "`host:port` of this service in a zone, by the zone's name; in those left out it is at the zone's own endpoints.",
					Validators: []validator.Map{
						mapvalidator.SizeAtLeast(1),
						mapvalidator.KeysAre(stringvalidator.RegexMatches(zoneForm, "a zone, such as east-1")),
						mapvalidator.ValueListsAre(neededTexts("", endpoint).Validators...),
					},
				},
				"outlier": object("When an endpoint is left out.", map[string]schema.Attribute{
					"consecutive_5xx":      neededNumber("Answers of that kind, one after the other.", 1, 1000),
					"interval":             neededText("How often endpoints are looked at.", durations()),
					"ejection":             neededText("For how long the first time.", durations()),
					"max_ejection_percent": neededNumber("Of a zone's endpoints, at most.", 1, 100),
				}),
				"circuit_breaker": object("What one Envoy may have open to one zone.", map[string]schema.Attribute{
					"max_connections":      neededNumber("Connections.", 1, 1_000_000),
					"max_pending_requests": neededNumber("Requests that wait for one.", 1, 1_000_000),
					"max_requests":         neededNumber("Requests under way.", 1, 1_000_000),
					"max_retries":          neededNumber("Retries under way.", 1, 1_000_000),
				}),
				"retries": object("Another endpoint is tried when the first try proves that nothing was executed.", map[string]schema.Attribute{
					"attempts":        neededNumber("How many more.", 1, 5),
					"budget_percent":  number("Retries under way of all requests under way; 20 if not said.", 1, 100),
					"min_concurrency": number("Retries that may always be under way; 3 if not said.", 1, 1000),
				}),
				"weight_cut": object("Of a C service: C zones that fail get less.", map[string]schema.Attribute{
					"error_percent": neededNumber("Of a zone's answers within a window, from which on its share is halved.", 1, 100),
					"floor_percent": neededNumber("Of its weight, which it keeps.", 1, 100),
					"window":        neededText("1s to 10m.", durations()),
				}),
				"diagnostics": flag("Answers carry `x-meridian-shard`, `-zone` and `-epoch`."),
			},
		},
	}
}

func table() element {
	absent := map[string]any{"kind": "sharded", "resolver": "last-writer-wins", "bulk": false}
	return element{
		name: "table", place: named("tables", "table", absent),
		defaults: map[string]any{"kind": "sharded", "bulk": false},
		schema: schema.Schema{
			MarkdownDescription: "A table that is replicated. It cannot be removed once declared, nor sharded anew: to let go of it without that, use a `removed` block.",
			Attributes: map[string]schema.Attribute{
				"name":            identity("With its schema: `public.account`.", form(tableForm, "a table with its schema, such as public.account")),
				"kind":            textOr("sharded", "`sharded`: a row is written by its shard's owner. `multi-writer`: every region may write every row, and what was written concurrently is merged.", oneOf("sharded", "multi-writer")),
				"sharding_column": neededText("Holds the user key.", nil),
				"resolver":        text("Of a multi-writer table: `last-writer-wins` (if not said) or `column-wise`.", oneOf("last-writer-wins", "column-wise")),
				"columns": schema.MapAttribute{
					Optional: true, ElementType: types.StringType, Validators: []validator.Map{mapvalidator.SizeAtLeast(1)},
					MarkdownDescription: "Of a multi-writer table: columns that are merged otherwise: `counter`, `max`, `min`, `set`, `column-wise`, `custom:NAME`.",
				},
				"store_group": text("Only with one group, whose name it is: every table is in every store group.", form(groupForm, "a store group, such as main")),
				"bulk":        flag("Written many rows at a time, so that the fence checks each statement once."),
				"safe":        texts("Unique indexes without the sharding column, and columns fed by a sequence, of which you know that no two regions ever make the same value."),
			},
		},
	}
}

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

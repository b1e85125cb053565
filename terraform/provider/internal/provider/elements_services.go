package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

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
	absent := map[string]any{"kind": "sharded", "resolver": "last-writer-wins", "orphans": "reject", "bulk": false}
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
				"orphans":     text("Of a sharded table: what becomes of a write that lost its place when its region was lost, where somebody has written the row since: `reject` (if not said), `newest`, `column-wise`, `salvage`, `custom:NAME`.", form(orphanForm, "reject, newest, column-wise, salvage or custom:NAME")),
				"store_group": text("Only with one group, whose name it is: every table is in every store group.", form(groupForm, "a store group, such as main")),
				"bulk":        flag("Written many rows at a time, so that the fence checks each statement once."),
				"safe":        texts("Unique indexes without the sharding column, and columns fed by a sequence, of which you know that no two regions ever make the same value."),
			},
		},
	}
}

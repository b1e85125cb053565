package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

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
		"failover": object("What is done when the region looks lost to the others. To make it `auto` takes a second person where anybody may approve.", map[string]schema.Attribute{
			"mode":     neededText("`recommend`, as when nothing is said, `off`, or `auto`, which needs `max_loss`.", oneOf("off", "recommend", "auto")),
			"max_loss": text("How much may be lost with it: `500rows`, `2s` or `500rows|2s`.", form(lossForm, "500rows, 2s or 500rows|2s")),
		}),
	}
}

func region() element {
	return element{
		name: "region", place: named("regions", "region", map[string]any{"failover": map[string]any{"mode": "recommend"}}),
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

package provider

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"io.meridian/terraform-provider-meridian/internal/declare"
	"io.meridian/terraform-provider-meridian/internal/document"
)

// ground are the keys that it owns.
var ground = []string{"name", "shards", "storeGroups"}

func (r *topologyResource) create(wanted map[string]any) declare.Change {
	change := groundChange(func(d document.Document) (document.Document, error) {
		if d != nil {
			if differ := differences(d, wanted); len(differ) > 0 {
				return nil, fmt.Errorf("the control plane has a topology already, and it differs in %s; to take it over: terraform import, then plan shows each difference",
					strings.Join(differ, ", "))
			}
			return d, nil
		}
		first, ok := wanted["first"].(map[string]any)
		if !ok {
			return nil, errors.New("the control plane has no topology yet, and the first one gives every shard to a zone: say its regions, zones and gateways in 'first'")
		}
		declared, err := document.Read(map[string]any{
			"name": wanted["name"], "shards": wanted["shards"], "storeGroups": wanted["storeGroups"],
			"regions": listOf(first["regions"]), "zones": listOf(first["zones"]), "gateways": listOf(first["gateways"]), "services": []any{}, "tables": []any{},
		})
		r.control.declaredFirst.Store(err == nil)
		return declared, err
	})
	return change
}

func groundUpdate(wanted map[string]any) declare.Change {
	return groundChange(func(d document.Document) (document.Document, error) {
		if d == nil {
			return nil, declare.ErrNotYet
		}
		for _, key := range ground {
			d = document.Place{Key: key}.With(d, wanted[key])
		}
		return document.Read(d)
	})
}

func groundChange(to func(document.Document) (document.Document, error)) declare.Change {
	return declare.Change{Place: document.Place{Key: "name", Word: "topology"}, ID: "", Ground: true, To: to}
}

// differences in what it owns. A range that is all shards is left out by the control plane.
func differences(topology document.Document, wanted map[string]any) []string {
	shards := document.Place{Key: "shards"}.Find(topology, "")
	all := ""
	if count, err := fmt.Sscan(fmt.Sprint(shards), new(int)); err == nil && count == 1 {
		var n int
		_, _ = fmt.Sscan(fmt.Sprint(shards), &n)
		all = fmt.Sprintf("0-%d", n-1)
	}
	var differ []string
	for _, key := range ground {
		if !(document.Place{Key: key}).Equal(withoutAll(topology[key], all), withoutAll(wanted[key], all)) {
			differ = append(differ, key)
		}
	}
	return differ
}

func withoutAll(value any, all string) any {
	list, ok := value.([]any)
	if !ok {
		return value
	}
	result := make([]any, len(list))
	for i, item := range list {
		result[i] = item
		if group, ok := item.(map[string]any); ok && group["shards"] == all {
			result[i] = map[string]any{"name": group["name"], "partitions": group["partitions"]}
		}
	}
	return result
}

func objectOf(raw tftypes.Value) (map[string]any, error) {
	written, err := toDocument(raw)
	object, _ := written.(map[string]any)
	return object, err
}

func listOf(value any) any {
	if value == nil {
		return []any{}
	}
	return value
}

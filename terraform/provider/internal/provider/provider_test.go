package provider

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestEverySchemaIsOneThatTerraformTakes(t *testing.T) {
	ctx := context.Background()
	made := New("test")()
	var schema provider.SchemaResponse
	made.Schema(ctx, provider.SchemaRequest{}, &schema)
	if found := schema.Schema.ValidateImplementation(ctx); found.HasError() {
		t.Error(found)
	}
	for _, of := range made.Resources(ctx) {
		var schema resource.SchemaResponse
		of().Schema(ctx, resource.SchemaRequest{}, &schema)
		if found := schema.Schema.ValidateImplementation(ctx); found.HasError() {
			t.Error(found)
		}
	}
	for _, of := range made.DataSources(ctx) {
		var schema datasource.SchemaResponse
		of().Schema(ctx, datasource.SchemaRequest{}, &schema)
		if found := schema.Schema.ValidateImplementation(ctx); found.HasError() {
			t.Error(found)
		}
	}
}

func TestAttributesAreKeysOfTheDocument(t *testing.T) {
	for attribute, key := range map[string]string{
		"name": "name", "sharding_column": "shardingColumn", "consecutive_5xx": "consecutive5xx", "min_regions_with_capacity": "minRegionsWithCapacity",
	} {
		if got := documentKey(attribute); got != key {
			t.Errorf("%s is %s, not %s", attribute, got, key)
		}
	}
}

func TestWhatIsWrittenIntoTheDocumentIsReadBackTheSame(t *testing.T) {
	ctx := context.Background()
	kinds := map[string]element{}
	for _, kind := range elements() {
		kinds[kind.name] = kind
	}
	for name, text := range map[string]string{
		"region": `{"name":"east","city":"alpha","number":3}`,
		"zone":   `{"name":"east-1","region":"east","weight":100,"endpoints":["10.1.1.1:8080"],"capacity":5000,"backups":["east-2"],"group":"blue"}`,
		"service": `{"name":"ledger","keys":["jwt:sub"],"jwt":{"issuer":"i","jwks":"j"},"endpoints":{"east-20":["10.1.20.1:8090"]},` +
			`"outlier":{"consecutive5xx":5,"interval":"10s","ejection":"30s","maxEjectionPercent":50}}`,
		"table":               `{"name":"public.cart","shardingColumn":"user_key","kind":"multi-writer","columns":{"items_seen":"set"}}`,
		"residency":           `[{"shards":"0-99","regions":["east"]}]`,
		"limits":              `{"wave":64,"wavePause":"5s"}`,
		"maintenance_windows": `[{"days":["mon"],"from":"22:00","to":"04:00"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			r := &elementResource{element: kinds[name]}
			present := parsed(t, text)
			raw, err := r.write(present, r.schema.Type().TerraformType(ctx))
			if err != nil {
				t.Fatal(err)
			}
			written, err := r.read(raw)
			if err != nil || !r.place.Equal(present, written) {
				t.Errorf("%v, %v: differs in %v", written, err, r.place.Differences(present, written))
			}
		})
	}
}

func TestWhatTheControlPlaneHasInAnotherFormIsToldAndNotGuessed(t *testing.T) {
	for _, row := range []struct {
		name string
		from string
		to   tftypes.Type
	}{
		{"a text for a number", `"5"`, tftypes.Number},
		{"a number for a text", `5`, tftypes.String},
		{"a text for a list", `"a"`, tftypes.List{ElementType: tftypes.String}},
		{"a list for an object", `[]`, tftypes.Object{AttributeTypes: map[string]tftypes.Type{}}},
	} {
		if value, err := fromDocument(parsed(t, row.from), row.to, nil); err == nil {
			t.Errorf("%s: %v", row.name, value)
		}
	}
}

func TestShardsAreWrittenAsRanges(t *testing.T) {
	owners := byZone([]shardJSON{
		{Shard: 7, Zone: "east-1"}, {Shard: 2, Zone: "west-1"}, {Shard: 1, Zone: "east-1"}, {Shard: 0, Zone: "east-1", State: "WITHDRAWN"},
	})
	var told []string
	for _, of := range owners {
		told = append(told, of.Zone.ValueString(), of.Shards.ValueString(), of.Withdrawn.ValueString(), of.Frozen.ValueString())
	}
	if !reflect.DeepEqual(told, []string{"east-1", "0-1,7", "0", "", "west-1", "2", "", ""}) {
		t.Error(told)
	}
}

func parsed(t *testing.T, text string) any {
	t.Helper()
	var object struct{ Value any }
	decoder := json.NewDecoder(strings.NewReader(`{"Value":` + text + `}`))
	decoder.UseNumber()
	if err := decoder.Decode(&object); err != nil {
		t.Fatal(err)
	}
	return object.Value
}

package provider

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestEnvoysStandWithTheirRouters(t *testing.T) {
	var envoys []envoyJSON
	err := json.Unmarshal([]byte(`[
		{"region":"east","router":"r1","connected":true,"node":"e1","sentRevision":9,"ackedRevision":8,"nack":null},
		{"region":"east","router":"r1","connected":true,"node":"e2","sentRevision":9,"ackedRevision":7,"nack":"no such cluster"},
		{"region":"west","router":"r1","connected":false,"node":"e1","sentRevision":3,"ackedRevision":3,"nack":null}]`), &envoys)
	if err != nil {
		t.Fatal(err)
	}
	nack := "no such cluster"
	wanted := []attachedModel{
		{Region: "east", Router: "r1", Connected: true, Envoys: []servingModel{{"e1", 9, 8, nil}, {"e2", 9, 7, &nack}}},
		{Region: "west", Router: "r1", Envoys: []servingModel{{"e1", 3, 3, nil}}},
	}
	if routers := byRouter(envoys); !reflect.DeepEqual(routers, wanted) {
		t.Errorf("%+v", routers)
	}
	if routers := byRouter(nil); routers == nil || len(routers) > 0 {
		t.Errorf("without Envoys: %v", routers)
	}
}

package provider

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// documentKey of an attribute: sharding_column is shardingColumn. One rule for all, so that nobody keeps a table of names.
func documentKey(attribute string) string {
	var key strings.Builder
	for i, word := range strings.Split(attribute, "_") {
		if i == 0 || word == "" {
			key.WriteString(word)
			continue
		}
		letters := []rune(word)
		letters[0] = unicode.ToUpper(letters[0])
		key.WriteString(string(letters))
	}
	return key.String()
}

// toDocument writes what Terraform holds as the document has it. Null is left out; keys of maps are names of things, and stay.
func toDocument(value tftypes.Value) (any, error) {
	if value.IsNull() {
		return nil, nil
	}
	if !value.IsFullyKnown() {
		return nil, fmt.Errorf("a value is not known yet: %s", value)
	}
	switch of := value.Type().(type) {
	case tftypes.Object:
		return toObject(value, documentKey)
	case tftypes.Map:
		return toObject(value, func(key string) string { return key })
	case tftypes.List, tftypes.Set:
		var items []tftypes.Value
		if err := value.As(&items); err != nil {
			return nil, err
		}
		list := make([]any, len(items))
		for i, item := range items {
			written, err := toDocument(item)
			if err != nil {
				return nil, err
			}
			list[i] = written
		}
		return list, nil
	default:
		return toScalar(value, of)
	}
}

func toObject(value tftypes.Value, keyOf func(string) string) (any, error) {
	var members map[string]tftypes.Value
	if err := value.As(&members); err != nil {
		return nil, err
	}
	object := map[string]any{}
	for name, member := range members {
		written, err := toDocument(member)
		if err != nil {
			return nil, err
		}
		if written != nil {
			object[keyOf(name)] = written
		}
	}
	return object, nil
}

func toScalar(value tftypes.Value, of tftypes.Type) (any, error) {
	switch {
	case of.Is(tftypes.String):
		var text string
		return text, as(value, &text)
	case of.Is(tftypes.Bool):
		var flag bool
		return flag, as(value, &flag)
	case of.Is(tftypes.Number):
		number := new(big.Float)
		if err := value.As(&number); err != nil {
			return nil, err
		}
		return json.Number(number.Text('f', -1)), nil
	default:
		return nil, fmt.Errorf("no document has a %s", of)
	}
}

// fromDocument reads what the document has as Terraform holds it. What it does not have is null, unless absent says what holds then.
func fromDocument(from any, to tftypes.Type, absent map[string]any) (tftypes.Value, error) {
	if from == nil {
		return tftypes.NewValue(to, nil), nil
	}
	switch of := to.(type) {
	case tftypes.Object:
		object, ok := from.(map[string]any)
		if !ok {
			return misfit(from, to)
		}
		members := map[string]tftypes.Value{}
		for name, kind := range of.AttributeTypes {
			member := object[documentKey(name)]
			if member == nil {
				member = absent[name]
			}
			read, err := fromDocument(member, kind, nil)
			if err != nil {
				return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
			}
			members[name] = read
		}
		return tftypes.NewValue(to, members), nil
	case tftypes.Map:
		object, ok := from.(map[string]any)
		if !ok {
			return misfit(from, to)
		}
		members := map[string]tftypes.Value{}
		for key, member := range object {
			read, err := fromDocument(member, of.ElementType, nil)
			if err != nil {
				return tftypes.Value{}, fmt.Errorf("%s: %w", key, err)
			}
			members[key] = read
		}
		return tftypes.NewValue(to, members), nil
	case tftypes.List:
		return fromList(from, to, of.ElementType)
	case tftypes.Set:
		return fromList(from, to, of.ElementType)
	default:
		return fromScalar(from, to)
	}
}

func fromList(from any, to, element tftypes.Type) (tftypes.Value, error) {
	list, ok := from.([]any)
	if !ok {
		return misfit(from, to)
	}
	items := make([]tftypes.Value, len(list))
	for i, item := range list {
		read, err := fromDocument(item, element, nil)
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("%d: %w", i, err)
		}
		items[i] = read
	}
	return tftypes.NewValue(to, items), nil
}

func fromScalar(from any, to tftypes.Type) (tftypes.Value, error) {
	switch of := from.(type) {
	case string:
		if to.Is(tftypes.String) {
			return tftypes.NewValue(to, of), nil
		}
	case bool:
		if to.Is(tftypes.Bool) {
			return tftypes.NewValue(to, of), nil
		}
	case json.Number:
		if number, ok := new(big.Float).SetString(of.String()); ok && to.Is(tftypes.Number) {
			return tftypes.NewValue(to, number), nil
		}
	}
	return misfit(from, to)
}

func misfit(from any, to tftypes.Type) (tftypes.Value, error) {
	return tftypes.Value{}, fmt.Errorf("the control plane has %v where this version of the provider expects a %s", from, to)
}

func as[T any](value tftypes.Value, to *T) error {
	return value.As(to)
}

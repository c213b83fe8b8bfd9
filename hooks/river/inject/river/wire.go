package river

import (
	"encoding/json"
)

// driftInsert adds the span of ctx, or the current one, to the metadata of n
// jobs. Their bytes may be the caller's: they are replaced, not written to.
func driftInsert(ctx any, n int, metadata func(i int) *[]byte) {
	if !driftWriting(ctx) {
		return
	}
	for i := 0; i < n; i++ {
		m := metadata(i)
		*m = driftMetadata(ctx, *m)
	}
}

// driftMetadata returns a JSON object with the span in it, before what is there,
// which stays as it is, byte for byte.
func driftMetadata(ctx any, have []byte) []byte {
	start := 0
	for start < len(have) && have[start] != '{' {
		start++
	}
	var fields map[string]json.RawMessage
	if start == len(have) || json.Unmarshal(have, &fields) != nil {
		return have // none: the database is to refuse it as it does
	}
	var added []byte
	driftInject(ctx, func(key string) string {
		if _, ok := fields[key]; ok {
			return "there" // whatever it is
		}
		return ""
	}, func(key, value string) {
		k, _ := json.Marshal(key)
		v, _ := json.Marshal(value)
		added = append(append(append(append(added, k...), ':'), v...), ',')
	})
	if added == nil {
		return have
	}
	if len(fields) == 0 {
		added = added[:len(added)-1]
	}
	out := make([]byte, 0, len(have)+len(added))
	out = append(out, have[:start+1]...)
	out = append(out, added...)
	return append(out, have[start+1:]...)
}

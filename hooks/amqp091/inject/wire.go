package amqp091

// driftTable returns a message's headers with the span of ctx, or the current one,
// added to them: in another table, since they are the caller's.
func driftTable(ctx any, have Table) Table {
	if !driftWriting(ctx) {
		return have
	}
	to := have
	driftInject(ctx,
		func(key string) string {
			v, ok := have[key]
			if s, isString := v.(string); isString || !ok {
				return s
			}
			return "of another type"
		},
		func(key, value string) {
			if len(to) == len(have) {
				to = make(Table, len(have)+2)
				for k, v := range have {
					to[k] = v
				}
			}
			to[key] = value
		})
	return to
}

package gochannel

// driftWriteMetadata adds the span of a message's context, or the current one, to the
// metadata of its copy.
func driftWriteMetadata(ctx any, to map[string]string) {
	if !driftWriting(ctx) {
		return
	}
	driftInject(ctx,
		func(key string) string { return to[key] },
		func(key, value string) { to[key] = value })
}

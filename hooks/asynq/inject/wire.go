package asynq

import "unsafe"

// driftTaskHeaders returns a task's headers with the span of ctx, or the current
// one, in them: others, since these are the caller's.
func driftTaskHeaders(ctx any, have map[string]string) map[string]string {
	if !driftWriting(ctx) {
		return have
	}
	var h map[string]string
	driftInject(ctx, func(key string) string { return have[key] }, func(key, value string) {
		if h == nil {
			h = make(map[string]string, len(have)+2)
			for k, v := range have {
				h[k] = v
			}
		}
		h[key] = value
	})
	if h == nil {
		return have
	}
	return h
}

// driftFromTask returns what a task's headers say, nil if that is nothing.
func driftFromTask(h map[string]string) unsafe.Pointer {
	if len(h) == 0 {
		return nil
	}
	return driftFrom(driftTaskHeader(h))
}

func driftTaskHeader(h map[string]string) func(key string) string {
	return func(key string) string { return h[key] }
}

// driftFromTasks returns a context that links to who enqueued n tasks. The patch
// reads their headers, since the releases without them have the file too.
func driftFromTasks(n int, headers func(i int) map[string]string) unsafe.Pointer {
	i := -1
	return driftFromBatch(func() (get func(key string) string, more bool) {
		if i++; i >= n {
			return nil, false
		}
		return driftTaskHeader(headers(i)), true
	})
}

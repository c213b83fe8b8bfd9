package kafka

import "unsafe"

//go:linkname driftMessage runtime.driftMessage
func driftMessage(name string, read func(message unsafe.Pointer) unsafe.Pointer)

//go:linkname driftReceive runtime.driftReceive
var driftReceive func(get func(key string) string) unsafe.Pointer

func init() {
	driftMessage("github.com/segmentio/kafka-go.Message", func(message unsafe.Pointer) unsafe.Pointer {
		headers := (*Message)(message).Headers
		if driftReceive == nil || len(headers) == 0 {
			return nil
		}
		return driftReceive(func(key string) string {
			for i := range headers {
				if headers[i].Key == key {
					return string(headers[i].Value)
				}
			}
			return ""
		})
	})
}

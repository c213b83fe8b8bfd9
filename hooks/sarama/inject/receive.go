package sarama

import "unsafe"

//go:linkname driftMessage runtime.driftMessage
func driftMessage(name string, read func(message unsafe.Pointer) unsafe.Pointer)

//go:linkname driftReceive runtime.driftReceive
var driftReceive func(get func(key string) string) unsafe.Pointer

func init() {
	driftMessage("*github.com/IBM/sarama.ConsumerMessage", func(message unsafe.Pointer) unsafe.Pointer {
		m := *(**ConsumerMessage)(message)
		if m == nil || len(m.Headers) == 0 || driftReceive == nil {
			return nil
		}
		headers := m.Headers
		return driftReceive(func(key string) string {
			for _, h := range headers {
				if h != nil && string(h.Key) == key {
					return string(h.Value)
				}
			}
			return ""
		})
	})
}

package amqp091

import "unsafe"

//go:linkname driftMessage runtime.driftMessage
func driftMessage(name string, read func(message unsafe.Pointer) unsafe.Pointer)

//go:linkname driftReceive runtime.driftReceive
var driftReceive func(get func(key string) string) unsafe.Pointer

func init() {
	driftMessage("github.com/rabbitmq/amqp091-go.Delivery", func(message unsafe.Pointer) unsafe.Pointer {
		headers := (*Delivery)(message).Headers
		if driftReceive == nil || len(headers) == 0 {
			return nil
		}
		return driftReceive(func(key string) string {
			s, _ := headers[key].(string)
			return s
		})
	})
}

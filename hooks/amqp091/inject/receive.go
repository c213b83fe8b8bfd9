package amqp091

import "unsafe"

func init() {
	driftMessage("github.com/rabbitmq/amqp091-go.Delivery", func(message unsafe.Pointer) unsafe.Pointer {
		headers := (*Delivery)(message).Headers
		if len(headers) == 0 {
			return nil
		}
		return driftFrom(func(key string) string {
			s, _ := headers[key].(string)
			return s
		})
	})
}

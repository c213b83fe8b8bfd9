package kafka

import "unsafe"

func init() {
	driftMessage("github.com/segmentio/kafka-go.Message", func(message unsafe.Pointer) unsafe.Pointer {
		headers := (*Message)(message).Headers
		if len(headers) == 0 {
			return nil
		}
		return driftFrom(func(key string) string {
			for i := range headers {
				if headers[i].Key == key {
					return string(headers[i].Value)
				}
			}
			return ""
		})
	})
}

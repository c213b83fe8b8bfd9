package sarama

import "unsafe"

func init() {
	driftMessage("*github.com/IBM/sarama.ConsumerMessage", func(message unsafe.Pointer) unsafe.Pointer {
		m := *(**ConsumerMessage)(message)
		if m == nil || len(m.Headers) == 0 {
			return nil
		}
		headers := m.Headers
		return driftFrom(func(key string) string {
			for _, h := range headers {
				if h != nil && string(h.Key) == key {
					return string(h.Value)
				}
			}
			return ""
		})
	})
}

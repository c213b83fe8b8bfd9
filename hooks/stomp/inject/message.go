package stomp

import "unsafe"

func init() {
	driftMessage("*github.com/go-stomp/stomp/v3.Message", func(message unsafe.Pointer) unsafe.Pointer {
		m := *(**Message)(message)
		if m == nil || m.Header == nil {
			return nil
		}
		return driftFrom(m.Header.Get)
	})
}

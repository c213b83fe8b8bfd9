package main

import (
	"fmt"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

// The extent of a received message: it is current while it is worked on.

// messages runs f on a goroutine of its own and prints the spans of tracer that it
// ended.
func messages(f func(child func(name string), tr trace.Tracer)) {
	otel.SetTextMapPropagator(propagation.TraceContext{})
	exp := tracetest.NewInMemoryExporter()
	tr := sdk.NewTracerProvider(sdk.WithSyncer(exp)).Tracer("x")
	done := make(chan int)
	go func() {
		f(func(name string) {
			_, s := tr.Start(bg, name)
			s.End()
		}, tr)
		close(done)
	}()
	<-done
	names := map[trace.SpanID]string{}
	for _, s := range exp.GetSpans() {
		names[s.SpanContext.SpanID()] = s.Name
	}
	for _, s := range exp.GetSpans() {
		if s.Name == "request" {
			continue
		}
		p := "nothing"
		if s.Parent.IsValid() {
			if p = names[s.Parent.SpanID()]; p == "" {
				p = "sender " + s.Parent.SpanID().String()[15:]
			}
		}
		fmt.Print(s.Name, " under ", p)
		for _, l := range s.Links {
			fmt.Print(", linked to sender ", l.SpanContext.SpanID().String()[15:])
		}
		fmt.Println()
	}
}

// msg is a message whose sender is the remote span n, msg(0) one without headers.
func msg(n int) amqp.Delivery {
	if n == 0 {
		return amqp.Delivery{MessageId: "bare"}
	}
	return amqp.Delivery{MessageId: fmt.Sprint(n), Headers: amqp.Table{"traceparent": fmt.Sprintf("00-%032x-%016x-01", n, n)}}
}

// queue is a queue that holds messages of these senders.
func queue(of ...int) chan amqp.Delivery {
	ch := make(chan amqp.Delivery, len(of))
	for _, n := range of {
		ch <- msg(n)
	}
	return ch
}

// Three messages, one flush: it belongs to none of them.
func MessagesAccumulated() {
	messages(func(child func(string), tr trace.Tracer) {
		ch := queue(1, 2, 3)
		close(ch)
		var batch []amqp.Delivery
		for m := range ch {
			batch = append(batch, m)
			if len(batch) == 3 {
				child("flush")
				batch = nil
			}
		}
	})
	// Output:
	// flush under nothing
}

func MessagesAccumulatedInSelect() {
	messages(func(child func(string), tr trace.Tracer) {
		ch := queue(1, 2, 3)
		var batch []amqp.Delivery
		for len(batch) < 3 {
			select {
			case m := <-ch:
				batch = append(batch, m)
				if len(batch) == 3 {
					child("flush")
				}
			case <-time.After(time.Minute):
			}
		}
	})
	// Output:
	// flush under nothing
}

func MessagesAccumulatedInMap() {
	messages(func(child func(string), tr trace.Tracer) {
		ch := queue(1, 2)
		byID := map[string]amqp.Delivery{}
		for range 2 {
			m := <-ch
			byID[m.MessageId] = m
		}
		child("flush")
	})
	// Output:
	// flush under nothing
}

// The next one is received while the last one is worked on.
func MessageOneAhead() {
	messages(func(child func(string), tr trace.Tracer) {
		ch := queue(1, 2, 3)
		prev := <-ch
		for range 2 {
			next := <-ch
			child("process " + prev.MessageId)
			prev = next
		}
	})
	// Plain:
	// process 1 under nothing
	// process 2 under nothing

	// Woven:
	// process 1 under sender 1
	// process 2 under sender 2
}

// A command to start, and what goes on for ever after it.
func MessageToStart() {
	messages(func(child func(string), tr trace.Tracer) {
		ch := queue(1)
		start := <-ch
		_ = start
		for range 2 {
			child("tick")
		}
	})
	// Output:
	// tick under nothing
	// tick under nothing
}

// A reply without headers takes a request nothing.
func MessageWithoutHeadersInRequest() {
	messages(func(child func(string), tr trace.Tracer) {
		_, r := tr.Start(bg, "request")
		replies := queue(0)
		done := make(chan int)
		go func() {
			<-replies
			replies <- msg(0)
			rep := <-replies
			_ = rep
			child("after")
			close(done)
		}()
		<-done
		r.End()
	})
	// Plain:
	// after under nothing

	// Woven:
	// after under request
}

// A command of another trace takes an open request nothing.
func MessageOfAnotherTraceInRequest() {
	messages(func(child func(string), tr trace.Tracer) {
		_, r := tr.Start(bg, "request")
		cancels := queue(7)
		done := make(chan int)
		go func() {
			select {
			case m := <-cancels:
				_ = m
			default:
			}
			child("after")
			close(done)
		}()
		<-done
		r.End()
	})
	// Plain:
	// after under nothing

	// Woven:
	// after under request
}

// Not mine: put back, then own work.
func MessagePutBack() {
	messages(func(child func(string), tr trace.Tracer) {
		ch := queue(1)
		m := <-ch
		ch <- m
		child("own")
	})
	// Output:
	// own under nothing
}

func MessagePerIteration() {
	messages(func(child func(string), tr trace.Tracer) {
		ch := queue(1, 2)
		close(ch)
		for range 1 {
			for m := range ch {
				child("p" + m.MessageId)
				_ = m.Ack
			}
		}
	})
	// Plain:
	// p1 under nothing
	// p2 under nothing

	// Woven:
	// p1 under sender 1
	// p2 under sender 2
}

// The oldest of a buffer is worked on, not the one received last.
func MessageOfSortedBuffer() {
	messages(func(child func(string), tr trace.Tracer) {
		ch := queue(1, 2)
		close(ch)
		var buf []amqp.Delivery
		for m := range ch {
			buf = append(buf, m)
			if len(buf) == 2 {
				old := buf[0]
				child("p" + old.MessageId)
			}
		}
	})
	// Plain:
	// p1 under nothing

	// Woven:
	// p1 under sender 1
}

// A message that is looked at and dropped.
func MessageProbed() {
	messages(func(child func(string), tr trace.Tracer) {
		ch := queue(1)
		probe := func() { m := <-ch; _ = m.Ack }
		probe()
		child("start")
	})
	// Output:
	// start under nothing
}

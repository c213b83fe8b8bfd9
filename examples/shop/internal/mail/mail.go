// Package mail sends mail to customers.
package mail

import (
	"context"
	"strings"
	"sync"

	"go.opentelemetry.io/otel"

	"example.com/shop/internal/tracing"
)

var tracer = otel.Tracer("example.com/shop/internal/mail")

// Message is one mail.
type Message struct {
	To, Subject, Body string
}

// Mailer delivers messages and keeps a copy of each.
type Mailer struct {
	background *sync.WaitGroup

	mu     sync.Mutex
	copies []string
}

// New returns a mailer whose unfinished work is counted in background.
func New(background *sync.WaitGroup) *Mailer {
	return &Mailer{background: background}
}

// Send delivers msg. The copy is filed on its own goroutine: the customer need
// not wait for it.
func (m *Mailer) Send(msg Message) {
	_, span := tracer.Start(context.Background(), "mail.Send")
	defer span.End()

	raw := render(msg)
	m.background.Add(1)
	go m.file(raw)
	m.deliver(raw)
}

func render(msg Message) string {
	span := tracing.Start("mail.render")
	defer span.End()

	return strings.Join([]string{
		"To: " + msg.To,
		"Subject: " + msg.Subject,
		"",
		msg.Body,
	}, "\r\n")
}

// deliver stands in for the mail relay.
func (m *Mailer) deliver(string) {
	span := tracing.Start("mail.deliver")
	defer span.End()
}

func (m *Mailer) file(raw string) {
	defer m.background.Done()
	span := tracing.Start("mail.file")
	defer span.End()

	m.mu.Lock()
	defer m.mu.Unlock()
	m.copies = append(m.copies, raw)
}

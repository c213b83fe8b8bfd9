// Package http holds what is injected into package net/http. This file makes the
// folder vet clean and is not injected.
package http

var _ = driftMark

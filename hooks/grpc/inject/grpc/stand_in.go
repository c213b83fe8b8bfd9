// Package grpc holds what is injected into the package of that name. This file
// makes the folder vet clean and is not injected.
package grpc

var _ = []any{driftServeCall, (*driftServedCall).tagged, (*driftServedCall).over}

// Package differential generates programs and compares what they export built plain
// and woven.
//
// A case is a tree of nodes, made from a seed: spans started in many ways, given
// away, ended early, siblings; goroutines, timers, callbacks; control flow; answers
// (a span taken out, Extract, a remote parent, a new root); two providers, a foreign
// one, no-op and mock spans; baggage; who asks for a span, adds to it, ends it or
// injects it. It is written down twice, with its ctx passed everywhere, and with it
// dropped wherever DESIGN 3.4 says that what is current is what the ctx holds. Three
// properties are asserted of each:
//
//   - intended: a plain build of the passing program exports the tree that stands
//     in its source. That tests the generator.
//   - harmless: a woven build of the passing program exports what the plain one does.
//   - repaired: a woven build of the dropping program exports it as well.
//
// All that a case does is compared: spans, parents, links, status, events,
// attributes, injected headers, baggage, spans that logs would name. A span is known
// by its name. A package whose woven text does not compile is a difference too.
//
// What the design leaves open is not generated. Where the generator does not know what
// is current it passes ctx, and makes a root where ctx holds no span.
//
// A difference is reduced: each round builds all that is one node smaller as cases of
// one program, and goes on with the smallest that still differs.
//
//	go test ./testscripts/differential                            a few hundred cases
//	go test ./testscripts/differential -cases 50000 -timeout 0    many
//	go test ./testscripts/differential -race-built -cases 5000    with -race
//	go test ./testscripts/differential -seed 7 -only 12           one of them
//	go test ./testscripts/differential -keep DIR                  the reduced programs as modules
//
// # Does it notice?
//
// A generator that finds nothing may be blind. After a change of what it generates,
// break the tool in each of these ways, one at a time, and see that it fails:
//
//   - the view's End: let the span that own code's SpanFromContext is given for a ctx
//     without one pass End on. The op that ends a view finds it.
//   - the provider's check: let Start take what is current as the parent, whoever's it
//     is. The leaves of the second provider under bg find it.
//   - the path's extent: let a span stay current until its function returns. The given
//     spans find it, in a branch, a switch, a loop and a select.
//   - the word compare: compare the spans of two contexts by == again. Dropped spans
//     with baggage, and decorators that are values, find it in a panic.
//
// None of them breaks the property intended, and each breaks harmless.
package differential

package weave

import "go/types"

// iterates tells whether a function is an iterator, or returns one: who ranges over
// it needs to be woven, so that the loop's body is not under what the iterator starts.
func iterates(sig *types.Signature) bool {
	for v := range sig.Results().Variables() {
		if s, ok := coreOf(v.Type()).(*types.Signature); ok && isIterator(s) {
			return true
		}
	}
	return isIterator(sig)
}

// isIterator tells whether a loop may range over a func of this signature.
func isIterator(sig *types.Signature) bool {
	if sig.Params().Len() != 1 || sig.Results().Len() != 0 {
		return false
	}
	yield, ok := coreOf(sig.Params().At(0).Type()).(*types.Signature)
	return ok && yield.Results().Len() == 1 && types.Identical(yield.Results().At(0).Type(), types.Typ[types.Bool])
}

// Package rt is what a program may call to say explicitly what weaving does
// implicitly. It works in plain builds as in woven ones.
package rt

// Woven tells whether this program was built through drift-toolexec.
func Woven() bool { return woven() }

// woven is replaced when the package is woven.
func woven() bool { return false }

package rt_test

import (
	"fmt"

	"github.com/drift-go/drift-toolexec/rt"
)

func ExampleWoven() {
	fmt.Println(rt.Woven())
	// Output: false
}

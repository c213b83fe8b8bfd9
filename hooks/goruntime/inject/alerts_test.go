package inject

import (
	"os"
	"strings"
	"testing"
)

// Alerts are off unless both switches say on.
func TestAlertsSwitch(t *testing.T) {
	state := driftState
	t.Cleanup(func() {
		driftState, driftAlerts = state, 0
		os.Unsetenv("DRIFT_MODE")
		os.Unsetenv("DRIFT_ALERTS")
	})
	for _, test := range []struct {
		mode, alerts string
		want         uint32
	}{
		{"", "", 0}, {"", "on", 1}, {"on", "on", 1}, {"off", "on", 0}, {"", "off", 0}, {"", "1", 0},
	} {
		driftState, driftAlerts = 0, 0
		os.Setenv("DRIFT_MODE", test.mode)
		os.Setenv("DRIFT_ALERTS", test.alerts)
		driftOn()
		if driftAlerts != test.want {
			t.Errorf("DRIFT_MODE=%s DRIFT_ALERTS=%s: %d", test.mode, test.alerts, driftAlerts)
		}
	}
}

func TestModules(t *testing.T) {
	t.Cleanup(func() { modinfo = "" })
	mark := strings.Repeat("m", 16)
	for in, want := range map[string]string{"": "", mark + mark: "", mark + "mod\ta\tv1\n" + mark: "mod\ta\tv1\n"} {
		modinfo = in
		if got := driftModules(); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

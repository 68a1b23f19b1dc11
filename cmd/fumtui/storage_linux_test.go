package main_test

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/fumtui/fumtui/model"
)

// obeyModes has a command obey the modes of files, also where root runs it: it
// gets a user of its own that has no rights but the owner's.
func obeyModes(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	if err := exec.Command("unshare", "--user", "true").Run(); err != nil {
		t.Skipf("root, who obeys no modes, may not give up that right here: %v", err)
	}
	const somebody = 1000
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: somebody, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: somebody, HostID: os.Getgid(), Size: 1}},
	}
}

// TestFileThatCannotGrow: from some moment on no write of a driver's finds space.
// What it cannot journal it does not go on from, wherever that is.
func TestFileThatCannotGrow(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "10", "--pipelines", "1")
	j := openJournal(t, sim)
	for _, at := range []boundary{
		{model.StepLease, true}, {model.StepStop, false}, {model.StepCreate, false}, {model.StepStart, false}, {model.StepConfirm, true},
	} {
		to, begin := sim.elsewhere(j)
		before := j.newest("trades").ID
		j.hold("trades", at)
		p := launch(t, sim.with(begin...)...)
		if !j.meet(p, "trades", before, at) {
			t.Fatalf("fumtui %s ended before it was %s\n%s", p.name, at, p.out.String())
		}
		if err := unix.Prlimit(p.cmd.Process.Pid, unix.RLIMIT_FSIZE, &unix.Rlimit{}, nil); err != nil {
			t.Fatal(err)
		}
		j.letGo("trades")
		said := p.ends(7)
		run := j.newest("trades")
		if where(&run) != at {
			t.Errorf("without space %s, its journal is %s\n%s", at, where(&run), j.tell("trades"))
		}
		if !strings.Contains(said, "fumtui.db") || !strings.Contains(said, "fumtui resume "+run.ID) {
			t.Errorf("a driver without space says\n%s", said)
		}
		must(t, 0, sim.with("resume", run.ID, "--confirm", to)...)
		j.endedWell("trades", to)
		sim.atOnce(0)
	}
}

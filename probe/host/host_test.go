package host

import (
	"os"
	"os/exec"
	"runtime"
	"testing"
)

func TestAlive(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux says when a process started")
	}
	self := Self()
	if alive, known := Alive(self); !alive || !known {
		t.Errorf("this process: alive %v, known %v", alive, known)
	}
	reused := self
	reused.StartedAt += "1"
	if alive, known := Alive(reused); alive || !known {
		t.Errorf("another process had this id: alive %v, known %v", alive, known)
	}
	elsewhere := self
	elsewhere.Host += "-2"
	if _, known := Alive(elsewhere); known {
		t.Error("a process of another host is said to be known")
	}
	rebooted := self
	rebooted.BootID = "00000000-0000-0000-0000-000000000000"
	if _, known := Alive(rebooted); known {
		t.Error("a process of before the boot is said to be known")
	}
}

func TestDeadChild(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux says when a process started")
	}
	if os.Getenv("HOST_TEST_CHILD") != "" {
		select {}
	}
	child := exec.Command(os.Args[0], "-test.run=TestDeadChild")
	child.Env = append(os.Environ(), "HOST_TEST_CHILD=1")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	holder := Self()
	holder.PID = child.Process.Pid
	holder.StartedAt, _ = startOf(holder.PID)
	if alive, known := Alive(holder); !alive || !known {
		t.Errorf("a child that runs: alive %v, known %v", alive, known)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	if alive, known := Alive(holder); alive || !known {
		t.Errorf("a child that was killed: alive %v, known %v", alive, known)
	}
}

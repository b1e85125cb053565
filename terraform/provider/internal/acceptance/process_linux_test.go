package acceptance

import "syscall"

// dieWithUs: a run that is killed leaves no control plane behind.
func dieWithUs() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

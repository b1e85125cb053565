package region

import "syscall"

// dieWithUs: a run that is killed leaves no Envoy behind.
func dieWithUs() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

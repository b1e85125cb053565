//go:build !linux

package acceptance

import "syscall"

// dieWithUs is more than other systems can do.
func dieWithUs() *syscall.SysProcAttr {
	return nil
}

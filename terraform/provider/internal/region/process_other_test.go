//go:build !linux

package region

import "syscall"

// dieWithUs is more than other systems can do.
func dieWithUs() *syscall.SysProcAttr {
	return nil
}

package acceptance

import (
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
)

// Ports of 127.0.0.1 below the range that outgoing connections take theirs from, so that none is gone before its server is there. In blocks,
// as local-regions' FreePorts gives them: whoever listens on the first port of a block has the others.
const (
	firstPort  = 25_000
	portBlock  = 50
	portBlocks = 140
)

var given struct {
	sync.Mutex
	claims []net.Listener // until this process ends
	next   int
}

func freePort() (int, error) {
	given.Lock()
	defer given.Unlock()
	for {
		if given.next%portBlock == 0 {
			first, err := claimBlock()
			if err != nil {
				return 0, err
			}
			given.next = first + 1
		}
		candidate := given.next
		given.next++
		if listener, err := listen(candidate); err == nil {
			return candidate, listener.Close()
		}
	}
}

func claimBlock() (int, error) {
	start := rand.IntN(portBlocks) //nolint:gosec // to meet nobody
	for number := range portBlocks {
		first := firstPort + (start+number)%portBlocks*portBlock
		if listener, err := listen(first); err == nil {
			given.claims = append(given.claims, listener)
			return first, nil
		}
	}
	return 0, fmt.Errorf("no ports of 127.0.0.1 are left from %d to %d", firstPort, firstPort+portBlocks*portBlock-1)
}

func listen(port int) (net.Listener, error) {
	return net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
}

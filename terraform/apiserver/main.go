// A Kubernetes API server and its etcd in one process, for tests: FOLDER of etcd's data, PORT of etcd on 127.0.0.1, then the API server's own flags.
// It validates, fills in and admits as any API server does; nothing runs pods.
package main

import (
	"fmt"
	"net/url"
	"os"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func startEtcd(folder, port string) (*embed.Etcd, error) {
	clients, peers := url.URL{Scheme: "http", Host: "127.0.0.1:" + port}, url.URL{Scheme: "http", Host: "127.0.0.1:0"}
	config := embed.NewConfig()
	config.Dir, config.LogLevel = folder, "error"
	config.ListenClientUrls, config.AdvertiseClientUrls = []url.URL{clients}, []url.URL{clients}
	config.ListenPeerUrls = []url.URL{peers}
	etcd, err := embed.StartEtcd(config)
	if err != nil {
		return nil, fmt.Errorf("starting etcd in %s: %w", folder, err)
	}
	<-etcd.Server.ReadyNotify()
	return etcd, nil
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "apiserver FOLDER ETCD-PORT [flags of kube-apiserver]")
		os.Exit(2)
	}
	etcd, err := startEtcd(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	command := app.NewAPIServerCommand()
	command.SetArgs(append([]string{"--etcd-servers=http://127.0.0.1:" + os.Args[2]}, os.Args[3:]...))
	status := cli.Run(command)
	etcd.Close()
	os.Exit(status)
}

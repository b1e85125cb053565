// Command terraform-provider-meridian is started by Terraform and OpenTofu.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"io.meridian/terraform-provider-meridian/internal/provider"
)

// Set by -ldflags when it is released.
var version = "0.1.0"

func main() {
	debug := flag.Bool("debug", false, "wait for a debugger, and for Terraform by TF_REATTACH_PROVIDERS")
	flag.Parse()
	// It is published in no registry, so the address has a host that is none: a mirror on disk holds it.
	options := providerserver.ServeOpts{Address: "terraform.local/meridian/meridian", Debug: *debug}
	if err := providerserver.Serve(context.Background(), provider.New(version), options); err != nil {
		log.Fatal(err)
	}
}

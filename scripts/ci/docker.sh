#!/usr/bin/env bash
# Makes a Docker daemon and the images of the tests available on a fresh Debian machine, as root, without pulling from a registry.
#   1. installs docker.io and Docker's Compose, which the tests compare with, and starts dockerd when no daemon answers
#   2. base image mlebench-base:bookworm: a minimal Debian from debootstrap, imported as one layer
#   3. agent image mlebench-env:lean: docker/Dockerfile on that base
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
base=mlebench-base:bookworm
lean=mlebench-env:lean

packages=()
command -v dockerd >/dev/null || packages+=(docker.io iptables)
docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null || packages+=(docker-compose)
command -v debootstrap >/dev/null || packages+=(debootstrap)
command -v bwrap >/dev/null || packages+=(bubblewrap)
if [ ${#packages[@]} -gt 0 ]; then
  echo "> Installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi

if ! docker info >/dev/null 2>&1; then
  echo "> Starting dockerd"
  rm -f /var/run/docker.pid
  setsid dockerd >"${TMPDIR:-/tmp}/mlebench-dockerd.log" 2>&1 </dev/null &
  for _ in $(seq 60); do docker info >/dev/null 2>&1 && break; sleep 1; done
  docker info >/dev/null 2>&1 || { tail -20 "${TMPDIR:-/tmp}/mlebench-dockerd.log"; echo "dockerd did not come up"; exit 1; }
fi

if ! docker image inspect "$base" >/dev/null 2>&1; then
  echo "> Making $base with debootstrap"
  rootfs=$(mktemp -d)
  trap 'rm -rf "$rootfs"' EXIT
  debootstrap --variant=minbase bookworm "$rootfs" >"$rootfs.log" 2>&1 || { tail -20 "$rootfs.log"; exit 1; }
  tar -C "$rootfs" -c . | docker import - "$base" >/dev/null
fi

# The label holds a hash of what the image is made from, so that a change of docker/ builds it anew.
fingerprint=$(cd "$root/docker/" && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-16)
if [ "$(docker image inspect --format '{{index .Config.Labels "mlebench.fingerprint"}}' "$lean" 2>/dev/null)" != "$fingerprint" ]; then
  echo "> Building $lean"
  DOCKER_BUILDKIT=0 docker build --quiet --network host --build-arg BASE_IMAGE=$base --label "mlebench.fingerprint=$fingerprint" \
    --target lean --tag "$lean" "$root/docker/" >/dev/null
fi
docker version --format '> Docker {{.Server.Version}}, API {{.Server.APIVersion}}, images ready'

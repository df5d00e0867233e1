#!/usr/bin/env bash
# Prove the two README commands in an empty Debian 12 that has only python3, python3-venv, make and git.
# Needs root, debootstrap and the network. Usage: tools/fresh-debian.sh FOLDER  (created; kept for a look)
set -euo pipefail
folder=${1:?"usage: tools/fresh-debian.sh FOLDER"}
root=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)

[ -x "$folder/usr/bin/python3" ] ||
  debootstrap --variant=minbase --include=python3,python3-venv,make,git,ca-certificates bookworm "$folder" ${DEBIAN_MIRROR:-} >/dev/null
cp /etc/resolv.conf "$folder/etc/resolv.conf"
cp /etc/ssl/certs/ca-certificates.crt "$folder/etc/ssl/certs/"
mountpoint -q "$folder/proc" || mount -t proc proc "$folder/proc"
trap 'umount "$folder/proc" 2>/dev/null || true' EXIT

rm -rf "$folder/srv/zhibu"
git clone -q "$root" "$folder/srv/zhibu"
inside() { chroot "$folder" env -i PATH=/usr/bin:/bin HOME=/root LANG=C.UTF-8 sh -c "cd /srv/zhibu && $1"; }

inside 'command -v node' && { echo 'node is on PATH: not a fresh machine'; exit 1; }
start=$(date +%s); inside 'make demo ARGS=--no-serve'; echo "make demo (without serving): $(($(date +%s) - start)) s"
start=$(date +%s); inside 'make test'; echo "make test: $(($(date +%s) - start)) s"
inside 'du -sh .venv var .'

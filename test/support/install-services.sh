#!/usr/bin/env bash
# Installs what some tests run against and npm cannot bring: Debian's redis-server. Needs root and apt. Without it those
# tests are left out and say so; nothing else depends on it.
set -uo pipefail

if command -v redis-server >/dev/null; then
  echo "redis-server is here already: $(redis-server --version)"
  exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "redis-server is not installed; install it with your system's package manager (Debian: apt-get install redis-server)" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
install() { apt-get install -y --no-install-recommends redis-server; }
# The lists of a fresh image are empty.
install || { apt-get update && install; }

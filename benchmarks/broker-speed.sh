#!/usr/bin/env bash
# The reference broker beside Apache RocketMQ, on this machine, with the same Apache client: synchronous
# sends of 200 B and 4 KiB with 1, 16 and 64 threads, a pull of many messages, and the idle memory of 3 + 3,
# for single and dledger and both flush modes. Both clusters run at once and are measured by turns, so that
# whatever else the machine does hits both; only the ratios mean something. About 15 minutes.
#
#   benchmarks/broker-speed.sh [--seconds N] [--messages N] [--topologies single,dledger]
#                              [--flush async,sync] [--beside rocketmq:5.5.0]
#
#   --seconds    a cell, for each system; 6
#   --messages   to pull; 1000000, 0 leaves the pull out
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
seconds=6 messages=1000000 topologies=single,dledger flush=async,sync beside=rocketmq:5.5.0
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || { echo "broker-speed.sh: $1 needs a value." >&2; exit 64; }
  case "$1" in
    --seconds) seconds="$2" ;;
    --messages) messages="$2" ;;
    --topologies) topologies="$2" ;;
    --flush) flush="$2" ;;
    --beside) beside="$2" ;;
    *) echo "broker-speed.sh: '$1' is no option; see the head of this file." >&2; exit 64 ;;
  esac
  shift 2
done

"$root/ordeal" --version >/dev/null # builds what is not built yet
# The JDK is looked for where ./ordeal and the scripts of the reference broker look.
. "$root/reference-broker/bin/launch.bash"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
for name in localhost "$(hostname)" n0 n1 n2 ns0 ns1 ns2; do
  echo "127.0.0.1 $name"
done >"$work/hosts"
lib=("$root"/harness/runner/target/lib/*.jar)
java=("$jdk/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Xmx512m
  -Dordeal.home="$root" -Drocketmq.client.logUseSlf4j=true -Dslf4j.internal.verbosity=ERROR
  -cp "$(IFS=:; printf '%s' "${lib[*]}")")
"${java[@]}" org.ordeal.runner.bench.BrokerSpeed "$beside"
"${java[@]}" -Djdk.net.hosts.file="$work/hosts" \
  org.ordeal.runner.bench.BrokerSpeed reference "$beside" "$seconds" "$messages" "$topologies" "$flush"

#!/usr/bin/env bash
# Launch of 3 brokers and 3 NameServers to the first acknowledged send, and kill -9 of the leader to the
# next acknowledged send; median of ROUNDS rounds, systems in turn.
#
#   benchmarks/start-and-failover.sh [ROUNDS] [SYSTEM...]     default: 10 reference rocketmq:5.1.0
set -euo pipefail
home="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
rounds="${1:-10}"
if [ $# -gt 0 ]; then shift; fi
if [ $# -eq 0 ]; then set -- reference rocketmq:5.1.0; fi

"$home/ordeal" --version >/dev/null # builds what is not built yet
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
if ! "$java" -version 2>&1 | grep -Eq "version \"(2[5-9]|[3-9][0-9])"; then
  echo "start-and-failover: set JAVA_HOME to a JDK 25 or newer" >&2
  exit 75
fi
lib=("$home"/harness/runner/target/lib/*.jar)
exec "$java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -Dordeal.home="$home" -cp "$(IFS=:; printf '%s' "${lib[*]}")" \
  org.ordeal.runner.bench.StartAndFailover "$rounds" "$@"

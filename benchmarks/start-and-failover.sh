#!/usr/bin/env bash
# Launch of 3 brokers and 3 NameServers to the first acknowledged send, and kill -9 of the leader to the
# next acknowledged send; median of ROUNDS rounds, systems in turn. Beside them stand the CPU seconds of all
# six JVMs at the first acknowledged send, which a busy machine does not distort, and their memory then.
#
#   benchmarks/start-and-failover.sh [ROUNDS] [SYSTEM...]     default: 10 reference rocketmq:5.1.0
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
rounds="${1:-10}"
if [ $# -gt 0 ]; then shift; fi
if [ $# -eq 0 ]; then set -- reference rocketmq:5.1.0; fi

"$root/ordeal" --version >/dev/null # builds what is not built yet
# The JDK is looked for where ./ordeal and the scripts of the reference broker look.
. "$root/reference-broker/bin/launch.bash"
lib=("$root"/harness/runner/target/lib/*.jar)
# The JVM that launches and measures starts as that of './ordeal run' does.
options=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+UseG1GC -Dordeal.home="$root")
cache="$root/harness/runner/target/ordeal.aot"
if [ -f "$cache" ]; then options+=(-XX:AOTCache="$cache" -Xlog:disable); fi
exec "$jdk/bin/java" "${options[@]}" -cp "$(IFS=:; printf '%s' "${lib[*]}")" \
  org.ordeal.runner.bench.StartAndFailover "$rounds" "$@"

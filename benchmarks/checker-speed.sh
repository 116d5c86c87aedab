#!/usr/bin/env bash
# The checkers on the histories with known verdicts and on large generated ones, parsing left out; where Go is
# there, Porcupine on the same etcd and key-value histories (its module brings them), one after the other.
#
#   benchmarks/checker-speed.sh [ROUNDS]     default: 2000 rounds, of which the second half counts (medians)
#
# The histories with known verdicts are looked for in shared/histories beside the repository or further up.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
rounds="${1:-2000}"
porcupine="github.com/anishathalye/porcupine"

cd "$root"
. reference-broker/bin/launch.bash # the JDK, looked for where the scripts of the reference broker look
./ordeal --version >/dev/null      # builds what is not built yet, and brings the libraries together
mvn -q -pl harness/checks -am -DskipTests test-compile
lib=(harness/runner/target/lib/{jackson,jspecify}*.jar)
classpath="$(printf 'harness/%s:' history/target/classes checks/target/classes checks/target/test-classes)"
classpath+="$(IFS=:; printf '%s' "${lib[*]}")"

# One collector thread: the histories are decided faster than more threads could be started.
java() {
  "$jdk/bin/java" -Xmx2g -XX:+UseSerialGC -cp "$classpath" "org.ordeal.checks.linearizability.$@"
}

echo "== Ordeal, histories with known verdicts ($rounds rounds)"
java SpeedBenchmark "$rounds"
echo "== Ordeal, generated histories (three rounds, the last one printed)"
java LargeBenchmark | tail -n 12

if ! command -v go >/dev/null; then
  echo "== Porcupine is left out: there is no go on the path"
  exit 0
fi
echo "== Porcupine, the same etcd and key-value histories"
module="$(go mod download -json "$porcupine@v1.3.1" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')"
work="$(mktemp -d)"
trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT
cp -r "$module/." "$work" && chmod -R u+w "$work"
(cd "$work" && go test -run NONE -bench 'EtcdJepsen|Kv[0-9]+Clients?(Ok|Bad)$' -benchtime 10x -timeout 60m .) |
  awk '/^BenchmarkEtcd/ {etcd += $3 / 1e6; if ($3 / 1e6 > most) {most = $3 / 1e6; slowest = $1}}
       /^BenchmarkKv/ {printf "%-26s %10.3f ms\n", $1, $3 / 1e6}
       END {printf "%-26s %10.3f ms\n%-26s %10.3f ms\n", "all of etcd", etcd, slowest, most}'

#!/usr/bin/env bash
# Speed of the fault disk while no fault is active, beside the file system that backs it and, where one is
# mounted, LazyFS: 4 KiB map and force, 4 KiB write and fsync, 1 MiB writes in order (not synced). The three take
# turns, round by round; medians, and ratios to the first.
#
#   benchmarks/disk-speed.sh [ROUNDS] [DIRECTORY]        default: 9 rounds in a temporary directory
#   LAZYFS=MOUNTPOINT benchmarks/disk-speed.sh           also a LazyFS whose root should be on the same file system
#
# Needs FUSE.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
rounds="${1:-9}"
base="$(mktemp -d "${2:-${TMPDIR:-/tmp}}/disk-speed.XXXXXX")"

cd "$root"
. reference-broker/bin/launch.bash # the JDK, looked for where the scripts of the reference broker look
./ordeal --version >/dev/null      # builds what is not built yet, and brings the libraries together
mvn -q -pl faults -am -DskipTests test-compile
lib=(harness/runner/target/lib/*.jar)
classpath="faults/target/test-classes:$(IFS=:; printf '%s' "${lib[*]}")"
java() { "$jdk/bin/java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp "$classpath" "$@"; }

mkdir "$base/native" "$base/mount"
mkfifo "$base/input"
java -Xmx160m org.ordeal.faults.disk.DiskMain <"$base/input" >"$base/output" 2>"$base/errors" &
daemon=$!
exec 9>"$base/input"
cleanup() {
  exec 9>&- # the daemon ends with its input, and unmounts
  wait "$daemon" || true
  rm -rf "$base"
}
trap cleanup EXIT
for _ in $(seq 300); do
  if grep -q http "$base/output" || ! kill -0 "$daemon" 2>/dev/null; then break; fi
  sleep 0.1
done
url="$(sed -n 's/.* at //p' "$base/output")"
if [ -z "$url" ]; then
  cat "$base/errors" >&2
  exit 75
fi
curl -sf "$url/disks" -d "{\"name\":\"d\",\"backing\":\"$base/durable\",\"mountPoint\":\"$base/mount\"}" >/dev/null
java org.ordeal.faults.disk.DiskBenchmark "$rounds" "native=$base/native" "fault-disk=$base/mount" \
  ${LAZYFS:+"lazyfs=$LAZYFS"}

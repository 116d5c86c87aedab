#!/usr/bin/env bash
# Speed of the fault disk while no fault is active, beside the file system that backs it and, where one is
# mounted, LazyFS: 4 KiB map and force, 4 KiB write and fsync, 1 MiB writes in order (not synced). They take turns,
# round by round, so that the daemon's JVM is warm for most of them; medians, and ratios to the first.
#
# By default an fsync on the fault disk is one on the file system below too, so that it takes as long as a real one.
# LazyFS leaves that out; fault-disk-no-host-sync does too, and is what to compare with it.
#
#   benchmarks/disk-speed.sh [ROUNDS] [DIRECTORY]        default: 41 rounds in a temporary directory
#   LAZYFS=MOUNTPOINT benchmarks/disk-speed.sh           also a LazyFS whose root should be on the same file system
#
# Needs FUSE.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
rounds="${1:-41}"
base="$(mktemp -d "${2:-${TMPDIR:-/tmp}}/disk-speed.XXXXXX")"

cd "$root"
. reference-broker/bin/launch.bash # the JDK, looked for where the scripts of the reference broker look
./ordeal --version >/dev/null      # builds what is not built yet, and brings the libraries together
mvn -q -pl faults -am -DskipTests test-compile
lib=(harness/runner/target/lib/*.jar)
classpath="faults/target/test-classes:$(IFS=:; printf '%s' "${lib[*]}")"
java() { "$jdk/bin/java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp "$classpath" "$@"; }

mkdir "$base/native" "$base/mount" "$base/mount2"
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
disk() { # name, mount point, host sync
  curl -sf "$url/disks" -d "{\"name\":\"$1\",\"backing\":\"$base/$1\",\"mountPoint\":\"$2\",\"hostSync\":$3}" >/dev/null
}
disk synced "$base/mount" true
disk unsynced "$base/mount2" false
java org.ordeal.faults.disk.DiskBenchmark "$rounds" "native=$base/native" "fault-disk=$base/mount" \
  "fault-disk-no-host-sync=$base/mount2" ${LAZYFS:+"lazyfs=$LAZYFS"}

# Sourced by mqnamesrv, mqbroker and mqadmin: finds the build and a JDK 25. Builds nothing.
#
#   JAVA_HOME    the JDK to use, if it is 25 or newer
#   JAVA_OPT     further JVM options; they come last, so they win

script="$(basename "$0")"
self="${BASH_SOURCE[0]}"
while [ -L "$self" ]; do
  link="$(readlink "$self")"
  case "$link" in /*) self="$link" ;; *) self="$(dirname "$self")/$link" ;; esac
done
home="$(cd "$(dirname "$self")/.." && pwd -P)"

fail() { # code sentence
  printf '%s: %s\n' "$script" "$2" >&2
  exit "$1"
}

is_jdk_25() {
  [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  local line
  while IFS= read -r line; do
    case "$line" in
      JAVA_VERSION=*)
        line="${line#*\"}"
        line="${line%%[!0-9]*}"
        [ -n "$line" ] && [ "$line" -ge 25 ]
        return
        ;;
    esac
  done <"$1/release"
  return 1
}

find_jdk() {
  local candidate on_path
  local -a candidates=("${ORDEAL_JAVA_HOME:-}" "${JAVA_HOME:-}")
  if on_path="$(command -v java)"; then
    on_path="$(readlink -f "$on_path" 2>/dev/null || printf '%s' "$on_path")"
    candidates+=("$(dirname "$(dirname "$on_path")")")
  fi
  shopt -s nullglob
  candidates+=(/usr/lib/jvm/*25* /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /usr/local/openjdk* \
    "${HOME:-/}"/.sdkman/candidates/java/* "${HOME:-/}"/.jdks/* "${HOME:-/}"/.m2/jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home)
  shopt -u nullglob
  for candidate in "${candidates[@]}"; do
    if is_jdk_25 "$candidate"; then
      printf '%s' "$candidate"
      return 0
    fi
  done
  return 1
}

[ -d "$home/target/classes/org/ordeal" ] && [ -d "$home/target/lib" ] ||
  fail 75 "the reference broker is not built; run 'mvn -pl reference-broker -am process-classes' in $(dirname "$home") first."
jdk="$(find_jdk)" ||
  fail 75 "no JDK 25 or newer was found in JAVA_HOME, on the path, or where JDKs are usually kept (/usr/lib/jvm, ~/.sdkman, ~/.jdks, ~/.m2/jdks); install one, or set JAVA_HOME to one."

# ---- the class path, and the ahead-of-time cache that goes with it ----------------------------------

# The cache knows jars only, so the project's own classes are taken from their jar where that is up to date.
# The order is that of ReferenceProvider, which the cache is good for: the order of bytes.
class_path() {
  local LC_ALL=C IFS=: jar jars
  shopt -s nullglob
  jars=("$home"/target/ordeal-reference-broker-*.jar)
  jar="$home/target/classes"
  if [ "${#jars[@]}" -eq 1 ] && [ -z "$(find "$home/target/classes" -type f -newer "${jars[0]}" -print -quit)" ]; then
    jar="${jars[0]}"
  fi
  jars=("$jar" "$home"/target/lib/*.jar)
  shopt -u nullglob
  printf '%s' "${jars[*]}"
}

cache="$home/target/reference-broker.aot"

# Whether there is a cache made from the jars of the class path; options of the user's win over ours.
cached() {
  case "${JAVA_OPT:-}" in *-Xshare:* | *-XX:AOT* | *-XX:SharedArchiveFile* | *-XX:*CDS*) return 1 ;; esac
  [ -f "$cache" ] && [ -z "$(find "${1%%:*}" -newer "$cache" -print -quit)" ]
}

# Has the cache made once, out of the way of what starts now; what cannot be written to is left alone.
make_cache_soon() { # class path
  [ -f "${1%%:*}" ] && [ -w "$home/target" ] || return 0
  local detached=()
  command -v setsid >/dev/null && detached=(setsid)
  ("${detached[@]}" nice -n 19 "$home/bin/aot-cache" </dev/null >/dev/null 2>&1 &)
}

# Small, and quick to start: one collector thread, compilers only for what is hot, and the cache where it was
# made to lie, so that JVMs share its pages and none corrects 46 MB of addresses.
jvm=(-XX:+UseSerialGC -Xss512k -XX:+ExitOnOutOfMemoryError
  -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -XX:CompileThresholdScaling=4
  -XX:-UsePerfData --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
read -r -a extra <<<"${JAVA_OPT:-}"

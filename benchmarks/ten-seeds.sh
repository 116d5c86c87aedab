#!/usr/bin/env bash
# One `ordeal run` for each of several seeds: a line a run (seed, acknowledged, lost, verdict, exit code) and a
# line that sums them up. Its exit code is the worst of the runs: 1 before 2 before 0; any other ends it at once.
#
#   benchmarks/ten-seeds.sh SEEDS WORKLOAD [OPTION...]
#   benchmarks/ten-seeds.sh 10 durability --topology single --flush sync --faults power-loss --time 30s
#
# Seeds begin at FIRST_SEED (1). Runs, with what each printed in run.log, go below STORE (store/seeds/<time>).
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
if [ $# -lt 2 ] || ! [ "$1" -gt 0 ] 2>/dev/null; then
  sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 64
fi
seeds="$1"
shift
first="${FIRST_SEED:-1}"
store="${STORE:-store/seeds/$(date -u +%Y%m%dT%H%M%S)}"
"$root/ordeal" --version >/dev/null # builds what is not built yet

# Of results.json only the document's own fields are wanted, not those of its checks: they come first.
field() { # file name
  grep -m1 -oE "\"$2\" *: *(\"[a-z]+\"|[0-9]+)" "$1" 2>/dev/null | sed -E 's/.*: *"?([a-z0-9]+)"?$/\1/' || true
}

acknowledged=0 lost=0 losing=0 passed=0 failed=0 unknown=0 worst=0
echo "ordeal run $* --seed $first..$((first + seeds - 1)), runs in $store"
for ((seed = first; seed < first + seeds; seed++)); do
  place="$store/$seed"
  mkdir -p "$place"
  code=0
  "$root/ordeal" run "$@" --seed "$seed" --store "$place" >"$place/run.log" 2>&1 </dev/null || code=$?
  # The newest: a store that was used before holds earlier runs of the seed. Run directories are named by time.
  results="$(find "$place" -name results.json -not -path '*/latest/*' | sort | tail -n 1)"
  a="$(field "$results" acknowledged)" l="$(field "$results" lost)" v="$(field "$results" verdict)"
  printf 'seed %-4s acknowledged %-8s lost %-6s %-8s exit %s\n' "$seed" "${a:--}" "${l:--}" "${v:-none}" "$code"
  case "$code" in
    0) passed=$((passed + 1)) ;;
    1) failed=$((failed + 1)) worst=1 ;;
    2) unknown=$((unknown + 1)) && [ "$worst" -eq 1 ] || worst=2 ;;
    *)
      echo "run $seed could not be carried out; it printed:" >&2
      tail -n 20 "$place/run.log" >&2
      exit "$code"
      ;;
  esac
  acknowledged=$((acknowledged + ${a:-0})) lost=$((lost + ${l:-0}))
  [ "${l:-0}" -eq 0 ] || losing=$((losing + 1))
done
echo "$seeds runs: $passed passed, $failed failed, $unknown unknown; acknowledged $acknowledged, lost $lost in $losing runs"
exit "$worst"

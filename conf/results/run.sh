#!/usr/bin/env bash
# Trains every model of the comparison with three seeds on both data sets. What is finished is not repeated: after a
# stop, run it again. The rows are not part of this project; conf/README.md says where to get them.
#
#   conf/results/run.sh FOLDER [icodon | cov-vac]
#
# FOLDER holds icodon_testing.csv.gz and openvaccine_ryos_train1589.csv.gz. The data sets are prepared and embedded one
# after the other. Then several trainings run beside each other, the longest first: cross attention, then the rest of
# iCodon. A line of a training begins with its data set. A training that fails is named, the others go on, and the exit
# code is 1 at the end; Ctrl-C stops them all. Needs bash 5.1.
#
# CODONLOOM_TRAININGS   how many trainings at a time (default: 2); each is a process of its own
# CODONLOOM_MASTER      where Spark runs each of them (default: local[1])
set -euo pipefail

data=${1:?name the folder with the data sets}
names=("${@:2}")
[ $# -gt 1 ] || names=(icodon cov-vac)
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export CODONLOOM_MASTER=${CODONLOOM_MASTER:-local[1]}
at_a_time=${CODONLOOM_TRAININGS:-2}
if ! [[ $at_a_time =~ ^[1-9][0-9]*$ ]]; then
  echo "run.sh: CODONLOOM_TRAININGS must be 1 or more, was $at_a_time" >&2
  exit 1
fi

declare -A files=([cov-vac]=openvaccine_ryos_train1589.csv.gz [icodon]=icodon_testing.csv.gz)

# Name, then what sets it apart.
models=(
  "one-hot-rna      model.features=one-hot model.fusion=none model.modalities=rna"
  "one-hot-protein  model.features=one-hot model.fusion=none model.modalities=protein"
  "dna              model.fusion=none model.modalities=dna"
  "rna              model.fusion=none model.modalities=rna"
  "protein          model.fusion=none model.modalities=protein"
  "concat           model.fusion=concat"
  "mil-0            model.fusion=mil model.mil.entropy-weight=0"
  "mil-001          model.fusion=mil model.mil.entropy-weight=0.01"
  "cross-attention  model.fusion=cross-attention"
)

# The options that every verb takes on a data set.
declare -a options
of() {
  options=(--config "conf/results/$1.conf" --set "dataset.input=$data/${files[$1]}")
}

for name in "${names[@]}"; do
  of "$name"
  deploy/local/codonloom prepare "${options[@]}"
  deploy/local/codonloom embed "${options[@]}"
done

# Data set, run, seed, split, then what sets the model apart.
longest=() rest=()
for name in "${names[@]}"; do
  for model in "${models[@]}"; do
    read -r run settings <<<"$model"
    for seed in 1 2 3; do
      training="$name $run-$seed $seed main $settings"
      case $name-$run in
        *-cross-attention) longest+=("$training") ;;
        *) rest+=("$training") ;;
      esac
      case $name-$run in
        icodon-one-hot-protein | icodon-protein | icodon-mil-001)
          rest+=("$name $run-homology-$seed $seed homology $settings")
          ;;
      esac
    done
  done
done

# Becomes the training of these words: the process id of `train … &` is that of the training itself.
train() {
  local name=$1 setting
  of "$name"
  options+=(--set "train.run=$2" --set "train.seed=$3" --set "train.split=$4")
  for setting in "${@:5}"; do
    options+=(--set "$setting")
  done
  exec deploy/local/codonloom train "${options[@]}" > >(exec sed -u "s/^/$name: /") 2>&1
}

declare -A running=() # process id to data set and run
failed=()

await_one() {
  local id='' status=0
  wait -n -p id "${!running[@]}" || status=$?
  if [ "$status" -ne 0 ]; then
    failed+=("${running[$id]}: exit code $status")
    echo "run.sh: failed: ${failed[-1]}" >&2
  fi
  unset "running[$id]"
}

# Trainings in the background do not get Ctrl-C themselves.
stop() {
  trap - INT TERM
  echo "run.sh: stopping ${#running[@]} trainings" >&2
  kill "${!running[@]}" 2>/dev/null || true
  wait || true
  exit "$1"
}
trap 'stop 130' INT
trap 'stop 143' TERM

for training in "${longest[@]}" "${rest[@]}"; do
  [ "${#running[@]}" -lt "$at_a_time" ] || await_one
  read -ra words <<<"$training"
  train "${words[@]}" &
  running[$!]="${words[0]} ${words[1]}"
done
while [ "${#running[@]}" -gt 0 ]; do
  await_one
done

if [ "${#failed[@]}" -gt 0 ]; then
  printf 'run.sh: failed: %s\n' "${failed[@]}" >&2
  exit 1
fi

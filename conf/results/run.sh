#!/usr/bin/env bash
# Trains every model of the comparison with three seeds on both data sets. What is finished is not repeated: after a
# stop, run it again. The rows are not part of this project; README, "Data", says where to get them.
#
#   conf/results/run.sh FOLDER [cov-vac | icodon]
#
# FOLDER holds icodon_testing.csv.gz and openvaccine_ryos_train1589.csv.gz. Each data set has a workspace of its own, so
# that two calls may run beside each other, one for each.
#
# CODONLOOM_MASTER   where Spark runs (default: local[1])
set -euo pipefail

data=${1:?name the folder with the data sets}
names=("${@:2}")
[ $# -gt 1 ] || names=(cov-vac icodon)
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export CODONLOOM_MASTER=${CODONLOOM_MASTER:-local[1]}

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

# A verb on a data set: codonloom VERB with the config and the rows of that name, and further options.
codonloom() {
  local verb=$1 name=$2
  shift 2
  deploy/local/codonloom "$verb" --config "conf/results/$name.conf" --set "dataset.input=$data/${files[$name]}" "$@"
}

for name in "${names[@]}"; do
  codonloom prepare "$name"
  codonloom embed "$name"
done

# Trains one model: train SET SEED SPLIT MODEL, the last as a line of the list.
train() {
  local words setting settings=()
  read -ra words <<<"$4"
  for setting in "${words[@]:1}"; do
    settings+=(--set "$setting")
  done
  local run=${words[0]}
  [ "$3" = main ] || run=$run-$3
  codonloom train "$1" "${settings[@]}" --set "train.run=$run-$2" --set "train.seed=$2" --set "train.split=$3"
}

for name in "${names[@]}"; do
  for model in "${models[@]}"; do
    for seed in 1 2 3; do
      train "$name" "$seed" main "$model"
      case $name-${model%% *} in
        icodon-one-hot-protein | icodon-protein | icodon-mil-001) train "$name" "$seed" homology "$model" ;;
      esac
    done
  done
done

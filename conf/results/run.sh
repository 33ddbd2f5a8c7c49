#!/usr/bin/env bash
# Trains every model of the comparison with three seeds on both data sets. What is finished is not repeated: after a
# stop, run it again. The rows are not part of this project; README, "Data", says where to get them.
#
#   conf/results/run.sh FOLDER      with icodon_testing.csv.gz and openvaccine_ryos_train1589.csv.gz in it
#
# CODONLOOM_MASTER   where Spark runs (default: local[1])
set -euo pipefail

data=${1:?name the folder with the data sets}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export CODONLOOM_MASTER=${CODONLOOM_MASTER:-local[1]}

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

# Prepares and embeds, then trains every model with every seed: all models with the first seed first.
data_set() {
  local config=conf/results/$1.conf input=dataset.input=$data/$2
  deploy/local/codonloom prepare --config "$config" --set "$input"
  deploy/local/codonloom embed --config "$config" --set "$input"
  local seed line
  for seed in 1 2 3; do
    for line in "${models[@]}"; do
      local words settings=() setting
      read -ra words <<<"$line"
      for setting in "${words[@]:1}"; do
        settings+=(--set "$setting")
      done
      deploy/local/codonloom train --config "$config" --set "$input" "${settings[@]}" \
        --set "train.run=${words[0]}-$seed" --set "train.seed=$seed"
    done
  done
}

data_set cov-vac openvaccine_ryos_train1589.csv.gz
data_set icodon icodon_testing.csv.gz

#!/bin/sh
# Names this machine's NVIDIA GPUs to Spark: for spark.worker.resource.gpu.discoveryScript (standalone) or
# spark.executor.resource.gpu.discoveryScript (YARN, Kubernetes).
nvidia-smi --query-gpu=index --format=csv,noheader |
  awk '{ list = list sep "\"" $1 "\""; sep = ", " } END { print "{\"name\": \"gpu\", \"addresses\": [" list "]}" }'

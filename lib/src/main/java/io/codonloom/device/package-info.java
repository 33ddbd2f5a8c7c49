/** What a machine computes with: processors, NVIDIA cards, and the native libraries for them. */
package io.codonloom.device;

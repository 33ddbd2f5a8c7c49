/**
 * Deeplearning4j layers and vertices with hand-written backward passes. Everything with parameters
 * is a layer and not a vertex, because Deeplearning4j's parameter counts and learning rate setters
 * see only layers.
 */
package io.codonloom.fusion.layer;

/**
 * One HTML page about a training: what was run on what, what was refused, how the losses went, how
 * predictions and labels agree, and which modality was attended to. The page holds its own style
 * and charts, runs no script and loads nothing.
 */
package io.codonloom.report;

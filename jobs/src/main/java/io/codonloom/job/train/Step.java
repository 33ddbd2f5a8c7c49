package io.codonloom.job.train;

import java.io.Serializable;

/**
 * What a worker tells of one step.
 *
 * @param partition the worker
 * @param batch the batch's number in its epoch
 * @param rows in the batch
 * @param loss the mean loss of its rows, dropout on, without the entropy term and weight decay
 * @param finite whether the parameters after the step were finite
 * @param seconds for loading, forward, backward and update
 */
record Step(int partition, int batch, int rows, double loss, boolean finite, double seconds)
    implements Serializable {}

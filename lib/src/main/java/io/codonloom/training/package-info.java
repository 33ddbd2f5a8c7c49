/** What a training needs beside the network: batches, schedules and its state. */
package io.codonloom.training;

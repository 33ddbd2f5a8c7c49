package io.codonloom.sequence;

import java.util.Optional;
import java.util.Set;

/**
 * What a checked sequence breaks.
 *
 * @param refused every rule that refuses it; empty for an accepted one
 * @param kept every broken rule whose policy lets it pass, also beside refusals
 * @param position the first offending nucleotide, counted from 0 in the stripped input; −1 where no
 *     refusal has a place
 * @param givenId the content hash of the sequence before any policy; null for an empty one
 * @param sequence the sequence after the policies, for an accepted one
 */
public record SequenceCheck(
    Set<Rule> refused,
    Set<Rule> kept,
    int position,
    String givenId,
    Optional<CodingSequence> sequence) {}

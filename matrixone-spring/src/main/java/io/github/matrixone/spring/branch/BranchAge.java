package io.github.matrixone.spring.branch;

import java.time.Instant;

/**
 * When a branch was made.
 *
 * @param branch the branch
 * @param madeAt when that was, by the server's clock, in whole seconds. It may have begun
 * with an {@linkplain Branch#branchedAt() earlier point in time}. For a table that was
 * altered on the branch it is when that was done last: the server makes another one of it
 * @since 0.1
 */
public record BranchAge(Branch branch, Instant madeAt) {
}

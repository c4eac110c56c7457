/**
 * Transactions that begin for real, so that MatrixOne's commands are part of them, and
 * work that waits for their end.
 */
@NullMarked
package io.github.matrixone.spring.transaction;

import org.jspecify.annotations.NullMarked;

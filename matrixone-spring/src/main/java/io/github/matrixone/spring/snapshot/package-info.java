/**
 * Snapshots: take, find, read at, and drop them, blocking and reactive.
 */
@NullMarked
package io.github.matrixone.spring.snapshot;

import org.jspecify.annotations.NullMarked;

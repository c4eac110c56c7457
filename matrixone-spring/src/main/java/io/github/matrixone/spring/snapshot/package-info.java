/**
 * Snapshots: take, find, read at, and drop them.
 */
@NullMarked
package io.github.matrixone.spring.snapshot;

import org.jspecify.annotations.NullMarked;

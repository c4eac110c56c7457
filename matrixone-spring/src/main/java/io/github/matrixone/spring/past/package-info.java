/**
 * Reads of the past: the same repositories and SQL, at a point in time.
 */
@NullMarked
package io.github.matrixone.spring.past;

import org.jspecify.annotations.NullMarked;

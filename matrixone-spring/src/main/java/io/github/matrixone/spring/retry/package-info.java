/**
 * Retries of whole transactions on conflicts.
 */
@NullMarked
package io.github.matrixone.spring.retry;

import org.jspecify.annotations.NullMarked;

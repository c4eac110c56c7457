/**
 * Auto-configuration of retries on conflicts.
 */
@NullMarked
package io.github.matrixone.spring.boot.autoconfigure.retry;

import org.jspecify.annotations.NullMarked;

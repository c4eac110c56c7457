/**
 * Auto-configuration for Spring Batch.
 */
@NullMarked
package io.github.matrixone.spring.boot.autoconfigure.batch;

import org.jspecify.annotations.NullMarked;

/**
 * Auto-configuration of the retention of snapshots.
 */
@NullMarked
package io.github.matrixone.spring.boot.autoconfigure.retention;

import org.jspecify.annotations.NullMarked;

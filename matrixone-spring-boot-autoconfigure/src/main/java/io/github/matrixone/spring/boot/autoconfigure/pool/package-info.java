/**
 * Seats between the pools of an application and their drivers.
 */
@NullMarked
package io.github.matrixone.spring.boot.autoconfigure.pool;

import org.jspecify.annotations.NullMarked;

/**
 * The operations and transactions without blocking, on R2DBC.
 */
@NullMarked
package io.github.matrixone.spring.reactive;

import org.jspecify.annotations.NullMarked;

/**
 * The reactive engine: connections whose transactions begin for real, and what carries
 * commands out within a transaction, beside it and after it.
 */
@NullMarked
package io.github.matrixone.spring.r2dbc;

import org.jspecify.annotations.NullMarked;

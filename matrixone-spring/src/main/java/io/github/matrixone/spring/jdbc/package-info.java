/**
 * The blocking engine: the driver and the data source whose transactions begin for real,
 * and what carries commands out within a transaction, beside it and after it.
 */
@NullMarked
package io.github.matrixone.spring.jdbc;

import org.jspecify.annotations.NullMarked;

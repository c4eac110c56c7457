/**
 * Transactions and commands over JDBC: the driver and the connections between pool and
 * driver.
 */
@NullMarked
package io.github.matrixone.spring.jdbc;

import org.jspecify.annotations.NullMarked;

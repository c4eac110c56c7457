/**
 * What stands between a pool and a driver's connections: the wrapped connections and
 * statements, and the transaction of each connection.
 */
@NullMarked
package io.github.matrixone.spring.jdbc.connection;

import org.jspecify.annotations.NullMarked;

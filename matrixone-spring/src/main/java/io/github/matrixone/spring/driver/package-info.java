/**
 * Settings of the JDBC driver that suit MatrixOne, and those that do not.
 */
@NullMarked
package io.github.matrixone.spring.driver;

import org.jspecify.annotations.NullMarked;

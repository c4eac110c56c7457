/**
 * Auto-configuration of the reactive operations and of transactions on connection
 * factories.
 */
@NullMarked
package io.github.matrixone.spring.boot.autoconfigure.r2dbc;

import org.jspecify.annotations.NullMarked;

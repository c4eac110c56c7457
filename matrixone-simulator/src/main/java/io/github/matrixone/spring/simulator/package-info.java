/**
 * A simulator of MatrixOne on H2, with the server's restrictions.
 */
@NullMarked
package io.github.matrixone.spring.simulator;

import org.jspecify.annotations.NullMarked;

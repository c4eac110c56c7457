/**
 * Auto-configuration of the simulator where there is no server.
 */
@NullMarked
package io.github.matrixone.spring.boot.autoconfigure.simulator;

import org.jspecify.annotations.NullMarked;

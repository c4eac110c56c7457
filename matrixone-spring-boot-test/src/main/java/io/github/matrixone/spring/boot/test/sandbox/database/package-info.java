/**
 * Databases of sandboxes: how they are made, given out, compared and dropped, on a server
 * and on the simulator.
 */
@NullMarked
package io.github.matrixone.spring.boot.test.sandbox.database;

import org.jspecify.annotations.NullMarked;

/**
 * What the driver really sends: its settings, its own idea of its session, and the guard
 * beneath its API.
 */
@NullMarked
package io.github.matrixone.spring.jdbc.wire;

import org.jspecify.annotations.NullMarked;

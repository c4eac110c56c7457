/**
 * Health of the server.
 */
@NullMarked
package io.github.matrixone.spring.boot.autoconfigure.health;

import org.jspecify.annotations.NullMarked;

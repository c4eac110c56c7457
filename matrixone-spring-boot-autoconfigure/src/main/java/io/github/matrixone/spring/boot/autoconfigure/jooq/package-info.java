/**
 * Auto-configuration for jOOQ.
 */
@NullMarked
package io.github.matrixone.spring.boot.autoconfigure.jooq;

import org.jspecify.annotations.NullMarked;

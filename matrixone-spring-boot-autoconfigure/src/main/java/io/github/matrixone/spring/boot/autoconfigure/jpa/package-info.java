/**
 * Auto-configuration for JPA: after a restore its caches are cleared.
 */
@NullMarked
package io.github.matrixone.spring.boot.autoconfigure.jpa;

import org.jspecify.annotations.NullMarked;

/**
 * Auto-configuration of MatrixOne for Spring.
 */
@NullMarked
package io.github.matrixone.spring.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;

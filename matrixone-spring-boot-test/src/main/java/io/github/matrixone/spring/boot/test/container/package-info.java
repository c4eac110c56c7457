/**
 * A MatrixOne server in a container.
 */
@NullMarked
package io.github.matrixone.spring.boot.test.container;

import org.jspecify.annotations.NullMarked;

/**
 * Connection details of a MatrixOne that Docker Compose has started.
 */
@NullMarked
package io.github.matrixone.spring.boot.autoconfigure.docker;

import org.jspecify.annotations.NullMarked;

/**
 * Measurements on a MatrixOne server.
 */
@NullMarked
package io.github.matrixone.spring.benchmarks;

import org.jspecify.annotations.NullMarked;

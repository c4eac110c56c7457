/**
 * Failures of a start, analyzed: what they mean on a MatrixOne, and their cure.
 */
@NullMarked
package io.github.matrixone.spring.boot.autoconfigure.diagnostics;

import org.jspecify.annotations.NullMarked;

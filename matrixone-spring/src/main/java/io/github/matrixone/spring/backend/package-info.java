/**
 * What carries out the commands: a MatrixOne server, or something that imitates one.
 */
@NullMarked
package io.github.matrixone.spring.backend;

import org.jspecify.annotations.NullMarked;

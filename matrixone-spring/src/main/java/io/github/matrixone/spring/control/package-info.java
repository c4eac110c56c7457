/**
 * Control commands: flush a table, take a checkpoint, blocking and reactive.
 */
@NullMarked
package io.github.matrixone.spring.control;

import org.jspecify.annotations.NullMarked;

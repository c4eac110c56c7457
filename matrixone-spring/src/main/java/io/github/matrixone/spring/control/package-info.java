/**
 * Control commands: flush a table, take a checkpoint.
 */
@NullMarked
package io.github.matrixone.spring.control;

import org.jspecify.annotations.NullMarked;

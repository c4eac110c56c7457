/**
 * Clones: zero-copy copies of tables and databases, blocking and reactive.
 */
@NullMarked
package io.github.matrixone.spring.clone;

import org.jspecify.annotations.NullMarked;

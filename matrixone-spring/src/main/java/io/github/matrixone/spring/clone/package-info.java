/**
 * Clones: zero-copy copies of tables and databases.
 */
@NullMarked
package io.github.matrixone.spring.clone;

import org.jspecify.annotations.NullMarked;

/**
 * Branches of tables and databases: make them, see what has changed in them, and bring
 * that back.
 */
@NullMarked
package io.github.matrixone.spring.branch;

import org.jspecify.annotations.NullMarked;

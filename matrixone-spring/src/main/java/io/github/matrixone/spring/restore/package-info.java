/**
 * Restores: put the cluster, an account, a database or a table back to a snapshot,
 * blocking and reactive.
 */
@NullMarked
package io.github.matrixone.spring.restore;

import org.jspecify.annotations.NullMarked;

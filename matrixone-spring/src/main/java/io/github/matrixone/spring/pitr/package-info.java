/**
 * Point-in-time recovery: keep the past of the cluster, an account, a database or a table
 * for a time, and restore to an instant of it, blocking and reactive.
 */
@NullMarked
package io.github.matrixone.spring.pitr;

import org.jspecify.annotations.NullMarked;

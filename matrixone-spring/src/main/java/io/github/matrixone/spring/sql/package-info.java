/**
 * Names of databases, tables, snapshots and accounts, points in time, and what the text
 * of a statement tells of its effect.
 */
@NullMarked
package io.github.matrixone.spring.sql;

import org.jspecify.annotations.NullMarked;

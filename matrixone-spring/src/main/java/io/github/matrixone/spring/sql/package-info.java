/**
 * Names of databases, tables, snapshots and accounts, the text of the statements that are
 * sent to MatrixOne, and what a statement's text tells of its effect.
 */
@NullMarked
package io.github.matrixone.spring.sql;

import org.jspecify.annotations.NullMarked;

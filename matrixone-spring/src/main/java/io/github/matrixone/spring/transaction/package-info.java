/**
 * The rules of transactions that begin for real, for both engines: what a transaction has
 * done, what is refused in it, what has to precede a statement, and what follows its end.
 */
@NullMarked
package io.github.matrixone.spring.transaction;

import org.jspecify.annotations.NullMarked;

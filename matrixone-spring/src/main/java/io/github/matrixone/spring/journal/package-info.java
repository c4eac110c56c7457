/**
 * A journal of what is to follow the end of transactions, and the recovery of what a
 * process that has died left undone.
 */
@NullMarked
package io.github.matrixone.spring.journal;

import org.jspecify.annotations.NullMarked;

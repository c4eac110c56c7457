/**
 * An order shop whose snapshots, clones and restores follow its transactions.
 */
@NullMarked
package io.github.matrixone.sample.shop;

import org.jspecify.annotations.NullMarked;

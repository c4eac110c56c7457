/**
 * Imports of price lists that keep the time before, or leave nothing behind.
 */
@NullMarked
package io.github.matrixone.sample.shop.imports;

import org.jspecify.annotations.NullMarked;

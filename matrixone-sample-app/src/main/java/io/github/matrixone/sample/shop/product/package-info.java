/**
 * Products and their stock.
 */
@NullMarked
package io.github.matrixone.sample.shop.product;

import org.jspecify.annotations.NullMarked;

/**
 * New prices on a branch of the products, which somebody looks at before they are
 * published.
 */
@NullMarked
package io.github.matrixone.sample.shop.review;

import org.jspecify.annotations.NullMarked;

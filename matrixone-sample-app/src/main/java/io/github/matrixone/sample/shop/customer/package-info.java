/**
 * Customers.
 */
@NullMarked
package io.github.matrixone.sample.shop.customer;

import org.jspecify.annotations.NullMarked;

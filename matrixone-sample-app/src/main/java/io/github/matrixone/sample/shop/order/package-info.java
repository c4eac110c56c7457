/**
 * Orders and their lines.
 */
@NullMarked
package io.github.matrixone.sample.shop.order;

import org.jspecify.annotations.NullMarked;

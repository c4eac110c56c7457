/**
 * What the shop does when it starts, and what it says about itself.
 */
@NullMarked
package io.github.matrixone.sample.shop.demonstration;

import org.jspecify.annotations.NullMarked;

/**
 * A small application and its tests, which clean up after themselves in different ways.
 */
@NullMarked
package io.github.matrixone.spring.shop;

import org.jspecify.annotations.NullMarked;
